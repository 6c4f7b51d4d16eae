#include "reports/render/html_parts.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"

namespace genrebench::html {
namespace html_parts_test {

Table table_of(const std::string& id, const std::string& text,
               const std::vector<std::string>& notes = {}) {
  return {
      .id = id, .title = "T " + id, .columns = {"c"}, .rows = {{{.text = text}}}, .notes = notes};
}

Figure figure_of(const std::string& chart) {
  Figure figure{
      .id = "f", .title = "A <figure>", .picture = Picture::of_svg("<?xml?><svg><g/></svg>")};
  figure.chart = chart;
  return figure;
}

TEST(HtmlParts, EscapeLeavesNoMarkup) {
  EXPECT_EQ(escape("<b>&\"'\n"), "&lt;b&gt;&amp;&quot;&#39;\n");
  EXPECT_EQ(escape_lines("a\nb"), "a<br>b");
}

TEST(HtmlParts, NothingInJsonEndsItsScript) {
  EXPECT_EQ(script_json("{\"n\": \"</script><!--\"}"), "{\"n\": \"\\u003c/script>\\u003c!--\"}");
}

TEST(HtmlParts, IdsAreThereOnce) {
  Parts parts;
  parts(table_of("t", "1"));
  parts(table_of("t", "2"));
  EXPECT_TRUE(contains(parts.result, "<section id=\"t\" "));
  EXPECT_TRUE(contains(parts.result, "<section id=\"t-2\" "));
}

TEST(HtmlParts, ACellThatIsTheIdOfARunLeadsToIt) {
  Parts parts(std::map<std::string, std::string>{{"0123abcd", "run-0123"}});
  parts(table_of("t", "0123abcd"));
  parts(table_of("u", "see 0123abcd"));
  EXPECT_TRUE(contains(parts.result, "<a href=\"#run-0123\">0123abcd</a>"));
  EXPECT_TRUE(contains(parts.result, ">see 0123abcd<"));
}

TEST(HtmlParts, APathMayBeBrokenBehindItsSlashes) {
  Parts parts;
  parts(table_of("t", "experiments/paper/table2.yaml"));
  parts(table_of("u", "5/5"));
  EXPECT_TRUE(contains(parts.result, ">experiments/<wbr>paper/<wbr>table2.yaml<"));
  EXPECT_TRUE(contains(parts.result, ">5/5<"));
}

TEST(HtmlParts, ANoteThatSeveralPartsHaveIsWrittenOnce) {
  Parts parts;
  parts(table_of("t", "1", {"shared", "first"}));
  parts(table_of("u", "2", {"shared", "second"}));
  EXPECT_EQ(parts.result.find("<li>shared</li>"), parts.result.rfind("<li>shared</li>"));
  EXPECT_TRUE(contains(parts.result, "<li>second</li>\n<li>Notes of <a href=\"#t\">T t</a> apply"));
  parts.begin_document();
  parts(table_of("v", "3", {"shared"}));
  EXPECT_NE(parts.result.find("<li>shared</li>"), parts.result.rfind("<li>shared</li>"));
}

TEST(HtmlParts, AFigureCarriesItsDataWhereThePageHasScripts) {
  Parts still, live({}, /*with_charts=*/true);
  for (Parts* parts : {&still, &live}) (*parts)(figure_of("{\"n\": \"<\"}"));
  EXPECT_FALSE(contains(still.result, "<script"));
  EXPECT_TRUE(
      contains(live.result, "<script type=\"application/json\">{\"n\": \"\\u003c\"}</script>"));
  for (const Parts* parts : {&still, &live}) {
    EXPECT_TRUE(contains(parts->result, "<figcaption>A &lt;figure&gt;</figcaption>"));
    EXPECT_TRUE(contains(parts->result, "<svg><g/></svg>"));
  }
}

TEST(HtmlParts, PicturesBeyondTheLimitAreLeftToTheScriptsOfAPage) {
  Figure figure = figure_of("{}");
  figure.picture = Picture::of_svg("<svg>" + std::string(kMostStillBytes / 2, ' ') + "</svg>");
  Parts page({}, /*with_charts=*/true), document;
  for (int i = 0; i < 5; ++i) {
    page(figure);
    document(figure);
  }
  EXPECT_LT(page.result.size(), 1.1 * kMostStillBytes);
  EXPECT_TRUE(contains(page.result, "This one is f.svg of the Markdown format."));
  EXPECT_GT(document.result.size(), 2.0 * kMostStillBytes) << "a page without scripts has them all";
}

TEST(HtmlParts, AnAlarmIsShownOnceWithAConfigurationInEachLine) {
  Parts parts;
  const Paragraph alarm{"ALARM (chance): not above chance: c=R&B; 6 %; c=2: 7 %. Look."};
  parts(alarm);
  parts(Paragraph{"a; b"});
  const std::string once = parts.result;
  EXPECT_EQ(once,
            "<p class=\"alarm\">ALARM (chance): not above chance: c=R&amp;B;<br>6 %;<br>c=2: 7 %. "
            "Look.</p>\n<p>a; b</p>\n");
  parts(alarm);
  EXPECT_EQ(parts.result, once);
}

TEST(HtmlParts, TheSoundOfAFigureIsPlayedFromItsFile) {
  Figure figure = figure_of("");
  figure.audio = "/m/a b.wav";
  figure.audio_start_s = 1.5;
  Parts parts;
  parts(figure);
  EXPECT_TRUE(contains(parts.result, "<div class=\"sound\" data-start=\"1.5\"><audio controls"));
  EXPECT_TRUE(contains(parts.result, "src=\"file:///m/a%20b.wav\""));
  EXPECT_EQ(player("relative.wav", "x"), "");
}

}  // namespace html_parts_test
}  // namespace genrebench::html
