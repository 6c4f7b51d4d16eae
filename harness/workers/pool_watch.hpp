#pragma once
// A sweep by a pool of worker processes, which this process watches over.

#include <vector>

#include "base/progress.hpp"
#include "harness/plan/plan.hpp"
#include "harness/store/run_store.hpp"
#include "harness/workers/runner_settings.hpp"

namespace genrebench {

struct PoolSettings {
  int workers = 1;        ///< number of processes
  RunnerSettings runner;  ///< of all workers together: they share the threads
};

/// Starts worker processes, shows what they do, replaces those that die, and returns once all have
/// ended. Workers end when the plans are settled, or are asked to after an interruption or, with
/// fail_fast, a failed run.
/// @param plans   recorded in the stores
/// @param stores  one that all workers share, or one per worker
/// @return  false if a worker gave up
bool work_with_pool(const std::vector<Plan>& plans, const std::vector<RunStore*>& stores,
                    const PoolSettings& settings, Progress& progress);

}  // namespace genrebench
