#include <gtest/gtest.h>

#include "reports/render/example_document.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace markdown_test {

using namespace genrebench::testing;

TEST(Markdown, SpecialCharactersAreEscapedAndCellsStayOnOneLine) {
  const std::string text = render_markdown(example());
  EXPECT_TRUE(contains(
      text, "# An example\n\nFirst, &lt;text&gt;.\n\n## R&amp;B \\| 100 % &lt;of&gt; a\\_b\n\n"));
  EXPECT_TRUE(contains(text, "| name | value, % |\n| :--- | ---: |\n| Björk | 1.5 |\n"));
  EXPECT_TRUE(contains(text, "| a &amp; b \\| c\\_d &lt; e, \"f\"<br>g | *45.7 ± 3.2* |\n"));
  EXPECT_TRUE(contains(text, "| \\[x\\] \\* | **99.0** |\n"));
  EXPECT_TRUE(contains(text, "\n- † A note: \\$x^2\\$ \\#1.\n"));
  EXPECT_TRUE(contains(text, "![Loss](curve.svg)"));
}

}  // namespace markdown_test
}  // namespace genrebench
