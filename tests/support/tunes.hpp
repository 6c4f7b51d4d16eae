#pragma once
// Tunes of plucked notes, each from a seed, for tests of what tells recordings apart.

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <vector>

#include "base/random.hpp"

namespace genrebench::testing {

inline constexpr double kTuneRateHz = 22050.0;

/// Adds a note of three partials that rings for half a second.
inline void add_note(std::vector<float>& clip, double start_s, double frequency_hz,
                     double amplitude) {
  const auto start = std::min(clip.size(), static_cast<std::size_t>(start_s * kTuneRateHz));
  const auto n = std::min(clip.size() - start, static_cast<std::size_t>(kTuneRateHz));
  for (int partial = 1; partial <= 3; ++partial) {
    const std::complex<double> step = std::exp(
        std::complex<double>(-8.0, 2.0 * std::numbers::pi * partial * frequency_hz) / kTuneRateHz);
    std::complex<double> value = amplitude / partial;
    for (std::size_t i = 0; i < n; ++i, value *= step)
      clip[start + i] += static_cast<float>(value.imag());
  }
}

/// Twelve notes a second, of any pitch in three octaves, at any time.
inline std::vector<float> tune(std::uint64_t seed, double duration_s = 20.0) {
  Random random(seed);
  std::vector<float> clip(static_cast<std::size_t>(duration_s * kTuneRateHz));
  for (int note = 0; note < static_cast<int>(12.0 * duration_s); ++note)
    add_note(clip, random.uniform(0.0, duration_s),
             220.0 * std::exp2(static_cast<double>(random.below(36)) / 12.0),
             random.uniform(0.05, 0.2));
  return clip;
}

}  // namespace genrebench::testing
