#pragma once
// Generated songs of known structure, and the settings with which they are segmented.

#include <algorithm>
#include <cmath>
#include <numbers>
#include <ostream>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "signal/segmentation/segmentation.hpp"

namespace genrebench::testing {

inline constexpr double kRateHz = 8000.0;

/// Noise through a resonance at a frequency that is the sound's own; the same power for every
/// sound.
inline std::vector<float> sound(int which, double seconds, std::uint64_t seed) {
  constexpr double kFrequencies[] = {0.05, 0.2, 0.4};  // of the sample rate
  const double radius = 0.9, angle = 2.0 * std::numbers::pi * kFrequencies[which];
  Random random(derive_seed(seed, "sound", static_cast<std::uint64_t>(which)));
  std::vector<double> filtered(static_cast<std::size_t>(std::lround(seconds * kRateHz)));
  double one = 0.0, two = 0.0, power = 0.0;
  for (double& x : filtered) {
    x = random.normal() + 2.0 * radius * std::cos(angle) * one - radius * radius * two;
    two = one;
    one = x;
    power += x * x;
  }
  const double scale = 0.1 / std::sqrt(power / static_cast<double>(filtered.size()));
  std::vector<float> samples;
  for (const double x : filtered) samples.push_back(static_cast<float>(scale * x));
  return samples;
}

inline void append(std::vector<float>& song, const std::vector<float>& part) {
  song.insert(song.end(), part.begin(), part.end());
}

/// Whole windows of 0.5 and of 1 s: a window that holds two sounds may go to either, or be a sound
/// of its own.
inline const std::vector<ClusterSpan> kTruth = {
    {0.0, 5.0, 0}, {5.0, 10.0, 1}, {10.0, 16.0, 0}, {16.0, 21.0, 2}, {21.0, 26.0, 1}};

/// A B A C B, new noise each time.
inline std::vector<float> medley() {
  std::vector<float> song;
  for (std::size_t i = 0; i < kTruth.size(); ++i)
    append(song, sound(kTruth[i].label, kTruth[i].end_s - kTruth[i].start_s, i));
  return song;
}

inline SegmentationOptions of_windows(double window_s) {
  SegmentationOptions options;
  options.window_s = window_s;
  return options;
}

inline SegmentationOptions tuned() { return of_windows(0.5); }

inline SegmentationOptions paper() {
  SegmentationOptions options;
  options.lags = std::nullopt;
  options.variance = VarianceTerm::power;
  options.variance_weight = 1.0;
  options.symmetrise = Symmetrisation::mean;
  options.nearest = 0.0;
  options.exclude = 0;
  options.path = 0.0;
  options.choose = ClusterRule::eigengap;
  options.windows = 30;
  options.window_s = std::nullopt;
  options.ar_order = 12;
  options.scale = AffinityScale::literal;
  return options;
}

/// The authors' settings; windows of 3 s are for whole songs, five clusters for songs of five
/// parts.
inline SegmentationOptions authors() {
  SegmentationOptions options = paper();
  options.windows = std::nullopt;
  options.window_s = 1.0;
  options.ar_order = 100;
  options.ar_method = ArMethod::forward_backward;
  options.scale = AffinityScale::median;
  options.clusters = 3;
  return options;
}

inline Segmentation segment_medley(const SegmentationOptions& options) {
  return segment(medley(), kRateHz, options, "medley");
}

struct Setting {
  std::string name;
  SegmentationOptions options;
};
inline void PrintTo(const Setting& setting, std::ostream* out) { *out << setting.name; }

template <typename Change>
inline SegmentationOptions with(SegmentationOptions options, const Change& change) {
  change(options);
  return options;
}

}  // namespace genrebench::testing
