#pragma once
// The HTTP server of the live view. cpp-httplib is known to http_server.cpp only.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace genrebench::cli {

/// A request that the gate has let in.
struct HttpRequest {
  std::string path;  ///< behind the token: "api/runs"; empty: the page itself
  std::multimap<std::string, std::string> query;
  std::string last_event;  ///< the header Last-Event-ID; empty: none

  /// The first value of a name in the query; empty if there is none.
  std::string value(const std::string& name) const;
};

/// Waits for up to about a second. @return  text for the stream, which may be empty; nothing: the
/// stream has ended
using EventStream = std::function<std::optional<std::string>()>;

/// One of `body`, `file` and `events`.
struct HttpAnswer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::shared_ptr<const std::string> body = {};
  std::filesystem::path file = {};  ///< a regular file; ranges of it can be asked for
  EventStream events = {};
  std::string policy = {};  ///< Content-Security-Policy; empty: nothing is allowed
};

HttpAnswer text_answer(int status, std::string text);
HttpAnswer json_answer(std::string text);

/// Gives the bytes of an upload to a function until it returns false. @return  false if they came
/// to no end
using UploadReader =
    std::function<bool(const std::function<bool(std::string_view bytes)>& receive)>;

struct HttpServerSettings {
  int port = 0;  ///< 0: any that is free
  std::string token = {};
  std::string upload_path = {};                         ///< the one path that takes POST
  std::size_t largest_upload = std::size_t{256} << 20;  ///< bytes
  std::size_t most_streams = 24;                        ///< streams of events at a time
  std::function<HttpAnswer(const HttpRequest&)> answer = {};
  std::function<HttpAnswer(const HttpRequest&, const UploadReader&)> take_upload = {};
};

/// Answers requests in threads of its own from its construction until stop(). Handlers are called
/// from several threads at a time; a ConfigError that one throws is answered with 400, a DataError
/// with 404, both with their message.
class HttpServer {
 public:
  /// Listens on 127.0.0.1 only.
  /// @throws DataError  if the port is taken
  explicit HttpServer(HttpServerSettings settings);
  /// Stops.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  /// What a user opens, with the token.
  std::string address() const;
  /// Ends the streams and closes the connections.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace genrebench::cli
