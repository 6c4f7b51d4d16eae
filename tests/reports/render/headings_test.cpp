#include "reports/render/headings.hpp"

#include <gtest/gtest.h>

#include "reports/render/example_document.hpp"
#include "reports/render/render.hpp"
#include "reports/render/terminal_table.hpp"

namespace genrebench {
namespace headings_test {

using namespace genrebench::testing;

Cell number(const std::string& text) { return {.text = text, .numeric = true}; }

/// A table as the paper's Table 2 is, with headings in two levels.
Table two_levels() {
  Table table{.id = "t",
              .title = "T",
              .columns = {"Algorithm", "full songs: paper", "full songs: ours", "parts: ours"},
              .rows = {{{.text = "SVM"}, number("43.6 %"), number("45.0 %"), number("1 %")}}};
  table.headings = {
      {"", "Algorithm"}, {"full songs", "paper"}, {"full songs", "ours"}, {"parts & more", "ours"}};
  return table;
}

Document document_of(const Table& table) {
  return {.name = "d", .title = "D", .body = {table}, .data = {}};
}

TEST(Headings, NeighboursOfAGroupShareOne) {
  const std::vector<HeadingGroup> groups = heading_groups(two_levels());
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].title, "");
  EXPECT_EQ(groups[1].title, "full songs");
  EXPECT_EQ(groups[1].first, 1u);
  EXPECT_EQ(groups[1].n_columns, 2u);
  EXPECT_EQ(lower_heading(two_levels(), 2), "ours");
}

TEST(Headings, ATableWithoutGroupsHasOneLevel) {
  Table table = two_levels();
  table.headings.clear();
  EXPECT_TRUE(heading_groups(table).empty());
  EXPECT_EQ(lower_heading(table, 1), "full songs: paper");
  table.headings = {{"", "a"}, {"", "b"}, {"", "c"}, {"", "d"}};
  EXPECT_TRUE(heading_groups(table).empty());
  EXPECT_EQ(lower_heading(table, 1), "b");
}

TEST(Headings, InHtmlSpanTheirColumns) {
  EXPECT_TRUE(contains(
      render_html(document_of(two_levels())),
      "<thead><tr><th scope=\"col\" rowspan=\"2\">Algorithm</th>"
      "<th scope=\"colgroup\" class=\"group\" colspan=\"2\">full songs</th>"
      "<th scope=\"colgroup\" class=\"group\" colspan=\"1\">parts &amp; more</th></tr>\n"
      "<tr><th scope=\"col\" class=\"number\">paper</th><th scope=\"col\" class=\"number\">ours"
      "</th><th scope=\"col\" class=\"number\">ours</th></tr></thead>"));
}

TEST(Headings, InLatexSpanTheirColumnsAboveARule) {
  EXPECT_TRUE(contains(render_latex(document_of(two_levels())),
                       "\\toprule\n"
                       " & \\multicolumn{2}{c}{full songs} & \\multicolumn{1}{c}{parts \\& more} "
                       "\\\\\n\\cmidrule(lr){2-3}\\cmidrule(lr){4-4}\n"
                       "Algorithm & paper & ours & ours \\\\\n\\midrule\n"));
}

TEST(Headings, InMarkdownStandInTheFirstColumnOfTheGroup) {
  EXPECT_TRUE(contains(render_markdown(document_of(two_levels())),
                       "|  | full songs |  | parts &amp; more |\n"
                       "| :--- | ---: | ---: | ---: |\n"
                       "| **Algorithm** | **paper** | **ours** | **ours** |\n"
                       "| SVM |"));
}

TEST(Headings, InATerminalStandInTheMiddleAboveARule) {
  EXPECT_EQ(terminal_table(two_levels(), {}),
            "             full songs    parts & more\n"
            "           --------------  ------------\n"
            "Algorithm   paper    ours          ours\n"
            "---------  ------  ------  ------------\n"
            "SVM        43.6 %  45.0 %           1 %\n");
}

TEST(Headings, ATitleThatIsWiderThanItsColumnsIsBrokenNotCut) {
  Table table = two_levels();
  for (Heading& heading : table.headings)
    if (heading.group == "parts & more") heading.group = "parts of songs that recur most often";
  const std::string text = terminal_table(table, {.table_width = 44});
  for (const char* word : {"parts", "songs", "recur", "often", "full songs"})
    EXPECT_TRUE(contains(text, word)) << text;
}

TEST(Headings, InCsvAndJsonColumnsHaveTheirWholeNames) {
  EXPECT_TRUE(render_csv(two_levels())
                  .starts_with("Algorithm,full songs: paper,full songs: ours,parts: ours\r\n"));
  EXPECT_TRUE(contains(render_json(document_of(two_levels())), "\"full songs: paper\""));
}

TEST(Headings, ATableInNarrowPartsRepeatsTheGroup) {
  Table table = two_levels();
  table.columns[1] = std::string(18, 'x');
  for (Heading& heading : table.headings)
    if (heading.group == "full songs") heading.name = std::string(18, 'x');
  const std::string text = terminal_table(table, {.table_width = 34});
  EXPECT_EQ(text.find("full songs", text.find("full songs") + 1) != std::string::npos, true)
      << text;
}

}  // namespace headings_test
}  // namespace genrebench
