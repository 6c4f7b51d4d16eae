#pragma once
// Runs an excerpt plug-in that segments over a dataset that knows its sections, and scores what it
// finds.

#include <functional>
#include <string>
#include <vector>

#include "harness/data/open_dataset.hpp"
#include "harness/data/section_cache.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/records/run_records.hpp"

namespace genrebench {

/// True if sections of at least one track are known.
bool knows_sections(const Dataset& dataset);

struct DatasetStructure {
  /// Split "structure": the mean over the tracks of each score (step -1), and that of each track
  /// (step: its index in the dataset); "adjusted_rand", "normalised_mutual_information",
  /// "pairwise_f", "pairwise_precision", "pairwise_recall", "boundary_f_0.5", "boundary_f_3",
  /// "over_segmentation", "under_segmentation", "n_clusters".
  std::vector<MetricRecord> metrics;
  std::vector<BadTrackRecord> bad_tracks;
  std::size_t n_tracks = 0;  ///< scored
  /// Of each track scored, in their order, what it was cut from (Dataset::sources()); empty where
  /// no track says so.
  std::vector<std::vector<std::string>> sources;
  std::string example;  ///< the first track scored, as to_json(SegmentationExample); empty without
                        ///< one
};

struct StructureSettings {
  /// The plug-in is told how many different sections each track has.
  bool known_clusters = false;
  int threads = 1;
  std::uint64_t track_order = 0;                                ///< as in ExtractionSettings
  std::function<void(std::size_t, std::size_t)> progress = {};  ///< one call at a time: tracks
                                                                ///< done, of how many
  std::function<bool()> interrupted = {};  ///< asked between tracks; true stops early
};

/// Tracks whose sections are not known are left out. The result does not depend on the number of
/// threads. Bad tracks are those whose content cannot be segmented, or that could not be read when
/// the dataset was opened.
/// @throws FileChanged, FileUnreadable  as extract_all()
DatasetStructure score_dataset(const OpenDataset& data, SectionCache& found,
                               const StructureSettings& settings);

}  // namespace genrebench
