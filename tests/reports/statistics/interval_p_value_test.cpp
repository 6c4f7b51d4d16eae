#include "reports/statistics/interval_p_value.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace {

TEST(IntervalPValue, IsThatOfTheTTestWhichTheIntervalIsOf) {
  // scipy.stats: 2 * t.sf(2, 9) = 0.0765528..., t.ppf(0.975, 9) = 2.26215716...
  const double half = 2.2621571628540993;
  EXPECT_NEAR(interval_p_value(2.0, {2.0 - half, 2.0 + half}, 0.95, 9.0), 0.0765528237707016,
              1e-9);
  EXPECT_NEAR(interval_p_value(-2.0, {-2.0 - half, -2.0 + half}, 0.95, 9.0), 0.0765528237707016,
              1e-9);
}

TEST(IntervalPValue, IsOneMinusTheLevelWhereTheIntervalEndsAtZero) {
  for (const double degrees : {0.0, 3.0, 40.0})
    for (const double level : {0.9, 0.95, 0.99}) {
      EXPECT_NEAR(interval_p_value(0.3, {0.0, 0.5}, level, degrees), 1.0 - level, 1e-12);
      EXPECT_LT(interval_p_value(0.3, {0.001, 0.5}, level, degrees), 1.0 - level);
      EXPECT_GT(interval_p_value(0.3, {-0.001, 0.5}, level, degrees), 1.0 - level);
    }
}

TEST(IntervalPValue, TakesTheSideThatFacesZero) {
  EXPECT_EQ(interval_p_value(0.2, {0.1, 5.0}, 0.95), interval_p_value(0.2, {0.1, 0.3}, 0.95));
  EXPECT_EQ(interval_p_value(-0.2, {-9.0, -0.1}, 0.95), interval_p_value(0.2, {0.1, 0.3}, 0.95));
}

TEST(IntervalPValue, OfNoDifferenceIsOne) {
  EXPECT_EQ(interval_p_value(0.0, {-0.1, 0.1}, 0.95, 4.0), 1.0);
  EXPECT_GT(interval_p_value(0.1, {0.1, 0.2}, 0.95), 0.0)
      << "an interval that ends at the estimate";
}

}  // namespace
}  // namespace genrebench
