#pragma once
// Executes a plan: features once for all runs that share them, then each run, each result to the
// store. Any number of processes may execute one plan on one store at once: each takes runs that no
// other has.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "base/progress.hpp"
#include "harness/plan/plan.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/store/run_store.hpp"
#include "harness/workers/run_queue.hpp"

namespace genrebench {

struct RunnerSettings {
  std::filesystem::path cache_folder = {};  ///< empty: features are not cached
  std::filesystem::path files_folder = {};  ///< of checkpoints and fitted models
                                            ///< (harness/run/kept_models.hpp); empty: neither is
                                            ///< kept
  int threads = 1;         ///< for feature extraction, and for methods that use several
  bool fail_fast = false;  ///< stop after the first failed run
  RunOrder order = RunOrder::cheap;
  double heartbeat_s = 10.0;  ///< how often the process says that it lives; after two intervals
                              ///< without that others take its run
  int workers_per_gpu = 1;    ///< so many processes may compute on one GPU at once; the others take
                              ///< runs that need none
  std::function<bool()> interrupted = [] { return false; };  ///< asked between tracks, runs and
                                                             ///< steps of training
};

struct RunnerSummary {
  std::size_t n_runs = 0;
  std::size_t n_already_done = 0;  ///< before
  std::size_t n_done = 0;          ///< now, by this process and others
  std::size_t n_failed = 0;
  std::size_t n_skipped = 0;  ///< not applicable
  std::size_t n_pruned = 0;
  std::size_t n_left = 0;  ///< neither: after an interruption, or after fail_fast
  std::size_t n_bad_tracks = 0;
  bool interrupted = false;
  double wall_s = 0.0;
};

/// Records the plan in the store, before anyone executes it. What is done stays done, what failed
/// is planned again; so is what was pruned, where the experiment does not ask for pruning any more.
/// @return  what was done before
std::size_t record_plan(const Plan& plan, RunStore& store, const Registry& registry,
                        Progress& progress);

/// The same for a plan that came out of the store (harness/plan/stored_plan.hpp).
std::size_t plan_again(const Plan& plan, RunStore& store);

/// Works on a recorded plan as one worker, until no run is left that anyone has still to do: waits
/// for those that others hold, and takes them over where their worker is lost. A run that fails is
/// recorded with its message and the others go on.
/// @return  true if it was interrupted, or stopped by fail_fast
/// @throws DataError  if the store cannot be written; what it already holds is kept
bool work_on(const Plan& plan, RunStore& store, const Registry& registry, FileHashes& hashes,
             const RunnerSettings& settings, Progress& progress);

/// What the store says of a recorded plan.
/// @param already_done  as record_plan() returned it
RunnerSummary summarise(const Plan& plan, const RunStore& store, std::size_t already_done);

/// All three.
RunnerSummary execute(const Plan& plan, RunStore& store, const Registry& registry,
                      FileHashes& hashes, const RunnerSettings& settings, Progress& progress);

}  // namespace genrebench
