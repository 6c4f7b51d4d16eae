#pragma once
// From the files of a StoredFeature to the features of tracks.

#include <filesystem>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "harness/data/track_loop.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/plugin/stored_feature.hpp"

namespace genrebench {

/// The file of one track's numbers, with what it held when it was looked at.
struct StoredFile {
  std::filesystem::path file;
  FileContent content;
};

/// What the files of a feature held when a run was planned.
struct StoredContent {
  std::vector<StoredFile> tracks;  ///< one per track of the dataset
  std::string hash;                ///< of the content of all of them: 32 hex digits
};

/// Hashes the file of every track.
/// @param name  of the feature, for messages
/// @throws ConfigError, DataError  as StoredFeature::open(), and if no track has a file
/// @throws FileChanged             if a file is written to while it is being read
StoredContent stored_content(const StoredFeature& feature, const std::string& name,
                             const Dataset& dataset, FileHashes& hashes);

/// What was read, one entry per track.
struct ReadNumbers {
  std::vector<std::vector<FeatureMatrix>> features;  ///< empty for a bad track
  std::vector<std::string> errors;                   ///< empty for a good one
  std::size_t n_read = 0;                            ///< number of good tracks
};

/// Reads the numbers of every track, while its file holds what `content` says. A track is bad if
/// its file was unreadable, is unusable, or has another layout than most tracks have.
/// @param name  of the feature, for messages
/// @throws DataError       if every track is bad; the message has the first one's fault
/// @throws FileChanged     if a file has changed since then
/// @throws FileUnreadable  if a file could be read then and cannot be read now
ReadNumbers read_numbers(const StoredFeature& feature, const std::string& name,
                         const Dataset& dataset, const StoredContent& content, FileHashes& hashes,
                         const TrackLoop& loop);

}  // namespace genrebench
