#pragma once
// The sections that an excerpt plug-in finds, each track once: remembered in memory and on disk.

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "harness/digest.hpp"
#include "harness/excerpt.hpp"

namespace genrebench {

/// Threads may share one. On disk, any number of processes may fill one folder at once.
class FoundSections {
 public:
  /// @param excerpt  outlives this
  /// @param folder   empty: memory only
  FoundSections(const SegmentingExcerpt& excerpt, std::filesystem::path folder, FileHashes& hashes);

  /// A cache that cannot be written, or holds a damaged file, costs time only.
  /// @throws DataError  if the file cannot be read or segmented
  /// @param clusters  how many there are, where the truth is told
  std::vector<FoundSection> operator()(const std::filesystem::path& file, std::optional<int> clusters = std::nullopt);

  const SegmentingExcerpt& excerpt() const { return excerpt_; }

 private:
  const SegmentingExcerpt& excerpt_;
  std::filesystem::path folder_;
  FileHashes& hashes_;
  std::mutex mutex_;
  std::map<std::string, std::vector<FoundSection>> known_;  ///< by content of the file and clusters
};

}  // namespace genrebench
