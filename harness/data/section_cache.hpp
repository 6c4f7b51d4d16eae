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

  /// The sections of a file with known content. They are looked up by that content, or found in the
  /// file while it has that content. If the cache cannot be written or has a damaged file, the
  /// sections are computed again.
  /// @param hash      content_hash() of the content
  /// @param clusters  the number of different sections, if the plug-in is to be told
  /// @throws DataError  if the content cannot be segmented
  /// @throws FileChanged, FileUnreadable  as read_content()
  std::vector<ClusterSpan> operator()(const std::filesystem::path& file, const std::string& hash,
                                      std::optional<int> clusters = std::nullopt);

  /// Everything that figures show of such a file. It is computed each time.
  /// @throws  as operator()
  SegmentationExample example(const std::filesystem::path& file, const std::string& hash,
                              std::optional<int> clusters = std::nullopt) const;

  /// Numbers of segmentations that were found in the folder and that were computed.
  std::size_t n_cached() const { return n_cached_; }
  std::size_t n_computed() const { return n_computed_; }
  /// Seconds that those took that were computed, each on its own thread.
  double computed_s() const { return computed_s_; }

 private:
  const SegmentingExcerpt& excerpt_;
  std::filesystem::path folder_;
  FileHashes& hashes_;
  std::mutex mutex_;
  std::map<std::string, std::vector<ClusterSpan>> known_;  ///< by content of the file and clusters
  std::atomic<std::size_t> n_cached_{0}, n_computed_{0};
  std::atomic<double> computed_s_{0.0};
};

}  // namespace genrebench
