#include "reports/render/render.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "reports/render/example_document.hpp"

namespace genrebench {
namespace render_test {

using namespace genrebench::testing;

/// Names that would break a table or become equal in it.
const std::vector<std::string>& awkward_names() {
  static const std::vector<std::string> names = {"a\nb",     "a b",  "a\r\nb|c", " a",  "a ",
                                                 "\"a\", b", "a\\b", "<a>&amp;", "a\tb"};
  return names;
}

Document with_awkward_names() {
  Table table{.id = "t", .title = "T", .columns = {"name"}, .rows = {}, .notes = {}};
  for (const std::string& name : awkward_names()) {
    table.columns.push_back(name);
    table.rows.push_back({{.text = name}});
    for (std::size_t i = 0; i < awkward_names().size(); ++i)
      table.rows.back().push_back({.text = "1", .numeric = true});
  }
  return {.name = "t", .title = "", .body = {table}, .data = {table}};
}

std::size_t n_lines_with(const std::string& text, const std::string& part) {
  std::istringstream lines(text);
  std::size_t n = 0;
  for (std::string line; std::getline(lines, line);)
    n += line.find(part) != std::string::npos ? 1 : 0;
  return n;
}

TEST(Formats, NamesWithLineEndsAndSpecialCharactersHaveOneRowAndStayApart) {
  const Document document = with_awkward_names();
  const std::size_t n = awkward_names().size();
  const std::string terminal = render_terminal(document);
  EXPECT_EQ(n_lines_with(terminal, "  1"), n);
  EXPECT_TRUE(contains(terminal, "a↵b ")) << terminal;
  EXPECT_TRUE(contains(terminal, "a↵b|c ")) << terminal;
  const std::string markdown = render_markdown(document);
  EXPECT_EQ(n_lines_with(markdown, " 1 |"), n);
  EXPECT_TRUE(contains(markdown, "| &#32;a |") && contains(markdown, "| a&#32; |") &&
              contains(markdown, "| a<br>b\\|c |"))
      << markdown;
  const std::string latex = render_latex(document);
  EXPECT_EQ(n_lines_with(latex, "& 1 "), n);
  EXPECT_TRUE(contains(latex, "a$\\hookleftarrow$b")) << latex;
  const auto json = nlohmann::json::parse(render_json(document));
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_EQ(json["body"][0]["rows"][i][0]["text"], awkward_names()[i]);
    EXPECT_EQ(json["body"][0]["columns"][i + 1], awkward_names()[i]);
    EXPECT_EQ(json["data"][0]["records"][i]["name"], awkward_names()[i]);
    EXPECT_EQ(json["data"][0]["records"][0][awkward_names()[i]], 1);
  }
}

}  // namespace render_test
}  // namespace genrebench
