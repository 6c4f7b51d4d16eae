#pragma once
// Features on disk, by what they were computed from: the audio's content, the excerpt and the
// feature with all their options. Any number of processes may fill one folder at once.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/plugin/method.hpp"

namespace genrebench {

class FeatureCache {
 public:
  /// @param folder  empty: nothing is cached
  explicit FeatureCache(std::filesystem::path folder);

  /// @param key  text that says what the features are of; equal keys, equal features
  /// @return     the features of each excerpt, or nothing if they are not cached or the file is
  /// damaged
  std::optional<std::vector<FeatureMatrix>> load(const std::string& key) const;

  /// Whole files only: a reader never sees a part, and of two writers one wins with the same
  /// content.
  /// @throws DataError  if the disk is full or the folder cannot be written
  void store(const std::string& key, const std::vector<FeatureMatrix>& excerpts) const;

  /// True if there is a file for the key; load() may still find it damaged.
  bool contains(const std::string& key) const;

  bool enabled() const { return !folder_.empty(); }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path file(const std::string& key) const;

  std::filesystem::path folder_;
};

}  // namespace genrebench
