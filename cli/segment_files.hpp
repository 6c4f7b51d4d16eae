#pragma once
// The files that `genrebench segment` writes beside its page.

#include <Eigen/Core>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/plugin/options.hpp"
#include "harness/plugin/segmentation_example.hpp"
#include "signal/segmentation/segmentation.hpp"

namespace genrebench::cli {

/// @throws DataError  if it cannot be made
void make_folder(const std::filesystem::path& folder);

/// A segmented song, whichever excerpt plug-in found its sections. Without windows (a segmentation
/// that does not listen) all but the sections is empty.
struct SegmentedSong {
  std::string algorithm;        ///< name of the plug-in
  SegmentationExample example;  ///< without the columns of the signal
  Eigen::MatrixXd distances;    ///< as computed: of `sem` not yet symmetric
  double rate_hz = 0.0;         ///< of the analysis
  double window_s = 0.0;
  double hop_s = 0.0;
  bool windows_lengthened = false;  ///< because there would have been too many
  int clusters = 0;
  bool clusters_chosen = false;
  int largest_cluster = 0;  ///< counted from 0
  std::optional<SemCheck> check = std::nullopt;

  const std::vector<ClusterSpan>& sections() const { return example.sections; }
  std::size_t n_windows() const { return example.window_starts_s.size(); }
};

/// What `sem` found.
SegmentedSong song_of(const Segmentation& segmentation);

/// What another plug-in found.
/// @param algorithm  its name
/// @param settings   its options: `clusters` says whether their number was chosen
SegmentedSong song_of(SegmentationExample example, const std::string& algorithm,
                      const OptionValues& settings);

/// What was found in a song, and with which settings.
nlohmann::ordered_json segmentation_json(const SegmentedSong& song,
                                         const std::filesystem::path& file,
                                         const OptionValues& settings);

/// WAV files of the largest cluster. @return  the files
std::vector<std::filesystem::path> write_excerpts(const std::vector<std::vector<float>>& excerpts,
                                                  double sample_rate_hz,
                                                  const std::filesystem::path& folder);

/// Sections, and distances, adjacency, eigenvalues and novelty where there are any, as text.
/// @return  the files
std::vector<std::filesystem::path> write_tables(const SegmentedSong& song,
                                                const nlohmann::ordered_json& document,
                                                const std::filesystem::path& folder);

/// Formats of annotations that other programs read.
struct AnnotationFormats {
  bool jams = false, lab = false;
};

/// The sections as annotations, named after the song: JAMS (namespace segment_open) and .lab, as
/// mir_eval and `sections_from` read them. A cluster's number is its label. @return  the files
std::vector<std::filesystem::path> write_annotations(const SegmentedSong& song,
                                                     const std::filesystem::path& file,
                                                     const AnnotationFormats& formats,
                                                     const std::filesystem::path& folder);

}  // namespace genrebench::cli
