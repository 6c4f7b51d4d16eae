#include "signal/features/mel_filters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "signal/features/levels.hpp"

namespace genrebench {

using namespace lanes;

namespace {

// Slaney's scale: 3 mel each 200 Hz up to 1 kHz (15 mel), then 27 mel for a factor of 6.4.
constexpr double kHzPerMel = 200.0 / 3.0;
constexpr double kLogStartHz = 1000.0;
constexpr double kLogStartMel = kLogStartHz / kHzPerMel;
const double kLogStep = std::log(6.4) / 27.0;

}  // namespace

void validate(const MelOptions& options, double sample_rate_hz) {
  validate(static_cast<const StftOptions&>(options));
  if (!(sample_rate_hz > 0.0) || !std::isfinite(sample_rate_hz)) {
    throw ConfigError(
        fmt::format("sample_rate_hz: expected a positive number, got {}", sample_rate_hz));
  }
  if (options.n_mels < 1 || options.n_mels > 4096) {
    throw ConfigError(fmt::format("n_mels: expected 1 to 4096, got {}", options.n_mels));
  }
  const double nyquist_hz = sample_rate_hz / 2.0;
  if (!(options.fmin_hz >= 0.0 && options.fmin_hz < nyquist_hz)) {
    throw ConfigError(
        fmt::format("fmin_hz: expected at least 0 and below half the sample rate, {}, got {}",
                    nyquist_hz, options.fmin_hz));
  }
  if (options.fmax_hz && !(*options.fmax_hz > options.fmin_hz && *options.fmax_hz <= nyquist_hz)) {
    throw ConfigError(fmt::format(
        "fmax_hz: expected above fmin_hz, {}, and at most half the sample rate, {}, got {}",
        options.fmin_hz, nyquist_hz, *options.fmax_hz));
  }
}

void validate(const DbOptions& options) {
  if (!(options.amin > 0.0) || !std::isfinite(options.amin)) {
    throw ConfigError(fmt::format("amin: expected above 0, got {}", options.amin));
  }
  if (options.reference && (!(*options.reference > 0.0) || !std::isfinite(*options.reference))) {
    throw ConfigError(
        fmt::format("reference: expected above 0 or absent, got {}", *options.reference));
  }
  if (options.top_db && !(*options.top_db >= 0.0)) {
    throw ConfigError(
        fmt::format("top_db: expected at least 0 or absent, got {}", *options.top_db));
  }
}

double hz_to_mel(double frequency_hz, MelScale scale) {
  if (scale == MelScale::htk) return 2595.0 * std::log10(1.0 + frequency_hz / 700.0);
  if (frequency_hz < kLogStartHz) return frequency_hz / kHzPerMel;
  return kLogStartMel + std::log(frequency_hz / kLogStartHz) / kLogStep;
}

double mel_to_hz(double mel, MelScale scale) {
  if (scale == MelScale::htk) return 700.0 * (std::pow(10.0, mel / 2595.0) - 1.0);
  if (mel < kLogStartMel) return mel * kHzPerMel;
  return kLogStartHz * std::exp(kLogStep * (mel - kLogStartMel));
}

namespace {

/// Band m rises from edge m to edge m + 1 and falls to edge m + 2.
std::vector<double> band_edges_hz(const MelOptions& options, double sample_rate_hz) {
  const double lowest = hz_to_mel(options.fmin_hz, options.scale);
  const double highest = hz_to_mel(options.fmax_hz.value_or(sample_rate_hz / 2.0), options.scale);
  std::vector<double> edges_hz;
  for (int m = 0; m < options.n_mels + 2; ++m) {
    edges_hz.push_back(
        mel_to_hz(lowest + (highest - lowest) * m / (options.n_mels + 1), options.scale));
  }
  return edges_hz;
}

}  // namespace

int empty_mel_bands(const MelOptions& options, double sample_rate_hz) {
  validate(options, sample_rate_hz);
  const std::vector<double> edges_hz = band_edges_hz(options, sample_rate_hz);
  const double step_hz = sample_rate_hz / options.n_fft;
  int n_empty = 0;
  for (std::size_t m = 0; m + 2 < edges_hz.size(); ++m)
    n_empty += (std::floor(edges_hz[m] / step_hz) + 1.0) * step_hz >= edges_hz[m + 2];
  return n_empty;
}

Eigen::MatrixXf mel_filter_bank(const MelOptions& options, double sample_rate_hz) {
  validate(options, sample_rate_hz);
  const std::vector<double> edges_hz = band_edges_hz(options, sample_rate_hz);
  const std::vector<double> bins_hz = fft_frequencies_hz(options.n_fft, sample_rate_hz);
  Eigen::MatrixXf bank(options.n_mels, static_cast<Eigen::Index>(bins_hz.size()));
  for (int m = 0; m < options.n_mels; ++m) {
    const auto edge = edges_hz.begin() + m;
    const double height = options.norm == MelNorm::slaney ? 2.0 / (edge[2] - edge[0]) : 1.0;
    for (Eigen::Index k = 0; k < bank.cols(); ++k) {
      const double bin_hz = bins_hz[static_cast<std::size_t>(k)];
      const double rising = (bin_hz - edge[0]) / (edge[1] - edge[0]);
      const double falling = (edge[2] - bin_hz) / (edge[2] - edge[1]);
      bank(m, k) = static_cast<float>(height * std::max(0.0, std::min(rising, falling)));
    }
  }
  return bank;
}

void power_to_db_in_place(Eigen::MatrixXf& power, const DbOptions& options) {
  validate(options);
  const Vector amin = simd::fill(smallest_power(options));
  float* values = power.data();
  const Eigen::Index n = power.size();
  if (n == 0) return;
  Vector largest = simd::fill(-FLT_MAX);
  Eigen::Index i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    const Vector level = decibels(simd::at_least(simd::load(values + i), amin));
    largest = simd::at_least(largest, level);
    simd::store(values + i, level);
  }
  for (; i < n; ++i) {
    const Vector level = decibels(simd::at_least(simd::fill(values[i]), amin));
    largest = simd::at_least(largest, level);
    values[i] = level[0];
  }
  finish_levels(power, largest_of(largest), options);
}

Eigen::MatrixXf power_to_db(Eigen::MatrixXf power, const DbOptions& options) {
  power_to_db_in_place(power, options);
  return power;
}

}  // namespace genrebench
