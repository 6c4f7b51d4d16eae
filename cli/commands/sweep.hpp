#pragma once
// What `run` and `resume` share: plans on a store, by this process or by several.

#include <functional>
#include <vector>

#include "cli/command.hpp"
#include "harness/plan/plan.hpp"

namespace genrebench::cli {

/// Makes plans; every mistake in them shows before anything runs.
using PlanMaker = std::function<std::vector<Plan>(FileHashes& hashes, Progress& progress)>;

/// Where the plans come from: files, so that they are to be recorded, or the store.
enum class PlanSource { files, store };

/// Runs what is not done, and prints what became of it. @return  the exit code
int sweep(const Registry& registry, const CommonOptions& common, const SweepArguments& arguments,
          PlanSource source, const PlanMaker& make_plans);

}  // namespace genrebench::cli
