#pragma once
// Internal. Levels in dB of powers, for the mel filters and the mel streams.

#include <Eigen/Core>
#include <algorithm>
#include <cfloat>

#include "signal/features/mel_filters.hpp"
#include "signal/spectrum/decibels.hpp"

namespace genrebench::lanes {

/// Powers are compared as normal floats: the logarithm takes no denormals.
inline float smallest_power(const DbOptions& options) {
  return std::max(static_cast<float>(options.amin), FLT_MIN);
}

inline float decibels_of(float power) { return decibels(simd::fill(power))[0]; }

inline float largest_of(Vector values) {
  float largest = values[0];
  for (int lane = 1; lane < kLanes; ++lane)
    largest = largest < values[lane] ? values[lane] : largest;
  return largest;
}

/// Levels relative to 1 become levels relative to the reference, limited to top_db. NaN stays NaN.
inline void finish_levels(Eigen::MatrixXf& levels, float largest, const DbOptions& options) {
  const float reference =
      options.reference
          ? decibels_of(std::max(static_cast<float>(*options.reference), smallest_power(options)))
          : largest;
  const float least =
      options.top_db ? (largest - reference) - static_cast<float>(*options.top_db) : -FLT_MAX;
  float* level = levels.data();
  const Eigen::Index n = levels.size();
  for (Eigen::Index i = 0; i < n; ++i) {
    const float relative = level[i] - reference;
    level[i] = relative < least ? least : relative;
  }
}

}  // namespace genrebench::lanes
