#pragma once
// Writes any dataset as a list of tracks that the dataset `manifest` reads back.

#include <filesystem>
#include <string>
#include <vector>

#include "harness/plugin/dataset.hpp"
#include "harness/plugin/option_value.hpp"

namespace genrebench {

/// A dataset as a list.
struct ManifestText {
  std::string csv;                   ///< the list, by the default columns of `manifest`
  std::filesystem::path audio_root;  ///< the folder that its paths begin in; empty: no audio
  /// Options of `manifest` that read it back as the same dataset, beside root and audio_root: the
  /// genres, where one has no track, and the usual groups.
  OptionValues options;
};

/// The list has ids, paths, genres, groups, spans, MD5 sums, published splits, features and all
/// further columns. What it does not have: sections, the paper's counts and facts. Reading it back
/// gives a dataset of the same fingerprint.
ManifestText manifest_text(const Dataset& dataset);

/// Writes `manifest.csv`, and `manifest.yaml`, which an experiment may extend.
/// @param name    of the dataset, for people
/// @param folder  made if need be
/// @return        both files
/// @throws DataError  a file cannot be written
std::vector<std::filesystem::path> write_manifest(const Dataset& dataset, const std::string& name,
                                                  const std::filesystem::path& folder);

}  // namespace genrebench
