#pragma once
// Whether two methods differ: the decision of the report `compare`.

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "reports/statistics/mcnemar.hpp"
#include "reports/support/intervals.hpp"

namespace genrebench::compare {

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
/// @param first  runs of one method with their answers; scores are computed anew
Pair compare_pair(std::span<const ScoredRun> first, std::span<const ScoredRun> second,
                  const PairOptions& options);

}  // namespace genrebench::compare
