#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/render/example_document.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace json_test {

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

/// The same document as a JSON library writes it.
std::string written_again(const std::string& json) {
  return nlohmann::ordered_json::parse(json).dump(2) + "\n";
}

TEST(Json, RecordsAreWrittenAsByALibrary) {
  EXPECT_EQ(render_json(example()), written_again(render_json(example())));
  Document document{.name = "t", .title = "empty", .body = {}, .data = {}};
  EXPECT_EQ(render_json(document), written_again(render_json(document)));
  document.data.push_back({.id = "no_rows", .columns = {"a"}});
  document.data.push_back({.id = "no_columns", .rows = {{}}});
  document.data.push_back(
      {.id = "values",
       .title = "\"†\"",
       .columns = {"text", "a \"number\""},
       .rows = {{{.text = "†, \"quoted\"\n\\"}, {.text = "-12", .numeric = true}},
                {{.text = "\x7F"}, {.text = "0.1", .numeric = true}},
                {{.text = "12"}, {.text = "1e-07", .numeric = true}},
                {{.text = "nan", .numeric = true}, {.text = "12 %", .numeric = true}},
                {{.text = "one cell"}}},
       .notes = {"a", "b"}});
  const std::string json = render_json(document);
  EXPECT_EQ(json, written_again(json));
  const auto records = nlohmann::json::parse(json)["data"][2]["records"];
  EXPECT_EQ(records[0]["text"], "†, \"quoted\"\n\\");
  EXPECT_EQ(records[0]["a \"number\""], -12);
  EXPECT_EQ(records[1]["a \"number\""], 0.1);
  EXPECT_EQ(records[2]["text"], "12");
  EXPECT_EQ(records[3]["text"], "nan");
  EXPECT_EQ(records[3]["a \"number\""], "12 %");
  EXPECT_TRUE(records[4]["a \"number\""].is_null());
}

}  // namespace json_test
}  // namespace genrebench
