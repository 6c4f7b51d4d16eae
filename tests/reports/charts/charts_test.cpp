#include "reports/charts/charts.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "reports/render/render.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What is wrong with a text as XML: tags that do not match, attributes that are not quoted or
/// repeat, a bare `&` or `]]>`, ids that repeat, references to ids that are not there. Empty:
/// nothing. It knows what gnuplot's SVG has, not all of XML.
std::string xml_error(const std::string& xml) {
  std::vector<std::string> open;
  std::set<std::string> ids, references;
  if (contains(xml, "]]>")) return "]]>";
  for (std::size_t at = 0; (at = xml.find('&', at)) != std::string::npos; ++at)
    if (const std::size_t end = xml.find_first_of("; <", at);
        end == std::string::npos || xml[end] != ';')
      return "a bare &";
  for (std::size_t at = 0; (at = xml.find('<', at)) != std::string::npos;) {
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return "a tag without end";
    const std::string tag = xml.substr(at + 1, end - at - 1);
    at = end;
    if (tag.starts_with("?") || tag.starts_with("!--") || tag.starts_with("!DOCTYPE")) continue;
    if (tag.starts_with("/")) {
      if (open.empty() || open.back() != tag.substr(1)) return "an end without start: " + tag;
      open.pop_back();
      continue;
    }
    const std::string name = tag.substr(0, tag.find_first_of(" \t\n/"));
    std::set<std::string> attributes;
    for (std::size_t a = name.size();
         (a = tag.find_first_not_of(" \t\n", a)) != std::string::npos && tag[a] != '/';) {
      const std::size_t equals = tag.find('=', a);
      if (equals == std::string::npos || equals + 1 >= tag.size())
        return "an attribute without value: " + tag;
      const std::string attribute = tag.substr(a, equals - a);
      const std::size_t begin = tag.find_first_of("'\"", equals);
      if (begin == std::string::npos) return "an attribute without quotes: " + tag;
      const std::size_t close = tag.find(tag[begin], begin + 1);
      if (close == std::string::npos) return "a quote without end: " + tag;
      if (!attributes.insert(attribute).second) return "an attribute twice: " + tag;
      const std::string value = tag.substr(begin + 1, close - begin - 1);
      if (attribute == "id" && !ids.insert(value).second) return "an id twice: " + value;
      if (value.starts_with("#") && attribute.ends_with("href")) references.insert(value.substr(1));
      a = close + 1;
    }
    if (!tag.ends_with("/")) open.push_back(name);
  }
  if (!open.empty()) return "a start without end: " + open.back();
  for (const std::string& reference : references)
    if (!ids.contains(reference)) return "a reference to nothing: " + reference;
  return "";
}

std::set<std::string> ids_of(const std::string& svg) {
  std::set<std::string> result;
  for (const std::string start : {" id='", " id=\""})
    for (std::size_t at = 0; (at = svg.find(start, at)) != std::string::npos;) {
      at += start.size();
      result.insert(svg.substr(at, svg.find_first_of("'\"", at) - at));
    }
  return result;
}

std::pair<int, int> png_size(const std::string& png) {
  const auto integer = [&](std::size_t at) {
    int value = 0;
    for (std::size_t i = 0; i < 4; ++i)
      value = value * 256 + static_cast<unsigned char>(png.at(at + i));
    return value;
  };
  return {integer(16), integer(20)};
}

LineChart line_chart() {
  return {.x_label = "Epoch",
          .y_label = "Loss",
          .series = {{.name = "train",
                      .x = {1, 2, 3},
                      .y = {3, 2, 1},
                      .low = {2.5, 1.5, kNaN},
                      .high = {3.5, 2.5, kNaN}},
                     {.name = "validation", .x = {1, 2, 3}, .y = {3, 2.5, 2.4}}}};
}

HeatMap heat_map(Eigen::Index n = 20) {
  HeatMap chart{.x = {.label = "Time (s)", .high = 60, .seconds = true},
                .y = {.label = "Time (s)", .high = 60, .seconds = true},
                .colour_label = "Distance"};
  chart.values = Eigen::MatrixXd::NullaryExpr(
      n, n, [](Eigen::Index r, Eigen::Index c) { return std::abs(static_cast<double>(r - c)); });
  return chart;
}

Waveform waveform() {
  return {.minimum = {-0.5f, -0.2f, 0.0f, -1.0f},
          .maximum = {0.5f, 0.3f, 0.0f, 0.9f},
          .duration_s = 40.0,
          .sections = {{0, 10, 0}, {10, 20, 1}, {30, 40, 0}}};
}

TemporalGraph temporal_graph() {
  TemporalGraph chart{.x_label = "First", .y_label = "Second"};
  chart.points.resize(4, 2);
  chart.points << 0, 0, 1, 1, 2, 0, 3, 1;
  chart.clusters = {0, 1, 0, 1};
  return chart;
}

template <typename Chart>
void expect_three_formats(const Chart& chart) {
  const Drawing drawing = draw(chart, {.id = "figure"});
  EXPECT_EQ(xml_error(drawing.svg), "");
  EXPECT_TRUE(drawing.svg.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\""));
  EXPECT_FALSE(contains(drawing.svg, "gnuplot 5")) << "no version";
  EXPECT_FALSE(contains(drawing.svg, "GNUPLOT"));
  ASSERT_TRUE(drawing.png && drawing.pdf);
  EXPECT_TRUE(drawing.png->starts_with("\x89PNG\r\n\x1a\n"));
  const auto [width, height] = png_size(*drawing.png);
  EXPECT_EQ(width, 1120);
  EXPECT_TRUE(contains(drawing.svg, "width=\"560\" height=\"" + std::to_string(height / 2) + "\""));
  EXPECT_TRUE(drawing.pdf->starts_with("%PDF-1."));
  EXPECT_TRUE(contains(drawing.pdf->substr(drawing.pdf->size() - 8), "%%EOF"));
  const Drawing again = draw(chart, {.id = "figure"});
  EXPECT_EQ(drawing.svg, again.svg);
  EXPECT_EQ(drawing.png, again.png);
  EXPECT_EQ(drawing.pdf, again.pdf);
}

TEST(Charts, EveryKindIsDrawnInThreeFormatsAndEveryTimeTheSame) {
  expect_three_formats(line_chart());
  expect_three_formats(heat_map());
  expect_three_formats(waveform());
  expect_three_formats(temporal_graph());
}

TEST(Charts, APdfDoesNotTellTheTime) {
  EXPECT_TRUE(contains(*draw(line_chart()).pdf, "/CreationDate (D:19700101000000"));
}

TEST(Charts, OnlyTheFormatsAskedForAreMade) {
  const Drawing svg = draw(line_chart(), {.png = false, .pdf = false});
  EXPECT_FALSE(svg.png || svg.pdf);
  const Drawing pdf = draw(line_chart(), {.png = false});
  EXPECT_FALSE(pdf.png);
  EXPECT_TRUE(pdf.pdf->starts_with("%PDF"));
  EXPECT_EQ(svg.svg, pdf.svg);
}

TEST(Charts, IdsOfTwoFiguresDoNotMeet) {
  const std::set<std::string> first =
      ids_of(draw(line_chart(), {.id = "one", .png = false, .pdf = false}).svg);
  EXPECT_FALSE(first.empty());
  for (const DrawOptions& options : {DrawOptions{.id = "two", .png = false, .pdf = false},
                                     DrawOptions{.png = false, .pdf = false}})
    for (const std::string& id : ids_of(draw(line_chart(), options).svg))
      EXPECT_FALSE(first.contains(id)) << id;
  LineChart other = line_chart();
  other.y_label = "Other";
  const std::set<std::string> unnamed =
      ids_of(draw(line_chart(), {.png = false, .pdf = false}).svg);
  for (const std::string& id : ids_of(draw(other, {.png = false, .pdf = false}).svg))
    EXPECT_FALSE(unnamed.contains(id)) << id;
}

TEST(Charts, NoTextOfUsersIsMarkupOrCommand) {
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
    EXPECT_EQ(xml_error(draw(lines).svg), "") << text;
    HeatMap map = heat_map(3);
    map.title = map.x.label = map.y.label = map.colour_label = text;
    EXPECT_EQ(xml_error(draw(map).svg), "") << text;
    EXPECT_FALSE(std::filesystem::exists(target)) << text;
  }
  LineChart chart = line_chart();
  chart.title = "R&B <live> 100 %g 'x'_{1}";
  const std::string svg = draw(chart).svg;
  EXPECT_TRUE(contains(svg, "<title>R&amp;B &lt;live&gt; 100 %g 'x'_{1}</title>"));
  EXPECT_TRUE(contains(svg, "<text>R&amp;B &lt;live> 100 %g 'x'_{1}</text>"));
}

TEST(Charts, CategoriesShowPercentSignsAsTheyAre) {
  LineChart chart = line_chart();
  chart.categories = {"50 %", "%g", "b", "c"};
  const std::string svg = draw(chart).svg;
  EXPECT_TRUE(contains(svg, "<text>50 %</text>"));
  EXPECT_TRUE(contains(svg, "<text>%g</text>"));
}

TEST(Charts, EndlessTextsAreCut) {
  LineChart chart = line_chart();
  std::string endless(5000, 'x');
  endless += "é";
  chart.title = chart.x_label = chart.series[0].name = endless;
  const std::string svg = draw(chart).svg;
  EXPECT_EQ(xml_error(svg), "");
  EXPECT_TRUE(contains(svg, "xxx…</text>"));
}

TEST(Charts, MissingGlyphsAreToldAndStayInTheSvg) {
  LineChart chart = line_chart();
  chart.title = "音楽";
  const Drawing drawing = draw(chart);
  EXPECT_TRUE(contains(drawing.svg, "<text>音楽</text>"));
  ASSERT_EQ(drawing.notes.size(), 1u);
  EXPECT_TRUE(contains(drawing.notes[0], "PNG"));
  EXPECT_TRUE(draw(chart, {.png = false, .pdf = false}).notes.empty());
}

TEST(LineChart, GapsAreNotDrawnAndASinglePointIs) {
  LineChart chart{.series = {{.name = "s", .x = {1, 2, 3}, .y = {1, kNaN, 2}}}};
  EXPECT_EQ(xml_error(draw(chart).svg), "");
  chart.series = {{.name = "s", .x = {5}, .y = {0}}};
  EXPECT_EQ(xml_error(draw(chart).svg), "");
  chart.log_x = true;
  EXPECT_EQ(xml_error(draw(chart).svg), "");
}

TEST(LineChart, HugeAndNearlyEqualValuesAreDrawn) {
  for (const double y : {1e20, std::nextafter(1.0, 2.0), 1e-300, -1e300}) {
    const LineChart chart{
        .series = {{.name = "s", .x = {1, 2, 3}, .y = {y, y, std::nextafter(y, 0.0)}}}};
    EXPECT_EQ(xml_error(draw(chart).svg), "") << y;
  }
}

TEST(LineChart, FewValuesHaveTheirOwnTicksOnALogarithmicAxis) {
  LineChart chart{.log_x = true,
                  .series = {{.name = "s", .x = {0.5, 1, 2, 4, 8, 16}, .y = {1, 2, 3, 3, 2, 1}}}};
  const std::string svg = draw(chart).svg;
  for (const char* tick : {"0.5", "1", "2", "4", "8", "16"})
    EXPECT_TRUE(contains(svg, "<text>" + std::string(tick) + "</text>")) << tick;
}

TEST(LineChart, WhatCannotBeDrawnIsAnError) {
  EXPECT_THROW_SAYING(draw(LineChart()), ConfigError, "line chart", "no finite point");
  EXPECT_THROW_SAYING(draw(LineChart{.series = {{.name = "s", .x = {1}, .y = {kNaN}}}}),
                      ConfigError, "no finite point");
  EXPECT_THROW_SAYING(draw(LineChart{.series = {{.name = "s", .x = {1, 2}, .y = {1}}}}),
                      ConfigError, "'s'", "2 x and 1 y");
  EXPECT_THROW_SAYING(draw(LineChart{.series = {{.name = "s", .x = {1}, .y = {1}, .low = {0}}}}),
                      ConfigError, "intervals");
  EXPECT_THROW_SAYING(draw(LineChart{.log_x = true, .series = {{.name = "s", .x = {0}, .y = {1}}}}),
                      ConfigError, "not positive");
}

TEST(LineChart, DashesColoursAndSeriesWithoutANameInTheLegend) {
  LineChart chart{.series = {{.name = "shown", .x = {1, 2}, .y = {1, 2}, .markers = false},
                             {.x = {1, 2}, .y = {2, 1}, .markers = false, .colour = 4}}};
  const std::string plain = draw(chart).svg;
  EXPECT_TRUE(contains(plain, ">shown<"));
  const std::string colour = cluster_colour(4).substr(1);
  const auto is_drawn_in = [&](const std::string& svg, const std::string& rgb) {
    const auto channel = [&](std::size_t i) {
      return fmt::format("{:3}", std::stoi(rgb.substr(i, 2), nullptr, 16));
    };
    return contains(svg, "rgb(" + channel(0) + ", " + channel(2) + ", " + channel(4) + ")");
  };
  EXPECT_TRUE(is_drawn_in(plain, colour));
  EXPECT_FALSE(is_drawn_in(plain, cluster_colour(1).substr(1)));
  EXPECT_FALSE(contains(plain, "stroke-dasharray"));
  chart.series[0].dashed = true;
  const std::string dashed = draw(chart).svg;
  EXPECT_TRUE(contains(dashed, "stroke-dasharray"));
  EXPECT_EQ(xml_error(dashed), "");
}

TEST(LineChart, TicksOfManyDigitsLeaveRoomForTheLabel) {
  LineChart chart{.y_label = "rate",
                  .series = {{.name = "s", .x = {1, 2}, .y = {0.00021, 0.00049}}}};
  const auto first_tick = [](const std::string& svg) {  // where its text ends
    const std::size_t at = svg.find("translate(");
    return std::stod(svg.substr(at + 10));
  };
  const double wide = first_tick(draw(chart).svg);
  chart.series[0].y = {1, 2};
  EXPECT_GT(wide, first_tick(draw(chart).svg));
}

TEST(HeatMap, RowsAndColumnsHaveNamesAndCellsCounts) {
  HeatMap chart{.x = {.label = "predicted", .names = {"left", "right"}},
                .y = {.label = "truth", .names = {"up", "down"}}};
  chart.values = Eigen::Matrix2d{{0.0, 1.0}, {0.25, 0.75}};
  chart.counts = Eigen::Matrix2i{{0, 123}, {45, 678}};
  const Drawing drawing = draw(chart);
  EXPECT_EQ(xml_error(drawing.svg), "");
  EXPECT_TRUE(drawing.notes.empty());
  for (const char* text : {"left", "right", "up", "down", "123", "45", "678"})
    EXPECT_TRUE(contains(drawing.svg, ">" + std::string(text) + "<")) << text;
  EXPECT_LT(drawing.svg.find(">up<"), drawing.svg.find(">down<"));

  chart.x.names.pop_back();
  EXPECT_THROW_SAYING(draw(chart), ConfigError, "heat map", "a name for each of 2 columns, got 1");
  chart.x.names.clear();
  chart.counts.resize(1, 2);
  EXPECT_THROW_SAYING(draw(chart), ConfigError, "heat map", "counts for 2 x 2 cells, got 1 x 2");
}

TEST(Panels, StandInAGridWithTheirNames) {
  Panels chart{.x_label = "30 s"};
  for (const char* name : {"blues & soul", "classical", "country", "disco"})
    chart.panels.push_back({name, Eigen::MatrixXd::Random(128, 600)});
  chart.panels[1].values(3, 4) = std::numeric_limits<double>::quiet_NaN();
  const Drawing drawing = draw(chart);
  for (const char* text : {"blues &amp; soul", "classical", "country", "disco", "30 s"})
    EXPECT_NE(drawing.svg.find(text), std::string::npos) << text;
  std::size_t n_images = 0;
  for (std::size_t at = 0; (at = drawing.svg.find("<image", at)) != std::string::npos; ++at)
    ++n_images;
  EXPECT_EQ(n_images, 4u);
  EXPECT_TRUE(drawing.png.has_value());
  EXPECT_EQ(draw(chart).svg, drawing.svg);
}

TEST(Panels, NothingToShowIsRefused) {
  EXPECT_THROW(draw(Panels{}), ConfigError);
  EXPECT_THROW(draw(Panels{.panels = {{"empty", {}}}}), ConfigError);
}

TEST(HeatMap, CountsThatDoNotFitAreLeftOutAndThatIsTold) {
  HeatMap chart = heat_map(100);
  chart.counts = Eigen::MatrixXi::Constant(chart.values.rows(), chart.values.cols(), 98765);
  const Drawing drawing = draw(chart);
  EXPECT_FALSE(contains(drawing.svg, "98765"));
  ASSERT_EQ(drawing.notes.size(), 1u);
  EXPECT_EQ(drawing.notes[0], "The cells are too small for their counts.");
}

TEST(HeatMap, LargeMatricesAreAveragedInBlocks) {
  Eigen::MatrixXd values(4, 6);
  for (Eigen::Index r = 0; r < 4; ++r)
    for (Eigen::Index c = 0; c < 6; ++c) values(r, c) = static_cast<double>(10 * r + c);
  Eigen::MatrixXd expected(2, 2);
  expected << 6, 9, 26, 29;  // means of 2 x 3 blocks
  EXPECT_EQ(averaged_down(values, 2), expected);
  EXPECT_EQ(averaged_down(values, 6), values);
  EXPECT_EQ(averaged_down(values, 4).rows(), 4);
  const Eigen::MatrixXd uneven = averaged_down(Eigen::MatrixXd::Ones(1003, 5), 1000);
  EXPECT_EQ(uneven.rows(), 1000);
  EXPECT_EQ(uneven, Eigen::MatrixXd::Ones(1000, 5));
}

TEST(HeatMap, CellsWithoutAFiniteValueTakeNoPartInAverages) {
  Eigen::MatrixXd values(2, 4);
  values << 1, kNaN, kNaN, kNaN, 3, HUGE_VAL, -HUGE_VAL, kNaN;
  const Eigen::MatrixXd result = averaged_down(values, 2);
  EXPECT_EQ(result(0, 0), 1.0);
  EXPECT_EQ(result(1, 0), 3.0);
  EXPECT_TRUE(std::isnan(result(0, 1)));
  EXPECT_TRUE(std::isnan(result(1, 1)));
}

TEST(HeatMap, GreyCellsAndClippedColoursAreTold) {
  HeatMap chart = heat_map();
  EXPECT_TRUE(draw(chart).notes.empty());
  chart.values(3, 4) = kNaN;
  chart.values(0, 1) = HUGE_VAL;
  chart.values(5, 6) = 1000.0;
  chart.clip_percentile = 99.0;
  const Drawing drawing = draw(chart);
  ASSERT_EQ(drawing.notes.size(), 2u);
  EXPECT_EQ(
      drawing.notes[0],
      "Values above 18, the 99th percentile, have the brightest colour; the highest is 1000.");
  EXPECT_EQ(drawing.notes[1], "Grey cells have no finite value.");
}

TEST(HeatMap, ConstantAndEmptyOfValuesAreDrawn) {
  for (const double value : {0.0, -7.0, 1e12, 1e100, kNaN}) {
    HeatMap chart = heat_map(3);
    chart.values.setConstant(value);
    EXPECT_EQ(xml_error(draw(chart).svg), "") << value;
  }
}

TEST(HeatMap, TheImageIsWithinTheSvg) {
  const std::string svg = draw(heat_map()).svg;
  EXPECT_TRUE(contains(svg, "data:image/png;base64,"));
  EXPECT_FALSE(contains(svg, "cells.bin"));
  EXPECT_EQ(svg.find(".png'"), std::string::npos) << "no file beside it";
}

TEST(HeatMap, WhatCannotBeDrawnIsAnError) {
  EXPECT_THROW_SAYING(draw(HeatMap()), ConfigError, "heat map", "empty");
  HeatMap chart = heat_map();
  chart.clip_percentile = 0.0;
  EXPECT_THROW_SAYING(draw(chart), ConfigError, "percentile", "(0, 100]");
}

TEST(Waveform, TheLegendSaysHowLongEachClusterIs) {
  const std::string svg = draw(waveform()).svg;
  EXPECT_TRUE(contains(svg, "<text>cluster 1 (20 s)</text>"));
  EXPECT_TRUE(contains(svg, "<text>cluster 2 (10 s)</text>"));
}

TEST(Waveform, SilenceAndManyColumnsAreDrawn) {
  Waveform chart{.minimum = std::vector<float>(5000, 0.0f),
                 .maximum = std::vector<float>(5000, 0.0f),
                 .duration_s = 1.0};
  EXPECT_EQ(xml_error(draw(chart).svg), "");
}

TEST(Waveform, WhatCannotBeDrawnIsAnError) {
  EXPECT_THROW_SAYING(draw(Waveform{.duration_s = 1.0}), ConfigError, "waveform", "0 and 0");
  Waveform chart = waveform();
  chart.duration_s = 0.0;
  EXPECT_THROW_SAYING(draw(chart), ConfigError, "positive duration");
  chart = waveform();
  chart.sections[1].end_s = 10.0;
  EXPECT_THROW_SAYING(draw(chart), ConfigError, "10 s to 10 s");
}

TEST(TemporalGraph, FewPointsAreNumbered) {
  TemporalGraph chart = temporal_graph();
  chart.points *= 1000.0;  // so that no tick reads 4
  EXPECT_TRUE(contains(draw(chart).svg, "<text>4</text>"));
  chart.max_numbered = 3;
  EXPECT_FALSE(contains(draw(chart).svg, "<text>4</text>"));
}

TEST(TemporalGraph, PointsThatAreNotFiniteAreLeftOut) {
  TemporalGraph chart = temporal_graph();
  chart.points(2, 0) = kNaN;
  EXPECT_EQ(xml_error(draw(chart).svg), "");
  chart.points.setConstant(kNaN);
  EXPECT_THROW_SAYING(draw(chart), ConfigError, "no point is finite");
}

TEST(TemporalGraph, WhatCannotBeDrawnIsAnError) {
  EXPECT_THROW_SAYING(draw(TemporalGraph()), ConfigError, "temporal graph", "0 x 0");
  TemporalGraph chart = temporal_graph();
  chart.clusters.pop_back();
  EXPECT_THROW_SAYING(draw(chart), ConfigError, "4 points, got 3");
  chart.clusters.push_back(-1);
  EXPECT_THROW_SAYING(draw(chart), ConfigError, "counted from 0, got -1");
}

TEST(Palette, TwentyFourClustersHaveColoursOfTheirOwn) {
  std::set<std::string> colours;
  for (int cluster = 0; cluster < 24; ++cluster)
    EXPECT_TRUE(colours.insert(cluster_colour(cluster)).second) << cluster;
  EXPECT_EQ(cluster_colour(24), cluster_colour(0));
}

class WithPath : public ::testing::Test {
 protected:
  WithPath() : before_(::getenv("PATH")) { ::setenv("PATH", folder_.path().c_str(), 1); }
  ~WithPath() override { ::setenv("PATH", before_.c_str(), 1); }

  const testing::TemporaryFolder folder_;
  const std::string before_;
};

TEST_F(WithPath, AMissingGnuplotIsAnErrorThatSaysWhatToInstall) {
  EXPECT_THROW_SAYING(draw(line_chart()), DataError, "gnuplot", "No such file", "gnuplot-nox");
}

TEST_F(WithPath, AFailingGnuplotIsAnErrorWithWhatItSaid) {
  const auto program =
      folder_.write("gnuplot", "#!/bin/sh\necho 'unknown terminal' >&2\necho 'more' >&2\nexit 3\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  EXPECT_THROW_SAYING(draw(line_chart()), DataError, "exit status 3", "unknown terminal more",
                      "gnuplot-nox");
}

TEST_F(WithPath, AGnuplotThatDrawsNothingIsAnError) {
  const auto program = folder_.write("gnuplot", "#!/bin/sh\nexit 0\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  EXPECT_THROW_SAYING(draw(line_chart()), DataError, "exit status 0", "did not say why");
}

TEST(Charts, AFigureIsWrittenInAllItsFormatsAndStandsWithinHtml) {
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

}  // namespace
}  // namespace genrebench
