#include "pipeline/deformations/support/wsola.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace genrebench {
namespace wsola_test {

TEST(Wsola, HasTheLengthOfTheTempo) {
  const std::vector<float> samples(22050, 0.1f);
  for (const double tempo : {0.25, 0.5, 0.9, 1.0, 1.1, 2.0, 4.0})
    EXPECT_EQ(std::ssize(at_tempo(samples, tempo, 22050.0)), std::llround(22050.0 / tempo));
}

TEST(Wsola, GivesASignalThatRepeatsItselfWithoutASeam) {
  // Where every window can continue the last one exactly, the sum is the tone itself: its maximum
  // stays, and it solves the difference equation of a tone.
  const double w = 2.0 * std::numbers::pi * 441.0 / 22050.0;
  std::vector<float> samples(2 * 22050);
  for (std::size_t n = 0; n < samples.size(); ++n)
    samples[n] = static_cast<float>(0.5 * std::sin(w * static_cast<double>(n)));
  for (const double tempo : {0.8, 1.25}) {
    const std::vector<float> result = at_tempo(samples, tempo, 22050.0);
    for (std::size_t n = 2000; n + 3000 < result.size(); ++n) {
      const double residual = static_cast<double>(result[n + 1]) +
                              static_cast<double>(result[n - 1]) -
                              2.0 * std::cos(w) * static_cast<double>(result[n]);
      ASSERT_NEAR(residual, 0.0, 1e-3) << "sample " << n;
    }
    EXPECT_NEAR(*std::max_element(result.begin() + 2000, result.end() - 3000), 0.5, 0.01);
  }
}

TEST(Wsola, TakesTheShortestOfSignals) {
  EXPECT_TRUE(at_tempo({}, 1.1, 22050.0).empty());
  EXPECT_EQ(at_tempo({0.5f}, 1.0, 22050.0).size(), 1u);
}

}  // namespace wsola_test
}  // namespace genrebench
