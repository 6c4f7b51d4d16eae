#pragma once
// Internal. A machine vector of doubles, for loops whose elements share their arithmetic: the vector extensions of
// GCC and Clang, as wide as the instruction set.

#include <cstddef>

namespace genrebench::double_lanes {

#if defined(__AVX512F__)
inline constexpr std::size_t kLanes = 8;
#elif defined(__AVX__)
inline constexpr std::size_t kLanes = 4;
#else
inline constexpr std::size_t kLanes = 2;  // SSE2, NEON; or plain code where there is neither
#endif

using Vector [[gnu::vector_size(kLanes * sizeof(double)), gnu::may_alias]] = double;
/// The same at any address.
using UnalignedVector [[gnu::vector_size(kLanes * sizeof(double)), gnu::may_alias, gnu::aligned(alignof(double))]] = double;

inline Vector fill(double value) { return Vector{} + value; }
inline Vector load(const double* from) { return *reinterpret_cast<const UnalignedVector*>(from); }
inline void store(double* to, Vector value) { *reinterpret_cast<UnalignedVector*>(to) = value; }
inline double sum(Vector value) {
  double total = 0.0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) total += value[lane];
  return total;
}

}  // namespace genrebench::double_lanes
