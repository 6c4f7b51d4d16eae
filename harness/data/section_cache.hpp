#pragma once
// The sections that an excerpt plug-in finds, each track once: remembered in memory and on disk.

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "harness/plugin/excerpt.hpp"
#include "harness/plugin/sample_segmenter.hpp"

namespace genrebench {

/// The samples of a whole file.
struct FileSamples {
  std::span<const float> samples;  ///< as SampleSegmenter::segment_samples() takes them
  double file_rate_hz = 0.0;       ///< that of the file
  double decoding_s = 0.0;         ///< seconds that it took to decode it
};

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

  /// What operator() would return without segmenting: it was found before, by this process or by
  /// another.
  std::optional<std::vector<ClusterSpan>> known(const std::filesystem::path& file,
                                                const std::string& hash,
                                                std::optional<int> clusters = std::nullopt);

  /// Not null: the plug-in can be given samples.
  const SampleSegmenter* by_samples() const { return by_samples_; }

  /// Computes the sections of a file whose samples are there, which are of the content with that
  /// hash, and keeps them.
  /// @throws DataError  if the samples cannot be segmented
  std::vector<ClusterSpan> in_samples(const FileSamples& samples, const std::filesystem::path& file,
                                      const std::string& hash,
                                      std::optional<int> clusters = std::nullopt);

  /// Everything that figures show of such a file. It is computed each time.
  /// @throws  as operator()
  SegmentationExample example(const std::filesystem::path& file, const std::string& hash,
                              std::optional<int> clusters = std::nullopt) const;

  FileHashes& hashes() const { return hashes_; }
  /// Where they are kept; empty: in memory only.
  const std::filesystem::path& folder() const { return folder_; }

  /// Numbers of segmentations that were found in the folder and that were computed.
  std::size_t n_cached() const { return n_cached_; }
  std::size_t n_computed() const { return n_computed_; }
  /// Seconds that those took that were computed, each on its own thread, with their decoding.
  double computed_s() const { return computed_s_; }

 private:
  std::string key_of(const std::filesystem::path& file, const std::string& hash,
                     std::optional<int> clusters) const;
  std::filesystem::path cached_file(const std::string& key) const;
  std::vector<ClusterSpan> keep(const std::string& key, std::vector<ClusterSpan> computed);

  const SegmentingExcerpt& excerpt_;
  const SampleSegmenter* by_samples_;
  std::filesystem::path folder_;
  FileHashes& hashes_;
  std::mutex mutex_;
  std::map<std::string, std::vector<ClusterSpan>> known_;  ///< by content of the file and clusters
  std::atomic<std::size_t> n_cached_{0}, n_computed_{0};
  std::atomic<double> computed_s_{0.0};
};

}  // namespace genrebench
