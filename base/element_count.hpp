#pragma once
// How many elements an array has whose shape a file claims.

#include <cstdint>
#include <optional>
#include <ranges>
#include <utility>

namespace genrebench {

/// The number of elements of that shape, or nothing where no memory could hold them or a size is
/// negative.
/// @param shape  integers of at most 64 bits
std::optional<std::uint64_t> count_elements(const std::ranges::range auto& shape) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 56;  // times the size of an element is still
                                                           // a number of 64 bits
  bool empty = false;
  std::uint64_t product = 1;
  for (const auto size : shape) {
    if (std::cmp_less(size, 0)) return std::nullopt;
    empty = empty || size == 0;
    // Strides are products too, so the other sizes may not overflow where one is zero.
    const std::uint64_t factor = size == 0 ? 1 : static_cast<std::uint64_t>(size);
    if (product > kMost / factor) return std::nullopt;
    product *= factor;
  }
  return empty ? 0 : product;
}

}  // namespace genrebench
