#pragma once
// Internal. A machine vector that holds one value of each of kLanes frames, so that kLanes frames
// go through the same arithmetic side by side, without a shuffle between the transposition of the
// samples and that of the result. Written with the vector extensions of GCC and Clang: the width
// follows the instruction set, and the code is the same for each.

#include <bit>
#include <cfloat>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace genrebench::lanes {

#if defined(__AVX512F__)
inline constexpr int kLanes = 16;
#elif defined(__AVX__)
inline constexpr int kLanes = 8;
#else
inline constexpr int kLanes = 4;  // SSE2, NEON; or plain code where there is neither
#endif

/// kLanes floats, one a frame. May alias an array of float.
using Vector [[gnu::vector_size(kLanes * sizeof(float)), gnu::may_alias]] = float;
using IntVector [[gnu::vector_size(kLanes * sizeof(float)), gnu::may_alias]] = std::int32_t;
/// The same at any address.
using UnalignedVector
    [[gnu::vector_size(kLanes * sizeof(float)), gnu::may_alias, gnu::aligned(alignof(float))]] =
        float;

/// Memory for `size` vectors, aligned for them, not initialised.
class Buffer {
 public:
  explicit Buffer(std::size_t size)
      : data_(static_cast<float*>(
            ::operator new (size * sizeof(Vector), std::align_val_t{kAlignment}))) {}
  Vector* data() const { return reinterpret_cast<Vector*>(data_.get()); }

 private:
  static constexpr std::size_t kAlignment = 64;
  struct Free {
    void operator()(float* data) const { ::operator delete (data, std::align_val_t{kAlignment}); }
  };
  std::unique_ptr<float, Free> data_;
};

inline Vector zero() { return Vector{}; }
inline Vector fill(float value) { return Vector{} + value; }
inline Vector load(const float* from) { return *reinterpret_cast<const UnalignedVector*>(from); }
inline void store(float* to, Vector value) { *reinterpret_cast<UnalignedVector*>(to) = value; }
/// NaN in `a` stays, NaN in `b` is ignored.
inline Vector at_least(Vector a, Vector b) { return a < b ? b : a; }

/// Swaps rows and columns of kLanes vectors.
inline void transpose(Vector (&rows)[kLanes]) {
  // log2(kLanes) perfect shuffles of the whole block, each of which rotates the bits of an
  // element's address.
  for (int stage = 1; stage < kLanes; stage *= 2) {
    Vector next[kLanes];
    for (int i = 0; i < kLanes / 2; ++i) {
      const Vector a = rows[i];
      const Vector b = rows[i + kLanes / 2];
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
    for (int i = 0; i < kLanes; ++i) rows[i] = next[i];
  }
}

/// 10 log10(x) for normal x > 0; NaN for NaN and infinity. Absolute error below 6e-5 dB for any
/// float, 1.6e-5 dB within 120 dB of 1: one or two units in the last place. x = 2^e m with m in
/// [sqrt(1/2), sqrt(2)); ln(m) by the polynomial of Cephes' logf (Moshier).
inline Vector decibels(Vector x) {
  const IntVector bits = reinterpret_cast<IntVector>(x);
  constexpr std::int32_t kSqrtHalfBits = 0x3f3504f3;
  const IntVector offset = bits - kSqrtHalfBits;
  const IntVector exponent = offset >> 23;
  const Vector m = reinterpret_cast<Vector>(bits - (exponent << 23));
  const Vector e = __builtin_convertvector(exponent, Vector);
  const Vector f = m - 1.0f;
  const Vector f2 = f * f;
  Vector p = fill(7.0376836292e-2f);
  p = p * f + -1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f + -1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f + -1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f + -2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  const Vector ln_m = f + (f2 * (f * p - 0.5f));
  constexpr float kDbPerNeper = 4.342944819032518f;  // 10 / ln 10
  constexpr float kDbPerOctave = 3.010299956639812f;
  return (e * kDbPerOctave + ln_m * kDbPerNeper) + (x - x);
}

}  // namespace genrebench::lanes
