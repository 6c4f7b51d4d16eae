#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/charts/charts.hpp"
#include "reports/charts/example_charts.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace waveform_test {

using namespace genrebench::testing;

TEST(Waveform, TheLegendSaysHowLongEachClusterIs) {
  const std::string svg = draw(waveform()).picture.svg();
  EXPECT_TRUE(contains(svg, "<text>cluster 1 (20 s)</text>"));
  EXPECT_TRUE(contains(svg, "<text>cluster 2 (10 s)</text>"));
}

TEST(Waveform, SilenceAndManyColumnsAreDrawn) {
  Waveform chart{.minimum = std::vector<float>(5000, 0.0f),
                 .maximum = std::vector<float>(5000, 0.0f),
                 .duration_s = 1.0};
  EXPECT_EQ(xml_error(draw(chart).picture.svg()), "");
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

}  // namespace waveform_test
}  // namespace genrebench
