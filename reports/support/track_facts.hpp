#pragma once
// What reports say of a track beside what runs answered: its genre, its artist, and where its sound
// file lies on this machine. Reports get all three from TrackSource::facts() alone.

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "reports/support/runs.hpp"

namespace genrebench {

struct TrackFacts {
  std::string genre = {};
  std::string artist = {};  ///< or whatever the runs' clusters are; empty: not known
  std::string audio = {};   ///< absolute path of its sound file; empty: not found here
};

/// Where facts on the tracks of some runs come from: the stored answers for genre and artist,
/// folders on this machine for the sound, and for both what the store has recorded of the dataset's
/// tracks.
class TrackSource {
 public:
  /// @param audio_root  a folder with the tracks' sound files; empty: the folders that the runs'
  ///                    own datasets had (the parameters dataset.audio_root, else dataset.root),
  ///                    as far as they are there
  /// @param recorded    StoreReader::tracks() of the runs' dataset. Of their sound files those are
  ///                    taken that are on this machine, unless audio_root is given.
  /// @throws ConfigError  if audio_root is given and is no folder
  TrackSource(const Runs& runs, const std::string& audio_root,
              const std::vector<TrackRecord>& recorded = {});

  /// @param track    its id
  /// @param genre    as the runs' answers have it
  /// @param cluster  likewise; where it is empty, the recorded artist is taken
  TrackFacts facts(const std::string& track, const std::string& genre,
                   const std::string& cluster) const;

  /// The folders that are looked through.
  const std::vector<std::filesystem::path>& folders() const { return folders_; }
  /// How many recorded sound files are on this machine and not below these folders.
  std::size_t n_elsewhere() const { return n_elsewhere_; }

 private:
  std::string audio(const std::string& track, const std::string& genre) const;

  std::vector<std::filesystem::path> folders_;
  std::map<std::string, TrackFacts> recorded_;  ///< by id; the files that are here
  std::size_t n_elsewhere_ = 0;
};

}  // namespace genrebench
