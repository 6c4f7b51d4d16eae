#include "signal/spectrum/decibels.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace genrebench::lanes {
namespace decibels_test {

float level_of(float power) { return decibels(simd::fill(power))[0]; }

TEST(LaneDecibels, AreTenTimesTheLogarithm) {
  for (const float power : {1.0f, 10.0f, 1e-10f, 0.5f, 3e4f, std::numeric_limits<float>::min()})
    EXPECT_NEAR(static_cast<double>(level_of(power)), 10.0 * std::log10(static_cast<double>(power)),
                6e-5);
  EXPECT_EQ(level_of(1.0f), 0.0f);
}

TEST(LaneDecibels, AreNanForNanAndInfinity) {
  EXPECT_TRUE(std::isnan(level_of(std::numeric_limits<float>::quiet_NaN())));
  EXPECT_TRUE(std::isnan(level_of(std::numeric_limits<float>::infinity())));
}

}  // namespace decibels_test
}  // namespace genrebench::lanes
