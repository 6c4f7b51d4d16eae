#pragma once
// The order in which a worker asks for the runs of a plan.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// Which runs come first.
enum class RunOrder {
  cheap,  ///< the fastest first, so that results come early. Earlier runs of the same kind tell how
          ///< long a run takes; without them the number of epochs does
  listed  ///< as the experiment lists them
};

/// The orders by name.
const std::vector<std::pair<std::string, RunOrder>>& run_orders();

/// Estimates how long a run takes, from the store's earlier runs of the same method, excerpt and
/// feature.
class RunEstimates {
 public:
  /// @param store  null: nothing is known
  explicit RunEstimates(const RunStore* store);

  /// Mean time of earlier runs of this kind, in seconds. Without earlier runs: the number of epochs
  /// to train, or 0.
  double of(const RunSpec& spec) const;
  /// True if the store has runs of this kind.
  bool known(const RunSpec& spec) const;

 private:
  struct Earlier {
    double wall_s = 0.0;
    int count = 0;
  };
  std::map<std::string, Earlier> earlier_;
};

/// The runs of a plan in the order in which they should be taken, without those that cannot apply.
/// `cheap` sorts by the power of ten of the estimates, then by shared features, so that features
/// are prepared once, then by the estimate itself.
std::vector<const PlannedRun*> ordered_runs(const Plan& plan, const RunEstimates& estimates,
                                            RunOrder order);

}  // namespace genrebench
