#include "harness/run/learning_rate_range.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace learning_rate_range_test {

TEST(LearningRateRange, FindsTheSteepestFallAndTheLowestLoss) {
  // The loss falls by 1 per decade, then by 3, then rises.
  const std::vector<GradientMethod::RangePoint> points = {
      {1e-4, 9.0, 9.0}, {1e-3, 8.0, 8.0}, {1e-2, 5.0, 5.0}, {1e-1, 2.0, 2.0}, {1.0, 6.0, 6.0}};
  EXPECT_EQ(steepest_learning_rate(points), 1e-2);
  EXPECT_EQ(lowest_loss_learning_rate(points), 1e-1);
}

TEST(LearningRateRange, GoesByTheSmoothedLoss) {
  const std::vector<GradientMethod::RangePoint> points = {
      {1e-3, 1.0, 3.0}, {1e-2, 9.0, 2.0}, {1e-1, 0.5, 2.5}};
  EXPECT_EQ(lowest_loss_learning_rate(points), 1e-2);
}

TEST(LearningRateRange, ALossThatNeverFallsGivesTheFirstRate) {
  const std::vector<GradientMethod::RangePoint> points = {
      {1e-3, 1.0, 1.0}, {1e-2, 2.0, 2.0}, {1e-1, 3.0, 3.0}};
  EXPECT_EQ(steepest_learning_rate(points), 1e-3);
}

}  // namespace learning_rate_range_test
}  // namespace genrebench
