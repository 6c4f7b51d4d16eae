#include "signal/audio/level_meter.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "signal/test_clips.hpp"

namespace genrebench {
namespace level_meter_test {

LevelMeter measured(const std::vector<float>& interleaved, int channels) {
  LevelMeter meter;
  // In two blocks, at a frame.
  const std::size_t half = interleaved.size() / 2 / static_cast<std::size_t>(channels) *
                           static_cast<std::size_t>(channels);
  meter.push(std::span(interleaved).first(half), channels);
  meter.push(std::span(interleaved).subspan(half), channels);
  return meter;
}

TEST(LevelMeter, PeakIsTheLargestMagnitudeOfAnyChannelWhereverItStands) {
  for (std::size_t at = 0; at < 70; ++at) {
    std::vector<float> samples(70, 0.25f);
    samples[at] = -9830.0f;
    EXPECT_EQ(measured(samples, 2).peak(), 9830.0f) << at;
  }
  EXPECT_EQ(LevelMeter().peak(), 0.0f);
}

TEST(LevelMeter, TellsChannelsThatCancelFromThoseThatAgree) {
  const std::vector<float> left = testing::noise(4000), other = testing::noise(8000);
  const auto share = [&](const std::vector<std::vector<float>>& channels) {
    std::vector<float> interleaved;
    for (std::size_t i = 0; i < left.size(); ++i)
      for (const auto& channel : channels) interleaved.push_back(channel[i]);
    return measured(interleaved, static_cast<int>(channels.size())).kept_share();
  };
  std::vector<float> inverted = left, independent(other.end() - 4000, other.end()), quiet = left;
  for (float& x : inverted) x = -x;
  for (float& x : quiet) x = 0.0f;
  EXPECT_DOUBLE_EQ(share({left, inverted}), 0.0);
  EXPECT_DOUBLE_EQ(share({left, left}), 2.0);
  EXPECT_NEAR(share({left, independent}), 1.0, 0.1);
  EXPECT_DOUBLE_EQ(share({left, quiet}), 1.0) << "one channel is empty";
  EXPECT_DOUBLE_EQ(share({left, quiet, inverted, quiet}), 0.0);
  EXPECT_DOUBLE_EQ(share({quiet, quiet}), 1.0) << "silence";
  EXPECT_DOUBLE_EQ(share({left}), 1.0) << "mono";
}

}  // namespace level_meter_test
}  // namespace genrebench
