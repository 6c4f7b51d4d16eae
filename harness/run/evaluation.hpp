#pragma once
// From predictions of excerpts to predictions of tracks, and from those to metrics.

#include <Eigen/Core>
#include <string>
#include <vector>

#include "harness/experiment/run_options.hpp"
#include "harness/plugin/method.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// Predictions of whole tracks.
struct TrackPredictions {
  std::vector<int> tracks;          ///< index of each track, ascending
  std::vector<int> labels;          ///< predicted class of each
  Eigen::MatrixXd probabilities;    ///< tracks x classes: the mean over the track's excerpts
  std::vector<int> excerpt_labels;  ///< predicted class of each excerpt, before the vote
};

/// Decides each track by its excerpts. A track of one excerpt keeps that excerpt's predicted class,
/// whatever the rule.
/// @param tracks  for each excerpt its track; excerpts of one track need not be neighbours
TrackPredictions vote(const Predictions& excerpts, const std::vector<int>& tracks, Vote rule);

/// A confusion matrix of more genres is not shown: its cells grow with their square.
inline constexpr std::size_t kMostShownGenres = 1000;

/// Counts by truth (rows) and prediction (columns).
/// @throws DataError  if a class is not from 0 to n_classes - 1
Eigen::MatrixXi confusion_matrix(const std::vector<int>& truth, const std::vector<int>& predicted,
                                 int n_classes);

/// Share of the diagonal; 0 for an empty matrix.
double accuracy(const Eigen::MatrixXi& confusion);

/// Share of class c's tracks that were found; nothing to say (NaN) for a class without tracks.
double recall(const Eigen::MatrixXi& confusion, int c);

/// Mean of 2 TP / (2 TP + FP + FN) over the classes that have tracks; 0 where none has. A class
/// without tracks cannot be right, so predictions of it count against the true classes alone.
/// Source: scikit-learn's f1_score(average="macro", labels=classes that occur in the truth)
double macro_f1(const Eigen::MatrixXi& confusion);

/// accuracy, macro_f1, n_tracks and recall/GENRE of each class with tracks, as final metrics of a
/// split.
std::vector<MetricRecord> classification_metrics(const std::string& split,
                                                 const std::vector<int>& truth,
                                                 const std::vector<int>& predicted,
                                                 const std::vector<std::string>& genres);

/// Centres and scales feature rows with statistics of the training examples alone.
class Standardiser {
 public:
  /// Statistics over all columns of all training features (population deviation, double precision).
  explicit Standardiser(const std::vector<const FeatureMatrix*>& train);

  /// From statistics found before.
  Standardiser(Eigen::ArrayXd mean, Eigen::ArrayXd scale)
      : mean_(std::move(mean)), scale_(std::move(scale)) {}

  const Eigen::ArrayXd& mean() const { return mean_; }
  const Eigen::ArrayXd& scale() const { return scale_; }

  /// (value - mean) / deviation, rounded once to float; a constant row is only centred.
  /// @throws ConfigError  if the number of rows is another
  FeatureMatrix operator()(const FeatureMatrix& feature) const;

 private:
  Eigen::ArrayXd mean_;
  Eigen::ArrayXd scale_;
};

}  // namespace genrebench
