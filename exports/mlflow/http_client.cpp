#include "exports/mlflow/http_client.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <fstream>
#include <regex>

#include "base/error.hpp"
#include "base/text.hpp"
#include "exports/url_part.hpp"

namespace genrebench {
namespace {

/// Seconds to wait for a server that computes. Large artifacts take their time in the sending.
constexpr time_t kConnectS = 10, kAnswerS = 120;

std::string reason_of(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
      return "no connection: is the server running?";
    case httplib::Error::ConnectionTimeout:
      return "no connection within 10 s";
    case httplib::Error::Read:
      return "no answer: the server closed the connection or took too long";
    case httplib::Error::Write:
      return "the server does not take what is sent";
    case httplib::Error::SSLConnection:
    case httplib::Error::SSLLoadingCerts:
    case httplib::Error::SSLServerVerification:
      return "no secure connection: the certificate could not be checked";
    default:
      return "error " + httplib::to_string(error);
  }
}

}  // namespace

struct HttpClient::State {
  explicit State(const std::string& server) : client(server) {}
  httplib::Client client;
};

HttpClient::HttpClient(const std::string& address, const HttpLogin& login) : address_(address) {
  static const std::regex kAddress(R"((https?://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?))"
                                   R"((/[A-Za-z0-9._~/%-]*)?)");
  std::smatch parts;
  if (!std::regex_match(address, parts, kAddress))
    throw ConfigError(
        fmt::format("'{}': expected the address of a server, such as http://127.0.0.1:5000{}",
                    address.find('@') == std::string::npos ? single_line(address) : "…",
                    address.find('@') == std::string::npos
                        ? ""
                        : "; a name and a password belong in the environment"));
  prefix_ = parts[4];
  while (prefix_.ends_with('/')) prefix_.pop_back();
  state_ = std::make_unique<State>(parts[1].str());
  httplib::Client& client = state_->client;
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  client.set_follow_location(false);
  client.set_url_encode(false);
  client.set_connection_timeout(kConnectS);
  client.set_read_timeout(kAnswerS);
  client.set_write_timeout(kAnswerS);
  if (!login.user.empty()) client.set_basic_auth(login.user, login.password);
  if (!login.token.empty()) client.set_bearer_token_auth(login.token);
}

HttpClient::~HttpClient() = default;

namespace {

HttpAnswer answer_of(const httplib::Result& result, const std::string& address) {
  if (!result) throw DataError(fmt::format("{}: {}", address, reason_of(result.error())));
  return {.status = result->status, .body = result->body};
}

}  // namespace

HttpAnswer HttpClient::get(const std::string& path,
                           const std::map<std::string, std::string>& query) {
  std::string target = prefix_ + path;
  char separator = '?';
  for (const auto& [key, value] : query) {
    target += fmt::format("{}{}={}", separator, url_part(key), url_part(value));
    separator = '&';
  }
  return answer_of(state_->client.Get(target), address_);
}

HttpAnswer HttpClient::post_json(const std::string& path, const std::string& body) {
  return answer_of(state_->client.Post(prefix_ + path, body, "application/json"), address_);
}

HttpAnswer HttpClient::put_bytes(const std::string& path, const std::string& body) {
  return answer_of(state_->client.Put(prefix_ + path, body, "application/octet-stream"), address_);
}

HttpAnswer HttpClient::put_file(const std::string& path, const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::error_code error;
  const auto size = static_cast<std::size_t>(std::filesystem::file_size(file, error));
  if (!in || error) throw DataError(fmt::format("{}: cannot be read", file.string()));
  bool cut = false;
  const auto send = [&](std::size_t, std::size_t length, httplib::DataSink& sink) {
    std::string piece(std::min<std::size_t>(length, 1 << 16), '\0');
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (in.gcount() <= 0) {
      cut = true;
      return false;
    }
    return sink.write(piece.data(), static_cast<std::size_t>(in.gcount()));
  };
  const httplib::Result result =
      state_->client.Put(prefix_ + path, size, send, "application/octet-stream");
  if (cut) throw DataError(fmt::format("{}: became shorter while it was sent", file.string()));
  return answer_of(result, address_);
}

}  // namespace genrebench
