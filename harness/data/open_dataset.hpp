#pragma once
// A dataset with the content of its files, as it was when it was opened.

#include <memory>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// A dataset as opened for a plan.
struct OpenDataset {
  std::unique_ptr<Dataset> dataset;
  std::string fingerprint;         ///< of ids, genres, groups and the content of every file
  std::vector<FileContent> files;  ///< what each track's file held when the dataset was opened
  TrackContents content;  ///< hash of each track's file and features, empty where unreadable
};

}  // namespace genrebench
