#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/charts/charts.hpp"
#include "reports/charts/example_charts.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace line_chart_test {

using namespace genrebench::testing;

TEST(LineChart, GapsAreNotDrawnAndASinglePointIs) {
  LineChart chart{.series = {{.name = "s", .x = {1, 2, 3}, .y = {1, kNaN, 2}}}};
  EXPECT_EQ(xml_error(draw(chart).picture.svg()), "");
  chart.series = {{.name = "s", .x = {5}, .y = {0}}};
  EXPECT_EQ(xml_error(draw(chart).picture.svg()), "");
  chart.log_x = true;
  EXPECT_EQ(xml_error(draw(chart).picture.svg()), "");
}

TEST(LineChart, HugeAndNearlyEqualValuesAreDrawn) {
  for (const double y : {1e20, std::nextafter(1.0, 2.0), 1e-300, -1e300}) {
    const LineChart chart{
        .series = {{.name = "s", .x = {1, 2, 3}, .y = {y, y, std::nextafter(y, 0.0)}}}};
    EXPECT_EQ(xml_error(draw(chart).picture.svg()), "") << y;
  }
}

TEST(LineChart, FewValuesHaveTheirOwnTicksOnALogarithmicAxis) {
  LineChart chart{.log_x = true,
                  .series = {{.name = "s", .x = {0.5, 1, 2, 4, 8, 16}, .y = {1, 2, 3, 3, 2, 1}}}};
  const std::string svg = draw(chart).picture.svg();
  for (const char* tick : {"0.5", "1", "2", "4", "8", "16"})
    EXPECT_TRUE(contains(svg, "<text>" + std::string(tick) + "</text>")) << tick;
}

TEST(LineChart, AShortLogarithmicAxisHasTicksTooAndManyOfThem) {
  LineChart chart{.log_x = true};
  for (int i = 0; i < 30; ++i) {
    chart.series.resize(1);
    chart.series[0].x.push_back(0.25 + 0.0001 * i);
    chart.series[0].y.push_back(i);
  }
  EXPECT_TRUE(contains(draw(chart).picture.svg(), "<text>0.251</text>"));
}

TEST(LineChart, ValuesOfManyDigitsHaveRoundTicks) {
  const LineChart chart{.series = {{.x = {0.0, 39.0865, 60.0, 80.0, 100.0}, .y = {0, 1, 2, 3, 4}}}};
  const std::string svg = draw(chart).picture.svg();
  EXPECT_FALSE(contains(svg, "39.08"));
  EXPECT_TRUE(contains(svg, "<text>40</text>"));
}

TEST(LineChart, SmallAndLargeValuesOnALogarithmicAxisAreAllPowersOfTen) {
  LineChart chart{.log_x = true, .series = {{.x = {3.71e-7, 5.2e-6, 2.03e-4}, .y = {1, 2, 3}}}};
  const std::string svg = draw(chart).picture.svg();
  for (const char* tick : {"10⁻⁶", "10⁻⁵", "10⁻⁴"})
    EXPECT_TRUE(contains(svg, ">" + std::string(tick) + "<")) << tick;
  EXPECT_FALSE(contains(svg, "0.0001"));
  chart.series[0].x = {1.5e4, 2.6e6, 3.1e12};
  EXPECT_TRUE(contains(draw(chart).picture.svg(), ">10¹²<"));
}

TEST(LineChart, APointOfAScatterPlotStandsWhereItsOwnIntervalIs) {
  // Two series over each other: side by side they are drawn at two places, else at one.
  LineChart chart{.series = {{.x = {1, 2}, .y = {1, 1}, .low = {0, 0}, .high = {2, 2}},
                             {.x = {1, 2}, .y = {1, 1}, .low = {0, 0}, .high = {2, 2}}}};
  const std::string apart = draw(chart).picture.svg();
  chart.side_by_side = false;
  const std::string together = draw(chart).picture.svg();
  EXPECT_NE(apart, together);
  chart.series[1] = chart.series[0] = {.x = {1, 2}, .y = {1, 1}};
  const std::string without_intervals = draw(chart).picture.svg();
  chart.side_by_side = true;
  EXPECT_EQ(draw(chart).picture.svg(), without_intervals) << "it is about error bars alone";
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
  const std::string plain = draw(chart).picture.svg();
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
  const std::string dashed = draw(chart).picture.svg();
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
  const double wide = first_tick(draw(chart).picture.svg());
  chart.series[0].y = {1, 2};
  EXPECT_GT(wide, first_tick(draw(chart).picture.svg()));
}

TEST(LineChart, CategoriesShowPercentSignsAsTheyAre) {
  LineChart chart = line_chart();
  chart.categories = {"50 %", "%g", "b", "c"};
  const std::string svg = draw(chart).picture.svg();
  EXPECT_TRUE(contains(svg, "<text>50 %</text>"));
  EXPECT_TRUE(contains(svg, "<text>%g</text>"));
}

}  // namespace line_chart_test
}  // namespace genrebench
