#pragma once
// What a second pass over a segmented song gives, at its own sample rate.

#include <filesystem>
#include <vector>

#include "harness/plugin/excerpt.hpp"

namespace genrebench::cli {

/// The outline of a song, and parts of it.
struct FullRate {
  std::vector<float> minimum, maximum;       ///< of equally long columns of samples
  std::vector<std::vector<float>> excerpts;  ///< samples of each region
};

/// Reads a file at its own sample rate.
/// @param regions  parts whose samples are kept
/// @throws DataError  as AudioReader does
FullRate read_full_rate(const std::filesystem::path& file, const std::vector<Region>& regions);

}  // namespace genrebench::cli
