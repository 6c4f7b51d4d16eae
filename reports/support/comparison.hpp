#pragma once
// Compares accuracies on equal terms. Every report that compares or subtracts the accuracies of
// several sides gets them from here: they are scored, from the stored answers, on the genres that
// every test part of every side has.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reports/support/measured.hpp"

namespace genrebench {

/// The runs of one side, and what notes call it: "leaky split".
struct Side {
  std::string name;
  Runs runs;
};

class Comparison {
 public:
  /// Keeps a reference to the scores. Folds of one cross-validation count as one test part.
  /// @param part  "test" or "valid"
  Comparison(const Scores& scores, std::vector<Side> sides, std::string part = "test");

  /// The genres that are compared, as classes. Empty where no genre is in every test part: then
  /// nothing can be compared.
  const std::set<int>& genres() const { return genres_; }

  /// Some side has tracks of genres that are not compared.
  bool restricted() const { return genres_ != tested_; }

  /// The accuracy of one run on these genres, and on how many tracks; nothing where it is not done
  /// or tested none.
  struct Score {
    double accuracy = 0.0;
    std::size_t n_tracks = 0;
  };
  std::optional<Score> score(const RunRecord& run) const;

  /// The mean accuracy on these genres, with its interval.
  Measured accuracy(const Runs& runs, double level) const;

  /// Mean accuracy of `first` minus that of `second` on these genres, by accuracy_difference();
  /// nothing where either has no score.
  std::optional<Estimate> difference(const Runs& first, const Runs& second, double level) const;

  /// The runs that have a score on these genres, as estimates take them: with their accuracies and
  /// their answers for the tracks of these genres. They refer to the runs and the scores, not to
  /// this.
  std::vector<ScoredRun> scored(const Runs& runs) const;

  /// Notes that a table must show: by how many tracks training parts differ, then which genres are
  /// compared.
  std::vector<std::string> notes() const;

 private:
  std::string training_note() const;
  std::string genres_note() const;

  const Scores& scores_;
  std::vector<Side> sides_;
  std::string part_;
  std::set<int> genres_, tested_;
  std::vector<std::string> names_;  ///< of all genres
};

/// The mean of a score over runs, computed from their answers, with its interval.
/// @param units  cluster_units()
Measured measure_answers(std::vector<ScoredRun> runs, ScoreKind kind, const std::string& units,
                         double level);

/// A change of a value from one configuration to another, over the divisions that both used.
struct Change {
  Estimate difference;
  Runs runs, references;  ///< those that count, by division
  std::size_t n_divisions = 0;
};

/// The mean of first - second over common divisions, which test the same tracks of the same genres.
/// @param part    as in test_ratio(); "valid" or "test" where the values are accuracies of that
/// part, which are resampled where there
///                is one division only
/// @param bounds  of the difference
Change change_of(const Scores& scores, const std::vector<RunValue>& first,
                 const std::vector<RunValue>& second, const std::string& part, Bounds bounds,
                 double level);

/// The genres that the fact "dataset.genres" of the runs names, in class order; "class 7" for those
/// up to `n_classes` that it does not.
std::vector<std::string> genre_names(const Runs& runs, std::size_t n_classes);

}  // namespace genrebench
