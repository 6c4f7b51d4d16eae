#include "datasets/folders/listed_dataset.hpp"

#include <algorithm>

namespace genrebench {

ListedDataset::ListedDataset(std::vector<std::string> genres, std::vector<NamedTrack> tracks)
    : genres_(std::move(genres)) {
  std::sort(genres_.begin(), genres_.end());
  for (NamedTrack& named : tracks) {
    named.track.genre = static_cast<int>(
        std::lower_bound(genres_.begin(), genres_.end(), named.genre) - genres_.begin());
    tracks_.push_back(std::move(named.track));
  }
  std::sort(tracks_.begin(), tracks_.end(),
            [](const Track& a, const Track& b) { return a.id < b.id; });
}

}  // namespace genrebench
