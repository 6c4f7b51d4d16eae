#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "reports/charts/charts.hpp"
#include "reports/charts/example_charts.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace heat_map_test {

using namespace genrebench::testing;

TEST(HeatMap, RowsAndColumnsHaveNamesAndCellsCounts) {
  HeatMap chart{.x = {.label = "predicted", .names = {"left", "right"}},
                .y = {.label = "truth", .names = {"up", "down"}}};
  chart.values = Eigen::Matrix2d{{0.0, 1.0}, {0.25, 0.75}};
  chart.counts = Eigen::Matrix2i{{0, 123}, {45, 678}};
  const Drawing drawing = draw(chart);
  EXPECT_EQ(xml_error(drawing.picture.svg()), "");
  EXPECT_TRUE(drawing.notes.empty());
  for (const char* text : {"left", "right", "up", "down", "123", "45", "678"})
    EXPECT_TRUE(contains(drawing.picture.svg(), ">" + std::string(text) + "<")) << text;
  EXPECT_LT(drawing.picture.svg().find(">up<"), drawing.picture.svg().find(">down<"));

  chart.x.names.pop_back();
  EXPECT_THROW_SAYING(draw(chart), ConfigError, "heat map", "a name for each of 2 columns, got 1");
  chart.x.names.clear();
  chart.counts.resize(1, 2);
  EXPECT_THROW_SAYING(draw(chart), ConfigError, "heat map", "counts for 2 x 2 cells, got 1 x 2");
}

TEST(HeatMap, CountsThatDoNotFitAreLeftOutAndThatIsTold) {
  HeatMap chart = heat_map(100);
  chart.counts = Eigen::MatrixXi::Constant(chart.values.rows(), chart.values.cols(), 98765);
  const Drawing drawing = draw(chart);
  EXPECT_FALSE(contains(drawing.picture.svg(), "98765"));
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
    EXPECT_EQ(xml_error(draw(chart).picture.svg()), "") << value;
  }
}

TEST(HeatMap, TheImageIsWithinTheSvg) {
  const std::string svg = draw(heat_map()).picture.svg();
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

}  // namespace heat_map_test
}  // namespace genrebench
