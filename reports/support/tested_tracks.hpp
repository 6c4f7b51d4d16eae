#pragma once
// What many runs answered for each track: how many missed it, what they took it for, and how
// probable they thought its genre. Only answers of test parts count, so every one is out of sample.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "reports/support/runs.hpp"
#include "reports/support/scored_run.hpp"

namespace genrebench {

/// A track and the answers of the runs that tested it.
struct TestedTrack {
  std::string id = {};
  int genre = 0;
  std::string cluster = {};         ///< its artist, as a rule; empty: not known
  std::size_t n_runs = 0;           ///< that tested it, at least 1
  std::size_t n_missed = 0;         ///< of them
  std::map<int, int> answers = {};  ///< number of runs by answer
  /// Mean over the runs that missed it of the probability of what they took it for; NaN where none
  /// did or none gave probabilities.
  double confidence = 0.0;
  /// One per genre: the mean over configurations of the mean over their runs. Empty where no run
  /// that tested it gave probabilities.
  std::vector<double> probabilities = {};

  double share_missed() const {
    return static_cast<double>(n_missed) / static_cast<double>(n_runs);
  }
};

/// The runs of one dataset and one protocol, and the tracks that they tested.
struct TestedTracks {
  std::string title = {};                   ///< "GTZAN, grouped by artist"
  std::vector<std::string> genres = {};     ///< in class order
  std::vector<TestedTrack> tracks = {};     ///< in order of their ids
  Runs runs = {};                           ///< that count: done, with answers of a test part
  std::size_t n_configurations = 0;         ///< of these runs
  std::size_t n_without_probabilities = 0;  ///< of these runs
  std::string units = {};                   ///< what clusters are: "artists"
  bool clusters_known = false;              ///< of at least one track
};

/// The tracks by dataset (fingerprint and genres) and protocol, in order of appearance. Results of
/// different protocols are not pooled. Runs that guess, or whose genres were permuted, say nothing
/// of a track and do not count.
/// @param groups  with titles
/// @throws DataError  if two runs of one dataset disagree on the genre of a track
std::vector<TestedTracks> tested_tracks(const StoreReader& store,
                                        const std::vector<RunGroup>& groups);

/// The answers of all runs for the tracks of one genre, or of all where it is -1, as intervals over
/// artists want them: as if one run had given them.
ScoredRun pooled_answers(const TestedTracks& tested, int genre = -1);

}  // namespace genrebench
