#pragma once
// Whether two methods differ: the decision of the report `compare`.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reports/statistics/mcnemar.hpp"
#include "reports/support/answer_clusters.hpp"
#include "reports/support/intervals.hpp"

namespace genrebench::compare {

/// A run with those of its answers that count, and their scores.
class AnsweredRun {
 public:
  explicit AnsweredRun(const ScoredRun& run);

  const Answers& answers() const { return kept_ ? *kept_ : run_->answers(); }
  double score(ScoreKind kind) const { return kind == ScoreKind::accuracy ? accuracy_ : macro_f1_; }
  double test_ratio() const { return run_->test_ratio; }
  /// From now on only these answers count.
  void keep(Answers answers);

 private:
  void measure();

  const ScoredRun* run_;
  std::shared_ptr<const Answers> kept_ = {};  ///< null: all of them
  double accuracy_ = 0.0, macro_f1_ = 0.0;
};

/// What comparisons need of a method, computed once for all of them. Refers to the runs.
struct AnsweredMethod {
  std::map<std::string, std::vector<AnsweredRun>> divisions = {};
  SideClusters clusters = {};  ///< of all divisions

  /// @param runs  with their answers; their scores are computed anew
  explicit AnsweredMethod(std::span<const ScoredRun> runs);
};

/// Two methods on the divisions that both have, and there on the tracks that all their runs
/// answered.
struct Pair {
  /// First - second, with the interval and the p-value that decide; 1 and no interval where all
  /// answers are the same.
  Estimate accuracy, macro_f1;
  std::size_t n_divisions = 0;
  std::size_t n_tracks = 0;    ///< distinct ones
  std::size_t n_clusters = 0;  ///< artists, or whatever the units are; tracks of unknown artist are
                               ///< one each
  bool clusters_known = false;
  std::size_t n_left_out = 0;  ///< answers for tracks that the other side did not answer
  Discordant tracks;           ///< which side's runs are right more often, by division and track
  Discordant clusters;         ///< the same by artist
  bool identical = false;      ///< every answer of both sides is the same

  const Estimate& difference(ScoreKind kind) const {
    return kind == ScoreKind::accuracy ? accuracy : macro_f1;
  }
  /// For data tables: "bootstrap_artists", or "corrected_t+bootstrap_artists"; empty without an
  /// interval.
  std::string method_id(ScoreKind kind) const;
  /// Why there is no p-value; empty where there is one.
  std::string reason(ScoreKind kind) const;
};

struct PairOptions {
  std::string units = "artists";  ///< what the clusters are
  double level = 0.95;
  bool accuracy = true, macro_f1 = true;  ///< which scores are compared
};

/// The decision.
/// - One division: Student's t with the standard error of a paired bootstrap over artists and its
///   effective degrees of freedom (cluster_bootstrap()). The ends of BCa intervals, which find
///   more in small samples, would find too much after a correction for many pairs.
/// - Several divisions: a difference has to hold over divisions, by the corrected resampled paired
///   t (corrected_t()), and over artists, by the same bootstrap of all divisions together,
///   one-sided in the direction of the difference. The p-value is the larger one; the interval
///   reaches from the lower of the lower ends to the higher of the higher ends, so that it has 0 in
///   it where the p-value is above 1 - level. Where divisions have equal differences, which say
///   nothing of their spread, they are tested like one division.
///
/// experiments/statistics/comparisons.cpp simulates how often it finds what is not there.
Pair compare_pair(const AnsweredMethod& first, const AnsweredMethod& second,
                  const PairOptions& options);
Pair compare_pair(std::span<const ScoredRun> first, std::span<const ScoredRun> second,
                  const PairOptions& options);

}  // namespace genrebench::compare
