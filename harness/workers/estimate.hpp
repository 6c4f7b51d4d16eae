#pragma once
// Estimates how long the work that is left would take.

#include <cstddef>
#include <filesystem>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

struct WorkEstimate {
  double feature_s = 0.0;     ///< to compute the features that are not cached
  double run_s = 0.0;         ///< of runs whose kind the store knows
  std::size_t n_tracks = 0;   ///< whose features are not cached
  std::size_t n_unknown = 0;  ///< runs whose kind the store does not know
};

/// Features are estimated by computing those of one track that is not cached, runs by the store's
/// earlier runs of the same kind.
/// @param store  null: there are no earlier runs
WorkEstimate estimate_work(const std::vector<const PlannedRun*>& runs, const Registry& registry,
                           const std::filesystem::path& cache_folder, int threads,
                           const RunStore* store);

}  // namespace genrebench
