#pragma once
// Executes a plan: features once for all runs that share them, then each run, each result to the store.

#include <filesystem>
#include <functional>
#include <string>

#include "harness/digest.hpp"
#include "harness/extraction.hpp"
#include "harness/plan.hpp"
#include "harness/progress.hpp"
#include "harness/registry.hpp"
#include "harness/store.hpp"

namespace genrebench {

struct RunnerSettings {
  std::filesystem::path cache_folder = {};  ///< empty: features are not cached
  std::filesystem::path files_folder = {};  ///< of checkpoints and fitted models (harness/run_files.hpp); empty: neither is kept
  int threads = 1;                     ///< for feature extraction, and for methods that use several
  bool fail_fast = false;              ///< stop after the first failed run
  std::function<bool()> interrupted = [] { return false; };  ///< asked between tracks, runs and steps of training
};

struct RunnerSummary {
  std::size_t n_runs = 0;
  std::size_t n_already_done = 0;
  std::size_t n_done = 0;     ///< now
  std::size_t n_failed = 0;
  std::size_t n_skipped = 0;  ///< not applicable
  std::size_t n_bad_tracks = 0;
  bool interrupted = false;
  double wall_s = 0.0;
};

/// The features that one run learns from, from the cache where they are there.
/// @throws ConfigError  if dataset, excerpt and feature do not go together
ExtractedTracks extract_run(const PlannedRun& run, const Registry& registry, FileHashes& hashes, const RunnerSettings& settings,
                            Progress& progress);

/// Runs what is not done yet. A run that fails is recorded with its message and the others go on.
/// @throws DataError  if the store cannot be written; what it already holds is kept
RunnerSummary execute(const Plan& plan, RunStore& store, const Registry& registry, FileHashes& hashes,
                      const RunnerSettings& settings, Progress& progress);

}  // namespace genrebench
