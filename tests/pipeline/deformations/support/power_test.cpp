#include "pipeline/deformations/support/power.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace genrebench {
namespace power_test {

TEST(Power, IsTheMeanOfTheSquares) {
  EXPECT_EQ(mean_square(std::vector<float>{3.0f, -4.0f}), 12.5);
  EXPECT_EQ(mean_square(std::vector<float>{}), 0.0);
}

TEST(Power, IsWhatASignalIsScaledTo) {
  std::vector<float> samples = {3.0f, -4.0f}, silence = {0.0f, 0.0f};
  scale_to(samples, 50.0);
  EXPECT_EQ(samples, (std::vector<float>{6.0f, -8.0f}));
  scale_to(silence, 50.0);
  EXPECT_EQ(silence, (std::vector<float>{0.0f, 0.0f}));
}

}  // namespace power_test
}  // namespace genrebench
