#pragma once
// The processor's vector registers as a type. Written with the vector extensions of GCC and Clang:
// the width follows the target's instruction set, and the code is the same for each width.
//
// Why not xsimd (8.1 was tried): the cross-correlation took 1.00 times the time and gave the same
// bits, the decibels took 0.99 times the time but changed the last bit of 15 % of the values. The
// compiler fuses multiplications and additions of these types, but not those of xsimd's intrinsics,
// so that stored results would not be reproduced.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace genrebench::simd {

/// Size of a register.
#if defined(__AVX512F__)
inline constexpr std::size_t kBytes = 64;
#elif defined(__AVX__)
inline constexpr std::size_t kBytes = 32;
#else
inline constexpr std::size_t kBytes = 16;  // SSE2, NEON; or plain code where there is neither
#endif

namespace detail {
template <typename T>
struct LanesOf;  // an alias template cannot carry the attributes
template <>
struct LanesOf<float> {
  typedef float type [[gnu::vector_size(kBytes), gnu::may_alias]];
  typedef float half_type [[gnu::vector_size(kBytes / 2), gnu::may_alias]];
};
template <>
struct LanesOf<double> {
  typedef double type [[gnu::vector_size(kBytes), gnu::may_alias]];
};
template <>
struct LanesOf<std::int32_t> {
  typedef std::int32_t type [[gnu::vector_size(kBytes), gnu::may_alias]];
};
template <typename Vector>
using Element = std::remove_cvref_t<decltype(std::declval<Vector&>()[0])>;
template <typename Vector>
inline constexpr int kSize = static_cast<int>(sizeof(Vector) / sizeof(Element<Vector>));
}  // namespace detail

/// A register of float, double or std::int32_t. Arithmetic is by element, and a scalar operand
/// stands for a register full of it. May alias an array of T that is aligned to kBytes.
template <typename T>
using Lanes = typename detail::LanesOf<T>::type;

/// Number of elements of a register.
template <typename T>
inline constexpr int kLanes = static_cast<int>(kBytes / sizeof(T));

template <typename T>
inline Lanes<T> fill(T value) {
  return Lanes<T>{} + value;
}

/// From any address: alignment affects the time only.
template <typename T>
inline Lanes<T> load(const T* from) {
  Lanes<T> value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// To any address.
template <typename T>
inline void store(T* to, const Lanes<T>& value) {
  std::memcpy(to, &value, sizeof value);
}

/// kLanes<double> doubles or floats, from any address, as doubles.
inline Lanes<double> load_as_double(const double* from) { return load(from); }
inline Lanes<double> load_as_double(const float* from) {
#if defined(__AVX512F__)
  // GCC splits the conversion below into two halves and joins them again.
  return reinterpret_cast<Lanes<double>>(_mm512_cvtps_pd(_mm256_loadu_ps(from)));
#else
  detail::LanesOf<float>::half_type half;
  std::memcpy(&half, from, sizeof half);
  return __builtin_convertvector(half, Lanes<double>);
#endif
}

/// The larger of each two elements. NaN in `a` stays, NaN in `b` is ignored.
template <typename Vector>
inline Vector at_least(Vector a, Vector b) {
  return a < b ? b : a;
}

/// Bounded to [low, high]; NaN stays NaN.
template <typename Vector>
inline Vector clamp(Vector x, detail::Element<Vector> low, detail::Element<Vector> high) {
  const Vector bottom = Vector{} + low, top = Vector{} + high;
  const Vector raised = x < bottom ? bottom : x;
  return raised > top ? top : raised;
}

/// |x|; -0 stays -0.
template <typename Vector>
inline Vector absolute(Vector x) {
  return x < detail::Element<Vector>(0) ? -x : x;
}

/// Of each element.
template <typename Vector>
inline Vector square_root(Vector x) {
  for (int lane = 0; lane < detail::kSize<Vector>; ++lane) x[lane] = std::sqrt(x[lane]);
  return x;
}

/// Sum of the elements, from the first to the last.
template <typename Vector>
inline detail::Element<Vector> sum(Vector value) {
  detail::Element<Vector> total = 0;
  for (int lane = 0; lane < detail::kSize<Vector>; ++lane) total += value[lane];
  return total;
}

/// Sum of the elements: adds the second half to the first until one element is left. Faster than
/// `sum`, and rounds differently.
template <typename Vector>
inline detail::Element<Vector> sum_by_halves(Vector value) {
  for (int half = detail::kSize<Vector> / 2; half > 0; half /= 2)
    for (int lane = 0; lane < half; ++lane) value[lane] += value[lane + half];
  return value[0];
}

namespace detail {
template <int kFirst, typename Vector, std::size_t... kIndex>
Vector every_second(Vector low, Vector high, std::index_sequence<kIndex...>) {
  return __builtin_shufflevector(low, high, (static_cast<int>(2 * kIndex) + kFirst)...);
}
}  // namespace detail

/// The elements at even indices of `low` followed by `high`: the real parts of complex numbers.
template <typename Vector>
inline Vector even(Vector low, Vector high) {
  return detail::every_second<0>(low, high, std::make_index_sequence<detail::kSize<Vector>>());
}

/// The elements at odd indices: the imaginary parts.
template <typename Vector>
inline Vector odd(Vector low, Vector high) {
  return detail::every_second<1>(low, high, std::make_index_sequence<detail::kSize<Vector>>());
}

namespace detail {
template <typename Vector, std::size_t... kIndex>
Vector backwards(Vector value, std::index_sequence<kIndex...>) {
  return __builtin_shufflevector(value, value, (kSize<Vector> - 1 - static_cast<int>(kIndex))...);
}
}  // namespace detail

/// The elements from the last to the first.
template <typename Vector>
inline Vector reversed(Vector value) {
  return detail::backwards(value, std::make_index_sequence<detail::kSize<Vector>>());
}

/// Swaps the rows and columns of as many registers as a register has floats.
inline void transpose(Lanes<float> (&rows)[kLanes<float>]) {
  constexpr int kSize = kLanes<float>;
  // log2(kSize) perfect shuffles of the whole block, each of which rotates the bits of an element's
  // address.
  for (int stage = 1; stage < kSize; stage *= 2) {
    Lanes<float> next[kSize];
    for (int i = 0; i < kSize / 2; ++i) {
      const Lanes<float> a = rows[i];
      const Lanes<float> b = rows[i + kSize / 2];
#if defined(__AVX512F__)
      next[2 * i] =
          __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      next[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29,
                                                14, 30, 15, 31);
#elif defined(__AVX__)
      next[2 * i] = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
      next[2 * i + 1] = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#else
      next[2 * i] = __builtin_shufflevector(a, b, 0, 4, 1, 5);
      next[2 * i + 1] = __builtin_shufflevector(a, b, 2, 6, 3, 7);
#endif
    }
    for (int i = 0; i < kSize; ++i) rows[i] = next[i];
  }
}

/// `size` registers in aligned memory, zero at first.
template <typename T>
class Array {
 public:
  explicit Array(std::size_t size)
      : size_(size),
        values_(static_cast<T*>(::operator new (size* kBytes, std::align_val_t{kAlignment}))) {
    std::fill_n(values_.get(), size * (kBytes / sizeof(T)), T(0));
  }

  std::size_t size() const { return size_; }
  Lanes<T>* data() { return reinterpret_cast<Lanes<T>*>(values_.get()); }
  const Lanes<T>* data() const { return reinterpret_cast<const Lanes<T>*>(values_.get()); }
  Lanes<T>& operator[](std::size_t i) { return data()[i]; }
  const Lanes<T>& operator[](std::size_t i) const { return data()[i]; }

 private:
  static constexpr std::size_t kAlignment = 64;
  struct Free {
    void operator()(T* values) const { ::operator delete (values, std::align_val_t{kAlignment}); }
  };
  std::size_t size_;
  std::unique_ptr<T, Free> values_;
};

}  // namespace genrebench::simd
