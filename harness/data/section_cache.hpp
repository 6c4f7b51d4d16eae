#pragma once
// The sections that an excerpt plug-in finds, each track once: remembered in memory and on disk.

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "harness/plugin/excerpt.hpp"

namespace genrebench {

/// Threads may share one. On disk, any number of processes may fill one folder at once.
class SectionCache {
 public:
  /// @param excerpt  outlives this
  /// @param folder   empty: memory only
  SectionCache(const SegmentingExcerpt& excerpt, std::filesystem::path folder, FileHashes& hashes);

  /// Sections of a content, which a file holds: remembered by that, or found in the file while it
  /// holds that. A cache that cannot be written, or holds a damaged file, costs time only.
  /// @param hash      content_hash() of the content
  /// @param clusters  how many there are, where the truth is told
  /// @throws DataError  if the content cannot be segmented
  /// @throws FileChanged, FileUnreadable  as read_content()
  std::vector<ClusterSpan> operator()(const std::filesystem::path& file, const std::string& hash,
                                      std::optional<int> clusters = std::nullopt);

  /// All that the figures show of such a file; computed anew each time. @throws  as operator()
  SegmentationExample example(const std::filesystem::path& file, const std::string& hash,
                              std::optional<int> clusters = std::nullopt) const;

  /// How often the folder had what was asked for, and how often it was computed.
  std::size_t n_cached() const { return n_cached_; }
  std::size_t n_computed() const { return n_computed_; }

 private:
  const SegmentingExcerpt& excerpt_;
  std::filesystem::path folder_;
  FileHashes& hashes_;
  std::mutex mutex_;
  std::map<std::string, std::vector<ClusterSpan>> known_;  ///< by content of the file and clusters
  std::atomic<std::size_t> n_cached_{0}, n_computed_{0};
};

}  // namespace genrebench
