#pragma once
// What the report `robustness` compares: each method on clean audio, and the same fitted method on
// deformed audio.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "reports/support/compare_pairs.hpp"
#include "reports/support/measured.hpp"

namespace genrebench::robustness {

/// Runs of one method under one deformation at one level.
struct Level {
  std::string text = {};  ///< "10 dB SNR"
  double strength = 0.0;  ///< Deformation::strength()
  RunGroup group = {};
  Tally counts = {};
  Measured accuracy = {};
  compare::Pair change = {};  ///< deformed - clean, by track; no interval where nothing is done
  Estimate changed = {};  ///< share of the tracks whose genre is another one than of clean audio
  Estimate drop = {};     ///< 1 - accuracy / clean accuracy, over divisions
};

/// The levels of one deformation, from the mildest to the strongest.
struct Series {
  std::string name = {};  ///< "noise", or "noise, colour=pink" where there are several
  std::vector<Level> levels = {};
};

struct Method {
  std::string name = {};
  RunGroup clean = {};
  Tally counts = {};
  Measured accuracy = {};
  std::vector<Series> series = {};
  /// Over divisions: the mean of the relative drops, first over the levels of a deformation, then
  /// over deformations.
  Estimate drop = {};
  double deformed = 0.0;  ///< mean accuracy, likewise; NaN where nothing is done
  double changed = 0.0;   ///< mean share of changed genres, likewise
};

/// Methods on the same data under the same split.
struct Family {
  std::string title = {};  ///< "GTZAN, grouped by artist"
  std::string id = {};     ///< the title as a part of ids
  std::string units = {};  ///< what clusters of test tracks are: "artists"
  std::vector<Method> methods = {};
  std::vector<std::string> left_out = {};  ///< deformed configurations without their clean run
};

/// The families that have deformed runs. The runs must outlive the result.
std::vector<Family> make_families(const Scores& scores, const std::vector<RunRecord>& runs,
                                  double level);

/// What deformed audio does to the tracks of one genre.
struct GenreDrop {
  std::string genre = {};
  double clean = 0.0;  ///< recall on clean audio, mean over the methods
  std::string deformation = {}, level = {};
  double deformed = 0.0;  ///< recall under that deformation
};

/// For each genre the deformation and level that cost most of its recall, over all methods with
/// results. In order of the names of the genres.
std::vector<GenreDrop> worst_deformations(const Scores& scores, const Family& family);

/// The order of methods by a score, the best first, as indices; equal scores keep their order.
/// Methods without a score (NaN) are last.
std::vector<std::size_t> ranking(const std::vector<double>& scores);

/// Mean accuracy over the levels of a deformation that have results; NaN where none has, or the
/// method lacks the deformation.
double mean_accuracy(const Method& method, const std::string& deformation);

/// The names of the deformations of a family, in order of appearance.
std::vector<std::string> deformations(const Family& family);

}  // namespace genrebench::robustness
