#include "signal/features/mel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "signal/spectrum/stft.hpp"
#include "signal/test_clips.hpp"

namespace genrebench {
namespace mel_test {

using testing::message_of;
using testing::noise;
using testing::tone;

TEST(Mel, ConcentratesAToneInTheBandOfItsFrequency) {
  const MelSpectrogram mel({}, 22050.0);
  const Eigen::MatrixXf power = mel(tone(3000.0, 22050));
  Eigen::Index band = 0;
  power.col(10).maxCoeff(&band);
  const double expected =
      hz_to_mel(3000.0, MelScale::slaney) / hz_to_mel(11025.0, MelScale::slaney) * 129.0 - 1.0;
  EXPECT_NEAR(static_cast<double>(band), expected, 1.0);
}

TEST(Mel, IsTheFilterBankTimesThePowerSpectrogram) {
  MelOptions options;
  options.n_mels = 37;
  options.fmin_hz = 100.0;
  options.fmax_hz = 7000.0;
  const std::vector<float> clip = noise(33333, 2);
  const Eigen::MatrixXf expected =
      mel_filter_bank(options, 22050.0) * power_spectrogram(clip, options);
  const Eigen::MatrixXf got = MelSpectrogram(options, 22050.0)(clip);
  EXPECT_LT((got - expected).cwiseAbs().maxCoeff(), 1e-6f * expected.maxCoeff());
}

TEST(Mel, QuadruplesWhenTheClipDoubles) {
  std::vector<float> clip = noise(10000, 3);
  const MelSpectrogram mel({}, 22050.0);
  const Eigen::MatrixXf once = mel(clip);
  for (float& x : clip) x *= 2.0f;
  EXPECT_EQ(mel(clip), 4.0f * once);  // exact: powers of two
}

TEST(Mel, TakesClipsShorterThanAFrame) {
  const MelSpectrogram mel({}, 22050.0);
  EXPECT_EQ(mel(noise(1)).cols(), 1);
  EXPECT_EQ(mel(noise(500)).cols(), 1);
  EXPECT_EQ(mel(noise(1500)).cols(), 2);
  EXPECT_THROW(mel({}), DataError);
  EXPECT_EQ(mel.rows(), 128);
}

TEST(LogMel, IsTheLevelOfTheMelSpectrogram) {
  const std::vector<float> clip = noise(50000, 5);
  for (const std::optional<double> reference :
       {std::optional<double>(), std::optional<double>(2.0)}) {
    LogMelOptions options;
    options.db.reference = reference;
    const Eigen::MatrixXf got = LogMel(options, 22050.0)(clip);
    EXPECT_TRUE(
        testing::same_bits(got, power_to_db(MelSpectrogram(options, 22050.0)(clip), options.db)));
  }
}

TEST(LogMel, OfSilenceIsTheReference) {
  const LogMel log_mel({}, 22050.0);
  const Eigen::MatrixXf level = log_mel(std::vector<float>(5000, 0.0f));
  EXPECT_EQ(level.maxCoeff(), 0.0f);
  EXPECT_EQ(level.minCoeff(), 0.0f);
}

TEST(LogMel, NanSpoilsOnlyTheFramesThatHoldIt) {
  std::vector<float> clip = noise(40960, 6);
  clip[20480] = std::numeric_limits<float>::quiet_NaN();  // centred frames 19, 20 and 21 begin
                                                          // within 1024 of it
  const Eigen::MatrixXf level = LogMel({}, 22050.0)(clip);
  for (Eigen::Index t = 0; t < level.cols(); ++t) {
    if (t >= 19 && t <= 21) continue;
    EXPECT_TRUE(level.col(t).allFinite()) << t;
  }
  EXPECT_FALSE(level.col(20).allFinite());
}

}  // namespace mel_test
}  // namespace genrebench
