#pragma once
// The division of groups into parts that is closest to the asked shares.

#include <vector>

#include "base/random.hpp"
#include "harness/grouping/division.hpp"

namespace genrebench {

/// Looks for the division at the lowest cost (Balance::cost()): every way is tried where there are
/// few, else random orders are placed greedily and improved by moves and, up to 200 groups,
/// exchanges.
/// @param open    the groups of the task whose role is `open`
/// @param random  decides among equals. How many numbers are taken from it depends on the task and
///                on the numbers alone.
/// @return        the part of each group of the task; nothing for unused ones
GroupParts closest_division(const DivisionTask& task, const std::vector<int>& open, Random& random);

}  // namespace genrebench
