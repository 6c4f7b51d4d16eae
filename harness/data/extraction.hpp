#pragma once
// The features of all tracks of a dataset, from the cache or from the tracks' files.

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "harness/data/feature_cache.hpp"
#include "harness/data/open_dataset.hpp"
#include "harness/data/section_cache.hpp"
#include "harness/data/stored_numbers.hpp"
#include "harness/data/track_deformer.hpp"
#include "harness/data/track_features.hpp"
#include "harness/data/track_loop.hpp"
#include "harness/experiment/plugin_choice.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/records/run_cost.hpp"

namespace genrebench {

/// What features depend on besides the audio: plug-ins, options and versions. The cache's key of a
/// track is this text followed by the hash of its file.
std::string feature_recipe(const PluginChoice& excerpt, const PluginChoice& features,
                           const Registry& registry);

/// Features of all tracks of a dataset, for one excerpt and one feature.
struct ExtractedTracks {
  std::vector<std::vector<FeatureMatrix>> features;  ///< one entry per track with one matrix per
                                                     ///< excerpt; empty for a bad track
  std::vector<std::string> errors;                   ///< one per track; empty for a good one
  std::vector<std::string> notes = {};  ///< level_notes() of the tracks that were computed
  std::string cache_error;              ///< the first failure to write to the cache, or empty
  std::size_t n_cached = 0;             ///< tracks whose features were found in the cache
  std::size_t n_computed = 0;           ///< tracks whose features were computed
  /// Seconds that computing features from sound took, each on its own thread, without finding
  /// sections; 0 where none was computed from sound.
  double computed_s = 0.0;
  bool sequence = false;  ///< Feature::sequence()
  bool files = false;     ///< Feature::files(): every matrix is one zero, for the file itself
};

/// An excerpt and a feature that others will ask for. Everything outlives the extraction.
struct LaterExtraction {
  const PluginChoice& excerpt;
  const PluginChoice& features;
  SectionCache* sections = nullptr;       ///< as in ExtractionInputs, but not null if it segments
  const TrackDeformer* deform = nullptr;  ///< as in ExtractionInputs
  const std::vector<bool>* wanted = nullptr;  ///< as in ExtractionInputs
};

/// What one process remembers between its extractions, besides the features, which are in the
/// cache. Threads may share one.
class ExtractionMemory {
 public:
  /// Why a track gives no features; empty: not known.
  /// @param name  of the track, its content and what was asked of it
  std::string error(const std::string& name) const;
  void add_error(const std::string& name, const std::string& error);

  /// Work of this process under a name: computed features, found sections.
  TimedWork work(const std::string& name) const;
  void add_work(const std::string& name, const TimedWork& work);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> errors_;
  std::map<std::string, TimedWork> work_;
};

/// What extract_all() extracts, and by what means. Everything outlives the call.
struct ExtractionInputs {
  const OpenDataset& data;
  const PluginChoice& excerpt;
  const PluginChoice& features;
  const Registry& registry;
  const FeatureCache& cache;
  FileHashes& hashes;
  /// What an excerpt plug-in that segments has found; null: it segments anew.
  SectionCache* sections = nullptr;
  /// What the files of a StoredFeature held when the run was planned; null: they are looked at
  /// anew.
  const StoredContent* stored = nullptr;
  /// Deforms the audio before features are computed from it; null: it stays as it is. The feature
  /// reads audio, and the excerpt does not segment.
  const TrackDeformer* deform = nullptr;
  /// For each track whether it is needed; the others get neither features nor errors. Null: all
  /// are.
  const std::vector<bool>* wanted = nullptr;
  /// Gives the features that others will ask for; asked once, before the first track is decoded.
  /// They are computed beside a track's own and put into the cache; where they fail, nothing else
  /// does. Without a cache, or if it cannot be written, they are left out. May be empty.
  std::function<std::vector<LaterExtraction>()> later = {};
  /// Of this process; null: nothing is remembered.
  ExtractionMemory* memory = nullptr;
};

/// Extracts the features of all tracks. They are of the very content that `inputs.data` names: they
/// come from the cache under the hash of that content, or from the file while it has that content.
/// Those of a StoredFeature come from its own files, while they have the content that
/// `inputs.stored` names; the dataset then needs no audio.
/// Threads, and processes that share the cache, do not decode a track at the same time: whoever
/// comes later waits for the other's result while there is nothing else to do. For a bad track,
/// `errors` says why: its content is unusable, or its file could not be read when the dataset was
/// opened.
/// @throws ConfigError     if dataset, excerpt and feature do not go together
/// @throws FileChanged     if a file that is needed has changed since the dataset was opened
/// @throws FileUnreadable  if a file that is needed could be read then and cannot be read now
ExtractedTracks extract_all(const ExtractionInputs& inputs, const TrackLoop& loop);

}  // namespace genrebench
