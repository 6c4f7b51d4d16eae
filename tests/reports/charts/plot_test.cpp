#include "reports/charts/plot.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "reports/charts/example_charts.hpp"
#include "reports/render/render.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace plot_test {

using namespace genrebench::testing;

template <typename Chart>
class EveryChart : public ::testing::Test {};

/// An example of a kind of chart.
template <typename Chart>
Chart example_chart();
template <>
LineChart example_chart() {
  return line_chart();
}
template <>
HeatMap example_chart() {
  return heat_map();
}
template <>
Waveform example_chart() {
  return waveform();
}
template <>
TemporalGraph example_chart() {
  return temporal_graph();
}
template <>
RankDiagram example_chart() {
  return rank_diagram();
}
template <>
ForestPlot example_chart() {
  return forest_plot();
}

using Charts =
    ::testing::Types<LineChart, HeatMap, Waveform, TemporalGraph, RankDiagram, ForestPlot>;
TYPED_TEST_SUITE(EveryChart, Charts);

TYPED_TEST(EveryChart, IsDrawnInThreeFormatsAndEveryTimeTheSame) {
  const TypeParam chart = example_chart<TypeParam>();
  const Picture picture = draw(chart, {.id = "figure"}).picture;
  picture.draw({PictureFormat::svg, PictureFormat::png, PictureFormat::pdf});
  const std::string &svg = picture.svg(), &png = picture.png(), &pdf = picture.pdf();
  EXPECT_EQ(xml_error(svg), "");
  EXPECT_TRUE(svg.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\""));
  EXPECT_FALSE(contains(svg, "gnuplot 5")) << "no version";
  EXPECT_FALSE(contains(svg, "GNUPLOT"));
  EXPECT_TRUE(png.starts_with("\x89PNG\r\n\x1a\n"));
  const auto [width, height] = png_size(png);
  EXPECT_EQ(width, 1120);
  EXPECT_TRUE(contains(svg, "width=\"560\" height=\"" + std::to_string(height / 2) + "\""));
  EXPECT_TRUE(pdf.starts_with("%PDF-1."));
  EXPECT_TRUE(contains(pdf.substr(pdf.size() - 8), "%%EOF"));
  const Picture again = draw(chart, {.id = "figure"}).picture;
  EXPECT_EQ(again.pdf(), pdf) << "drawn alone";
  EXPECT_EQ(again.png(), png);
  EXPECT_EQ(again.svg(), svg);
}

TEST(Plot, NoTextOfUsersIsMarkupOrCommand) {
  const testing::TemporaryFolder folder;
  const std::string target = (folder / "made").string();
  const std::vector<std::string> hostile = {"a_b^{2} @x {/Symbol a}",
                                            "<b>&amp; ]]> \"q\"",
                                            "'; system('touch " + target + "'); #",
                                            "`touch " + target + "`",
                                            "\"; !touch " + target + "\n!touch " + target,
                                            "end\\",
                                            "''a'''b''",
                                            "%g 100 % %%",
                                            "bad \xFF byte \xEF\xBF\xBF",
                                            "音楽 Ωé",
                                            "id='x' href='#y'",
                                            ""};
  for (const std::string& text : hostile) {
    LineChart lines = line_chart();
    lines.title = lines.x_label = lines.y_label = lines.series[0].name = lines.series[1].name =
        text;
    lines.categories = {text, text, text, text};
    EXPECT_EQ(xml_error(draw(lines).picture.svg()), "") << text;
    HeatMap map = heat_map(3);
    map.title = map.x.label = map.y.label = map.colour_label = text;
    EXPECT_EQ(xml_error(draw(map).picture.svg()), "") << text;
    EXPECT_FALSE(std::filesystem::exists(target)) << text;
  }
  LineChart chart = line_chart();
  chart.title = "R&B <live> 100 %g 'x'_{1}";
  const std::string svg = draw(chart).picture.svg();
  EXPECT_TRUE(contains(svg, "<title>R&amp;B &lt;live&gt; 100 %g 'x'_{1}</title>"));
  EXPECT_TRUE(contains(svg, "<text>R&amp;B &lt;live> 100 %g 'x'_{1}</text>"));
}

TEST(Plot, EndlessTextsAreCut) {
  LineChart chart = line_chart();
  std::string endless(5000, 'x');
  endless += "é";
  chart.title = chart.x_label = chart.series[0].name = endless;
  const std::string svg = draw(chart).picture.svg();
  EXPECT_EQ(xml_error(svg), "");
  EXPECT_TRUE(contains(svg, "xxx…</text>"));
}

TEST(Plot, AFigureIsWrittenInAllItsFormatsAndStandsWithinHtml) {
  const testing::TemporaryFolder folder;
  Document document{.name = "d", .title = "D", .body = {}, .data = {}};
  document.body.emplace_back(
      to_figure("lines", "Lines", draw(line_chart(), {.id = "lines"}), {"A note."}));
  std::vector<std::string> names;
  for (const auto& file : write_document(document, folder.path(), {Format::latex, Format::html}))
    names.push_back(file.filename().string());
  EXPECT_EQ(names,
            (std::vector<std::string>{"d.tex", "d.html", "lines.svg", "lines.png", "lines.pdf"}));
  const std::string html = render_html(document);
  EXPECT_TRUE(contains(html, "\n<svg"));
  EXPECT_TRUE(contains(html, "A note."));
}

TEST(Plot, TwentyFourClustersHaveColoursOfTheirOwn) {
  std::set<std::string> colours;
  for (int cluster = 0; cluster < 24; ++cluster)
    EXPECT_TRUE(colours.insert(cluster_colour(cluster)).second) << cluster;
  EXPECT_EQ(cluster_colour(24), cluster_colour(0));
}

/// Where the texts of a legend begin, in pixels.
double begin_of(const std::string& svg, const std::string& text) {
  const std::size_t end = svg.find(">" + text + "<");
  const std::size_t begin = svg.rfind("translate(", end) + 10;
  return std::stod(svg.substr(begin));
}

TEST(Plot, EntriesOfALegendStandApartAlsoInWideLetters) {
  const LineChart chart{.series = {{.name = "mmmmmmmmmm", .x = {1, 2}, .y = {1, 2}},
                                   {.name = "second", .x = {1, 2}, .y = {2, 1}}}};
  const std::string svg = draw(chart).picture.svg();
  // An m of 14 pixels, in the widest of the fonts, is 13.6 pixels wide; a piece of line is before
  // the text.
  EXPECT_GT(begin_of(svg, "second"), begin_of(svg, "mmmmmmmmmm") + 10 * 13.6 + 25.0);
}

}  // namespace plot_test
}  // namespace genrebench
