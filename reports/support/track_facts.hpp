#pragma once
// What reports say of a track beside what runs answered: its genre, its artist, and where its sound
// file lies on this machine. Reports get all three from TrackSource::facts() alone.

#include <filesystem>
#include <string>
#include <vector>

#include "reports/support/runs.hpp"

namespace genrebench {

struct TrackFacts {
  std::string genre = {};
  std::string artist = {};  ///< or whatever the runs' clusters are; empty: not known
  std::string audio = {};   ///< absolute path of its sound file; empty: not found here
};

/// Where facts on the tracks of some runs come from: the stored answers for genre and artist, and
/// folders on this machine for the sound.
class TrackSource {
 public:
  /// @param audio_root  a folder with the tracks' sound files; empty: the folders that the runs'
  ///                    own datasets had (the parameters dataset.audio_root, else dataset.root),
  ///                    as far as they are there
  /// @throws ConfigError  if audio_root is given and is no folder
  TrackSource(const Runs& runs, const std::string& audio_root);

  /// @param track    its id
  /// @param genre    as the runs' answers have it
  /// @param cluster  likewise
  TrackFacts facts(const std::string& track, const std::string& genre,
                   const std::string& cluster) const;

  /// The folders that are looked through.
  const std::vector<std::filesystem::path>& folders() const { return folders_; }

 private:
  std::string audio(const std::string& track, const std::string& genre) const;

  std::vector<std::filesystem::path> folders_;
};

}  // namespace genrebench
