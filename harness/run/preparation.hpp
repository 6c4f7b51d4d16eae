#pragma once
// What runs need before they can be fitted: features, and the scores of sections.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "base/progress.hpp"
#include "harness/data/extraction.hpp"
#include "harness/data/section_scoring.hpp"
#include "harness/plan/plan.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

struct PreparationSettings {
  std::filesystem::path cache_folder = {};  ///< empty: features are not cached
  int threads = 1;
  std::uint64_t track_order = 0;           ///< as in TrackLoop
  std::function<bool()> interrupted = {};  ///< asked between tracks; true stops early
  /// Runs of the same dataset that will be prepared afterwards. Features of theirs that are not in
  /// the cache are put there beside those of the run that is prepared, from one decoding of each
  /// track.
  std::vector<const PlannedRun*> later = {};
  ExtractionMemory* memory = nullptr;  ///< as in ExtractionInputs
};

/// What runs of one preparation_key() share.
struct Prepared {
  std::optional<ExtractedTracks> tracks;  ///< not for task segmentation
  /// Of tracks as `deform_train` deforms them, from which the method learns as well; nothing if the
  /// run has no such copies. Those outside the training part are left unused.
  std::optional<ExtractedTracks> copies = {};
  std::optional<ScoredSections> sections;  ///< if the excerpt plug-in segments and the dataset
                                           ///< knows the true sections
  std::exception_ptr failure;              ///< why there is neither: a ConfigError or DataError
  std::filesystem::path unreadable;  ///< the file that could not be read, if that was the failure
  TimedWork sections_work = {};      ///< tracks that were segmented, and that were in the cache

  /// One message per bad track.
  std::vector<std::string> bad_tracks() const;
};

/// The features of the test part of a run whose audio is deformed, or why there are none.
struct PreparedTest {
  std::optional<ExtractedTracks> tracks = {};  ///< the tracks of other parts are empty
  std::exception_ptr failure = {};             ///< a ConfigError or DataError
};

/// Equal for runs that share their features and sections. A deformed run shares those of its clean
/// run.
std::string preparation_key(const PlannedRun& run);

/// Computes features and sections, or takes them from the cache. A ConfigError or DataError becomes
/// the `failure` of the result.
Prepared prepare(const PlannedRun& run, const Registry& registry, FileHashes& hashes,
                 const PreparationSettings& settings, Progress& progress);

/// The content of the files that the plug-in of a slot reads ("deform", "deform_train"), as
/// TrackDeformer takes it.
std::map<std::string, std::string> deform_contents(const PlannedRun& run, const std::string& slot);

/// Computes the deformed features of the test part, or takes them from the cache.
PreparedTest prepare_test(const PlannedRun& run, const Registry& registry, FileHashes& hashes,
                          const PreparationSettings& settings, Progress& progress);

/// The features of the copies that a run with `deform_train` learns from; nothing for another run.
/// @throws FileChanged, FileUnreadable  as extract_all()
std::optional<ExtractedTracks> extract_copies(const PlannedRun& run, const Registry& registry,
                                              FileHashes& hashes,
                                              const PreparationSettings& settings,
                                              Progress& progress);

/// The features of the tracks as they are, whatever deforms them.
/// @throws ConfigError                  if dataset, excerpt and feature do not go together
/// @throws FileChanged, FileUnreadable  as extract_all()
ExtractedTracks extract_run(const PlannedRun& run, const Registry& registry, FileHashes& hashes,
                            const PreparationSettings& settings, Progress& progress);

}  // namespace genrebench
