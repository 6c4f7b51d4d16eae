#pragma once
// How far the probabilities of one configuration can be believed: what the report `calibration`
// shows of it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/support/forecasts.hpp"

namespace genrebench {

enum class CalibrationScore {
  log_loss,
  brier,
  reliability,
  resolution,
  uncertainty,
  overconfidence,
  calibration_error,
  debiased_calibration_error,
  debiased_square_error,
  equal_width_error,
  risk_area,
  excess_risk_area
};

/// Their names in data tables, in the order of the enumeration: "log_loss", "brier_score", …
const std::vector<std::string>& calibration_score_ids();

/// Number of bins of equal width of `equal_width_error`, as papers have it.
inline constexpr int kWidthBins = 15;

/// One bin of a reliability diagram. Bins are the same for all runs of the configuration.
struct ReliabilityPoint {
  std::optional<double> from = {}, to = {};  ///< confidences; nothing: without a limit
  double confidence = 0.0;                   ///< mean over the runs with tracks there
  Estimate share_right = {};
  std::size_t n_tracks = 0;  ///< of all runs
  Runs runs = {};            ///< those with tracks there
};

/// The share of wrong answers where a share of the tracks is answered.
struct RiskPoint {
  double coverage = 0.0;
  Estimate risk = {};
};

class CalibrationLine {
 public:
  /// Measures everything, without reading the store again.
  /// @param forecasts  of the group's runs
  /// @param n_bins     of equal mass, for everything but `equal_width_error`
  /// @param level      of the intervals
  CalibrationLine(ForecastSet forecasts, RunGroup group, int n_bins, double level);

  const RunGroup& group() const { return group_; }
  RunGroup& group() { return group_; }
  const ForecastSet& forecasts() const { return forecasts_; }

  /// A score of one run, by its place in forecasts().runs().
  double value(CalibrationScore score, std::size_t run) const {
    return values_[static_cast<std::size_t>(score)][run];
  }

  /// The mean over divisions, with its interval. Calibration errors, parts of the Brier score and
  /// scores that are only for data tables have one over divisions alone.
  const Measured& measured(CalibrationScore score) const {
    return measured_[static_cast<std::size_t>(score)];
  }

  const std::vector<ReliabilityPoint>& reliability() const { return reliability_; }

  /// At coverages of 5 %, 10 %, …, 100 %. The most confident tracks of each run are those of its
  /// own test part.
  const std::vector<RiskPoint>& risks() const { return risks_; }

 private:
  /// What the scores of one run need.
  struct Binned {
    BinLimits limits;
    std::vector<BinLimits> of_classes;
    RiskCurve curve;
    // Without weights:
    std::vector<CalibrationBin> bins;
    BrierParts parts;
  };

  double weighted(CalibrationScore score, std::size_t run, Weights weights) const;
  std::vector<ReliabilityPoint> measure_reliability() const;
  std::vector<RiskPoint> measure_risks() const;

  RunGroup group_;
  int n_bins_;
  double level_;
  ForecastSet forecasts_;
  std::vector<Binned> binned_;               ///< of each run
  std::vector<std::vector<double>> values_;  ///< of each score, for each run
  std::vector<Measured> measured_;           ///< of each score
  std::vector<ReliabilityPoint> reliability_;
  std::vector<RiskPoint> risks_;
};

/// The temperatures that the runs recorded: "1.83", "1.62 to 2.04"; empty where there is none.
std::string temperatures_text(const Runs& runs);

}  // namespace genrebench
