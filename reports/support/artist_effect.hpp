#pragma once
// The artist effect on the cells of Table 2: accuracies with a leaky split minus those with artists
// apart.

#include <vector>

#include "reports/support/scores.hpp"
#include "reports/support/table2_blocks.hpp"

namespace genrebench::table2 {

/// Appends a table for each grouped block that has a leaky partner, and one data table for all.
void add_artist_effects(const Scores& scores, const std::vector<Block>& blocks, double level,
                        Document& document);

}  // namespace genrebench::table2
