#pragma once
// A dataset whose genres and tracks are known once it is made: what most of ours are.

#include <map>
#include <string>
#include <vector>

#include "datasets/folders/known_sections.hpp"
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
  std::vector<std::string> notes() const override { return notes_; }
  std::vector<Section> sections(const Track& track) const override;
  std::vector<std::vector<Section>> annotations(const Track& track) const override;

  /// Sentences on files that are left out.
  void add_notes(const std::vector<std::string>& notes) {
    notes_.insert(notes_.end(), notes.begin(), notes.end());
  }

  /// The sections that people marked, with what is left out.
  void set_sections(KnownSections known);

 protected:
  /// The sentences of add_notes() as findings of `dataset verify`.
  std::vector<DatasetProblem> left_out_problems() const {
    std::vector<DatasetProblem> problems;
    for (const std::string& note : notes_)
      problems.push_back({DatasetProblem::Severity::note, "left_out", "all genres", note});
    return problems;
  }
  /// "10 tracks, up to 2 annotators each"; empty if no sections are known.
  std::string sections_text() const;
  const std::string& genre_of(const Track& track) const {
    return genres_[static_cast<std::size_t>(track.genre)];
  }

 private:
  std::vector<std::string> genres_;
  std::vector<Track> tracks_;
  std::vector<std::string> notes_;
  std::map<std::string, std::vector<std::vector<Section>>> known_sections_;  ///< by track id
};

}  // namespace genrebench
