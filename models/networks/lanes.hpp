#pragma once
// The processor's vectors as a type, and the activations of gated networks on them. GCC's and
// Clang's vector extensions: as wide as the target's registers, with or without -march=native.

#include <cmath>
#include <cstddef>
#include <cstring>

namespace genrebench {

#if defined(__AVX512F__)
inline constexpr std::size_t kLaneBytes = 64;
#elif defined(__AVX__)
inline constexpr std::size_t kLaneBytes = 32;
#else
inline constexpr std::size_t kLaneBytes = 16;
#endif

namespace detail {
template <typename T>
struct LanesOf;
template <>
struct LanesOf<float> {
  typedef float type __attribute__((vector_size(kLaneBytes)));  // an alias cannot carry the
                                                                // attribute
};
template <>
struct LanesOf<double> {
  typedef double type __attribute__((vector_size(kLaneBytes)));
};
}  // namespace detail

/// A register of float or double. Arithmetic is by element; a scalar operand stands for a register
/// full of it.
template <typename T>
using Lanes = typename detail::LanesOf<T>::type;

template <typename T>
inline constexpr int kLanes = static_cast<int>(kLaneBytes / sizeof(T));

/// From any address: alignment changes the time at most.
template <typename T>
inline Lanes<T> load(const T* from) {
  Lanes<T> value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <typename T>
inline void store(T* to, const Lanes<T>& value) {
  std::memcpy(to, &value, sizeof value);
}

/// Bounded to [low, high]; NaN stays NaN.
template <typename T>
inline Lanes<T> clamp(const Lanes<T>& x, T low, T high) {
  const Lanes<T> bottom = Lanes<T>{} + low, top = Lanes<T>{} + high;
  const Lanes<T> raised = x < bottom ? bottom : x;
  return raised > top ? top : raised;
}

/// In [-1, 1]; float: within 5e-7 of the true value relative to it, double: as std::tanh. NaN stays
/// NaN. Source: the rational approximation of Eigen 3.4 (generic_fast_tanh_float); its bound is
/// measured in tests/models.
template <typename T>
inline Lanes<T> tanh_of(const Lanes<T>& input) {
  if constexpr (sizeof(T) == sizeof(float)) {
    const Lanes<T> x = clamp<T>(input, -7.90531110763549805f, 7.90531110763549805f);
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
    return clamp<T>(x * (p / q), -1.0f, 1.0f);  // x * p would be lost where x is smallest
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
