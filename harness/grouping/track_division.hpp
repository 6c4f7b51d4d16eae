#pragma once
// Dividing the tracks of a dataset into parts without cutting a group.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/grouping/grouping.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// What a TrackDivider divides, and into what. The references outlive it.
struct TrackDivisionTask {
  const Dataset& dataset;
  const Grouping& grouping;
  const GroupOptions& options;
  std::vector<double> fractions;  ///< share of each part, positive, summing to one
  int train_part = 0;             ///< the part for groups that must not be tested
  bool folds = false;             ///< the parts are folds, and genres of few groups may miss some
};

struct DividedTracks {
  std::vector<std::optional<int>> parts;  ///< of each track; nothing: left out
  std::vector<std::string> notes;         ///< for Split::notes
};

/// Divides whole groups at random, close to the asked share of each genre (see draw_division()), so
/// that every genre is in every part if its groups allow that. What depends on no seed is worked
/// out once. Immutable.
class TrackDivider {
 public:
  /// @throws ConfigError  if the rule for genres of a single group is `fail`, for such a genre
  explicit TrackDivider(const TrackDivisionTask& task);
  ~TrackDivider();

  /// @throws ConfigError  if the rule is `fail` and the parts are no folds, for a genre that cannot
  ///                      be in every part
  DividedTracks draw(std::uint64_t seed) const;

 private:
  class Work;
  std::unique_ptr<const Work> work_;
};

/// Makes sure that no genre is tested that was not trained, and adds the notes that depend on the
/// parts: genres that are missing from a part, and copies in several parts. A genre that is tested
/// but not trained gets its validation groups for training. If it has none, its tested groups go to
/// training or, with single_group_genres: drop, are left out.
/// @param validation  whether a validation part was asked for
/// @throws ConfigError  if the rule is `fail` and such a genre has no validation group
void finish_split(Split& split, const Dataset& dataset, const Grouping& grouping,
                  const GroupOptions& options, bool validation);

}  // namespace genrebench
