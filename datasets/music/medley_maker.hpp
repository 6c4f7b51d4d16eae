#pragma once
// Cuts medleys from the tracks of another dataset and writes them.

#include <filesystem>

#include "harness/plugin/registry.hpp"

namespace genrebench::medley {

/// Writes DIR/<id>.wav, DIR/metadata.csv (one row per medley), DIR/sections.csv (one row per
/// section, with the source track that it was cut from) and, last, DIR/dataset.json. Medley i
/// depends only on the options, the source and i, so a larger count changes no earlier medley.
/// @throws ConfigError  the options contradict each other, or the source has too few long tracks
/// @throws DataError    the folder holds files, or a file of the source changed during the work
void write_medleys(const OptionValues& values, const Registry& registry,
                   const std::filesystem::path& dir, const DatasetPlugin::Progress& progress);

}  // namespace genrebench::medley
