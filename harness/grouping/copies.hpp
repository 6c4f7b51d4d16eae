#pragma once
// Tracks of equal content.

#include <cstddef>
#include <string>
#include <vector>

#include "harness/plugin/dataset.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// Indices of tracks of equal content, two or more.
using Copies = std::vector<std::size_t>;

/// All sets of copies, in the order of their first tracks. Equal features of feature tables count
/// as equal content only if chance would hardly make so many columns equal.
/// @param content  of each track; empty: not known, so there are no copies
std::vector<Copies> find_copies(const Dataset& dataset, const TrackContents& content);

/// How many copies there are, and how many of them have copies of another genre.
std::string note_on_copies(const Dataset& dataset, const std::vector<Copies>& copies);

/// How many copies a leaky split has put into several parts.
std::string note_on_straddling_copies(const Split& split, const std::vector<Copies>& copies);

}  // namespace genrebench
