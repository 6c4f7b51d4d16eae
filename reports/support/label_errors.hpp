#pragma once
// Tracks whose genre in the dataset contradicts what many runs say out of sample: likely label
// errors, by confident learning.

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "reports/statistics/confident_learning.hpp"
#include "reports/support/tested_tracks.hpp"

namespace genrebench {

/// What suspects are ordered by.
enum class LabelRanking {
  self_confidence,   ///< the probability of the track's genre
  normalized_margin  ///< that minus the largest probability of another genre
};

/// A track, and how far the runs doubt its genre.
struct Suspect {
  const TestedTrack* track = nullptr;
  int likely_genre = 0;            ///< the most probable other genre
  double self_confidence = 0.0;    ///< mean probability of its genre
  double likely_confidence = 0.0;  ///< mean probability of the likely one
  double normalized_margin = 0.0;
  bool confident = false;  ///< the runs are confident of another genre (confident_learning.hpp)
};

struct LabelErrors {
  std::vector<Suspect> ranked = {};  ///< all tracks with probabilities, most suspicious first
  ConfidentLearning learning = {};   ///< of these tracks, in the order of their ids
  std::size_t n_without = 0;         ///< tracks without probabilities, which are not ranked
};

/// Ties are in order of the ids.
/// @param tested  outlives the result
LabelErrors label_errors(const TestedTracks& tested, LabelRanking ranking);

/// Tracks whose genre is known to be wrong, to see how many of them are found.
struct KnownErrors {
  std::string file = {};  ///< its name, for texts
  std::set<std::string> ids = {};
};

/// Reads ids, one per line; empty lines and lines that begin with # do not count.
/// @throws DataError    as read_text_file()
/// @throws ConfigError  if the file names no track
KnownErrors read_known_errors(const std::string& file);

/// "Of 106 known label errors in sturm.txt, 44 are among the first 100 suspects; …", with what a
/// random order would give; says which are not ranked. Empty where none of them is ranked.
std::string known_errors_found(const KnownErrors& known, const LabelErrors& errors,
                               std::size_t n_suspects);

}  // namespace genrebench
