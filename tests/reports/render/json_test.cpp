#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/render/example_document.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace {

using namespace genrebench::testing;

TEST(Json, DataAreNumbersAndEmptyCellsAreNull) {
  const auto json = nlohmann::json::parse(render_json(example()));
  EXPECT_EQ(json["name"], "example");
  EXPECT_EQ(json["body"][0], (nlohmann::json{{"type", "paragraph"}, {"text", "First, <text>."}}));
  EXPECT_EQ(json["body"][1]["rows"][1][0]["text"], "a & b | c_d < e, \"f\"\ng");
  EXPECT_EQ(json["body"][1]["rows"][1][1]["caution"], true);
  const auto& records = json["data"][0]["records"];
  EXPECT_EQ(records[0]["run"], "0123");  // an id is no number
  EXPECT_EQ(records[0]["accuracy"], 0.25);
  EXPECT_TRUE(records[1]["accuracy"].is_null());
}

TEST(Json, InvalidUtf8DoesNotStopAReport) {
  const Document document{.name = "t", .title = "bad \xFF", .body = {}, .data = {}};
  EXPECT_EQ(nlohmann::json::parse(render_json(document))["title"], "bad \uFFFD");
}

}  // namespace
}  // namespace genrebench
