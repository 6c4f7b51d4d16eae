#include "reports/support/curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "harness/records/facts.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/chart_points.hpp"
#include "reports/support/notes.hpp"

namespace genrebench {
namespace {

/// A part of the data: its name in stored curves, and in figures.
struct CurvePart {
  const char* split;
  const char* title;
};
constexpr std::array<CurvePart, 2> kParts = {{{"train", "train"}, {"valid", "validation"}}};

/// The colour of the points at kept epochs; training and validation have the first two colours.
constexpr int kKeptColour = 6;

double unit_of(const std::string& metric) { return metric == "accuracy" ? 100.0 : 1.0; }

std::string axis_title(const std::string& metric) {
  if (metric == "accuracy") return "accuracy (%)";
  std::string title = metric;
  std::replace(title.begin(), title.end(), '_', ' ');
  return title;
}

/// Ends where fewer than half of the runs go on: a mean over the few others would be of other runs
/// than the points before it.
LineChart::Series to_series(const MeanCurve& curve, double unit) {
  LineChart::Series series;
  std::size_t n_runs = 0;
  for (const auto& [epoch, measured] : curve) n_runs = std::max(n_runs, measured.values.size());
  bool band = false;
  for (const auto& [epoch, measured] : curve) {
    if (2 * measured.values.size() < n_runs) break;
    add_point(series, static_cast<double>(epoch), measured, unit);
    band = band || measured.interval;
  }
  if (!band) series.low = series.high = {};
  series.markers = series.x.size() < 3;
  return series;
}

/// Each run's value at its kept epoch.
LineChart::Series kept_points(const std::vector<RunCurves>& runs, const std::string& metric,
                              double unit) {
  LineChart::Series series{.line = false};
  for (const RunCurves& run : runs) {
    const std::optional<std::int64_t> kept = run.kept_epoch();
    if (!kept) continue;
    const Steps& valid = run.of("valid", metric);
    const Steps& curve = valid.empty() ? run.of("train", metric) : valid;
    const auto value = curve.find(*kept);
    if (value == curve.end()) continue;
    series.x.push_back(static_cast<double>(*kept));
    series.y.push_back(unit * value->second);
  }
  return series;
}

/// "RNN, train", or "train" where there is but one set.
std::string series_name(const std::string& label, const std::string& what) {
  return label.empty() ? what : label + ", " + what;
}

/// Says that runs end at different epochs, and over which runs later means are.
std::string ending_note(const CurveSet& set, const std::string& whose) {
  std::set<std::int64_t> ends;
  for (const RunCurves& run : set.runs) ends.insert(run.last_epoch());
  if (ends.size() < 2) return {};
  return fmt::format(
      "The runs{} end between {} {} and {}. Means are over those that came so far, and end where "
      "less than half of them go on.",
      whose, step_name(set.runs), *ends.begin(), *ends.rbegin());
}

std::vector<std::string> figure_notes(const std::vector<CurveSet>& sets, double level, bool bands,
                                      bool kept) {
  std::vector<std::string> notes;
  std::set<Protocol> protocols;
  for (const CurveSet& set : sets) {
    const std::string whose = set.label.empty() ? "" : " (" + set.label + ")";
    const std::size_t n = set.runs.size(), planned = set.group.runs.size();
    notes.push_back((n == 1 ? "The curve of one run" : fmt::format("Means over {} runs", n)) +
                    (n < planned ? fmt::format(" of {} planned", planned) : "") + whose + ".");
    add_note(notes, ending_note(set, whose));
    protocols.insert(set.group.protocol);
  }
  if (bands)
    notes.push_back(
        fmt::format("Bands are {:g} % intervals of the mean over divisions of the tracks, "
                    "corrected for training parts that overlap (Nadeau and Bengio 2003).",
                    100.0 * level));
  if (kept) notes.emplace_back("Points: the epoch of each run whose weights were kept.");
  for (const Protocol& protocol : protocols) add_note(notes, mark_note(protocol));
  return notes;
}

}  // namespace

const Steps& RunCurves::of(const std::string& split, const std::string& metric) const {
  static const Steps none;
  const auto found = curves.find({split, metric});
  return found == curves.end() ? none : found->second;
}

std::optional<double> RunCurves::last(const std::string& split, const std::string& metric) const {
  const Steps& curve = of(split, metric);
  return curve.empty() ? std::nullopt : std::optional(curve.rbegin()->second);
}

std::int64_t RunCurves::last_epoch() const {
  std::int64_t last = 0;
  for (const auto& [key, curve] : curves) last = std::max(last, curve.rbegin()->first);
  return last;
}

std::optional<std::int64_t> RunCurves::kept_epoch() const { return facts::kBestEpoch.find(*run); }

std::vector<RunCurves> load_curves(const StoreReader& store, const Runs& runs) {
  std::vector<RunCurves> result;
  for (const RunRecord* run : runs) {
    if (run->status != RunStatus::done) continue;
    RunCurves curves{.run = run};
    for (const MetricRecord& metric : store.metrics(run->id))
      if (metric.step >= 0 && (metric.split == "train" || metric.split == "valid"))
        curves.curves[{metric.split, metric.name}][metric.step] = metric.value;
    if (!curves.curves.empty()) result.push_back(std::move(curves));
  }
  return result;
}

MeanCurve mean_curve(const std::vector<RunCurves>& runs, const std::string& split,
                     const std::string& metric, double level) {
  std::map<std::int64_t, std::vector<RunValue>> values;
  for (const RunCurves& run : runs)
    for (const auto& [epoch, value] : run.of(split, metric))
      values[epoch].push_back({run.run, value});
  const Bounds bounds = metric == "accuracy" ? kProportion : kUnbounded;
  MeanCurve result;
  for (const auto& [epoch, of_epoch] : values)
    result.emplace(epoch, measure_values(of_epoch, split, bounds, level));
  return result;
}

std::string step_name(const std::vector<RunCurves>& runs) {
  const bool iterations = std::any_of(runs.begin(), runs.end(), [](const RunCurves& curves) {
    return facts::kIterations.recorded(*curves.run);
  });
  return iterations ? "iteration" : "epoch";
}

std::optional<Figure> curve_figure(const std::vector<CurveSet>& sets, const std::string& metric,
                                   double level, std::string id, std::string title) {
  const double unit = unit_of(metric);
  LineChart chart{
      .x_label = step_name(sets.front().runs), .y_label = axis_title(metric), .band = true};
  std::vector<LineChart::Series> kept;
  bool bands = false;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    const std::string label = sets.size() > 1 ? sets[s].label : "";
    for (std::size_t p = 0; p < kParts.size(); ++p) {
      LineChart::Series series =
          to_series(mean_curve(sets[s].runs, kParts[p].split, metric, level), unit);
      if (series.x.empty()) continue;
      series.name = series_name(label, kParts[p].title);
      series.colour = static_cast<int>(sets.size() > 1 ? s : p);
      series.dashed = sets.size() > 1 && p == 0;
      bands = bands || !series.low.empty();
      chart.series.push_back(std::move(series));
    }
    if (metric == "learning_rate") continue;
    LineChart::Series points = kept_points(sets[s].runs, metric, unit);
    if (points.x.empty()) continue;
    if (sets.size() == 1) points.name = points.x.size() == 1 ? "kept epoch" : "kept epochs";
    points.colour = sets.size() > 1 ? static_cast<int>(s) : kKeptColour;
    kept.push_back(std::move(points));
  }
  if (chart.series.empty()) return std::nullopt;
  if (metric == "accuracy") add_guessing_lines(sets.front().guessing, chart);
  std::vector<std::string> notes = figure_notes(sets, level, bands, !kept.empty());
  if (chart.series.size() == 1)
    notes.insert(notes.begin(), "Line: " + chart.series.front().name + ".");
  std::move(kept.begin(), kept.end(), std::back_inserter(chart.series));
  Drawing drawing = draw(chart, {.id = id});
  return to_figure(std::move(id), std::move(title), std::move(drawing), std::move(notes));
}

CurveData make_curve_data(const std::string& prefix) {
  CurveData data{
      .runs = {.id = prefix + "_runs",
               .title = "Every run with curves",
               .columns = {"configuration", "protocol", "leaky", "seed", "fold", "kept_epoch",
                           "epochs", "train_accuracy", "valid_accuracy", "test_accuracy", "run_id"},
               .notes = {"Accuracies are fractions of the tracks, with the kept weights."}},
      .values = {.id = prefix + "_values",
                 .title = "Every value of every run",
                 .columns = {"configuration", "run_id", "split", "metric", "epoch", "value"},
                 .notes = {"As the method reported them while it was fitted; accuracies are "
                           "fractions of the excerpts."}},
      .points = {.id = prefix + "_points",
                 .title = "Every point of the figures",
                 .columns = column_names({"configuration", "split", "metric", "epoch"},
                                         kMeasuredColumns, {"n_runs"})}};
  data.points.notes = {
      "ci_method made the interval of the mean over the ci_n divisions of the runs that " +
      data.values.id + " lists for the same configuration, split, metric and epoch."};
  return data;
}

void add_curve_data(const StoreReader& store, const CurveSet& set,
                    const std::vector<std::string>& metrics, double level, CurveData& data) {
  const Cell configuration = text_cell(set.group.title);
  for (const RunCurves& curves : set.runs) {
    const RunRecord& run = *curves.run;
    const std::optional<std::int64_t> kept = curves.kept_epoch();
    data.runs.rows.push_back(
        {configuration, text_cell(to_string(set.group.protocol)),
         flag_cell(set.group.protocol.is_leaky()), count_cell(run.seed),
         text_cell(run.parameter("split.fold")),
         kept ? shown_number(fmt::format("{}", *kept)) : number_cell(std::nullopt),
         shown_number(fmt::format("{}", curves.last_epoch())),
         number_cell(final_metric(store, run, "train", "accuracy")),
         number_cell(final_metric(store, run, "valid", "accuracy")),
         number_cell(final_metric(store, run, "test", "accuracy")), text_cell(run.id)});
  }
  for (const std::string& metric : metrics)
    for (const CurvePart& part : kParts) {
      const std::vector<Cell> place = {text_cell(part.split), text_cell(metric)};
      for (const RunCurves& curves : set.runs)
        for (const auto& [epoch, value] : curves.of(part.split, metric)) {
          std::vector<Cell> row = {configuration, text_cell(curves.run->id)};
          append(row, place);
          append(row, {shown_number(fmt::format("{}", epoch)), number_cell(value)});
          data.values.rows.push_back(std::move(row));
        }
      for (const auto& [epoch, measured] : mean_curve(set.runs, part.split, metric, level)) {
        std::vector<Cell> row = {configuration};
        append(row, place);
        row.push_back(shown_number(fmt::format("{}", epoch)));
        append(row, measured_cells(measured, level));
        row.push_back(count_cell(measured.values.size()));
        data.points.rows.push_back(std::move(row));
      }
    }
}

}  // namespace genrebench
