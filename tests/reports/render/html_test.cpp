#include <gtest/gtest.h>

#include "reports/render/example_document.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace html_test {

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

Document with_audio(const std::string& text, const std::string& path) {
  return {
      .name = "sounds",
      .title = "Sounds",
      .body = {Table{.id = "t", .columns = {"track"}, .rows = {{{.text = text, .audio = path}}}}},
      .data = {}};
}

TEST(Html, ACellThatNamesASoundFilePlaysIt) {
  EXPECT_TRUE(contains(render_html(with_audio("blues.1", "/music/blues/blues.1.wav")),
                       "<th scope=\"row\">blues.1<audio controls preload=\"none\" "
                       "src=\"file:///music/blues/blues.1.wav\" "
                       "aria-label=\"blues.1\"></audio></th>"));
  EXPECT_FALSE(contains(render_html(with_audio("blues.1", "")), "<audio"));
  EXPECT_FALSE(contains(render_html(with_audio("blues.1", "javascript:alert(1)")), "javascript"))
      << "only an absolute path is a file";
}

TEST(Html, NoNameOfASoundFileLeavesItsAttribute) {
  const std::string text = render_html(
      with_audio("a\"><script>x</script>", "/m/\"><script>#?%41 \xff\xc3\xa9\n:@host.wav"));
  EXPECT_TRUE(contains(
      text, "src=\"file:///m/%22%3E%3Cscript%3E%23%3F%2541%20%FF%C3%A9%0A%3A%40host.wav\""));
  EXPECT_TRUE(contains(text, "aria-label=\"a&quot;&gt;&lt;script&gt;x&lt;/script&gt;\""));
  EXPECT_FALSE(contains(text, "<script"));
  EXPECT_TRUE(contains(render_html(with_audio("x", "//host/share.wav")), "src=\"file:////host"))
      << "the host of the URL stays empty";
}

TEST(OtherFormats, ShowTheTextOfACellWithASoundFile) {
  const Document document = with_audio("blues.1", "/music/blues.1.wav");
  for (const std::string& text : {render_markdown(document), render_latex(document),
                                  render_terminal(document), render_json(document)}) {
    EXPECT_TRUE(contains(text, "blues.1"));
    EXPECT_FALSE(contains(text, "/music")) << text;
  }
}

}  // namespace html_test
}  // namespace genrebench
