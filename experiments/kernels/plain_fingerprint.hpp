#pragma once
// The peaks of a spectrogram as signal/fingerprint/fingerprint.hpp defines them, one loop after the
// other: what the fast one is checked against.

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "signal/fingerprint/fingerprint.hpp"
#include "signal/spectrum/stft.hpp"

namespace genrebench::kernels {

/// @param clip  mono samples at 11025 Hz
inline std::vector<SpectralPeak> plain_peaks(std::span<const float> clip) {
  constexpr int kBands = 128, kTimeReach = 9, kPitchReach = 6;
  constexpr double kBinHz = 11025.0 / 2048.0, kFrameS = 256.0 / 11025.0;
  const Eigen::MatrixXf power = power_spectrogram(clip, {.n_fft = 2048, .hop_length = 256});
  Eigen::MatrixXd levels(kBands, power.cols());
  for (int band = 0; band < kBands; ++band) {
    const double centre = 125.0 * std::exp2(band / 24.0);
    const double below = std::max(kBinHz, centre * (1.0 - std::exp2(-1.0 / 24.0)));
    const double above = std::max(kBinHz, centre * (std::exp2(1.0 / 24.0) - 1.0));
    Eigen::VectorXd weights(power.rows());
    for (Eigen::Index k = 0; k < power.rows(); ++k) {
      const double hz = static_cast<double>(k) * kBinHz;
      weights[k] =
          std::max(0.0, 1.0 - (hz < centre ? (centre - hz) / below : (hz - centre) / above));
    }
    levels.row(band) =
        10.0 *
        ((weights.transpose() * power.cast<double>()).array() / weights.sum()).max(1e-12).log10();
  }
  const auto vertex = [](double before, double middle, double after) {
    const double curvature = before - 2.0 * middle + after;
    return curvature < 0.0 ? std::clamp(0.5 * (before - after) / curvature, -0.5, 0.5) : 0.0;
  };
  std::vector<SpectralPeak> peaks;
  for (Eigen::Index t = 0; t < levels.cols(); ++t)
    for (Eigen::Index band = 1; band + 1 < kBands; ++band) {
      const double level = levels(band, t);
      const Eigen::Index first = std::max<Eigen::Index>(0, t - kTimeReach),
                         last = std::min(levels.cols() - 1, t + kTimeReach);
      const Eigen::Index low = std::max<Eigen::Index>(0, band - kPitchReach),
                         high = std::min<Eigen::Index>(kBands - 1, band + kPitchReach);
      if (level < 54.2 - 90.0 ||
          levels.block(low, first, high - low + 1, last - first + 1).maxCoeff() > level)
        continue;
      const double before = t > 0 ? levels(band, t - 1) : level,
                   after = t + 1 < levels.cols() ? levels(band, t + 1) : level;
      peaks.push_back(
          {static_cast<float>((static_cast<double>(t) + vertex(before, level, after)) * kFrameS),
           static_cast<float>(0.5 * (static_cast<double>(band) +
                                     vertex(levels(band - 1, t), level, levels(band + 1, t))))});
    }
  std::sort(peaks.begin(), peaks.end(), [](const SpectralPeak& a, const SpectralPeak& b) {
    return a.time_s != b.time_s ? a.time_s < b.time_s : a.pitch < b.pitch;
  });
  return peaks;
}

}  // namespace genrebench::kernels
