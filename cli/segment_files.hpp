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

}  // namespace genrebench::cli
