#include "signal/segmentation/autocorrelation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.hpp"

namespace genrebench {
namespace autocorrelation_test {

std::vector<double> noise(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> x(n);
  for (double& value : x) value = random.uniform(-1.0, 1.0);
  return x;
}

TEST(Autocorrelation, OfThreeSamplesByHand) {
  const std::vector<double> x = {1.0, 2.0, -3.0};
  std::vector<double> r(5, 99.0);
  autocorrelation(x, r);
  EXPECT_EQ(r, (std::vector<double>{14.0, -4.0, -3.0, 0.0, 0.0}));
}

TEST(Autocorrelation, AgreesWithTheDefinitionForAnyLengthAndNumberOfLags) {
  for (const std::size_t n : {0U, 1U, 7U, 8U, 9U, 64U, 1001U}) {
    const std::vector<double> x = noise(n, n + 1);
    for (const std::size_t n_lags : {0U, 1U, 8U, 21U, 70U}) {
      std::vector<double> r(n_lags, 99.0);
      autocorrelation(x, r);
      for (std::size_t k = 0; k < n_lags; ++k) {
        double expected = 0.0;
        for (std::size_t i = 0; i + k < n; ++i) expected += x[i] * x[i + k];
        EXPECT_NEAR(r[k], expected, 1e-12 * static_cast<double>(n + 1)) << n << " " << k;
      }
    }
  }
}

TEST(CrossCorrelation, AgreesWithTheDefinitionForSignalsOfDifferentLengths) {
  for (const auto& [n_x, n_y] : {std::pair{5U, 40U}, {40U, 5U}, {33U, 33U}, {4U, 1000U}}) {
    const std::vector<double> x = noise(n_x, 1), y = noise(n_y, 2);
    std::vector<double> r(50, 99.0);
    cross_correlation(x, y, r);
    for (std::size_t k = 0; k < r.size(); ++k) {
      double expected = 0.0;
      for (std::size_t i = 0; i < n_x && i + k < n_y; ++i) expected += x[i] * y[i + k];
      EXPECT_NEAR(r[k], expected, 1e-12) << n_x << " " << n_y << " " << k;
    }
  }
}

}  // namespace autocorrelation_test
}  // namespace genrebench
