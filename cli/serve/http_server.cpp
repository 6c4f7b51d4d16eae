#include "cli/serve/http_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <httplib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/serve/gate.hpp"

namespace genrebench::cli {
namespace {

/// Every stream of events holds a thread, and every open connection for as long as it is kept.
constexpr std::size_t kThreads = 64;
constexpr time_t kKeepAliveS = 1;

Knock knock_of(const httplib::Request& request) {
  return {.method = request.method,
          .path = request.path,
          .host = request.get_header_value("Host"),
          .origin = request.get_header_value("Origin"),
          .fetch_site = request.get_header_value("Sec-Fetch-Site"),
          .range = request.get_header_value("Range"),
          .content_type = request.get_header_value("Content-Type")};
}

/// An open file, closed with its last owner.
class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    struct stat status {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
      if (descriptor_ >= 0) ::close(descriptor_);
      throw DataError("the file is not on this machine any more");
    }
    size_ = static_cast<std::size_t>(status.st_size);
  }
  ~OpenFile() { ::close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  std::size_t size() const { return size_; }
  /// @return  false if it cannot be read
  bool write_to(httplib::DataSink& sink, std::size_t offset, std::size_t length) const {
    std::array<char, 1 << 16> buffer;
    const ssize_t n = ::pread(descriptor_, buffer.data(), std::min(length, buffer.size()),
                              static_cast<off_t>(offset));
    return n > 0 && sink.write(buffer.data(), static_cast<std::size_t>(n));
  }

 private:
  int descriptor_;
  std::size_t size_ = 0;
};

void set_policies(httplib::Response& response, const std::string& policy) {
  response.set_header("Content-Security-Policy",
                      policy.empty() ? "default-src 'none'; frame-ancestors 'self'" : policy);
  response.set_header("X-Content-Type-Options", "nosniff");
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Cross-Origin-Resource-Policy", "same-origin");
  response.set_header("Cross-Origin-Opener-Policy", "same-origin");
  response.set_header("Cache-Control", "no-store");
}

/// Bodies are given by providers, not as text: cpp-httplib would compress text at a level at which
/// a large one takes seconds.
void set_body(httplib::Response& response, const HttpAnswer& answer) {
  const std::shared_ptr<const std::string> body = answer.body;
  if (!body || body->empty()) {
    response.set_content(std::string(), answer.type);
    return;
  }
  response.set_content_provider(
      body->size(), answer.type,
      [body](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        return sink.write(body->data() + offset, length);
      });
}

void set_file(httplib::Response& response, const HttpAnswer& answer) {
  const auto file = std::make_shared<OpenFile>(answer.file);
  response.set_header("Accept-Ranges", "bytes");
  if (file->size() == 0) {
    response.set_content(std::string(), answer.type);
    return;
  }
  response.set_content_provider(
      file->size(), answer.type,
      [file](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        return file->write_to(sink, offset, length);
      });
}

}  // namespace

std::string HttpRequest::value(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

HttpAnswer text_answer(int status, std::string text) {
  return {.status = status, .body = std::make_shared<const std::string>(std::move(text))};
}

HttpAnswer json_answer(std::string text) {
  return {.type = "application/json; charset=utf-8",
          .body = std::make_shared<const std::string>(std::move(text))};
}

struct HttpServer::Parts {
  explicit Parts(HttpServerSettings given) : settings(std::move(given)) {}

  HttpServerSettings settings;
  httplib::Server server;
  std::optional<Gate> gate;
  int port = 0;
  std::atomic<bool> stopping = false, ended = false;
  std::atomic<std::size_t> n_streams = 0;
  std::thread thread;

  bool refused(const httplib::Request& request, httplib::Response& response) const {
    const std::optional<Refusal> refusal = gate->refuse(knock_of(request));
    if (!refusal) return false;
    response.status = refusal->status;
    // What comes behind the head of a request that is refused is not looked at.
    response.set_header("Connection", "close");
    set_policies(response, {});
    response.set_content(refusal->reason + "\n", "text/plain; charset=utf-8");
    return true;
  }

  HttpRequest inner(const httplib::Request& request) const {
    return {.path = gate->inner_path(request.path),
            .query = {request.params.begin(), request.params.end()},
            .last_event = request.get_header_value("Last-Event-ID")};
  }

  /// What `make` gives, or what its exception says.
  template <typename Make>
  void respond(httplib::Response& response, const Make& make) {
    try {
      send(response, make());
    } catch (const ConfigError& error) {
      send(response, text_answer(400, single_line(error.what()) + "\n"));
    } catch (const DataError& error) {
      send(response, text_answer(404, single_line(error.what()) + "\n"));
    } catch (const std::exception& error) {
      send(response, text_answer(500, single_line(error.what()) + "\n"));
    }
  }

  void send(httplib::Response& response, const HttpAnswer& answer) {
    // Left open, it becomes 200 or, for a range, 206.
    if (answer.status != 200) response.status = answer.status;
    if (answer.events)
      set_stream(response, answer.events);
    else if (!answer.file.empty())
      set_file(response, answer);
    else
      set_body(response, answer);
    set_policies(response, answer.policy);
  }

  void set_stream(httplib::Response& response, const EventStream& events) {
    if (++n_streams > settings.most_streams) {
      --n_streams;
      response.status = 503;
      response.set_content("too many pages of this live view are open; close some\n",
                           "text/plain; charset=utf-8");
      return;
    }
    response.set_chunked_content_provider(
        "text/event-stream",
        [this, events](std::size_t, httplib::DataSink& sink) {
          const std::optional<std::string> text = stopping ? std::nullopt : events();
          if (!text || stopping) {
            sink.done();
            return true;
          }
          // A comment shows whether the viewer is still there.
          const std::string& sent = text->empty() ? kAlive : *text;
          return sink.write(sent.data(), sent.size());
        },
        [this](bool) { --n_streams; });
  }

  static inline const std::string kAlive = ":\n\n";
};

HttpServer::HttpServer(HttpServerSettings settings)
    : parts_(std::make_unique<Parts>(std::move(settings))) {
  Parts& parts = *parts_;
  httplib::Server& server = parts.server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  // Not SO_REUSEPORT, by which two servers could share a port.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.set_keep_alive_timeout(kKeepAliveS);
  server.set_keep_alive_max_count(1000);
  server.set_tcp_nodelay(true);
  server.set_payload_max_length(parts.settings.largest_upload);
  if (parts.settings.port == 0)
    parts.port = server.bind_to_any_port("127.0.0.1");
  else if (server.bind_to_port("127.0.0.1", parts.settings.port))
    parts.port = parts.settings.port;
  if (parts.port <= 0)
    throw DataError(fmt::format(
        "serve: cannot listen on port {} of 127.0.0.1; another program may use it: --port 0 takes "
        "one that is free",
        parts.settings.port));
  parts.gate.emplace(parts.settings.token, parts.port, parts.settings.upload_path);
  server.set_pre_routing_handler(
      [&parts](const httplib::Request& request, httplib::Response& response) {
        return parts.refused(request, response) ? httplib::Server::HandlerResponse::Handled
                                                : httplib::Server::HandlerResponse::Unhandled;
      });
  server.Get(".*", [&parts](const httplib::Request& request, httplib::Response& response) {
    parts.respond(response, [&] { return parts.settings.answer(parts.inner(request)); });
  });
  server.Post(".*", [&parts](const httplib::Request& request, httplib::Response& response,
                             const httplib::ContentReader& content) {
    parts.respond(response, [&] {
      return parts.settings.take_upload(parts.inner(request),
                                        [&](const std::function<bool(std::string_view)>& receive) {
                                          return content([&](const char* data, std::size_t length) {
                                            return receive(std::string_view(data, length));
                                          });
                                        });
    });
  });
  parts.thread = std::thread([&parts] {
    parts.server.listen_after_bind();
    parts.ended = true;
  });
}

HttpServer::~HttpServer() { stop(); }

int HttpServer::port() const { return parts_->port; }

std::string HttpServer::address() const { return parts_->gate->address(); }

void HttpServer::stop() {
  if (parts_->stopping.exchange(true)) return;
  while (!parts_->server.is_running() && !parts_->ended)  // stop() does nothing before
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  parts_->server.stop();
  parts_->thread.join();
}

}  // namespace genrebench::cli
