#include "reports/support/chart_points.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace genrebench {
namespace chart_points_test {

TEST(ChartPoints, APointHasItsIntervalInTheSameUnit) {
  LineChart::Series series;
  add_point(series, 2.0, Estimate{.mean = 0.5, .interval = Interval{0.25, 0.75}}, 100.0);
  add_point(series, 3.0, Estimate{.mean = 0.5}, 1.0);
  EXPECT_EQ(series.x, (std::vector<double>{2.0, 3.0}));
  EXPECT_EQ(series.y, (std::vector<double>{50.0, 0.5}));
  EXPECT_EQ(series.low[0], 25.0);
  EXPECT_EQ(series.high[0], 75.0);
  EXPECT_TRUE(std::isnan(series.low[1]) && std::isnan(series.high[1]));
}

}  // namespace chart_points_test
}  // namespace genrebench
