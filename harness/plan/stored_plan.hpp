#pragma once
// A plan made again from what the store keeps, for commands that have no experiment file.

#include <filesystem>
#include <string>

#include "harness/plan/plan.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// Plans the remaining runs of an experiment again, from the options that the store keeps: the runs
/// of its latest plan that are neither done nor skipped.
/// @throws ConfigError  if the store has no such experiment
/// @throws DataError    if a run would be another one now, because its data or the program changed
///                      since it was planned
Plan stored_plan(const RunStore& store, const std::string& experiment, const Registry& registry,
                 const std::filesystem::path& cache_folder, FileHashes& hashes, Progress& progress);

}  // namespace genrebench
