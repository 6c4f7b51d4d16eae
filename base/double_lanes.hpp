#pragma once
// Internal. A machine vector of doubles, for loops whose elements share their arithmetic: the
// vector extensions of GCC and Clang, as wide as the instruction set.

#include <cstddef>
#include <utility>

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
using UnalignedVector
    [[gnu::vector_size(kLanes * sizeof(double)), gnu::may_alias, gnu::aligned(alignof(double))]] =
        double;

inline Vector fill(double value) { return Vector{} + value; }
inline Vector load(const double* from) { return *reinterpret_cast<const UnalignedVector*>(from); }
inline void store(double* to, Vector value) { *reinterpret_cast<UnalignedVector*>(to) = value; }
namespace detail {
template <int kFirst, std::size_t... kIndex>
Vector every_second(Vector low, Vector high, std::index_sequence<kIndex...>) {
  return __builtin_shufflevector(low, high, (static_cast<int>(2 * kIndex) + kFirst)...);
}
}  // namespace detail
/// Of the 2 kLanes values of `low` and then `high`, those at even indices; so the real parts of
/// complex numbers.
inline Vector even(Vector low, Vector high) {
  return detail::every_second<0>(low, high, std::make_index_sequence<kLanes>());
}
/// The others.
inline Vector odd(Vector low, Vector high) {
  return detail::every_second<1>(low, high, std::make_index_sequence<kLanes>());
}
inline double sum(Vector value) {
  double total = 0.0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) total += value[lane];
  return total;
}

}  // namespace genrebench::double_lanes
