#pragma once
// What the runs of one configuration gave: how many are done, and a metric's mean over them with
// its interval.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/plugin/options.hpp"
#include "reports/support/intervals.hpp"
#include "reports/support/runs.hpp"
#include "reports/support/scores.hpp"

namespace genrebench {

/// The options of reports that have no other.
struct LevelOptions {
  double level = 0.95;  ///< confidence of the intervals
};

const OptionTable<LevelOptions>& level_option_table();

/// Number of runs by status.
struct Tally {
  std::size_t planned = 0;  ///< all of them
  std::size_t done = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  std::size_t pruned = 0;  ///< stopped early because they were worse, so the mean of the others is
                           ///< too high

  bool complete() const { return done == planned; }
};

Tally tally(const Runs& runs);

/// Final values of one metric over the runs that are done, with mean and interval over their
/// divisions or test tracks.
struct Measured : Estimate {
  std::vector<double> values = {};  ///< one per run, in the order of the runs; fewer than the done
                                    ///< runs where some lack the metric
  std::size_t n_tracks = 0;         ///< of scores of segmentations: how many were scored; else 0
};

/// True if some of the runs have the value and others do not, so that a number is marked with " *".
bool is_partial(const Measured& measured, const Tally& runs);

/// The final value of a metric of one run; nothing where it is not done.
std::optional<double> final_metric(const StoreReader& store, const RunRecord& run,
                                   const std::string& split, const std::string& metric);

/// The final values of a metric of runs of one configuration, with the interval of their mean: over
/// divisions, or, where there is one only, over test tracks ("accuracy" and "macro_f1" of "valid"
/// and "test").
Measured measure(const Scores& scores, const Runs& runs, const std::string& split,
                 const std::string& metric, double level);

/// The mean of values of runs with its interval over their divisions; no interval for one division.
/// @param part    as in test_ratio()
/// @param bounds  what the values cannot leave
Measured measure_values(const std::vector<RunValue>& values, const std::string& part, Bounds bounds,
                        double level);

/// Scores of a segmentation (split "structure"), or of annotators against each other
/// ("annotators"). The tracks are the sample: each track's mean over the runs, the mean of these,
/// and an interval over the tracks, or over the sources that they are cut from (fact
/// "structure.sources"). Runs that kept no score per track have a mean without an interval.
Measured measure_structure(const Scores& scores, const Runs& runs, const std::string& metric,
                           double level, const std::string& split = "structure");

}  // namespace genrebench
