#pragma once
// What runs need before they can be fitted: features, and the scores of sections.

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

namespace genrebench {

struct PreparationSettings {
  std::filesystem::path cache_folder = {};  ///< empty: features are not cached
  int threads = 1;
  std::uint64_t track_order = 0;           ///< as in TrackLoop
  std::function<bool()> interrupted = {};  ///< asked between tracks; true stops early
};

/// What runs of one preparation_key() share.
struct Prepared {
  std::optional<ExtractedTracks> tracks;   ///< not for task segmentation
  std::optional<ScoredSections> sections;  ///< if the excerpt plug-in segments and the dataset
                                           ///< knows the true sections
  std::exception_ptr failure;              ///< why there is neither: a ConfigError or DataError
  std::filesystem::path unreadable;   ///< the file that could not be read, if that was the failure
  std::size_t n_sections_cached = 0;  ///< tracks whose sections were in the cache
  std::size_t n_sections_computed = 0;  ///< tracks that were segmented
  double sections_computed_s = 0.0;     ///< SectionCache::computed_s()

  /// One message per bad track.
  std::vector<std::string> bad_tracks() const;
};

/// Equal for runs that share their features and sections.
std::string preparation_key(const PlannedRun& run);

/// Computes features and sections, or takes them from the cache. A ConfigError or DataError becomes
/// the `failure` of the result.
Prepared prepare(const PlannedRun& run, const Registry& registry, FileHashes& hashes,
                 const PreparationSettings& settings, Progress& progress);

/// The features that one run learns from.
/// @throws ConfigError                  if dataset, excerpt and feature do not go together
/// @throws FileChanged, FileUnreadable  as extract_all()
ExtractedTracks extract_run(const PlannedRun& run, const Registry& registry, FileHashes& hashes,
                            const PreparationSettings& settings, Progress& progress);

}  // namespace genrebench
