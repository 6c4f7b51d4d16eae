#pragma once
// A dataset made in a test: tracks with feature vectors and groups, no files.

#include <memory>
#include <string>
#include <vector>

#include "harness/plugin/dataset.hpp"

namespace genrebench::testing {

class MemoryDataset : public Dataset {
 public:
  explicit MemoryDataset(std::vector<std::string> genres) : genres_(std::move(genres)) {}

  /// Adds a track; an empty artist is unknown.
  void add(const std::string& id, int genre, const std::string& artist = {},
           std::vector<float> features = {}) {
    Track track{
        .id = id, .genre = genre, .audio = {}, .groups = {}, .features = std::move(features)};
    if (!artist.empty()) track.groups["artist"] = artist;
    tracks_.push_back(std::move(track));
  }

  /// Puts a track into a group of another kind.
  void group(std::size_t track, const std::string& kind, const std::string& value) {
    tracks_[track].groups[kind] = value;
  }

  const std::vector<std::string>& genres() const override { return genres_; }
  const std::vector<Track>& tracks() const override { return tracks_; }
  std::vector<PublishedSplit> published_splits() const override { return splits; }
  std::vector<std::string> feature_names() const override {
    std::vector<std::string> names;
    if (!tracks_.empty())
      for (std::size_t i = 0; i < tracks_.front().features.size(); ++i)
        names.push_back("x" + std::to_string(i));
    return names;
  }

  std::vector<PublishedSplit> splits;

 private:
  std::vector<std::string> genres_;
  std::vector<Track> tracks_;
};

/// Twenty tracks of two genres in turn, each by an artist of its own, with one feature that is the
/// same in all.
inline std::unique_ptr<MemoryDataset> twenty_tracks() {
  auto dataset = std::make_unique<MemoryDataset>(std::vector<std::string>{"high", "low"});
  for (int t = 0; t < 20; ++t)
    dataset->add("track" + std::to_string(100 + t), t % 2, "artist" + std::to_string(t), {1.0f});
  return dataset;
}

}  // namespace genrebench::testing
