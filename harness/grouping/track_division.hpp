#pragma once
// Dividing the tracks of a dataset into parts without cutting a group.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/grouping/grouping.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// What divide() divides, and into what. The references outlive the call.
struct TrackDivisionTask {
  const Dataset& dataset;
  const Grouping& grouping;
  const GroupOptions& options;
  std::vector<double> fractions;  ///< share of each part, positive, summing to one
  int train_part = 0;             ///< the part for groups that must not be tested
  bool folds = false;             ///< the parts are folds, and genres of few groups may miss some
  std::uint64_t seed = 0;
};

struct DividedTracks {
  std::vector<std::optional<int>> parts;  ///< of each track; nothing: left out
  std::vector<std::string> notes;         ///< for Split::notes
};

/// Divides whole groups at random, close to the asked share of each genre (see draw_division()), so
/// that every genre is in every part if its groups allow that.
/// @throws ConfigError  if the rule for genres of a single group is `fail`: for such a genre, and,
///                      unless the parts are folds, for a genre that cannot be in every part
DividedTracks divide(const TrackDivisionTask& task);

/// Makes sure that no genre is tested that was not trained, and adds the notes that depend on the
/// parts: genres that are missing from a part, and copies in several parts. A genre that is tested
/// but not trained gets its validation groups for training. If it has none, its tested groups go to
/// training or, with single_group_genres: drop, are left out.
/// @param validation  whether a validation part was asked for
/// @throws ConfigError  if the rule is `fail` and such a genre has no validation group
void finish_split(Split& split, const Dataset& dataset, const Grouping& grouping,
                  const GroupOptions& options, bool validation);

}  // namespace genrebench
