#pragma once
// From the file of one track to the features of its excerpts, in blocks, so that a track of hours
// needs no more memory than its features. Any number of excerpts and features share one decoding.

#include <exception>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "harness/data/level_notes.hpp"
#include "harness/data/section_cache.hpp"
#include "harness/data/track_deformer.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/plugin/excerpt.hpp"
#include "harness/plugin/feature.hpp"

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

/// What to compute from a track. Everything outlives the extraction.
struct ExtractionTask {
  const Excerpt& excerpt;
  const Feature& feature;
  /// Changes the audio before; null: it stays as it is.
  const TrackDeformer* deform = nullptr;
  /// The sections that the excerpt plug-in has found; null: it does not segment, or anew.
  SectionCache* sections = nullptr;
  std::string name = "features";  ///< of the feature, in profiles
};

struct ExtractedTask {
  std::vector<FeatureMatrix> features = {};  ///< one per excerpt
  std::exception_ptr failure = {};           ///< why there are none
  /// Without finding sections. It has the seconds of the decoding, whoever shared it.
  double seconds = 0.0;
};

/// Does all tasks while the track is decoded once. Each has the features, or fails by the very
/// message, that it would have alone. The samples of the whole track are in memory only if a task
/// deforms them or finds sections in them.
/// @param content  content_hash() of the track's file
/// @param levels   receives those of the whole file, if it could be decoded; may be null
std::vector<ExtractedTask> extract_together(const Track& track, const std::string& content,
                                            std::span<const ExtractionTask> tasks,
                                            FileLevels* levels = nullptr);

}  // namespace genrebench
