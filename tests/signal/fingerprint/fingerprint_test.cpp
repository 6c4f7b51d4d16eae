#include "signal/fingerprint/fingerprint.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "signal/audio/resampler.hpp"
#include "signal/spectrum/stft.hpp"
#include "signal/test_clips.hpp"
#include "support/tunes.hpp"

namespace genrebench {
namespace fingerprint_test {

using namespace testing;

double pitch_of(double frequency_hz) {
  return 12.0 * std::log2(frequency_hz / FingerprintScale::lowest_hz);
}

/// Every peak of one has one of the other within these bounds.
std::size_t n_without_partner(const Fingerprint& a, const Fingerprint& b, float time_s,
                              float pitch) {
  return static_cast<std::size_t>(
      std::count_if(a.peaks.begin(), a.peaks.end(), [&](const SpectralPeak& p) {
        return std::none_of(b.peaks.begin(), b.peaks.end(), [&](const SpectralPeak& q) {
          return std::abs(p.time_s - q.time_s) <= time_s && std::abs(p.pitch - q.pitch) <= pitch;
        });
      }));
}

TEST(Fingerprint, ABurstOfAToneIsAPeakAtItsTimeAndPitch) {
  for (const double rate_hz : {11025.0, 22050.0, 44100.0, 16000.0})
    for (const double frequency_hz : {200.0, 440.0, 3000.0}) {
      std::vector<float> clip(static_cast<std::size_t>(3.0 * rate_hz));
      for (std::size_t n = 0; n < clip.size(); ++n) {
        const double t = static_cast<double>(n) / rate_hz;
        clip[n] = static_cast<float>(0.5 * std::exp(-std::pow((t - 1.3) / 0.1, 2)) *
                                     std::sin(2.0 * std::numbers::pi * frequency_hz * t));
      }
      const Fingerprint found = fingerprint(clip, rate_hz);
      EXPECT_NEAR(found.duration_s, 3.0, 1e-9);
      // A hundredth of a second, and what a Gaussian leaves of the parabola: a tenth of a semitone.
      const Fingerprint expected{.peaks = {{1.3f, static_cast<float>(pitch_of(frequency_hz))}},
                                 .duration_s = 3.0};
      EXPECT_EQ(n_without_partner(expected, found, 0.01f, 0.1f), 0u)
          << frequency_hz << " Hz at " << rate_hz;
    }
}

TEST(Fingerprint, IsTheSameWhateverTheBlocks) {
  const std::vector<float> clip = tune(1, 4.0);
  for (const double rate_hz : {11025.0, 22050.0}) {
    const Fingerprint whole = fingerprint(clip, rate_hz);
    EXPECT_GT(whole.peaks.size(), 20u);
    for (const std::size_t size : {1u, 257u, 5000u}) {
      Fingerprinter blocks(rate_hz);
      for (std::size_t from = 0; from < clip.size(); from += size)
        blocks.push(std::span(clip).subspan(from, std::min(size, clip.size() - from)));
      EXPECT_EQ(blocks.finish(), whole) << size;
    }
  }
}

TEST(Fingerprint, LevelAndSampleRateChangeHardlyAnyPeak) {
  const std::vector<float> clip = tune(2);
  const Fingerprint original = fingerprint(clip, kTuneRateHz);
  std::vector<float> samples = clip;
  for (float& x : samples) x *= 0.03f;
  const Fingerprint quiet = fingerprint(samples, kTuneRateHz);
  EXPECT_EQ(n_without_partner(quiet, original, 0.005f, 0.05f), 0u)
      << "a lower level may hide peaks, but makes none";
  EXPECT_LT(n_without_partner(original, quiet, 0.005f, 0.05f), original.peaks.size() / 20);
  std::vector<float> half;
  Resampler resampler(kTuneRateHz, 12000.0);
  resampler.push(clip, half);
  resampler.finish(half);
  EXPECT_LT(n_without_partner(original, fingerprint(half, 12000.0), 0.01f, 0.1f),
            original.peaks.size() / 20);
}

TEST(Fingerprint, SilenceAndNothingHaveNoPeaks) {
  EXPECT_TRUE(fingerprint({}, 22050.0).peaks.empty());
  EXPECT_EQ(fingerprint({}, 22050.0).duration_s, 0.0);
  EXPECT_TRUE(fingerprint(std::vector<float>(44100), 22050.0).peaks.empty());
  EXPECT_TRUE(fingerprint(std::vector<float>(3), 22050.0).peaks.empty());
  EXPECT_TRUE(fingerprint(noise(22050, 1, 1e-6), 22050.0).peaks.empty()) << "-120 dB";
}

TEST(Fingerprint, NoPeakHasALouderPointAroundIt) {
  // The definition, slowly: levels by a direct transform in double, every neighbour looked at.
  const std::vector<float> clip = tune(3, 1.0);
  const double rate_hz = 11025.0;
  const std::vector<float> window = hann_window(2048);
  std::vector<double> cosine, sine;
  for (int n = 0; n < 2048; ++n) {
    cosine.push_back(std::cos(2.0 * std::numbers::pi * n / 2048.0));
    sine.push_back(std::sin(2.0 * std::numbers::pi * n / 2048.0));
  }
  const int n_frames = 1 + static_cast<int>(clip.size()) / 256;
  Eigen::MatrixXd levels(128, n_frames);
  for (int t = 0; t < n_frames; ++t) {
    std::vector<double> power(1025);
    for (std::size_t k = 0; k < power.size(); ++k) {
      double re = 0.0, im = 0.0;
      for (int n = 0; n < 2048; ++n) {
        const std::ptrdiff_t at = std::ptrdiff_t{256} * t + n - 1024;
        if (at < 0 || at >= static_cast<std::ptrdiff_t>(clip.size())) continue;
        const double x = static_cast<double>(clip[static_cast<std::size_t>(at)]) *
                         static_cast<double>(window[static_cast<std::size_t>(n)]);
        const std::size_t angle = (k * static_cast<std::size_t>(n)) % 2048;
        re += x * cosine[angle];
        im -= x * sine[angle];
      }
      power[k] = re * re + im * im;
    }
    for (int band = 0; band < 128; ++band) {
      const double centre = 125.0 * std::exp2(band / 24.0), bin_hz = rate_hz / 2048.0;
      const double below = std::max(bin_hz, centre * (1.0 - std::exp2(-1.0 / 24.0))),
                   above = std::max(bin_hz, centre * (std::exp2(1.0 / 24.0) - 1.0));
      double sum = 0.0, weights = 0.0;
      for (std::size_t k = 0; k < power.size(); ++k) {
        const double hz = static_cast<double>(k) * bin_hz;
        const double weight =
            std::max(0.0, 1.0 - (hz < centre ? (centre - hz) / below : (hz - centre) / above));
        sum += weight * power[k];
        weights += weight;
      }
      levels(band, t) = 10.0 * std::log10(sum / weights);
    }
  }
  std::vector<std::pair<int, int>> expected;  // frame, band
  for (int t = 0; t < n_frames; ++t)
    for (int band = 1; band < 127; ++band) {
      bool largest = levels(band, t) > 54.2 - 90.0;
      for (int s = std::max(0, t - 9); largest && s <= std::min(n_frames - 1, t + 9); ++s)
        for (int b = std::max(0, band - 6); b <= std::min(127, band + 6); ++b)
          largest = largest && levels(b, s) <= levels(band, t);
      if (largest) expected.emplace_back(t, band);
    }
  const Fingerprint found = fingerprint(clip, rate_hz);
  ASSERT_EQ(found.peaks.size(), expected.size());
  ASSERT_GT(expected.size(), 10u);
  for (const SpectralPeak& peak : found.peaks)
    EXPECT_TRUE(std::any_of(
        expected.begin(), expected.end(),
        [&](const auto& at) {
          return std::abs(static_cast<double>(peak.time_s) * rate_hz / 256.0 - at.first) <= 0.501 &&
                 std::abs(static_cast<double>(peak.pitch) * 2.0 - at.second) <= 0.501;
        }))
        << peak.time_s << " s, " << peak.pitch;
}

TEST(Fingerprint, ARateThatIsNotPositiveIsRefused) {
  EXPECT_THROW_SAYING(Fingerprinter(0.0), ConfigError, "sample_rate_hz", "0");
  EXPECT_THROW_SAYING(Fingerprinter(-1.0), ConfigError, "sample_rate_hz", "-1");
}

}  // namespace fingerprint_test
}  // namespace genrebench
