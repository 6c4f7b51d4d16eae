#include "reports/support/calibration_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "harness/records/facts.hpp"

namespace genrebench {
namespace {

constexpr int kCoverages = 20;
constexpr double kWorstBrier = 2.0;  // all on one wrong class

Bounds bounds_of(CalibrationScore score) {
  switch (score) {
    case CalibrationScore::log_loss:
      return {.low = 0.0};
    case CalibrationScore::brier:
    case CalibrationScore::reliability:
      return {.low = 0.0, .high = kWorstBrier};
    case CalibrationScore::resolution:
      return {.low = -kWorstBrier, .high = kWorstBrier};
    case CalibrationScore::overconfidence:
    case CalibrationScore::debiased_calibration_error:
    case CalibrationScore::debiased_square_error:
      return kDifference;
    default:
      return kProportion;
  }
}

/// Calibration errors are not: their resamples are too high (experiments/statistics/forecasts.cpp).
bool is_resampled(CalibrationScore score) {
  switch (score) {
    case CalibrationScore::log_loss:
    case CalibrationScore::brier:
    case CalibrationScore::overconfidence:
    case CalibrationScore::risk_area:
    case CalibrationScore::excess_risk_area:
      return true;
    default:
      return false;
  }
}

/// Tracks of each run by their bin.
using Selected = std::vector<std::vector<std::size_t>>;

}  // namespace

const std::vector<std::string>& calibration_score_ids() {
  static const std::vector<std::string> ids = {"log_loss",
                                               "brier_score",
                                               "brier_reliability",
                                               "brier_resolution",
                                               "brier_uncertainty",
                                               "overconfidence",
                                               "ece",
                                               "ece_debiased",
                                               "square_error_debiased",
                                               "ece_equal_width",
                                               "risk_coverage_area",
                                               "risk_coverage_excess"};
  return ids;
}

CalibrationLine::CalibrationLine(ForecastSet forecasts, RunGroup group, int n_bins, double level)
    : group_(std::move(group)), n_bins_(n_bins), level_(level), forecasts_(std::move(forecasts)) {
  for (const RunForecasts& run : forecasts_.runs()) {
    Binned& binned =
        binned_.emplace_back(Binned{.limits = equal_mass_bins(confidences(run.forecasts), n_bins),
                                    .of_classes = class_bins(run.forecasts, n_bins),
                                    .curve = RiskCurve(run.forecasts),
                                    .bins = {},
                                    .parts = {}});
    binned.bins = calibration_bins(run.forecasts, binned.limits);
    binned.parts = brier_parts(run.forecasts, binned.of_classes);
  }
  for (std::size_t s = 0; s < calibration_score_ids().size(); ++s) {
    const auto score = static_cast<CalibrationScore>(s);
    std::vector<double>& values = values_.emplace_back();
    for (std::size_t run = 0; run < binned_.size(); ++run)
      values.push_back(weighted(score, run, {}));
    measured_.push_back(forecasts_.measure(
        [&](std::size_t run, Weights weights) {
          return weights.empty() ? values[run] : weighted(score, run, weights);
        },
        bounds_of(score), level, is_resampled(score)));
  }
  reliability_ = measure_reliability();
  risks_ = measure_risks();
}

double CalibrationLine::weighted(CalibrationScore score, std::size_t run, Weights weights) const {
  const Forecasts& forecasts = forecasts_.runs()[run].forecasts;
  const Binned& binned = binned_[run];
  const auto bins = [&] {
    return weights.empty() ? binned.bins : calibration_bins(forecasts, binned.limits, weights);
  };
  const auto parts = [&] {
    return weights.empty() ? binned.parts : brier_parts(forecasts, binned.of_classes, weights);
  };
  switch (score) {
    case CalibrationScore::log_loss:
      return log_loss(forecasts, weights);
    case CalibrationScore::brier:
      return brier_score(forecasts, weights);
    case CalibrationScore::reliability:
      return parts().reliability;
    case CalibrationScore::resolution:
      return parts().resolution;
    case CalibrationScore::uncertainty:
      return parts().uncertainty;
    case CalibrationScore::overconfidence:
      return overconfidence(forecasts, weights);
    case CalibrationScore::calibration_error:
      return calibration_error(bins());
    case CalibrationScore::debiased_calibration_error:
      return debiased_calibration_error(bins());
    case CalibrationScore::debiased_square_error:
      return debiased_square_error(bins());
    case CalibrationScore::equal_width_error:
      return calibration_error(calibration_bins(forecasts, equal_width_bins(kWidthBins), weights));
    case CalibrationScore::risk_area:
      return binned.curve.area(weights);
    case CalibrationScore::excess_risk_area:
      return binned.curve.excess_area(weights);
  }
  return kNotANumber;
}

std::vector<ReliabilityPoint> CalibrationLine::measure_reliability() const {
  const std::vector<RunForecasts>& runs = forecasts_.runs();
  std::vector<double> all;
  for (const RunForecasts& run : runs) {
    const std::vector<double> own = confidences(run.forecasts);
    all.insert(all.end(), own.begin(), own.end());
  }
  if (all.empty()) return {};
  const BinLimits limits = equal_mass_bins(all, n_bins_);
  std::vector<Selected> selected(limits.size() + 1, Selected(runs.size()));
  for (std::size_t r = 0; r < runs.size(); ++r)
    for (std::size_t t = 0; t < runs[r].forecasts.size(); ++t)
      selected[bin_of(runs[r].forecasts.confidence(t), limits)][r].push_back(t);
  std::vector<ReliabilityPoint> points;
  for (std::size_t b = 0; b <= limits.size(); ++b) {
    ReliabilityPoint& point = points.emplace_back();
    if (b > 0) point.from = limits[b - 1];
    if (b < limits.size()) point.to = limits[b];
    std::vector<RunValue> means;
    for (std::size_t r = 0; r < runs.size(); ++r) {
      if (selected[b][r].empty()) continue;
      double sum = 0.0;
      for (const std::size_t t : selected[b][r]) sum += runs[r].forecasts.confidence(t);
      means.push_back({runs[r].run, sum / static_cast<double>(selected[b][r].size())});
      point.n_tracks += selected[b][r].size();
      point.runs.push_back(runs[r].run);
    }
    point.confidence = measure_values(means, "test", kProportion, level_).mean;
    point.share_right = forecasts_.share_right(selected[b], level_);
  }
  return points;
}

std::vector<RiskPoint> CalibrationLine::measure_risks() const {
  std::vector<RiskPoint> points;
  for (int i = 1; i <= kCoverages; ++i) {
    RiskPoint& point = points.emplace_back();
    point.coverage = static_cast<double>(i) / kCoverages;
    Selected selected;
    for (const Binned& run : binned_) selected.push_back(run.curve.accepted(point.coverage));
    point.risk = forecasts_.share_right(selected, level_);
    point.risk.mean = 1.0 - point.risk.mean;
    if (const std::optional<Interval> right = point.risk.interval)
      point.risk.interval = {.low = 1.0 - right->high, .high = 1.0 - right->low};
  }
  return points;
}

std::string temperatures_text(const Runs& runs) {
  std::vector<double> all;
  for (const RunRecord* run : runs) {
    const std::string text = facts::kTemperature.of(*run);
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && !text.empty() && end == text.data() + text.size())
      all.push_back(value);
  }
  if (all.empty()) return {};
  const auto [least, most] = std::minmax_element(all.begin(), all.end());
  const std::string low = fmt::format("{:.2f}", *least), high = fmt::format("{:.2f}", *most);
  return low == high ? low : fmt::format("{} to {}", low, high);
}

}  // namespace genrebench
