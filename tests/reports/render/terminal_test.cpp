#include <gtest/gtest.h>

#include "reports/render/example_document.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace terminal_test {

using namespace genrebench::testing;

TEST(Terminal, ColumnsAreAlignedByWidthAndNumbersToTheRight) {
  const Document document{
      .name = "t",
      .title = "",
      .body = {Table{.id = "t",
                     .title = "T",
                     .columns = {"name", "n"},
                     .rows = {{{.text = "Björk"}, {.text = "1", .numeric = true}},
                              {{.text = "ab"}, {.text = "20 ± 3", .numeric = true}},
                              {{.text = "音楽"}, {.text = "7", .numeric = true}}},
                     .notes = {"a note"}}},
      .data = {}};
  EXPECT_EQ(render_terminal(document),
            "T\n"
            "-\n"
            "name        n\n"
            "-----  ------\n"
            "Björk       1\n"
            "ab     20 ± 3\n"
            "音楽        7\n"
            "- a note\n");
}

TEST(Terminal, ColoursAppearOnlyWhenAskedFor) {
  EXPECT_FALSE(contains(render_terminal(example()), "\033"));
  const std::string colourful = render_terminal(example(), {.colours = true});
  EXPECT_TRUE(contains(colourful, "\033[1m99.0\033[0m"));
  EXPECT_TRUE(contains(colourful, "\033[33m45.7 ± 3.2\033[0m"));
}

TEST(Terminal, AMessageCannotSteerTheTerminal) {
  const Document document{
      .name = "t", .title = "", .body = {Paragraph{"\033]0;title\007"}}, .data = {}};
  EXPECT_EQ(render_terminal(document), "\uFFFD]0;title\uFFFD\n");
}

TEST(Terminal, AnEmptyDocumentIsEmptyText) { EXPECT_EQ(render_terminal({}), ""); }

}  // namespace terminal_test
}  // namespace genrebench
