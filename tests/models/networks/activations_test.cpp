#include "models/networks/activations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

namespace genrebench::testing {
namespace activations_test {

/// Calls visit(x, tanh, sigmoid) for every 997th float from zero to infinity, and for its negative.
template <typename Visit>
void for_floats(const Visit& visit) {
  for (std::uint32_t bits = 0; bits <= 0x7f800000u; bits += 997)
    for (const float x : {std::bit_cast<float>(bits), -std::bit_cast<float>(bits)}) {
      const Lanes<float> lanes = Lanes<float>{} + x, tanh = tanh_of<float>(lanes),
                         sigmoid = sigmoid_of<float>(lanes);
      visit(double(x), double(tanh[0]), double(sigmoid[0]));
    }
}

TEST(Activations, TanhAndSigmoidKeepTheirDocumentedBounds) {
  double worst_tanh = 0.0, worst_sigmoid = 0.0, largest = 0.0, least = 1.0, most = 0.0;
  for_floats([&](double x, double tanh, double sigmoid) {
    const double expected = std::tanh(x);
    // Below the smallest normal number a relative error means nothing.
    if (std::abs(x) >= double(std::numeric_limits<float>::min()))
      worst_tanh = std::max(worst_tanh, std::abs(tanh / expected - 1.0));
    worst_sigmoid = std::max(worst_sigmoid, std::abs(sigmoid - 1.0 / (1.0 + std::exp(-x))));
    largest = std::max(largest, std::abs(tanh));
    least = std::min(least, sigmoid);
    most = std::max(most, sigmoid);
  });
  EXPECT_LT(worst_tanh, 5e-7);
  EXPECT_LT(worst_sigmoid, 3e-7);
  EXPECT_LE(largest, 1.0);
  EXPECT_GE(least, 0.0);
  EXPECT_LE(most, 1.0);
}

TEST(Activations, DoublePrecisionIsThatOfTheStandardLibrary) {
  for (double x = -40.0; x <= 40.0; x += 0.00917) {
    const Lanes<double> lanes = Lanes<double>{} + x;
    EXPECT_DOUBLE_EQ(tanh_of<double>(lanes)[kLanes<double> - 1], std::tanh(x));
    EXPECT_NEAR(sigmoid_of<double>(lanes)[kLanes<double> - 1], 1.0 / (1.0 + std::exp(-x)), 1e-15);
  }
}

TEST(Activations, ActivationsKeepNan) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Lanes<float> lanes = Lanes<float>{} + nan;
  EXPECT_TRUE(std::isnan(tanh_of<float>(lanes)[0]));
  EXPECT_TRUE(std::isnan(sigmoid_of<float>(lanes)[0]));
}

}  // namespace activations_test
}  // namespace genrebench::testing
