// `genrebench serve`: a live view of the store in the browser.

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/serve/gate.hpp"
#include "cli/serve/http_server.hpp"
#include "cli/serve/live_view.hpp"
#include "cli/shared_arguments.hpp"

namespace genrebench::cli {
namespace {

/// How often the store is looked at, and Ctrl-C heeded.
constexpr std::chrono::milliseconds kLook{500}, kHeed{100};

class ServeCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "--port",
                   .value = "N",
                   .help = "Port on 127.0.0.1; 0: any that is free",
                   .minimum = 0,
                   .maximum = 65535},
                  port_);
    add_database(arguments, context);
    add_threads(arguments, context, "Threads for the segmentation of a dropped song");
    add_json(arguments, context);
  }

  int run(Context& context) override {
    stop_requested();  // from here on Ctrl-C closes cleanly
    LiveView view(context.database, context.registry, context.threads);
    view.board().list();  // so that the first viewer does not wait for it
    HttpServerSettings settings{
        .port = port_, .token = make_token(), .upload_path = LiveView::kUploadPath};
    settings.answer = [&view](const HttpRequest& request) { return view.answer(request); };
    settings.take_upload = [&view, most = settings.largest_upload](const HttpRequest&,
                                                                   const UploadReader& upload) {
      return view.segment(upload, most);
    };
    HttpServer server(std::move(settings));
    tell(context, view, server);
    const auto begin = std::chrono::steady_clock::now();
    for (std::int64_t n_looks = 1; !stop_requested(); std::this_thread::sleep_for(kHeed)) {
      if (std::chrono::steady_clock::now() < begin + n_looks * kLook) continue;
      view.look();
      n_looks = (std::chrono::steady_clock::now() - begin) / kLook + 1;
    }
    view.stop();
    server.stop();
    if (!context.json) write_out("closed\n");
    return kDone;
  }

 private:
  static void tell(const Context& context, LiveView& view, const HttpServer& server) {
    if (context.json) {
      print_json({{"address", server.address()},
                  {"port", server.port()},
                  {"store", context.database.string()},
                  {"runs", view.board().size()}});
    } else {
      write_out(
          "{} with {} is shown at\n\n  {}\n\nOnly this machine reaches it, and only with this "
          "address. Ctrl-C closes it.\n",
          context.database.string(), counted(view.board().size(), "run"), server.address());
    }
    std::fflush(stdout);
  }

  int port_ = 0;
};

}  // namespace

void command_serve(CommandList& commands) {
  commands.add<ServeCommand>({.name = "serve",
                              .group = CommandGroup::results,
                              .position = 4,
                              .summary = "Show the store in the browser while runs are worked on"});
}

}  // namespace genrebench::cli
