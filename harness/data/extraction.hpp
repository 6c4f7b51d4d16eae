#pragma once
// From a track's file to the features of its excerpts, in blocks, so that a track of hours needs no
// more memory than its features.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "harness/data/feature_cache.hpp"
#include "harness/data/open_dataset.hpp"
#include "harness/data/section_cache.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plugin/excerpt.hpp"
#include "harness/plugin/feature.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// Features of each excerpt of a file.
/// @throws DataError  if the file cannot be decoded whole, or is too short for an excerpt
std::vector<FeatureMatrix> extract(const std::filesystem::path& file, const Excerpt& excerpt,
                                   const Feature& feature);

/// What features depend on besides the audio: plug-ins, options and versions. The cache's key of a
/// track is this text followed by the hash of its file.
std::string feature_recipe(const PluginChoice& excerpt, const PluginChoice& features,
                           const Registry& registry);

/// All of a dataset's tracks, for one excerpt and one feature.
struct ExtractedTracks {
  std::vector<std::vector<FeatureMatrix>> features;  ///< one entry a track, one matrix an excerpt;
                                                     ///< empty: bad
  std::vector<std::string> errors;                   ///< one a track; empty: good
  std::string cache_error;     ///< the first failure to write to the cache, or empty
  std::size_t n_cached = 0;    ///< tracks whose features were found in the cache
  std::size_t n_computed = 0;  ///< tracks whose features were computed
  bool sequence = false;
};

struct ExtractionSettings {
  int threads = 1;
  /// In which order the tracks are taken; 0: as the dataset has them. Two orders have no long
  /// stretch in common, so that of two processes that fill one cache neither follows on the other's
  /// heels.
  std::uint64_t track_order = 0;
  /// What an excerpt plug-in that segments has found; null: it segments anew.
  FoundSections* sections = nullptr;
  /// Called from the calling thread's pool, one call at a time: tracks done, of how many.
  std::function<void(std::size_t, std::size_t)> progress = {};
  /// Asked between tracks; true stops early.
  std::function<bool()> interrupted = {};
};

/// The indices 0 to n - 1 in an order of that name.
std::vector<std::size_t> order_of_tracks(std::size_t n, std::uint64_t order);

/// Extracts in parallel; the result does not depend on the number of threads. Features are of the
/// very content that `data` names: they come from the cache by that, or from the file while it
/// holds that. A bad track is an entry in `errors`, not an exception: its content cannot be used,
/// or it could not be read when the dataset was opened.
/// @throws ConfigError     if dataset, excerpt and feature do not go together
/// @throws FileChanged     if a file that is needed does not hold any more what it held when the
/// dataset was opened
/// @throws FileUnreadable  if a file that is needed could be read then and cannot be now
ExtractedTracks extract_all(const OpenDataset& data, const PluginChoice& excerpt,
                            const PluginChoice& features, const Registry& registry,
                            const FeatureCache& cache, FileHashes& hashes,
                            const ExtractionSettings& settings);

}  // namespace genrebench
