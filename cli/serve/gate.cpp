#include "cli/serve/gate.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.hpp"

namespace genrebench::cli {
namespace {

/// Takes equally long whichever byte differs, so that nobody finds a token byte by byte.
bool equal_in_constant_time(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  return difference == 0;
}

}  // namespace

std::string make_token() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw DataError(
        fmt::format("serve: the system gives no random bytes: {}", std::strerror(errno)));
  std::string token;
  for (const unsigned char byte : bytes) token += fmt::format("{:02x}", byte);
  return token;
}

Gate::Gate(std::string token, int port, std::string upload)
    : token_(std::move(token)), port_(port), upload_(std::move(upload)) {}

bool Gate::is_own_host(const std::string& host) const {
  return host == fmt::format("127.0.0.1:{}", port_) || host == fmt::format("localhost:{}", port_);
}

bool Gate::has_token(const std::string& path) const {
  return path.starts_with('/') && path.size() > token_.size() + 1 &&
         path[token_.size() + 1] == '/' &&
         equal_in_constant_time(path.substr(1, token_.size()), token_);
}

std::optional<Refusal> Gate::refuse(const Knock& knock) const {
  // A name that leads to 127.0.0.1 makes a page of that name one of ours to the browser.
  if (!is_own_host(knock.host)) return Refusal{403, "this server has another name"};
  if (!knock.origin.empty() &&
      (!knock.origin.starts_with("http://") || !is_own_host(knock.origin.substr(7))))
    return Refusal{403, "pages of other servers get no answer"};
  if (knock.fetch_site == "cross-site" || knock.fetch_site == "same-site")
    return Refusal{403, "pages of other servers get no answer"};
  if (!has_token(knock.path))
    return Refusal{403, "the address lacks the token; open the one that genrebench serve printed"};
  const bool uploads = knock.method == "POST" && inner_path(knock.path) == upload_;
  if (knock.method != "GET" && knock.method != "HEAD" && !uploads)
    return Refusal{405, "the live view only shows; it changes nothing"};
  // A form of another page cannot send this type without asking first.
  if (uploads && knock.content_type != "application/octet-stream")
    return Refusal{415, "expected the bytes of a sound file as application/octet-stream"};
  if (knock.range.find(',') != std::string::npos)
    return Refusal{416, "expected one range of bytes at a time"};
  return std::nullopt;
}

std::string Gate::inner_path(const std::string& path) const {
  return path.size() < token_.size() + 2 ? std::string() : path.substr(token_.size() + 2);
}

std::string Gate::address() const { return fmt::format("http://127.0.0.1:{}/{}/", port_, token_); }

}  // namespace genrebench::cli
