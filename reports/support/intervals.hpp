#pragma once
// Means and differences of scores with their confidence intervals. Reports get every interval from
// here.
//
// An interval needs something that was drawn at random more than once. Two things qualify:
//
// - Divisions. Runs of several seeds or folds train and test on different tracks. The unit is the
//   division, not the run: runs that share a division are averaged first. Training parts of
//   different divisions overlap, so the variance between divisions is corrected for that
//   (corrected_t, corrected_welch).
// - Test tracks. Where there is only one division (a published list), its test tracks are
//   resampled: whole artists at a time where artists are known (bootstrap). Where they are not
//   known, Wilson's interval is taken (wilson).
//
// experiments/statistics/coverage.cpp simulates how often each of them covers the truth.

#include <span>
#include <string>
#include <vector>

#include "reports/support/answer_clusters.hpp"
#include "reports/support/estimate.hpp"
#include "reports/support/resampling.hpp"
#include "reports/support/scored_run.hpp"

namespace genrebench {

/// The score of one division: the mean over the runs that share it.
struct DivisionScore {
  double score = 0.0;
  double test_ratio = 0.0;  ///< scored tracks per training track, n_test / n_train
};

/// Mean over divisions of one dataset with the corrected resampled t interval: the variance of the
/// mean is taken as s^2 (1/k + n_test/n_train) instead of s^2 / k, because training parts overlap.
/// Paired differences are scores too. The interval is that of the score after training on as many
/// tracks, on other music of the kind, not that of these tracks.
/// @return  no interval for fewer than two divisions, where no two scores differ (which says
/// nothing of how far others would), or
///          where a ratio is not finite
/// Source: Nadeau and Bengio, Inference for the generalization error, Machine Learning 52, 2003
/// (eq. 12);
///         Bouckaert and Frank, PAKDD 2004, for repeated cross-validation
Estimate corrected_t(std::span<const DivisionScore> divisions, Bounds bounds, double level = 0.95);

/// Difference first - second of the means of two series over divisions that have nothing in common,
/// such as leaky and grouped ones. Each side's variance has its own correction; the degrees of
/// freedom are Welch's with these variances.
/// @return  no interval where either side alone would have none
/// Source: Welch, Biometrika 34, 1947; Nadeau and Bengio 2003
Estimate corrected_welch(std::span<const DivisionScore> first,
                         std::span<const DivisionScore> second, Bounds bounds, double level = 0.95);

/// The divisions of runs: those that share one are averaged. In order of the names of the
/// divisions.
std::vector<DivisionScore> by_division(std::span<const ScoredRun> runs);

/// Mean score of runs of one method that differ in their division, in their seed, or in both: over
/// several divisions corrected_t(); over one, or where no two divisions differ in their score, from
/// the answers: cluster_bootstrap() over the clusters of tracks (tracks of unknown cluster are one
/// each) within each genre, whose shares of the tracks stay as they are; for accuracy where no
/// cluster is known Wilson's interval. Where all answers are right, or none is, no resample
/// differs: Wilson's interval for as many independent trials as there are clusters. A cluster of
/// several genres counts with the one of most of its tracks; genres with one cluster are resampled
/// together, or with the genre of the fewest others.
/// @param units  what the clusters are: "artists"
/// @return       the mean is over divisions
Estimate estimate_score(std::span<const ScoredRun> runs, ScoreKind kind, const std::string& units,
                        double level = 0.95);

/// Difference first - second of two accuracies. Where divisions are common to both, over these
/// alone, paired: corrected_t() of the differences, or, for one division, a bootstrap over its
/// clusters that takes both sides' answers of a track together. Else corrected_welch(), or, where
/// both have one division each, a bootstrap over the clusters of both, which keeps what an artist
/// in both test parts has in common.
/// @return  no interval where one side has one division and the other several that differ
Estimate accuracy_difference(std::span<const ScoredRun> first, std::span<const ScoredRun> second,
                             const std::string& units, double level = 0.95);

/// The same of accuracies or of macro F1, with its p-value. Where several common divisions have the
/// same difference, which says nothing of how far others would differ, from the answers of all of
/// them: a bootstrap over their clusters.
Estimate score_difference(std::span<const ScoredRun> first, std::span<const ScoredRun> second,
                          ScoreKind kind, const std::string& units, double level = 0.95);

/// The same without regard to divisions: a bootstrap over the clusters of both sides' answers. How
/// far training on other tracks would change the difference is not in it. Where both sides gave the
/// same answers, the p-value is 1 and there is no interval.
Estimate clustered_difference(const AnswerClusters& clusters, ScoreKind kind,
                              const std::string& units, double level = 0.95);

/// Difference first - second of any other score (training accuracy, a gap), paired by division; no
/// interval for one division.
Estimate paired_difference(std::span<const ScoredRun> first, std::span<const ScoredRun> second,
                           Bounds bounds, double level = 0.95);

}  // namespace genrebench
