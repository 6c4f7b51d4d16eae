#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/charts/charts.hpp"
#include "reports/charts/example_charts.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace rank_diagram_test {

using namespace genrebench::testing;

/// The height of a picture in pixels.
int height(const RankDiagram& chart) { return png_size(draw(chart).picture.png()).second / 2; }

TEST(RankDiagram, NamesEveryMethodAndTheCriticalDifference) {
  const std::string svg = draw(rank_diagram()).picture.svg();
  EXPECT_EQ(xml_error(svg), "");
  for (const char* text : {"best", "middle", "worst", "critical difference 1.20"})
    EXPECT_TRUE(contains(svg, text)) << text;
}

TEST(RankDiagram, TheOrderOfTheMethodsDoesNotMatter) {
  RankDiagram chart = rank_diagram();
  const std::string svg = draw(chart, {.id = "a"}).picture.svg();
  std::swap(chart.methods[0], chart.methods[2]);
  std::swap(chart.bars[0], chart.bars[1]);
  EXPECT_EQ(draw(chart, {.id = "a"}).picture.svg(), svg);
}

TEST(RankDiagram, BarsThatTouchStandBelowEachOther) {
  RankDiagram chart = rank_diagram();
  const int two_levels = height(chart);
  chart.bars = {{1.1, 2.0}};
  EXPECT_LT(height(chart), two_levels);
  chart.bars.clear();
  EXPECT_EQ(xml_error(draw(chart).picture.svg()), "");
}

TEST(RankDiagram, OfManyMethodsIsDrawn) {
  RankDiagram chart;
  for (int i = 0; i < 60; ++i)
    chart.methods.push_back({.name = fmt::format("method {}", i), .rank = 1.0 + i});
  EXPECT_EQ(xml_error(draw(chart).picture.svg()), "");
}

TEST(RankDiagram, WhatCannotBeDrawnIsAnError) {
  EXPECT_THROW_SAYING(draw(RankDiagram{.methods = {{"alone", 1.0}}}), ConfigError, "rank diagram",
                      "two methods or more, got 1");
  EXPECT_THROW_SAYING(draw(RankDiagram{.methods = {{"a", 1.0}, {"b", 2.5}}}), ConfigError,
                      "from 1 to 2, got 2.5 for 'b'");
  EXPECT_THROW_SAYING(draw(RankDiagram{.methods = {{"a", 1.0}, {"b", kNaN}}}), ConfigError,
                      "mean ranks");
}

}  // namespace rank_diagram_test
}  // namespace genrebench
