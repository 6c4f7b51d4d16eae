#pragma once
// One run, from features to its result. Knows nothing of stores and workers.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "base/progress.hpp"
#include "harness/data/extraction.hpp"
#include "harness/data/section_scoring.hpp"
#include "harness/plan/plan.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/run/fitting.hpp"
#include "harness/run/kept_models.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

struct PreparationSettings {
  std::filesystem::path cache_folder = {};  ///< empty: features are not cached
  int threads = 1;
  /// In which order the tracks are taken; 0: as the dataset has them. Processes that fill one cache
  /// take different ones, and find the others' work when they come to it. The result does not
  /// depend on it.
  std::uint64_t track_order = 0;
  std::function<bool()> interrupted = [] { return false; };  ///< asked between tracks; true stops
                                                             ///< early
};

/// What runs of one preparation_key() share.
struct Prepared {
  std::optional<ExtractedTracks> tracks;    ///< not for task segmentation
  std::optional<ScoredSections> structure;  ///< where the excerpt plug-in segments and the
                                            ///< dataset knows the truth
  std::exception_ptr failure;               ///< why there is neither: a ConfigError or DataError
  std::filesystem::path unreadable;  ///< the file that failed it, where that is no fault of the
                                     ///< file's content; else empty
  /// Tracks whose sections the cache had, and those that were segmented.
  std::size_t n_sections_cached = 0, n_sections_computed = 0;

  std::vector<std::string> bad_tracks() const;  ///< what is wrong with tracks, a message each
};

/// Equal for runs that share their features and sections.
std::string preparation_key(const PlannedRun& run);

/// Features and sections, from the cache where they are there. What goes wrong is the result's
/// `failure`.
Prepared prepare(const PlannedRun& run, const Registry& registry, FileHashes& hashes,
                 const PreparationSettings& settings, Progress& progress);

/// The features that one run learns from.
/// @throws ConfigError                  if dataset, excerpt and feature do not go together
/// @throws FileChanged, FileUnreadable  as extract_all()
ExtractedTracks extract_run(const PlannedRun& run, const Registry& registry, FileHashes& hashes,
                            const PreparationSettings& settings, Progress& progress);

/// "svm on chunks of gtzan, seed 3"
std::string title(const PlannedRun& run);

/// What a run gave.
struct Outcome {
  RunResult result;
  std::vector<std::string> warnings;
};

/// Why a run has no result, with the tracks that it could not use.
struct RunFailure {
  std::string message;
  std::vector<BadTrackRecord> bad_tracks;
};

/// Fits and evaluates.
/// @param keep  is given the fitted method and what precedes it, where the run keeps its model;
/// what it returns are the result's artifacts
/// @throws Interrupted, Pruned  by the method, on behalf of `settings`
/// @throws FileChanged          if a file that the method reads, such as its weights, is not what
/// it was when the run was planned
/// @throws std::exception       if the run cannot be done; failure_of() says more
using KeepModel = std::function<std::vector<ArtifactRecord>(const Method&, const Preprocessing&)>;
Outcome run_once(const PlannedRun& run, const Prepared& prepared, const Registry& registry,
                 const FitSettings& settings, const KeepModel& keep = {});

/// What the store records of a run that run_once() left by an exception.
RunFailure failure_of(const PlannedRun& run, const Prepared& prepared, const std::exception& error);

}  // namespace genrebench
