#pragma once
// Splits of small datasets.

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/plugin/split.hpp"
#include "support/memory_dataset.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);
}

namespace genrebench::testing {

inline Split split(const Dataset& dataset, const std::string& kind, const OptionValues& options,
                   std::uint64_t seed = 0, const TrackContents& content = {}) {
  Registry registry;
  register_all_pipeline(registry);
  const SplitPlugin& plugin = registry.splits.get(kind, "test");
  return plugin.make(plugin.options.resolve(options, "split " + kind))
      ->split(dataset, content, seed);
}

inline MemoryDataset balanced(int n_genres, int n_tracks, int tracks_an_artist) {
  std::vector<std::string> genres;
  for (int g = 0; g < n_genres; ++g) genres.push_back(std::string(1, static_cast<char>('a' + g)));
  MemoryDataset dataset(genres);
  for (int g = 0; g < n_genres; ++g)
    for (int t = 0; t < n_tracks; ++t) {
      const std::string id = genres[static_cast<std::size_t>(g)] + std::to_string(t);
      dataset.add(id, g,
                  tracks_an_artist == 0 ? ""
                                        : genres[static_cast<std::size_t>(g)] + " artist " +
                                              std::to_string(t / tracks_an_artist));
    }
  return dataset;
}

inline std::map<std::pair<int, Part>, int> counts(const Dataset& dataset, const Split& s) {
  std::map<std::pair<int, Part>, int> result;
  for (std::size_t t = 0; t < s.parts.size(); ++t)
    ++result[{dataset.tracks()[t].genre, s.parts[t]}];
  return result;
}

/// The content of each track, equal for those in one of the sets.
inline TrackContents contents(const Dataset& dataset,
                              const std::vector<std::vector<std::size_t>>& copies) {
  TrackContents result;
  for (const Track& track : dataset.tracks()) result.push_back("content of " + track.id);
  for (const auto& set : copies)
    for (const std::size_t t : set) result[t] = result[set.front()];
  return result;
}

inline bool has_note(const Split& s, const std::string& text) {
  return std::ranges::any_of(
      s.notes, [&](const std::string& note) { return note.find(text) != std::string::npos; });
}

/// The only artist of genre a has half of genre b too; b and c have others.
inline MemoryDataset single_artist_in_two_genres() {
  MemoryDataset dataset({"a", "b", "c"});
  for (int t = 0; t < 10; ++t) dataset.add("a" + std::to_string(t), 0, "the only one");
  for (int t = 0; t < 10; ++t)
    dataset.add("b" + std::to_string(t), 1,
                t < 5 ? "the only one" : "b artist " + std::to_string(t));
  for (int t = 0; t < 10; ++t)
    dataset.add("c" + std::to_string(t), 2, "c artist " + std::to_string(t));
  return dataset;
}

/// Two genres of `n` tracks, of which every fourth has no known artist; else two tracks an artist.
inline MemoryDataset partly_known(int n) {
  MemoryDataset dataset({"a", "b"});
  for (int g = 0; g < 2; ++g)
    for (int t = 0; t < n; ++t) {
      const std::string genre = g == 0 ? "a" : "b";
      dataset.add(genre + std::to_string(t), g,
                  t % 4 == 3 ? (t % 8 == 3 ? "" : "Various Artists")
                             : genre + " artist " + std::to_string(t / 2));
    }
  return dataset;
}

/// Tracks in groups of several kinds, some of which span genres, some unknown.
inline MemoryDataset random_structure(Random& random, int max_genres, int max_tracks,
                                      int max_groups) {
  const auto up_to = [&](int n) {
    return 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(n)));
  };
  const int n_genres = up_to(max_genres), n_kinds = up_to(3);
  std::vector<std::string> genres;
  for (int g = 0; g < n_genres; ++g) genres.push_back("genre " + std::to_string(g));
  MemoryDataset dataset(genres);
  const int n_tracks = n_genres + up_to(max_tracks);
  const std::uint64_t unknown = random.below(3), spanning = random.below(3);  // of ten
  for (int t = 0; t < n_tracks; ++t) {
    const int genre = t < n_genres ? t : up_to(n_genres) - 1;
    dataset.add("t" + std::to_string(t), genre);
    for (int k = 0; k < n_kinds; ++k)
      if (random.below(10) >= unknown)
        dataset.group(static_cast<std::size_t>(t), "kind" + std::to_string(k),
                      std::to_string(up_to(max_groups)) +
                          (random.below(10) < spanning ? "" : " of " + std::to_string(genre)));
  }
  return dataset;
}

}  // namespace genrebench::testing
