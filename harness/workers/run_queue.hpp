#pragma once
// In which order a worker asks for the runs of a plan.

#include <map>
#include <string>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// Which runs come first.
enum class RunOrder {
  cheap,  ///< by what earlier runs of their kind took (or, where there are none, by their epochs):
          ///< results come early
  listed  ///< as the experiment lists them
};

/// What a run of this kind took earlier, seconds: the mean over the store's runs of the same
/// method, excerpt and feature; where there are none the number of epochs that it is to train, or
/// 0.
class RunEstimates {
 public:
  /// @param store  null: nothing is known
  explicit RunEstimates(const RunStore* store);

  double operator()(const RunSpec& spec) const;
  /// True if the store has runs of this kind.
  bool known(const RunSpec& spec) const;

 private:
  struct Earlier {
    double wall_s = 0.0;
    int count = 0;
  };
  std::map<std::string, Earlier> earlier_;
};

/// The runs of a plan in the order in which they should be taken; those that cannot apply are left
/// out. Cheap first means by powers of ten of their estimates, within one of them by the features
/// that they share, so that these are prepared once, and then by the estimate.
std::vector<const PlannedRun*> ordered_runs(const Plan& plan, const RunEstimates& estimates,
                                            RunOrder order);

}  // namespace genrebench
