#pragma once
// From a track's file to the features of its excerpts, in blocks, so that a track of hours needs no
// more memory than its features.

#include <filesystem>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "harness/data/feature_cache.hpp"
#include "harness/data/level_notes.hpp"
#include "harness/data/open_dataset.hpp"
#include "harness/data/section_cache.hpp"
#include "harness/data/stored_numbers.hpp"
#include "harness/data/track_deformer.hpp"
#include "harness/data/track_loop.hpp"
#include "harness/experiment/plugin_choice.hpp"
#include "harness/plugin/excerpt.hpp"
#include "harness/plugin/feature.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// Features of each excerpt of a file.
/// @param levels  receives those of the whole file; may be null
/// @throws DataError  naming the file, if it cannot be decoded whole or is too short for an excerpt
std::vector<FeatureMatrix> extract(const std::filesystem::path& file, const Excerpt& excerpt,
                                   const Feature& feature, FileLevels* levels = nullptr);

/// The same for a track, which may be a span of a longer file.
std::vector<FeatureMatrix> extract(const Track& track, const Excerpt& excerpt,
                                   const Feature& feature, FileLevels* levels = nullptr);

/// The same of deformed audio.
/// @param content  of the track's file, as TrackDeformer has it
std::vector<FeatureMatrix> extract_deformed(const Track& track, const std::string& content,
                                            const TrackDeformer& deform, const Excerpt& excerpt,
                                            const Feature& feature);

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
};

/// Extracts the features of all tracks. They are of the very content that `inputs.data` names: they
/// come from the cache under the hash of that content, or from the file while it has that content.
/// Those of a StoredFeature come from its own files, while they have the content that
/// `inputs.stored` names; the dataset then needs no audio.
/// For a bad track, `errors` says why: its content is unusable, or its file could not be read when
/// the dataset was opened.
/// @throws ConfigError     if dataset, excerpt and feature do not go together
/// @throws FileChanged     if a file that is needed has changed since the dataset was opened
/// @throws FileUnreadable  if a file that is needed could be read then and cannot be read now
ExtractedTracks extract_all(const ExtractionInputs& inputs, const TrackLoop& loop);

}  // namespace genrebench
