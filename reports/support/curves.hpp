#pragma once
// Learning curves of runs: what methods report while they fit, by epoch, and means over runs.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/plugin/document.hpp"
#include "reports/charts/charts.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/measured.hpp"
#include "reports/support/runs.hpp"

namespace genrebench {

/// Value by epoch (or iteration), as the method counts them.
using Steps = std::map<std::int64_t, double>;

/// The curves of one run.
struct RunCurves {
  const RunRecord* run = nullptr;
  std::map<std::pair<std::string, std::string>, Steps> curves = {};  ///< by split and metric;
                                                                     ///< "train" and "valid" alone

  /// The curve, or an empty one.
  const Steps& of(const std::string& split, const std::string& metric) const;
  /// The last value of a curve.
  std::optional<double> last(const std::string& split, const std::string& metric) const;
  std::int64_t last_epoch() const;
  /// The epoch whose weights were kept: the fact "fit.best_epoch".
  std::optional<std::int64_t> kept_epoch() const;
};

/// Of the runs that are done, those with any curve, in their order.
std::vector<RunCurves> load_curves(const StoreReader& store, const Runs& runs);

/// A curve of means: at each epoch over the runs that reached it.
using MeanCurve = std::map<std::int64_t, Measured>;

MeanCurve mean_curve(const std::vector<RunCurves>& runs, const std::string& split,
                     const std::string& metric, double level);

/// Runs whose curves are averaged.
struct CurveSet {
  std::string label = {};  ///< before "train" and "validation" in the legend; empty where there is
                           ///< but one set
  RunGroup group = {};
  std::vector<RunCurves> runs = {};
  std::optional<Guessing> guessing = {};  ///< lines in figures of the accuracy; empty: none
};

/// A figure of one metric against the epoch: for each set the training and the validation curve,
/// with bands where there are several runs, and, but for the learning rate, a point for each run at
/// its kept epoch (on its validation curve; without one, on its training curve). Several sets have
/// a colour each, and dashed training curves. Means end where less than half of the runs go on.
/// @param metric  "loss", "accuracy" (shown in percent), "learning_rate", …
/// @return        nothing where no run has the metric
std::optional<Figure> curve_figure(const std::vector<CurveSet>& sets, const std::string& metric,
                                   double level, std::string id, std::string title);

/// "epoch", or "iteration" where the runs count those.
std::string step_name(const std::vector<RunCurves>& runs);

/// The data behind figures of curves.
struct CurveData {
  Table runs;    ///< configuration, protocol, leaky, seed, fold, kept_epoch, epochs, final
                 ///< accuracies, run_id
  Table values;  ///< configuration, run_id, split, metric, epoch, value
  Table points;  ///< configuration, split, metric, epoch, mean and interval, n_runs: over the runs
                 ///< that `values` lists for it
};

/// @param prefix  of the tables' ids: "learning_curves"
CurveData make_curve_data(const std::string& prefix);

void add_curve_data(const StoreReader& store, const CurveSet& set,
                    const std::vector<std::string>& metrics, double level, CurveData& data);

}  // namespace genrebench
