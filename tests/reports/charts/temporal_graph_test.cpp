#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/charts/charts.hpp"
#include "reports/charts/example_charts.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace temporal_graph_test {

using namespace genrebench::testing;

TEST(TemporalGraph, FewPointsAreNumbered) {
  TemporalGraph chart = temporal_graph();
  chart.points *= 1000.0;  // so that no tick reads 4
  EXPECT_TRUE(contains(draw(chart).picture.svg(), "<text>4</text>"));
  chart.max_numbered = 3;
  EXPECT_FALSE(contains(draw(chart).picture.svg(), "<text>4</text>"));
}

TEST(TemporalGraph, PointsThatAreNotFiniteAreLeftOut) {
  TemporalGraph chart = temporal_graph();
  chart.points(2, 0) = kNaN;
  EXPECT_EQ(xml_error(draw(chart).picture.svg()), "");
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

}  // namespace temporal_graph_test
}  // namespace genrebench
