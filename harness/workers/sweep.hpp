#pragma once
// A sweep by this process: record a plan in the store, work on it, and summarise what the store
// then holds.

#include <cstddef>

#include "base/file_hashes.hpp"
#include "base/progress.hpp"
#include "harness/plan/plan.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/store/run_store.hpp"
#include "harness/workers/runner_settings.hpp"

namespace genrebench {

struct RunnerSummary {
  std::size_t n_runs = 0;
  std::size_t n_already_done = 0;  ///< before
  std::size_t n_done = 0;          ///< now, by this process and others
  std::size_t n_failed = 0;
  std::size_t n_skipped = 0;  ///< not applicable
  std::size_t n_pruned = 0;
  std::size_t n_left = 0;  ///< not started or not finished, because the sweep was interrupted or
                           ///< stopped by fail_fast
  std::size_t n_bad_tracks = 0;
  bool interrupted = false;
  double wall_s = 0.0;
};

/// Records the plan in the store, before anyone executes it. What is done stays done. What failed
/// is planned again; so is what was pruned, if the experiment no longer asks for pruning.
/// @return  number of runs that were done before
std::size_t record_plan(const Plan& plan, RunStore& store, const Registry& registry,
                        Progress& progress);

/// The same for a plan that came out of the store (harness/plan/stored_plan.hpp).
std::size_t plan_again(const Plan& plan, RunStore& store);

/// Works on a recorded plan as one worker: Worker::work().
bool work_on(const Plan& plan, RunStore& store, const Registry& registry, FileHashes& hashes,
             const RunnerSettings& settings, Progress& progress);

/// What the store says of a recorded plan.
/// @param already_done  as record_plan() returned it
RunnerSummary summarise(const Plan& plan, const RunStore& store, std::size_t already_done);

/// Records the plan, works on it and summarises.
RunnerSummary execute(const Plan& plan, RunStore& store, const Registry& registry,
                      FileHashes& hashes, const RunnerSettings& settings, Progress& progress);

}  // namespace genrebench
