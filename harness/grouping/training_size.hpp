#pragma once
// Training on less than the training part, to see what more data would bring.

#include <cstdint>

#include "harness/grouping/grouping.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// Refuses sizes of the training part that contradict each other or the other options.
/// @throws ConfigError
void check_training_size(const GroupOptions& options);

/// Leaves out so much of the training part that each genre has the tracks, or the groups, that the
/// options ask for. Does nothing if they ask for all.
///
/// All groups are put into one random order. Each genre takes its groups in this order until it has
/// enough; what no genre takes is left out. So a smaller training part is contained in every larger
/// one of the same seed, and in that of all tracks. Groups stay whole, in all their genres: a genre
/// may have more tracks than asked for, by less than its last group and by what groups bring that
/// another genre took. Genres without training tracks are passed over. Validation and test part
/// stay as they are.
/// @param seed  of the division
/// @throws ConfigError  if a genre has fewer training tracks or groups than asked for, naming it;
/// if
///                      groups are asked for and none are kept together
void limit_training(Split& split, const Dataset& dataset, const Grouping& grouping,
                    const GroupOptions& options, std::uint64_t seed);

}  // namespace genrebench
