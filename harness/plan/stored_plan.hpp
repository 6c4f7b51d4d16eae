#pragma once
// A plan as a store has it, for those who go on with it without the experiment's file.

#include <filesystem>
#include <string>

#include "harness/plan/plan.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// What is left of the latest plan of an experiment (all but what is done, or cannot apply), made
/// again from the configurations that the store keeps.
/// @throws ConfigError  if the store has no such experiment
/// @throws DataError    if a run would be another one now, because its data or the program have
/// changed since it was planned
Plan stored_plan(const RunStore& store, const std::string& experiment, const Registry& registry,
                 const std::filesystem::path& cache_folder, FileHashes& hashes, Progress& progress);

/// @throws ConfigError  naming the nearest experiment of the store
ExperimentRecord stored_experiment(const RunStore& store, const std::string& experiment);

}  // namespace genrebench
