#include "signal/features/mel_filters.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "signal/features/mel.hpp"
#include "signal/test_clips.hpp"

namespace genrebench {
namespace mel_filters_test {

using testing::message_of;
using testing::noise;
using testing::tone;

TEST(Mel, ScalesAgreeWithTheirDefinitions) {
  EXPECT_DOUBLE_EQ(hz_to_mel(200.0, MelScale::slaney), 3.0);
  EXPECT_DOUBLE_EQ(hz_to_mel(1000.0, MelScale::slaney), 15.0);
  EXPECT_NEAR(hz_to_mel(6400.0, MelScale::slaney), 42.0, 1e-12);
  EXPECT_DOUBLE_EQ(hz_to_mel(0.0, MelScale::htk), 0.0);
  EXPECT_NEAR(hz_to_mel(1000.0, MelScale::htk), 999.9855371, 1e-6);
  for (const MelScale scale : {MelScale::slaney, MelScale::htk}) {
    for (double hz = 0.0; hz < 20000.0; hz += 137.0)
      EXPECT_NEAR(mel_to_hz(hz_to_mel(hz, scale), scale), hz, 1e-9 * (hz + 1.0));
  }
}

TEST(Mel, CountsTheBandsWithoutABinOfTheSpectrum) {
  for (const MelScale scale : {MelScale::slaney, MelScale::htk})
    for (const int n_fft : {64, 256, 2048})
      for (const int n_mels : {1, 20, 128, 400})
        for (const double fmin_hz : {0.0, 300.0}) {
          MelOptions options;
          options.n_fft = n_fft;
          options.n_mels = n_mels;
          options.fmin_hz = fmin_hz;
          options.scale = scale;
          const Eigen::MatrixXf bank = mel_filter_bank(options, 22050.0);
          const auto empty = (bank.rowwise().maxCoeff().array() <= 0.0f).count();
          EXPECT_EQ(empty_mel_bands(options, 22050.0), empty)
              << n_fft << " " << n_mels << " " << fmin_hz;
        }
  MelOptions options;
  EXPECT_EQ(empty_mel_bands(options, 22050.0), 0) << "the defaults have none";
  options.n_fft = 256;
  EXPECT_EQ(empty_mel_bands(options, 22050.0), 20) << "as librosa.filters.mel";
}

TEST(Mel, FilterBankOfOneBandIsOneTriangle) {
  MelOptions options;
  options.n_fft = 16;
  options.n_mels = 1;
  options.norm = MelNorm::none;
  options.fmax_hz = 1000.0;  // Slaney's linear part: edges at 0, 500, 1000 Hz
  const Eigen::MatrixXf bank = mel_filter_bank(options, 4000.0);  // bins every 250 Hz
  ASSERT_EQ(bank.cols(), 9);
  const float expected[9] = {0.0f, 0.5f, 1.0f, 0.5f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
  for (Eigen::Index k = 0; k < 9; ++k) EXPECT_NEAR(bank(0, k), expected[k], 1e-7f) << k;
  options.norm = MelNorm::slaney;
  EXPECT_NEAR(mel_filter_bank(options, 4000.0)(0, 2), 2.0f / 1000.0f, 1e-9f);
}

TEST(Mel, UnnormalisedFiltersSumToOneBetweenTheirEdges) {
  MelOptions options;
  options.norm = MelNorm::none;
  options.n_mels = 40;
  const Eigen::MatrixXf bank = mel_filter_bank(options, 22050.0);
  for (Eigen::Index k = 10; k < 900; ++k) EXPECT_NEAR(bank.col(k).sum(), 1.0f, 1e-5f) << k;
}

TEST(Mel, BandsWithoutABinAreEmpty) {
  MelOptions options;
  options.n_fft = 64;
  options.n_mels = 128;
  EXPECT_TRUE(MelSpectrogram(options, 22050.0)(noise(1000)).allFinite());
}

TEST(Decibels, AreThoseOfALogarithm) {
  Eigen::MatrixXf power(1, 5);
  power << 1.0f, 10.0f, 100.0f, 1e-3f, 0.0f;
  const Eigen::MatrixXf level = power_to_db(power, {.reference = 1.0, .top_db = std::nullopt});
  const float expected[5] = {0.0f, 10.0f, 20.0f, -30.0f, -100.0f};
  for (Eigen::Index i = 0; i < 5; ++i) EXPECT_NEAR(level(0, i), expected[i], 1e-5f);
}

TEST(Decibels, AreRelativeToTheLargestAndLimited) {
  Eigen::MatrixXf power(1, 3);
  power << 4.0f, 0.4f, 1e-12f;
  const Eigen::MatrixXf level = power_to_db(power);
  EXPECT_EQ(level(0, 0), 0.0f);
  EXPECT_NEAR(level(0, 1), -10.0f, 1e-5f);
  EXPECT_EQ(level(0, 2), -80.0f);
  EXPECT_NEAR(power_to_db(power, {.reference = 4.0, .top_db = 20.0})(0, 2), -20.0f, 1e-5f);
}

TEST(Decibels, OfEveryMagnitudeAreExactToSixHundredThousandths) {
  Eigen::MatrixXf power(1, 200001);
  for (Eigen::Index i = 0; i < power.size(); ++i)
    power(0, i) =
        static_cast<float>(std::pow(10.0, -37.0 + 75.0 * static_cast<double>(i) / 200000.0));
  const Eigen::MatrixXf level =
      power_to_db(power, {.reference = 1.0, .amin = 1e-37, .top_db = std::nullopt});
  double worst = 0.0;
  for (Eigen::Index i = 0; i < power.size(); ++i) {
    const double exact = 10.0 * std::log10(std::max(1e-37f, power(0, i)));
    const double error = std::abs(static_cast<double>(level(0, i)) - exact);
    worst = std::max(worst, error);
    if (std::abs(exact) < 120.0) {
      EXPECT_LT(error, 1.6e-5) << power(0, i);  // two units in the last place there
    }
  }
  EXPECT_LT(worst, 6e-5);  // without fused multiply-add; 4e-5 with it
}

TEST(Decibels, DoNotDependOnWhereAValueStands) {
  const std::vector<float> values = noise(67, 4);
  Eigen::MatrixXf power = Eigen::Map<const Eigen::MatrixXf>(values.data(), 67, 1).cwiseAbs();
  const DbOptions options{.reference = 1.0, .top_db = std::nullopt};
  const Eigen::MatrixXf all = power_to_db(power, options);
  for (Eigen::Index i = 0; i < 67; ++i)
    EXPECT_EQ(power_to_db(power.row(i), options)(0, 0), all(i, 0)) << i;
  EXPECT_EQ(power_to_db(Eigen::MatrixXf(0, 0)).size(), 0);
}

TEST(Mel, NamesTheOptionThatIsOutOfRange) {
  const auto message = [](auto change, double rate = 22050.0) {
    LogMelOptions options;
    change(options);
    return message_of<ConfigError>([&] { LogMel(options, rate); });
  };
  EXPECT_NE(message([](auto& o) { o.n_mels = 0; }).find("n_mels"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.n_mels = 5000; }).find("n_mels"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.fmin_hz = -1.0; }).find("fmin_hz"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.fmin_hz = 12000.0; }).find("fmin_hz"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.fmax_hz = 12000.0; }).find("11025"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.fmax_hz = 0.0; }).find("fmax_hz"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.n_fft = 3; }).find("n_fft"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.hop_length = -1; }).find("hop_length"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.db.amin = 0.0; }).find("amin"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.db.reference = -1.0; }).find("reference"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.db.top_db = -1.0; }).find("top_db"), std::string::npos);
  EXPECT_NE(message([](auto&) {}, 0.0).find("sample_rate_hz"), std::string::npos);
  EXPECT_NE(message([](auto&) {}, std::nan("")).find("sample_rate_hz"), std::string::npos);
}

}  // namespace mel_filters_test
}  // namespace genrebench
