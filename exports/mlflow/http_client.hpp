#pragma once
// Requests to an HTTP server that the user named. The only place that knows cpp-httplib's client.

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace genrebench {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

struct HttpLogin {
  std::string user, password;  ///< basic authentication; empty: none
  std::string token;           ///< a bearer token; empty: none
};

/// One server. Requests go out one after the other, over one connection where the server keeps it.
/// Redirections are not followed: what is sent is meant for the server that was named. Certificates
/// of https are checked with those of the system.
class HttpClient {
 public:
  /// @param address  "http://127.0.0.1:5000", also https, also with a path before those of the
  ///                 requests
  /// @throws ConfigError  if it is no such address, or holds a password
  explicit HttpClient(const std::string& address, const HttpLogin& login = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  const std::string& address() const { return address_; }

  /// @param path  begins with '/'. An answer with any status is returned.
  /// @throws DataError  naming the address if there is no answer
  HttpAnswer get(const std::string& path, const std::map<std::string, std::string>& query);
  HttpAnswer post_json(const std::string& path, const std::string& body);
  HttpAnswer put_bytes(const std::string& path, const std::string& body);
  /// Sends a file without holding it in memory.
  HttpAnswer put_file(const std::string& path, const std::filesystem::path& file);

 private:
  struct State;
  std::string address_, prefix_;
  std::unique_ptr<State> state_;
};

}  // namespace genrebench
