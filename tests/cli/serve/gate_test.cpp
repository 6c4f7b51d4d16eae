#include "cli/serve/gate.hpp"

#include <gtest/gtest.h>

#include <set>

namespace genrebench::cli {
namespace gate_test {

const std::string kToken = "0123456789abcdef0123456789abcdef";

Gate gate() { return Gate(kToken, 8080, "api/segment"); }

Knock honest() {
  return {.method = "GET",
          .path = "/" + kToken + "/api/runs",
          .host = "127.0.0.1:8080",
          .origin = {},
          .fetch_site = {},
          .range = {},
          .content_type = {}};
}

/// The status of an answer to a request that differs in one thing; 200: it is let in.
template <typename Change>
int status_of(const Change& change) {
  Knock knock = honest();
  change(knock);
  const auto refusal = gate().refuse(knock);
  return refusal ? refusal->status : 200;
}

TEST(Gates, LetInWhoHasTheAddress) {
  EXPECT_EQ(status_of([](Knock&) {}), 200);
  EXPECT_EQ(status_of([](Knock& k) { k.host = "localhost:8080"; }), 200);
  EXPECT_EQ(status_of([](Knock& k) { k.origin = "http://127.0.0.1:8080"; }), 200);
  EXPECT_EQ(status_of([](Knock& k) { k.fetch_site = "same-origin"; }), 200);
  EXPECT_EQ(status_of([](Knock& k) { k.method = "HEAD"; }), 200);
  EXPECT_EQ(status_of([](Knock& k) { k.range = "bytes=0-99"; }), 200);
}

TEST(Gates, RefuseAMissingOrWrongToken) {
  EXPECT_EQ(status_of([](Knock& k) { k.path = "/"; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.path = "/api/runs"; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.path = ""; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.path = "/" + kToken; }), 403);  // without the last slash
  EXPECT_EQ(status_of([](Knock& k) { k.path = "/" + kToken + "0/api/runs"; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.path[1] = 'f'; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.path[32] = '0'; }), 403);
}

TEST(Gates, RefusePagesOfOtherServers) {
  EXPECT_EQ(status_of([](Knock& k) { k.origin = "https://example.org"; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.origin = "null"; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.origin = "http://127.0.0.1:8081"; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.origin = "https://127.0.0.1:8080"; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.fetch_site = "cross-site"; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.fetch_site = "same-site"; }), 403);
}

TEST(Gates, RefuseOtherNamesOfThisMachine) {
  EXPECT_EQ(status_of([](Knock& k) { k.host = "example.org:8080"; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.host = "127.0.0.1"; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.host = "127.0.0.1:80"; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.host = ""; }), 403);
  EXPECT_EQ(status_of([](Knock& k) { k.host = "127.0.0.1:8080.example.org"; }), 403);
}

TEST(Gates, RefuseMethodsThatChangeSomething) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get"})
    EXPECT_EQ(status_of([&](Knock& k) { k.method = method; }), 405) << method;
}

TEST(Gates, TakeBytesAtOnePlaceOnly) {
  const auto upload = [](Knock& k) {
    k.method = "POST";
    k.path = "/" + kToken + "/api/segment";
    k.content_type = "application/octet-stream";
  };
  EXPECT_EQ(status_of(upload), 200);
  EXPECT_EQ(status_of([&](Knock& k) { upload(k), k.path += "/x"; }), 405);
  EXPECT_EQ(status_of([&](Knock& k) { upload(k), k.content_type = "text/plain"; }), 415);
  EXPECT_EQ(status_of([&](Knock& k) { upload(k), k.origin = "https://example.org"; }), 403);
}

TEST(Gates, RefuseManyRangesAtOnce) {
  EXPECT_EQ(status_of([](Knock& k) { k.range = "bytes=0-1,2-3"; }), 416);
}

TEST(Gates, TellTheInnerPathAndTheAddress) {
  EXPECT_EQ(gate().inner_path("/" + kToken + "/api/runs"), "api/runs");
  EXPECT_EQ(gate().inner_path("/" + kToken + "/"), "");
  EXPECT_EQ(gate().address(), "http://127.0.0.1:8080/" + kToken + "/");
}

TEST(Tokens, AreLongAndNeverTheSame) {
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) tokens.insert(make_token());
  EXPECT_EQ(tokens.size(), 100u);
  for (const std::string& token : tokens) {
    EXPECT_EQ(token.size(), 32u);
    EXPECT_EQ(token.find_first_not_of("0123456789abcdef"), std::string::npos);
  }
}

}  // namespace gate_test
}  // namespace genrebench::cli
