#include "signal/features/mfcc.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "signal/test_clips.hpp"

namespace genrebench {
namespace mfcc_test {

using testing::message_of;
using testing::noise;

TEST(Mfcc, OfTwoBandsIsTheirSumAndDifference) {
  MfccOptions options;
  options.n_mels = 2;
  options.n_mfcc = 2;
  const std::vector<float> clip = noise(5000, 1);
  const Eigen::MatrixXf level =
      power_to_db(MelSpectrogram(options, 22050.0)(clip), {.reference = 1.0});
  const Eigen::MatrixXf mfcc = Mfcc(options, 22050.0)(clip);
  const float root = std::sqrt(0.5f);
  for (Eigen::Index t = 0; t < mfcc.cols(); ++t) {
    EXPECT_NEAR(mfcc(0, t), root * (level(0, t) + level(1, t)), 1e-4f);
    EXPECT_NEAR(mfcc(1, t), root * (level(0, t) - level(1, t)), 1e-4f);
  }
}

TEST(Mfcc, WithAllCoefficientsKeepsTheEnergyOfTheLevels) {
  MfccOptions options;
  options.n_mels = 40;
  options.n_mfcc = 40;
  const std::vector<float> clip = noise(20000, 2);
  const Eigen::MatrixXf level =
      power_to_db(MelSpectrogram(options, 22050.0)(clip), {.reference = 1.0});
  const Eigen::MatrixXf mfcc = Mfcc(options, 22050.0)(clip);
  for (Eigen::Index t = 0; t < mfcc.cols(); ++t)
    EXPECT_NEAR(mfcc.col(t).norm(), level.col(t).norm(), 1e-4f * level.col(t).norm());
}

TEST(Mfcc, MovesOnlyTheFirstCoefficientWithTheVolume) {
  std::vector<float> clip = noise(20000, 3);
  const Mfcc mfcc({}, 22050.0);
  const Eigen::MatrixXf quiet = mfcc(clip);
  for (float& x : clip) x *= 2.0f;
  const Eigen::MatrixXf loud = mfcc(clip);
  EXPECT_LT((loud - quiet).bottomRows(19).cwiseAbs().maxCoeff(), 1e-3f);
  EXPECT_NEAR((loud - quiet).row(0).mean(), 20.0 * std::log10(2.0) * std::sqrt(128.0), 1e-2);
}

TEST(Mfcc, LifterWeighsCoefficients) {
  MfccOptions options;
  const std::vector<float> clip = noise(5000, 4);
  const Eigen::MatrixXf plain = Mfcc(options, 22050.0)(clip);
  options.lifter = 22.0;
  const Eigen::MatrixXf liftered = Mfcc(options, 22050.0)(clip);
  for (Eigen::Index i = 0; i < 20; ++i) {
    const double weight =
        1.0 + 11.0 * std::sin(std::numbers::pi * static_cast<double>(i + 1) / 22.0);
    EXPECT_NEAR(liftered(i, 2), weight * static_cast<double>(plain(i, 2)), 1e-2) << i;
  }
}

TEST(Mfcc, TakesShortClipsAndRefusesEmptyOnes) {
  const Mfcc mfcc({}, 22050.0);
  EXPECT_EQ(mfcc.rows(), 20);
  EXPECT_EQ(mfcc(noise(1)).cols(), 1);
  EXPECT_TRUE(mfcc(std::vector<float>(3000, 0.0f)).allFinite());
  EXPECT_THROW(mfcc({}), DataError);
}

TEST(Mfcc, NamesTheOptionThatIsOutOfRange) {
  const auto message = [](auto change) {
    MfccOptions options;
    change(options);
    return message_of<ConfigError>([&] { Mfcc(options, 22050.0); });
  };
  EXPECT_NE(message([](auto& o) { o.n_mfcc = 0; }).find("n_mfcc"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.n_mfcc = 129; }).find("128"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.lifter = -1.0; }).find("lifter"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.top_db = -1.0; }).find("top_db"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.amin = 0.0; }).find("amin"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.fmax_hz = 20000.0; }).find("fmax_hz"), std::string::npos);
}

}  // namespace mfcc_test
}  // namespace genrebench
