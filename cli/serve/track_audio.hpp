#pragma once
// The sound files of tracks, for the live view. Only files are given that the store names for a
// track of a run, and only if they are sound files: a store may be somebody else's.

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "harness/store/run_store.hpp"

namespace genrebench::cli {

/// The tracks of a dataset by their ids.
using TracksById = std::map<std::string, TrackRecord>;

/// May be used from several threads at a time.
class TrackAudio {
 public:
  /// The tracks of a run's dataset; empty if the store does not know them.
  std::shared_ptr<const TracksById> tracks(const RunStore& store, const RunRecord& run);

  /// The file of a track.
  /// @throws DataError  if the store names none, it is not on this machine, or it is no sound file
  std::filesystem::path file(const RunStore& store, const RunRecord& run, const std::string& track);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const TracksById>> datasets_;  ///< by fingerprint
  std::map<std::filesystem::path, bool> sound_;  ///< whether a file was found to be sound
};

/// The media type of a sound file by the ending of its name, such as "audio/flac".
std::string audio_type(const std::filesystem::path& file);

/// Whether a track's file may be on this machine: an absolute path of a regular file.
bool has_audio(const TrackRecord& track);

}  // namespace genrebench::cli
