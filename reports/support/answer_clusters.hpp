#pragma once
// Answers of runs by cluster of test tracks, such as artists, for intervals that resample clusters.

#include <cstddef>
#include <span>
#include <vector>

#include "reports/support/scored_run.hpp"

namespace genrebench {

enum class ScoreKind { accuracy, macro_f1 };

/// The score of answers: the share that is right, or macro F1 as macro_f1() of evaluation.hpp, over
/// the genres that have tracks; NaN for none.
double score_of(const Answers& answers, ScoreKind kind);

/// What runs of one side said of the tracks of one cluster. Runs that share a division add up,
/// which averages them.
struct AnswerTally {
  double n_right = 0.0, n_answers = 0.0;
};

/// The same by truth and prediction.
struct SideAnswers : AnswerTally {
  struct Pair {
    int truth = 0, predicted = 0;
    double n = 0.0;
  };
  std::vector<Pair> pairs = {};  ///< distinct ones, in order of appearance

  void add(const Answer& answer) {
    n_right += answer.predicted == answer.truth ? 1.0 : 0.0;
    n_answers += 1.0;
    for (Pair& pair : pairs)  // few, as most clusters have tracks of one genre
      if (pair.truth == answer.truth && pair.predicted == answer.predicted) {
        pair.n += 1.0;
        return;
      }
    pairs.push_back({.truth = answer.truth, .predicted = answer.predicted, .n = 1.0});
  }
};

struct AnswerCluster {
  SideAnswers first, second;
};

struct AnswerClusters {
  std::vector<AnswerCluster> all;
  std::vector<int> strata;  ///< of each, from 0
  int n_strata = 0;
  std::size_t n_tracks = 0;  ///< distinct ones
  bool known = false;        ///< the cluster of at least one track is known

  std::vector<double> sizes() const {
    std::vector<double> result;
    for (const AnswerCluster& cluster : all)
      result.push_back(cluster.first.n_answers + cluster.second.n_answers);
    return result;
  }
};

/// The answers of runs of one side by cluster, for several joins.
struct SideClusters {
  struct Cluster {
    int number = 0;
    SideAnswers answers = {};
  };
  std::vector<Cluster> known = {};   ///< in the order of their numbers
  std::vector<Cluster> lonely = {};  ///< tracks of unknown cluster, by theirs
  std::vector<int> tracks = {};      ///< distinct ones, in order
};
SideClusters gather_answers(std::span<const ScoredRun> runs);

/// The answers of runs of one side or two. Clusters of one genre make a stratum: a cluster of
/// several genres counts with the one of most of its answers, and genres with a single cluster are
/// joined, or added to the genre of the fewest clusters. Tracks of unknown cluster are alone.
AnswerClusters join_sides(const SideClusters& first, const SideClusters& second);
AnswerClusters cluster_answers(std::span<const ScoredRun> first, std::span<const ScoredRun> second);

/// The answers of one side by stratum, for the inner loop of resampling: flat, and without memory
/// to allocate. One thread at a time.
class StratumTallies {
 public:
  StratumTallies(const AnswerClusters& clusters, SideAnswers AnswerCluster::*side);

  const std::vector<int>& strata() const { return strata_; }  ///< of each cluster
  const std::vector<AnswerTally>& whole() const { return whole_; }
  /// By stratum, each cluster weighted; valid until the next call.
  const std::vector<AnswerTally>& drawn(std::span<const int> weights) const;

 private:
  std::vector<AnswerTally> own_;  ///< by cluster
  std::vector<int> strata_;
  std::vector<AnswerTally> whole_;
  mutable std::vector<AnswerTally> drawn_;
};

/// Accuracies of resamples of one side: over strata with the shares that they have in the data.
class StratifiedAccuracy {
 public:
  StratifiedAccuracy(const AnswerClusters& clusters, SideAnswers AnswerCluster::*side);

  /// NaN where a stratum has no answer.
  double operator()(std::span<const int> weights) const;

 private:
  StratumTallies tallies_;
};

/// Macro F1 of resamples of one side as macro_f1() of evaluation.hpp, over the classes with tracks;
/// strata keep their shares.
class StratifiedMacroF1 {
 public:
  StratifiedMacroF1(const AnswerClusters& clusters, SideAnswers AnswerCluster::*side);

  /// NaN where a stratum has no answer.
  double operator()(std::span<const int> weights) const;

 private:
  /// So many answers of a cluster count here.
  struct Count {
    std::size_t place = 0;  ///< in `counts_`
    double n = 0.0;
  };

  StratumTallies tallies_;
  std::vector<Count> own_;          ///< of all clusters, one after the other
  std::vector<std::size_t> begin_;  ///< of each cluster's, and their end
  /// Right answers by class, then tracks by class, then predictions by class, in one call.
  mutable std::vector<double> counts_;
};

}  // namespace genrebench
