#pragma once
// The files that `genrebench segment` writes beside its page.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "harness/plugin/options.hpp"
#include "signal/segmentation/segmentation.hpp"

namespace genrebench::cli {

/// @throws DataError  if it cannot be made
void make_folder(const std::filesystem::path& folder);

/// What was found in a song, and with which settings.
nlohmann::ordered_json segmentation_json(const Segmentation& segmentation,
                                         const std::filesystem::path& file,
                                         const OptionValues& settings);

/// WAV files of the largest cluster. @return  the files
std::vector<std::filesystem::path> write_excerpts(const std::vector<std::vector<float>>& excerpts,
                                                  double sample_rate_hz,
                                                  const std::filesystem::path& folder);

/// Sections, distances, adjacency and eigenvalues as text. @return  the files
std::vector<std::filesystem::path> write_tables(const Segmentation& segmentation,
                                                const nlohmann::ordered_json& document,
                                                const std::filesystem::path& folder);

/// Formats of annotations that other programs read.
struct AnnotationFormats {
  bool jams = false, lab = false;
};

/// The sections as annotations, named after the song: JAMS (namespace segment_open) and .lab, as
/// mir_eval and `sections_from` read them. A cluster's number is its label. @return  the files
std::vector<std::filesystem::path> write_annotations(const Segmentation& segmentation,
                                                     const std::filesystem::path& file,
                                                     const AnnotationFormats& formats,
                                                     const std::filesystem::path& folder);

}  // namespace genrebench::cli
