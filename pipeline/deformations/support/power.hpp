#pragma once
// The power of signals, and signals brought to the power of others.

#include <span>

namespace genrebench {

/// Mean of the squares; 0 for no samples.
double mean_square(std::span<const float> samples);

/// Scales the samples so that their mean square becomes `target`. Silence stays silent.
void scale_to(std::span<float> samples, double target);

}  // namespace genrebench
