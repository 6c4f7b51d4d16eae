// Log-mel spectra times a matrix of random numbers.
#include <gtest/gtest.h>

#include <Eigen/QR>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "harness/plugin/registry.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_log_mel(Registry& registry);
void register_random_projection(Registry& registry);

namespace random_projection_test {

const Registry& registry() {
  static const Registry both = [] {
    Registry r;
    register_log_mel(r);
    register_random_projection(r);
    return r;
  }();
  return both;
}

/// The feature of a second of a rising tone with some noise.
FeatureMatrix feature_of(const std::string& name, OptionValues options) {
  options.emplace("n_mels", std::int64_t{24});
  options.emplace("hop_length", std::int64_t{256});
  const FeaturePlugin& plugin = registry().features.get(name, "test");
  const auto feature = plugin.make(plugin.options.resolve(options, name));
  Random random(1);
  std::vector<float> samples(22050);
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const double t = static_cast<double>(n) / 22050.0;
    samples[n] = static_cast<float>(
        0.5 * std::sin(2.0 * std::numbers::pi * (300.0 + 900.0 * t) * t) + 0.05 * random.normal());
  }
  const auto stream = feature->stream(std::ssize(samples));
  stream->push(samples);
  return stream->finish();
}

const OptionValues kFrames = {{"summary", std::string("none")}};

OptionValues frames(OptionValues more) {
  more.insert(kFrames.begin(), kFrames.end());
  return more;
}

TEST(RandomProjection, FramesAreALinearMapOfTheLogMelSpectrum) {
  const FeatureMatrix log_mel = feature_of("log_mel", kFrames);
  const FeatureMatrix projected =
      feature_of("random_projection", frames({{"dims", std::int64_t{7}}}));
  ASSERT_EQ(projected.rows(), 7);
  ASSERT_EQ(projected.cols(), log_mel.cols());
  // Some matrix maps one to the other; with fewer bands than frames that is no matter of course.
  ASSERT_LT(log_mel.rows(), log_mel.cols());
  const Eigen::MatrixXd x = log_mel.cast<double>().transpose(),
                        y = projected.cast<double>().transpose();
  const Eigen::MatrixXd map = x.colPivHouseholderQr().solve(y);
  EXPECT_LT((x * map - y).cwiseAbs().maxCoeff(), 1e-2);
}

TEST(RandomProjection, TheSeedDecidesTheMatrix) {
  const auto of_seed = [](std::int64_t seed) {
    return feature_of("random_projection", frames({{"seed", seed}, {"dims", std::int64_t{16}}}));
  };
  EXPECT_EQ(of_seed(3), of_seed(3));
  EXPECT_NE(of_seed(3), of_seed(4));
}

TEST(RandomProjection, ByDefaultAnExcerptIsMeansAndDeviations) {
  const FeatureMatrix summary = feature_of("random_projection", {{"dims", std::int64_t{16}}});
  const FeatureMatrix all = feature_of("random_projection", frames({{"dims", std::int64_t{16}}}));
  ASSERT_EQ(summary.rows(), 32);
  ASSERT_EQ(summary.cols(), 1);
  EXPECT_TRUE(summary.topRows(16).isApprox(all.rowwise().mean(), 1e-4f));
  EXPECT_GE(summary.bottomRows(16).minCoeff(), 0.0f);
}

TEST(RandomProjection, RefusesDimsOutOfRange) {
  EXPECT_THROW_SAYING(feature_of("random_projection", {{"dims", std::int64_t{0}}}), ConfigError,
                      "dims", "from 1");
}

}  // namespace random_projection_test
}  // namespace genrebench
