#pragma once
// Means and differences of scores with their confidence intervals. Reports get every interval from
// here.
//
// An interval needs something that was drawn at random more than once. Two things can play that
// part:
//
// - Divisions. Runs of several seeds or folds train and test on different tracks. The unit is the
// division, not the run: runs that
//   share a division are averaged first. Training parts of different divisions overlap, so the
//   variance between divisions is corrected for that (corrected_t, corrected_welch).
// - Test tracks. Where there is one division only (a published list), its test tracks are
// resampled, whole artists at a
//   time where artists are known (bootstrap), or Wilson's interval is taken where they are not
//   (wilson).
//
// How often each of them covers the truth is simulated by experiments/statistics/coverage.cpp.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reports/support/statistics.hpp"

namespace genrebench {

enum class IntervalMethod {
  none,             ///< there is no interval
  corrected_t,      ///< over divisions
  corrected_welch,  ///< of the difference of two sides, each over divisions of its own
  bootstrap,        ///< over clusters of test tracks: artists, or whatever `units` says
  wilson            ///< over test tracks, or over clusters where all are right or none is
};

/// The range that a score cannot leave; an interval is cut off there.
struct Bounds {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};
inline constexpr Bounds kProportion = {0.0, 1.0};   ///< accuracy, macro F1
inline constexpr Bounds kDifference = {-1.0, 1.0};  ///< of two proportions
inline constexpr Bounds kUnbounded = {};

/// A mean, or a difference of two means, with its interval.
struct Estimate {
  double mean = std::numeric_limits<double>::quiet_NaN();
  std::optional<double> deviation = {};  ///< between divisions; absent for fewer than two
  std::optional<Interval> interval = {};
  IntervalMethod method = IntervalMethod::none;
  std::string units = {};           ///< what was drawn: "divisions", "artists", "tracks", "sources"
  std::size_t n_units = 0;          ///< how many of them; of the smaller side for corrected_welch
  double degrees_of_freedom = 0.0;  ///< of the t distribution; 0 where there is none
  bool cut_off = false;  ///< an end was moved to the bounds, so the interval is not symmetric

  /// For data tables: "corrected_t", "corrected_welch", "bootstrap_artists", "wilson"; empty
  /// without an interval.
  std::string method_id() const;
};

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

/// A bootstrap over clusters of several strata: each resample draws clusters within each stratum,
/// with replacement.
struct Resampling {
  std::vector<double> sizes;  ///< of each cluster, such as its number of tracks
  std::vector<int> strata;    ///< of each cluster; a stratum of a single one is not resampled
  std::string units;          ///< what the clusters are
  /// The score where cluster c counts weights[c] times; NaN where it is not defined.
  std::function<double(std::span<const int>)> score;
  std::uint64_t seed = 0;
};

constexpr int kResamples = 2000;

/// The BCa bootstrap (bias-corrected and accelerated), corrected for few clusters in two ways:
/// of the m clusters of a stratum m - 1 are drawn (Rao and Wu), since m draws vary too little by
/// m / (m - 1); and its ends are at the quantile of Student's t, not at the normal one
/// (Hesterberg). The degrees of freedom are Satterthwaite's over the strata, each with its
/// effective number of clusters, (sum of sizes)^2 / sum of squared sizes, less one.
/// @return  no interval for fewer than two clusters, or where no resample differs from the rest
/// Source: Efron, JASA 82, 1987 (BCa); Rao and Wu, JASA 83, 1988; Hesterberg, The American
///         Statistician 69, 2015; Field and Welsh, JRSS B 69, 2007 (clusters)
Estimate cluster_bootstrap(const Resampling& resampling, Bounds bounds, double level = 0.95);

/// Mean of the scores of things that are each made of several sources, which they share: medleys of
/// songs. The pigeonhole bootstrap resamples the sources, and a thing counts as often as the
/// product of its sources' numbers; the interval is between the percentiles. It is too wide rather
/// than too narrow. Where every thing has a source of its own, or several share their only one,
/// this is cluster_bootstrap().
/// @param sources  of each thing, at least one
/// @param units    what they are
/// Source: Owen, The pigeonhole bootstrap, Annals of Applied Statistics 1(2), 2007
Estimate pigeonhole_bootstrap(std::span<const double> scores,
                              std::span<const std::vector<std::string>> sources,
                              const std::string& units, Bounds bounds, std::uint64_t seed,
                              double level = 0.95);

/// What a run said of one test track.
struct Answer {
  int track = 0;     ///< a number; equal for the same track in all runs of one estimate
  int cluster = -1;  ///< likewise its artist; -1: not known
  int truth = 0;
  int predicted = 0;
};
using Answers = std::vector<Answer>;

/// One run as the intervals see it.
struct ScoredRun {
  double score = 0.0;
  std::string division = {};  ///< equal for runs whose parts are the same tracks
  double test_ratio = 0.0;    ///< as in DivisionScore
  /// What it said of the scored tracks; asked for where test tracks are resampled. May be empty:
  /// not known.
  std::function<Answers()> answers = {};
};

enum class ScoreKind { accuracy, macro_f1 };

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

/// Difference first - second of any other score (training accuracy, a gap), paired by division; no
/// interval for one division.
Estimate paired_difference(std::span<const ScoredRun> first, std::span<const ScoredRun> second,
                           Bounds bounds, double level = 0.95);

}  // namespace genrebench
