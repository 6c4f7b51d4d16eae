#pragma once
// Methods that were fitted for clean runs, for the deformed runs that use them.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "harness/plan/plan.hpp"
#include "harness/run/evaluation.hpp"
#include "harness/run/fitting.hpp"
#include "harness/run/kept_models.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// What a deformed run takes from its clean run.
struct FittedRun {
  FittedMethod fitted;
  std::optional<Standardiser> standardiser = {};  ///< nothing: features stay as they are
  std::map<std::string, std::string> facts = {};  ///< those of the clean run, without its warnings
};

/// The values of the method's options that a run has chosen among those to try.
/// @param run  as stored
OptionValues chosen_options(const RunSpec& spec, const RunRecord& run);

/// The method that a clean run has kept beside the store.
/// @return  null if the run is not done or kept none
/// @throws DataError  if a file is missing, damaged or not the one that the run left
std::shared_ptr<const FittedRun> load_fitted_run(const PlannedRun& clean, const RunStore& store,
                                                 const KeptModels& files, const Registry& registry,
                                                 const MethodCache& cache);

/// The fitted methods of the last clean runs, by their ids, in the memory of one process.
class FittedRuns {
 public:
  /// Null if it is not there, or no longer.
  std::shared_ptr<const FittedRun> find(const std::string& clean_id) const;
  void remember(const std::string& clean_id, std::shared_ptr<const FittedRun> run);

 private:
  /// Runs are ordered so that those of one clean run follow each other: few need to be kept.
  static constexpr std::size_t kMost = 4;

  std::deque<std::pair<std::string, std::shared_ptr<const FittedRun>>> last_;
};

}  // namespace genrebench
