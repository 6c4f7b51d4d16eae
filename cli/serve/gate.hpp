#pragma once
// Who is let in by the live view. A browser sends requests to 127.0.0.1 for any page that asks it
// to, so neither the address nor the machine that a request comes from says who asks.

#include <optional>
#include <string>

namespace genrebench::cli {

/// 32 hexadecimal digits that nobody can guess, from the system's source of random bytes.
/// @throws DataError  if the system has none
std::string make_token();

/// What a request says of itself, before anything else of it is looked at. Headers that it does not
/// have are empty.
struct Knock {
  std::string method;
  std::string path;          ///< "/TOKEN/api/runs"
  std::string host;          ///< the header Host
  std::string origin;        ///< the header Origin
  std::string fetch_site;    ///< the header Sec-Fetch-Site, which newer browsers send
  std::string range;         ///< the header Range
  std::string content_type;  ///< the header Content-Type
};

struct Refusal {
  int status = 403;
  std::string reason;  ///< one line for a person
};

/// The rules of one server.
class Gate {
 public:
  /// @param upload  the one path, behind the token, that takes POST
  Gate(std::string token, int port, std::string upload);

  /// Nothing: the request is answered.
  std::optional<Refusal> refuse(const Knock& knock) const;

  /// The path behind the token: "api/runs". Empty for the page itself.
  std::string inner_path(const std::string& path) const;

  /// Where the page is: "http://127.0.0.1:8080/TOKEN/".
  std::string address() const;

 private:
  bool is_own_host(const std::string& host) const;
  bool has_token(const std::string& path) const;

  std::string token_;
  int port_;
  std::string upload_;
};

}  // namespace genrebench::cli
