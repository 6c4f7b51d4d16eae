#pragma once
// Internal. Decibels of kLanes powers at a time.

#include <cstdint>

#include "signal/spectrum/frame_batch.hpp"

namespace genrebench::lanes {

/// 10 log10(x) for normal x > 0; NaN for NaN and infinity. Absolute error below 6e-5 dB for any
/// float, 1.6e-5 dB within 120 dB of 1: one or two units in the last place. x = 2^e m with m in
/// [sqrt(1/2), sqrt(2)); ln(m) by the polynomial of Cephes' logf (Moshier).
inline Vector decibels(Vector x) {
  using Integers = simd::Lanes<std::int32_t>;
  const Integers bits = reinterpret_cast<Integers>(x);
  constexpr std::int32_t kSqrtHalfBits = 0x3f3504f3;
  const Integers offset = bits - kSqrtHalfBits;
  const Integers exponent = offset >> 23;
  const Vector m = reinterpret_cast<Vector>(bits - (exponent << 23));
  const Vector e = __builtin_convertvector(exponent, Vector);
  const Vector f = m - 1.0f;
  const Vector f2 = f * f;
  Vector p = simd::fill(7.0376836292e-2f);
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
