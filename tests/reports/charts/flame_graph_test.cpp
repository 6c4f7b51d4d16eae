#include "reports/charts/flame_graph.hpp"

#include <gtest/gtest.h>

#include "reports/charts/example_charts.hpp"

namespace genrebench {
namespace flame_graph_test {

using namespace genrebench::testing;

const ProfileNode kRun{
    .name = "run",
    .seconds = 10.0,
    .count = 1,
    .within = {{"features <1>", 4.0, 1, {{"decoding", 6.0, 20, {}}, {"mfcc", 2.0, 20, {}}}},
               {"fit", 2.0, 1, {}},
               {"quick", 1e-6, 1, {}}}};

TEST(FlameGraph, WhatSeveralThreadsShareIsAsWideAsTheirTimes) {
  EXPECT_EQ(flame_seconds(kRun), 10.0 + 1e-6) << "eight of the threads, two of the fit";
  EXPECT_EQ(flame_seconds(kRun.within[0]), 8.0);
  EXPECT_EQ(flame_seconds(kRun.within[1]), 2.0);
}

TEST(FlameGraph, ShowsEveryStageThatCanBeSeen) {
  const std::string svg = flame_svg(kRun, "run & more");
  EXPECT_EQ(xml_error(svg), "");
  for (const char* text :
       {"features &lt;1&gt; 80 %", "decoding 60 %", "mfcc", "fit 20 %", "run &amp; more"})
    EXPECT_TRUE(contains(svg, text)) << text;
  EXPECT_FALSE(contains(svg, "quick")) << "too narrow";
  EXPECT_EQ(svg, flame_svg(kRun, "run & more"));
}

TEST(FlameGraph, NothingIsDrawnAsAnEmptyPicture) { EXPECT_EQ(xml_error(flame_svg({}, "")), ""); }

}  // namespace flame_graph_test
}  // namespace genrebench
