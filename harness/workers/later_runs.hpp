#pragma once
// Which runs' features a worker extracts beside those of the run that it prepares.

#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <vector>

#include "harness/plan/plan.hpp"

namespace genrebench {

/// The runs that a worker has still to prepare, by what is extracted for them.
class LaterRuns {
 public:
  /// As many excerpts, features and deformations are extracted from one decoding of a track at
  /// most: a sweep of thousands shows its first results before all are extracted, and what is under
  /// way for one track needs memory for each.
  static constexpr std::size_t kMost = 32;

  /// @param runs  in the order in which they are asked for
  explicit LaterRuns(const std::vector<const PlannedRun*>& runs);

  /// Runs of the same dataset whose features are wanted: those that come after `run`, then those
  /// before it. `run` is among them where more than features of tracks as they are is extracted
  /// for it.
  /// @param settled  whether a run needs no features any more
  std::vector<const PlannedRun*> beside(const PlannedRun& run,
                                        const std::function<bool(const PlannedRun&)>& settled);

 private:
  /// Runs that share all that is extracted for them.
  struct Group {
    std::string key;
    std::string dataset;  ///< its fingerprint
    std::vector<const PlannedRun*> runs;
  };
  std::list<Group> groups_;
};

}  // namespace genrebench
