#include "signal/spectrum/stft.hpp"

#include <gtest/gtest.h>

#include <complex>
#include <limits>
#include <numbers>

#include "base/error.hpp"
#include "signal/test_clips.hpp"

namespace genrebench {
namespace stft_test {

using testing::message_of;
using testing::noise;

/// The definition, in double.
Eigen::MatrixXcd slow_stft(const std::vector<float>& clip, const StftOptions& options) {
  const auto n_samples = static_cast<std::int64_t>(clip.size());
  const std::int64_t pad = options.centred ? options.n_fft / 2 : 0;
  const auto sample = [&](std::int64_t n) -> double {
    if (options.pad_mode == PadMode::reflect) {
      if (n < 0) n = -n;
      if (n >= n_samples) n = 2 * (n_samples - 1) - n;
    }
    return n < 0 || n >= n_samples ? 0.0 : static_cast<double>(clip[static_cast<std::size_t>(n)]);
  };
  const double turn = 2.0 * std::numbers::pi / options.n_fft;
  Eigen::MatrixXcd result(options.n_fft / 2 + 1, frame_count(n_samples, options));
  for (Eigen::Index t = 0; t < result.cols(); ++t) {
    for (Eigen::Index k = 0; k < result.rows(); ++k) {
      std::complex<double> sum = 0.0;
      for (std::int64_t n = 0; n < options.n_fft; ++n) {
        const double window = 0.5 - 0.5 * std::cos(turn * static_cast<double>(n));
        sum += window * sample(t * options.hop_length - pad + n) *
               std::polar(1.0, -turn * static_cast<double>(k * n % options.n_fft));
      }
      result(k, t) = sum;
    }
  }
  return result;
}

TEST(Stft, TransformsAnImpulseAsByHand) {
  // The window at the impulse, 0.5 - 0.5 cos(2 pi 4 / 16) = 0.5, times exp(-2 pi i k 4 / 16) =
  // (-i)^k.
  std::vector<float> clip(16, 0.0f);
  clip[4] = 1.0f;
  const Eigen::MatrixXcf z = stft(clip, {.n_fft = 16, .hop_length = 16, .centred = false});
  ASSERT_EQ(z.cols(), 1);
  ASSERT_EQ(z.rows(), 9);
  const std::complex<float> powers[4] = {{1, 0}, {0, -1}, {-1, 0}, {0, 1}};
  for (Eigen::Index k = 0; k < 9; ++k)
    EXPECT_NEAR(std::abs(z(k, 0) - 0.5f * powers[k % 4]), 0.0f, 1e-7f) << k;
}

TEST(Stft, AgreesWithTheDefinitionInDouble) {
  const std::vector<float> clip = noise(1100, 3);
  // Powers of two of both parities go through our own transform, the others and the largest through
  // FFTW.
  for (const int n_fft : {16, 32, 64, 128, 256, 512, 48, 100, 1000}) {
    for (const int hop_length : {37, 100, 600}) {
      for (const bool centred : {true, false}) {
        for (const PadMode pad_mode : {PadMode::constant, PadMode::reflect}) {
          const StftOptions options{
              .n_fft = n_fft, .hop_length = hop_length, .centred = centred, .pad_mode = pad_mode};
          if (hop_length == 37 && n_fft >= 512) continue;  // slow
          const Eigen::MatrixXcd expected = slow_stft(clip, options);
          const Eigen::MatrixXcf got = stft(clip, options);
          ASSERT_EQ(got.rows(), expected.rows());
          ASSERT_EQ(got.cols(), expected.cols());
          const double scale = expected.cwiseAbs().maxCoeff();
          // Float rounding grows with the logarithm of the size: 10 steps of 6e-8.
          EXPECT_LT((got.cast<std::complex<double>>() - expected).cwiseAbs().maxCoeff(),
                    6e-7 * scale)
              << n_fft << " " << hop_length << " " << centred;
        }
      }
    }
  }
}

TEST(Stft, OfLargeSizesAgreesWithTheDefinition) {
  const std::vector<float> clip = noise(3000, 4);
  for (const int n_fft : {1024, 2048, 4096, 8192, 16384}) {
    const StftOptions options{.n_fft = n_fft, .hop_length = 3001};
    const Eigen::MatrixXcd expected = slow_stft(clip, options).eval();
    EXPECT_LT((stft(clip, options).cast<std::complex<double>>() - expected).cwiseAbs().maxCoeff(),
              1e-6 * expected.cwiseAbs().maxCoeff())
        << n_fft;
    if (n_fft == 4096) break;  // the definition takes seconds beyond
  }
  // Beyond, our own transform and FFTW's stand beside each other: 8192 is the last of ours.
  const std::vector<float> longer = noise(9000, 4);
  const Eigen::MatrixXf ours =
      power_spectrogram(longer, {.n_fft = 8192, .hop_length = 9001, .centred = false});
  double energy = 0.0;
  const std::vector<float> window = hann_window(8192);
  for (std::size_t n = 0; n < 8192; ++n)
    energy += std::pow(static_cast<double>(longer[n] * window[n]), 2);
  const double in_bins =
      2.0 * ours.cast<double>().sum() - static_cast<double>(ours(0, 0) + ours(4096, 0));
  EXPECT_NEAR(in_bins / 8192.0, energy, 1e-5 * energy);
}

TEST(Stft, KeepsTheEnergyOfEachFrame) {
  const std::vector<float> clip = noise(2048, 5);
  const Eigen::MatrixXf power =
      power_spectrogram(clip, {.n_fft = 2048, .hop_length = 1024, .centred = false});
  const std::vector<float> window = hann_window(2048);
  double energy = 0.0;
  for (std::size_t n = 0; n < 2048; ++n)
    energy += std::pow(static_cast<double>(clip[n] * window[n]), 2);
  const double in_bins =
      2.0 * power.cast<double>().sum() - static_cast<double>(power(0, 0) + power(1024, 0));
  EXPECT_NEAR(in_bins / 2048.0, energy, 1e-5 * energy);
}

TEST(Stft, PowerIsTheSquaredMagnitude) {
  const std::vector<float> clip = noise(5000, 6);
  for (const int n_fft : {512, 300}) {
    const StftOptions options{.n_fft = n_fft, .hop_length = 100};
    const Eigen::MatrixXf expected = stft(clip, options).cwiseAbs2();
    EXPECT_LT((power_spectrogram(clip, options) - expected).cwiseAbs().maxCoeff(),
              1e-6f * expected.maxCoeff());
  }
}

TEST(Stft, LeaksNothingFromALoudFrameIntoASilentOne) {
  // Frames share vectors but no arithmetic: between loud neighbours, exact silence stays exactly 0.
  std::vector<float> clip = noise(40960, 7, 1.0);
  std::fill(clip.begin() + 10240, clip.begin() + 14336, 0.0f);
  const Eigen::MatrixXf power =
      power_spectrogram(clip, {.n_fft = 2048, .hop_length = 1024, .centred = false});
  for (Eigen::Index t = 10; t <= 12; ++t) EXPECT_EQ(power.col(t).maxCoeff(), 0.0f) << t;
  EXPECT_GT(power.col(9).maxCoeff(), 1.0f);
}

TEST(Stft, NanSpoilsOnlyTheFramesThatHoldIt) {
  std::vector<float> clip = noise(40960, 8);
  clip[10240 + 1500] = std::numeric_limits<float>::quiet_NaN();
  for (const int n_fft : {2048, 2000}) {
    const Eigen::MatrixXf power =
        power_spectrogram(clip, {.n_fft = n_fft, .hop_length = 1024, .centred = false});
    for (Eigen::Index t = 0; t < power.cols(); ++t)
      EXPECT_EQ(power.col(t).allFinite(), t != 10 && t != 11) << t;
  }
}

TEST(Stft, SaysWhenAClipHasNoFrame) {
  EXPECT_NE(message_of<DataError>([] { stft({}); }).find("at least one sample"), std::string::npos);
  EXPECT_NE(message_of<DataError>([] { stft(noise(2047), {.centred = false}); }).find("2048"),
            std::string::npos);
  EXPECT_NE(
      message_of<DataError>([] { stft(noise(1024), {.pad_mode = PadMode::reflect}); }).find("1025"),
      std::string::npos);
}

}  // namespace stft_test
}  // namespace genrebench
