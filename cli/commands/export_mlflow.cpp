// `genrebench export mlflow`: runs to an MLflow server.

#include <fmt/format.h>

#include <cstdlib>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/export_selection.hpp"
#include "cli/shared_arguments.hpp"
#include "exports/mlflow/mlflow.hpp"
#include "harness/plugin/method.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench::cli {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

class ExportMlflowCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_exported(arguments, words_);
    arguments.add({.name = "--to",
                   .value = "ADDRESS",
                   .help = "The server, such as http://127.0.0.1:5000; without it "
                           "$MLFLOW_TRACKING_URI"},
                  address_);
    arguments.add({.name = "--prefix",
                   .value = "TEXT",
                   .help = "Text before the names of the experiments there"},
                  prefix_);
    arguments.add_flag(
        {.name = "--no-files", .help = "Leave out files: predictions, models and logs of the runs"},
        no_files_);
    add_database(arguments, context);
    add_quiet(arguments, context);
  }

  int run(Context& context) override {
    stop_requested();  // from here Ctrl-C ends in order
    const std::string address = address_.empty() ? variable("MLFLOW_TRACKING_URI") : address_;
    if (address.empty())
      throw UsageError(
          "export mlflow: expected the address of a server after --to, such as "
          "http://127.0.0.1:5000, or in MLFLOW_TRACKING_URI");
    MlflowServer server(address, {.user = variable("MLFLOW_TRACKING_USERNAME"),
                                  .password = variable("MLFLOW_TRACKING_PASSWORD"),
                                  .token = variable("MLFLOW_TRACKING_TOKEN")});
    const auto store = context.store_to_read();
    const ExportSelection selection(*store, context, words_);
    const std::vector<ExportedRun> runs = selection.exported();
    Progress& progress = context.progress();
    progress.begin("export to MLflow", runs.size());
    try {
      const MlflowSummary summary =
          export_mlflow(server, selection.store(), runs,
                        {.prefix = prefix_,
                         .files = !no_files_,
                         .files_folder = files_folder_of(context.database),
                         .interrupted = stop_requested,
                         .progress = [&](std::size_t n) { progress.advance(n); }});
      progress.end();
      for (const std::string& note : summary.notes) say(note);
      write_out("{}: {} new, {} with more, {} made anew, {} as before; {} sent\n",
                counted(runs.size(), "run"), summary.n_new, summary.n_updated, summary.n_replaced,
                summary.n_same, counted(summary.n_files, "file"));
    } catch (const Interrupted&) {
      return kInterrupted;
    }
    return kDone;
  }

 private:
  std::vector<std::string> words_;
  std::string address_, prefix_;
  bool no_files_ = false;
};

}  // namespace

void command_export_mlflow(CommandList& commands) {
  commands.add<ExportMlflowCommand>(
      {.name = "export mlflow",
       .group = CommandGroup::results,
       .position = 6,
       .summary = "Bring runs to an MLflow server",
       .details = "One experiment per experiment, one run per configuration, and nested in it one "
                  "per seed and fold. Repeat it at any time: nothing is there twice. The variables "
                  "MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD and MLFLOW_TRACKING_TOKEN "
                  "are used as by MLflow itself."});
}

}  // namespace genrebench::cli
