#pragma once
// The activations of gated networks on machine vectors.

#include <cmath>

#include "base/simd.hpp"

namespace genrebench {

// The networks' kernels use these everywhere.
using simd::kLanes;
using simd::Lanes;
using simd::load;
using simd::store;

/// In [-1, 1]. Float: the relative error is at most 5e-7. Double: as std::tanh. NaN stays NaN.
/// Source: the rational approximation of Eigen 3.4 (generic_fast_tanh_float); its bound is measured
/// in tests/models.
template <typename T>
inline Lanes<T> tanh_of(const Lanes<T>& input) {
  if constexpr (sizeof(T) == sizeof(float)) {
    const Lanes<T> x = simd::clamp(input, -7.90531110763549805f, 7.90531110763549805f);
    const Lanes<T> square = x * x;
    Lanes<T> p = square * -2.76076847742355e-16f + 2.00018790482477e-13f;
    p = p * square + -8.60467152213735e-11f;
    p = p * square + 5.12229709037114e-08f;
    p = p * square + 1.48572235717979e-05f;
    p = p * square + 6.37261928875436e-04f;
    p = p * square + 4.89352455891786e-03f;
    Lanes<T> q = square * 1.19825839466702e-06f + 1.18534705686654e-04f;
    q = q * square + 2.26843463243900e-03f;
    q = q * square + 4.89352518554385e-03f;
    return simd::clamp(x * (p / q), -1.0f, 1.0f);  // x * p would be lost where x is smallest
  } else {
    Lanes<T> result = input;
    for (int i = 0; i < kLanes<T>; ++i) result[i] = std::tanh(result[i]);
    return result;
  }
}

/// The logistic function, in [0, 1]; float: within 3e-7, double: within 1e-15. NaN stays NaN.
template <typename T>
inline Lanes<T> sigmoid_of(const Lanes<T>& x) {
  return tanh_of<T>(x * T(0.5)) * T(0.5) + T(0.5);
}

}  // namespace genrebench
