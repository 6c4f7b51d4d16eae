#pragma once
// Scores of runs with their intervals, from a run store. What a run answered is read once, when an
// interval asks for it.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reports/support/intervals.hpp"
#include "reports/support/runs.hpp"

namespace genrebench {

/// Final values of one metric over the runs that are done, with mean and interval over their
/// divisions or test tracks.
struct Measured : Estimate {
  std::vector<double> values = {};  ///< one per run, in the order of the runs; fewer than the done
                                    ///< runs where some lack the metric
  std::size_t n_tracks = 0;         ///< of scores of segmentations: how many were scored; else 0
};

/// A value of one run.
struct RunValue {
  const RunRecord* run = nullptr;
  double value = 0.0;
};

/// Names the division of the tracks that a run used: the fact "split.division"; where the run has
/// none, the options of its split with the seed that drew it and the fold.
std::string division_of(const RunRecord& run);

/// The whole number that a fact of a run says; nothing where it says none.
std::optional<std::size_t> count_of(const std::string& text);

/// A count over several runs, as notes write it: "5", or "5 to 9" where the two differ.
std::string range_text(std::size_t least, std::size_t most);

/// Scored tracks per training track, by the facts of the run: of the part "valid" its validation
/// tracks, else its test tracks. NaN where the facts do not say.
double test_ratio(const RunRecord& run, const std::string& part);

/// What the clusters of the runs' test tracks are: "artists"; by the fact "split.clusters".
std::string cluster_units(const Runs& runs);

class Scores {
 public:
  explicit Scores(const StoreReader& store);
  ~Scores();

  const StoreReader& store() const;

  /// What a run answered in the part "valid" or "test"; empty where it is not done or nothing is
  /// stored.
  const Answers& answers(const RunRecord& run, const std::string& part) const;

  /// A score of a run with what its interval needs.
  /// @param keep  which answers count, by their true genre; empty: all
  ScoredRun scored(const RunRecord& run, double score, const std::string& part,
                   std::function<bool(int)> keep = {}) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The final value of a metric of one run; nothing where it is not done.
std::optional<double> final_metric(const StoreReader& store, const RunRecord& run,
                                   const std::string& split, const std::string& metric);

/// The final values of a metric of runs of one configuration, with the interval of their mean: over
/// divisions, or, where there is one only, over test tracks ("accuracy" and "macro_f1" of "valid"
/// and "test").
Measured measure(const Scores& scores, const Runs& runs, const std::string& split,
                 const std::string& metric, double level);

/// The mean of values of runs with its interval over their divisions; none for one division.
/// @param part    as in test_ratio()
/// @param bounds  what the values cannot leave
Measured measure_values(const std::vector<RunValue>& values, const std::string& part, Bounds bounds,
                        double level);

/// Scores of a segmentation (split "structure"), whose sample are the tracks: each track's mean
/// over the runs, their mean, and an interval over the tracks, or over the sources that they are
/// cut from (fact "structure.sources"). Runs that kept no score per track have a mean without
/// interval.
Measured measure_structure(const Scores& scores, const Runs& runs, const std::string& metric,
                           double level);

}  // namespace genrebench
