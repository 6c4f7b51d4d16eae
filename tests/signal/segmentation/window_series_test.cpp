#include "signal/segmentation/window_series.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/error.hpp"

namespace genrebench {
namespace window_series_test {

TEST(WindowSeries, WholeWindowsOnlyAndTheRemainderIsLeft) {
  const std::vector<float> clip = {0, 1, 2, 3, 4, 5, 6, 7};
  const WindowSeries windows(clip, 3, 2);
  ASSERT_EQ(windows.size(), 3u);
  std::vector<double> window(3);
  windows.copy(2, window);
  EXPECT_EQ(window, (std::vector<double>{4, 5, 6}));
  EXPECT_EQ(WindowSeries(clip, 9, 1).size(), 0u);
  EXPECT_EQ(WindowSeries(clip, 8, 1).size(), 1u);
}

TEST(WindowSeries, TapersArePeriodic) {
  const std::vector<float> ones(8, 1.0f);
  std::vector<double> window(4);
  WindowSeries(ones, 4, 4, Taper::hann).copy(0, window);
  EXPECT_NEAR(window[0], 0.0, 1e-15);
  EXPECT_NEAR(window[1], 0.5, 1e-15);
  EXPECT_NEAR(window[2], 1.0, 1e-15);
  WindowSeries(ones, 4, 4, Taper::hamming).copy(1, window);
  EXPECT_NEAR(window[0], 0.08, 1e-15);
}

TEST(WindowSeries, RefusesWindowsWithoutLengthOrHop) {
  const std::vector<float> clip(8);
  EXPECT_THROW(WindowSeries(clip, 0, 1), ConfigError);
  EXPECT_THROW(WindowSeries(clip, 1, 0), ConfigError);
}

}  // namespace window_series_test
}  // namespace genrebench
