#include <gtest/gtest.h>

#include "reports/render/example_document.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace {

using namespace genrebench::testing;

TEST(Html, SpecialCharactersAreEscapedAndFiguresAreWithin) {
  const std::string text = render_html(example());
  EXPECT_TRUE(contains(text, "<caption>R&amp;B | 100 % &lt;of&gt; a_b</caption>"));
  EXPECT_TRUE(contains(text, "<th scope=\"row\">a &amp; b | c_d &lt; e, &quot;f&quot;<br>g</th>"));
  EXPECT_TRUE(contains(text, "<td class=\"number caution\">45.7 ± 3.2</td>"));
  EXPECT_TRUE(contains(text, "<td class=\"number strong\">99.0</td>"));
  EXPECT_TRUE(contains(text, "<svg xmlns=\"http://www.w3.org/2000/svg\"><path/></svg>"));
  EXPECT_FALSE(contains(text, "<?xml"));
  EXPECT_FALSE(contains(text, "<!DOCTYPE svg"));
}

TEST(Html, ThePageNeedsNothingElse) {
  const std::string text = render_html(without_figure());
  for (const char* external : {"http", "src=", "<link", "<script", "@import", "url("})
    EXPECT_FALSE(contains(text, external)) << external;
  EXPECT_TRUE(text.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
}

}  // namespace
}  // namespace genrebench
