#pragma once
// The compact letter display of all pairs of several things.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace genrebench {

/// Letters such that two things have one in common if and only if they do not differ: "a", "ab",
/// "b". The first thing has an "a".
/// @param n       number of things, the best first
/// @param differ  pairs that differ, each as two places, in any order
/// @return        of each; after "z" come "A" to "Z", then "(53)" and so on
/// Source: Piepho, Journal of Computational and Graphical Statistics 13(2), 2004: insert and absorb
std::vector<std::string> compact_letters(
    std::size_t n, const std::vector<std::pair<std::size_t, std::size_t>>& differ);

}  // namespace genrebench
