#include "datasets/folders/listed_dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"

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

std::vector<Section> ListedDataset::sections(const Track& track) const {
  const auto found = known_sections_.find(track.id);
  return found == known_sections_.end() ? std::vector<Section>() : found->second.front();
}

std::vector<std::vector<Section>> ListedDataset::annotations(const Track& track) const {
  // Datasets that override sections() have one annotator.
  if (known_sections_.empty()) return Dataset::annotations(track);
  const auto found = known_sections_.find(track.id);
  return found == known_sections_.end() ? std::vector<std::vector<Section>>() : found->second;
}

std::string ListedDataset::sections_text() const {
  if (known_sections_.empty()) return {};
  std::size_t most = 0;
  for (const auto& [track, annotations] : known_sections_)
    most = std::max(most, annotations.size());
  return fmt::format("{}, {}{} each", counted(known_sections_.size(), "track"),
                     most > 1 ? "up to " : "", counted(most, "annotator"));
}

void ListedDataset::set_sections(KnownSections known) {
  known_sections_ = std::move(known.of_track);
  add_notes(known.notes);
}

}  // namespace genrebench
