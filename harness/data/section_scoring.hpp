#pragma once
// Runs an excerpt plug-in that segments over a dataset that knows its sections, and scores what it
// finds.

#include <functional>
#include <string>
#include <vector>

#include "harness/data/open_dataset.hpp"
#include "harness/data/section_cache.hpp"
#include "harness/data/track_loop.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/records/run_records.hpp"

namespace genrebench {

/// True if sections of at least one track are known.
bool knows_sections(const Dataset& dataset);

/// The scores of the sections that were found in a dataset.
struct ScoredSections {
  /// Split "structure": the mean over the tracks of each score (step -1), and that of each track
  /// (step: its index in the dataset); "adjusted_rand", "normalised_mutual_information",
  /// "pairwise_f", "pairwise_precision", "pairwise_recall", "boundary_f_0.5", "boundary_f_3",
  /// "over_segmentation", "under_segmentation", "n_clusters", "nce_f", "v_measure", "v_precision",
  /// "v_recall", "adjusted_mutual_information"; "boundary_precision_*" and "boundary_recall_*";
  /// "trimmed_f_*", "trimmed_precision_*" and "trimmed_recall_*", which leave the song's ends out;
  /// "truth_deviation_s" and "estimate_deviation_s". Where several people annotated a
  /// track, its score is the mean over them.
  ///
  /// Split "annotators": the same of the annotators against each other, of tracks that have several
  /// (Dataset::annotations()). It tells how far a segmentation can agree with people.
  ///
  /// Splits "annotator_1", "annotator_2" and so on: the scores by each annotator of such tracks, in
  /// the order of annotations().
  std::vector<MetricRecord> metrics;
  std::vector<BadTrackRecord> bad_tracks;
  std::size_t n_tracks = 0;  ///< number of tracks that have scores
  /// What each of these tracks was cut from, in their order (Dataset::sources()); empty if no track
  /// says so.
  std::vector<std::vector<std::string>> sources;
  std::string example;  ///< the first of these tracks, as to_json(SegmentationExample); empty if
                        ///< there is none
};

/// Sections that another scoring of the same dataset will need.
struct LaterSections {
  SectionCache& cache;
  bool known_clusters = false;
};

/// Finds and scores the sections of every track whose sections are known. Bad tracks are those
/// whose content cannot be segmented, or that could not be read when the dataset was opened.
/// @param known_clusters  true: the plug-in is told how many different sections each track has
/// @param later           asked once, before the first track is decoded: what it gives is found
///                        beside, from one decoding of each track. May be empty
/// @throws FileChanged, FileUnreadable  as extract_all()
ScoredSections score_dataset(const OpenDataset& data, SectionCache& found, bool known_clusters,
                             const TrackLoop& loop,
                             const std::function<std::vector<LaterSections>()>& later = {});

}  // namespace genrebench
