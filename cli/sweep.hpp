#pragma once
// What `run` and `resume` share: their settings, and a sweep by this process or by a pool.

#include <functional>
#include <utility>
#include <vector>

#include "cli/command.hpp"
#include "harness/plan/plan.hpp"
#include "harness/workers/runner_settings.hpp"

namespace genrebench::cli {

/// Where workers write.
enum class StoreSharing {
  automatic,  ///< sharded on a network file system, otherwise shared
  shared,     ///< all into one store
  sharded     ///< each into its own store; they are merged at the end
};

struct SweepSettings {
  int workers = 1;  ///< number of processes
  StoreSharing store = StoreSharing::automatic;
  RunnerSettings runner;
};

/// Declares them, with what else a sweep takes: the store, the cache, threads, --quiet and --json.
void add_sweep(Arguments& arguments, SweepSettings& settings, Context& context);

/// Makes plans; every mistake in them shows before anything runs.
using PlanMaker = std::function<std::vector<Plan>()>;

/// Where the plans come from: files, so that they are to be recorded, or the store.
enum class PlanSource { files, store };

/// Does the runs that are not done, and prints what became of them. @return  the exit code
int sweep(Context& context, SweepSettings settings, PlanSource source, const PlanMaker& make_plans);

/// Plans that the store has.
/// @param names  of experiments; empty: all that have something left to do
std::vector<Plan> stored_plans(Context& context, const std::vector<std::string>& names);

}  // namespace genrebench::cli
