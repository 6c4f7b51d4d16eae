// The parts of Eq. 2; sem_test.cpp tests the whole measure.

#include "signal/segmentation/direct_sem.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "base/error.hpp"

namespace genrebench {
namespace direct_sem_test {

TEST(SemFromMoments, IsEquationTwo) {
  // (3 / 2 - 1)^2 + 2 * 5 / 2^2
  EXPECT_DOUBLE_EQ(sem_from_moments(3.0, 2.0, 5.0, 0.0), 0.25 + 2.5);
}

TEST(SemFromMoments, AResidualOfRoundingCountsAsNone) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(sem_from_moments(1.0, 1e-20, 0.0, 1e-18), infinity);
  EXPECT_EQ(sem_from_moments(0.0, 0.0, 0.0, 0.0), 0.0) << "silence is like silence";
}

TEST(RoundingPower, GrowsWithThePowerOfTheWindowAndTheGainOfTheFilter) {
  const ArModel white{.coefficients = Eigen::Vector2d(1.0, 0.0), .noise_variance = 1.0},
      steep{.coefficients = Eigen::Vector2d(1.0, -1.0), .noise_variance = 1.0};
  EXPECT_GT(rounding_power(white, 1.0), 0.0);
  EXPECT_LT(rounding_power(white, 1.0), 1e-25);
  EXPECT_DOUBLE_EQ(rounding_power(white, 4.0), 4.0 * rounding_power(white, 1.0));
  EXPECT_DOUBLE_EQ(rounding_power(steep, 1.0), 4.0 * rounding_power(white, 1.0));
}

TEST(DirectSem, OneLagOfAnUnfilteredWindowByHand) {
  SemOptions options;
  options.ar_order = 1;
  options.lags = 1;
  DirectSem sem(3, options);
  const ArModel white{.coefficients = Eigen::Vector2d(1.0, 0.0), .noise_variance = 7.0};
  const std::vector<double> window = {1.0, 2.0, -3.0};  // r = 14 / 3, -4 / 3
  const DirectSem::Measure pair = sem.measure(white, window);
  EXPECT_NEAR(pair.ratio, 1.5, 1e-12);
  EXPECT_NEAR(pair.distance, 0.25 + 2.0 * (4.0 / 14.0) * (4.0 / 14.0), 1e-12);
}

TEST(DirectSem, RefusesAnOrderThatTheWindowCannotHave) {
  SemOptions options;
  options.ar_order = 3;
  EXPECT_THROW(DirectSem(3, options), ConfigError);
}

}  // namespace direct_sem_test
}  // namespace genrebench
