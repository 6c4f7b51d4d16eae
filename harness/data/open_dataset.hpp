#pragma once
// A dataset with the content of its files, as it was when it was opened.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "base/progress.hpp"
#include "harness/experiment/plugin_choice.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// A dataset as opened for a plan.
struct OpenDataset {
  std::unique_ptr<Dataset> dataset;
  std::string fingerprint;         ///< of ids, genres, groups, spans and the content of files
  std::vector<FileContent> files;  ///< what each track's file held when the dataset was opened
  TrackContents content;  ///< hash of each track's file and features, empty where unreadable
  /// The version of the program that decodes some of the files (decoder_of()); empty: none.
  std::string external_decoder;
  std::string cluster_kind;           ///< evaluation_cluster_kind() of the dataset
  std::vector<std::string> clusters;  ///< evaluation_clusters() of the dataset, one per track
};

/// Opens a dataset and hashes its files. A generated dataset without a root is first made in the
/// cache folder, unless one of the same recipe is there: the same versions, options, and content of
/// the dataset that it is built from.
/// @param cache_folder  empty: the default one
/// @throws ConfigError, DataError  if the dataset cannot be opened or made
/// @throws FileChanged             if a file is written to while it is being read
std::shared_ptr<const OpenDataset> open_dataset(const PluginChoice& choice,
                                                const Registry& registry,
                                                const std::filesystem::path& cache_folder,
                                                FileHashes& hashes, Progress& progress);

}  // namespace genrebench
