#pragma once
// Convolution of long signals by blocks of transforms.

#include <span>
#include <vector>

namespace genrebench {

/// The first samples.size() samples of the convolution, as y[n] = sum_k response[k] x[n - k].
/// Blocks are transformed and added where they overlap, in double precision.
/// @param response  at least one sample
std::vector<float> convolve(std::span<const float> samples, std::span<const float> response);

}  // namespace genrebench
