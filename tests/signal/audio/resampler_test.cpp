#include "signal/audio/resampler.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "signal/test_clips.hpp"

namespace genrebench {
namespace resampler_test {

using testing::tone;

TEST(Resampler, KeepsATone) {
  Resampler resampler(44100.0, 22050.0);
  std::vector<float> out;
  resampler.push(tone(1000.0, 44100, 44100.0), out);
  resampler.finish(out);
  EXPECT_NEAR(static_cast<double>(out.size()), 22050.0, 1.0);
  const std::vector<float> expected = tone(1000.0, 22050);
  for (std::size_t n = 2000; n < 20000; ++n)
    ASSERT_NEAR(out[n], expected[n], 1e-5f) << n;  // 20 bits: 1e-6 of full scale
}

TEST(Resampler, RemovesWhatTheNewRateCannotHold) {
  Resampler resampler(44100.0, 22050.0);
  std::vector<float> out;
  resampler.push(tone(15000.0, 44100, 44100.0), out);
  resampler.finish(out);
  for (std::size_t n = 2000; n < 20000; ++n) ASSERT_LT(std::abs(out[n]), 1e-5f) << n;
}

TEST(Resampler, CountsAsLibrosa) {
  EXPECT_EQ(resampled_length(44100, 44100.0, 22050.0), 22050);
  EXPECT_EQ(resampled_length(44101, 44100.0, 22050.0), 22051);
  EXPECT_EQ(resampled_length(0, 44100.0, 22050.0), 0);
  EXPECT_EQ(resampled_length(1000, 8000.0, 22050.0), 2757);
}

TEST(Resampler, RefusesRatesThatAreNotPositive) {
  EXPECT_THROW(Resampler(0.0, 22050.0), ConfigError);
  EXPECT_THROW(Resampler(22050.0, -1.0), ConfigError);
  EXPECT_THROW(Resampler(22050.0, std::nan("")), ConfigError);
}

}  // namespace resampler_test
}  // namespace genrebench
