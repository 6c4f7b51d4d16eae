#pragma once
// A dataset whose genres and tracks are known once it is made: what most of ours are.

#include <map>
#include <string>
#include <vector>

#include "harness/plugin/dataset.hpp"

namespace genrebench {

/// Tracks with the name of their genre, before genres have numbers.
struct NamedTrack {
  std::string genre;
  Track track;
};

/// Keeps genres in alphabetical order and tracks in the order of their ids.
class ListedDataset : public Dataset {
 public:
  /// @param genres  every genre of `tracks`, and maybe more; any order, each once
  ListedDataset(std::vector<std::string> genres, std::vector<NamedTrack> tracks);

  const std::vector<std::string>& genres() const final { return genres_; }
  const std::vector<Track>& tracks() const final { return tracks_; }

 protected:
  const std::string& genre_of(const Track& track) const {
    return genres_[static_cast<std::size_t>(track.genre)];
  }

 private:
  std::vector<std::string> genres_;
  std::vector<Track> tracks_;
};

}  // namespace genrebench
