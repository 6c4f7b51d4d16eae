// Learning curves: loss, accuracy and learning rate against the epoch, one figure per configuration
// and metric.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "harness/plugin/registry.hpp"
#include "reports/support/curves.hpp"
#include "reports/support/remarks.hpp"

namespace genrebench {
namespace {

const std::vector<std::string> kCurveMetrics = {"loss", "accuracy", "learning_rate"};

bool is_constant(const std::vector<RunCurves>& runs, const std::string& metric) {
  return std::all_of(runs.begin(), runs.end(), [&](const RunCurves& run) {
    const Steps& curve = run.of("train", metric);
    return std::all_of(curve.begin(), curve.end(),
                       [&](const auto& point) { return point.second == curve.begin()->second; });
  });
}

bool has_metric(const RunCurves& run) {
  return std::any_of(kCurveMetrics.begin(), kCurveMetrics.end(), [&](const std::string& metric) {
    return !run.of("train", metric).empty() || !run.of("valid", metric).empty();
  });
}

/// "svm (3 runs), knn (1 run)": what has no curves.
std::string without_curves(const std::vector<RunGroup>& groups) {
  std::map<std::string, std::size_t> counts;
  for (const RunGroup& group : groups) counts[group.title] += group.runs.size();
  std::string result;
  for (const auto& [title, n] : counts)
    result +=
        fmt::format("{}{} ({} {})", result.empty() ? "" : ", ", title, n, n == 1 ? "run" : "runs");
  return result;
}

class LearningCurves final : public Report {
 public:
  explicit LearningCurves(const LevelOptions& options) : level_(options.level) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    std::vector<RunGroup> shown_groups, other_groups;
    std::vector<std::vector<RunCurves>> curves;
    std::vector<RunGroup> groups = group_runs(scope.runs);
    name_groups(groups);
    for (RunGroup& group : groups) {
      std::vector<RunCurves> of_group = load_curves(store, group.runs);
      std::erase_if(of_group, [](const RunCurves& run) { return !has_metric(run); });
      if (!of_group.empty()) curves.push_back(of_group);
      (of_group.empty() ? other_groups : shown_groups).push_back(std::move(group));
    }
    if (shown_groups.empty())
      throw ConfigError(
          "learning_curves: no run in scope has one; expected runs that are done, of a method that "
          "reports its loss or accuracy by epoch; found " +
          without_curves(other_groups));

    std::vector<CurveSet> sets;
    for (std::size_t i = 0; i < shown_groups.size(); ++i) {
      CurveSet& set = sets.emplace_back();
      set.guessing = guessing_of_curves(scores, shown_groups[i].runs);
      set.group = std::move(shown_groups[i]);
      set.runs = std::move(curves[i]);
    }
    Document document{
        .name = "learning_curves", .title = "Learning curves", .body = {}, .data = {}};
    document.body.emplace_back(shown_table(scores, sets));
    CurveData data = make_curve_data("learning_curves");
    std::set<std::string> ids;
    for (const CurveSet& set : sets) {
      add_figures(set, unique_slug(set.group.title, ids), document);
      add_curve_data(store, set, kCurveMetrics, level_, data);
    }
    if (!other_groups.empty())
      document.body.emplace_back(
          Paragraph{"Without curves: " + without_curves(other_groups) + "."});
    document.data =
        data_tables(std::move(data.runs), std::move(data.values), std::move(data.points));
    return document;
  }

 private:
  void add_figures(const CurveSet& set, const std::string& id, Document& document) const {
    for (const std::string& metric : kCurveMetrics) {
      if (metric == "learning_rate" && is_constant(set.runs, metric)) continue;
      std::string title = metric == "learning_rate" ? "Learning rate"
                          : metric == "loss"        ? "Loss"
                                                    : "Accuracy";
      if (std::optional<Figure> figure =
              curve_figure({set}, metric, level_, "learning_curves-" + id + "-" + metric,
                           title + " of " + set.group.title))
        document.body.emplace_back(std::move(*figure));
    }
  }

  Table shown_table(const Scores& scores, const std::vector<CurveSet>& sets) const {
    Table result{.id = "learning_curves", .title = "Where the curves end", .rows = {}, .notes = {}};
    result.columns = {"configuration", "runs",        "epochs",      "kept epoch",    "train: kept",
                      "valid: kept",   "train: last", "valid: last", "time an epoch", "samples/s"};
    Remarks remarks{.legend = IntervalLegend(level_)};
    for (const CurveSet& set : sets) {
      remarks.protocols.insert(set.group.protocol);
      remarks.runs.insert(remarks.runs.end(), set.group.runs.begin(), set.group.runs.end());
      result.rows.push_back(shown_row(scores, set, remarks));
    }
    add_notes(result.notes, remarks.mark_notes());
    add_note(result.notes, remarks.partial_note());
    add_note(result.notes,
             "Kept: accuracy over tracks, after the vote, with the weights of the kept epoch. "
             "Last: accuracy over excerpts at the last epoch, as the curves have it.");
    add_note(result.notes,
             "Where the kept epoch is the one with the best validation score, that score is "
             "optimistic; the test part had no say.");
    add_notes(result.notes, remarks.legend.notes());
    add_data_notes(scores.store(), remarks.runs, result.notes);
    add_notes(result.notes, warning_notes(remarks.runs));
    add_guessing_rows(
        scores,
        columns_named(result, {{"valid: kept", "valid"}, {"valid: last", "valid"}}, remarks.runs),
        result);
    return result;
  }

  std::vector<Cell> shown_row(const Scores& scores, const CurveSet& set, Remarks& remarks) const {
    const RunGroup& group = set.group;
    const Tally counts = tally(group.runs);
    std::vector<double> kept, last;
    for (const RunCurves& run : set.runs) {
      if (const auto epoch = run.kept_epoch()) kept.push_back(static_cast<double>(*epoch));
      last.push_back(static_cast<double>(run.last_epoch()));
    }
    std::vector<Cell> row = {shown(group.title), shown_tally(counts), shown_number(range(last)),
                             shown_number(range(kept))};
    for (const char* split : {"train", "valid"}) {
      const Measured final = measure(scores, group.runs, split, "accuracy", level_);
      remarks.add(final, counts);
      row.push_back(final.values.empty() ? shown_number("–")
                                         : accuracy_cell(counts, final, group.protocol));
    }
    for (const char* split : {"train", "valid"})
      row.push_back(last_accuracy(set, split, remarks.legend));
    append(row, {shown_number(duration(set.runs)), shown_number(speed(set.runs))});
    return row;
  }

  Cell last_accuracy(const CurveSet& set, const char* split, IntervalLegend& legend) const {
    std::vector<RunValue> values;
    for (const RunCurves& run : set.runs)
      if (const auto value = run.last(split, "accuracy")) values.push_back({run.run, *value});
    const Measured measured = measure_values(values, split, kProportion, level_);
    legend.add(measured);
    if (measured.values.empty()) return shown_number("–");
    return accuracy_cell(tally(set.group.runs), measured, set.group.protocol);
  }

  /// "12", "12 to 30", or a dash.
  static std::string range(const std::vector<double>& values) {
    if (values.empty()) return "–";
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    return *least == *most ? fmt::format("{:g}", *least)
                           : fmt::format("{:g} to {:g}", *least, *most);
  }

  static std::vector<double> all_values(const std::vector<RunCurves>& runs,
                                        const std::string& metric) {
    std::vector<double> values;
    for (const RunCurves& run : runs)
      for (const auto& [epoch, value] : run.of("train", metric)) values.push_back(value);
    return values;
  }

  static std::string duration(const std::vector<RunCurves>& runs) {
    const std::vector<double> seconds = all_values(runs, "seconds");
    return seconds.empty() ? "–" : format_duration(mean(seconds));
  }

  static std::string speed(const std::vector<RunCurves>& runs) {
    const std::vector<double> speeds = all_values(runs, "samples_per_second");
    return speeds.empty() ? "–" : fmt::format("{:.3g}", mean(speeds));
  }

  double level_;
};

}  // namespace

void register_learning_curves(Registry& registry) {
  registry.reports.add({{.name = "learning_curves",
                         .summary = "Loss, accuracy and learning rate by epoch, training and "
                                    "validation, with bands over seeds.",
                         .source = "the paper, section 6, Figures 8 to 13",
                         .options = level_option_table().schema()},
                        [](const OptionValues& values) {
                          return std::make_unique<LearningCurves>(
                              level_option_table().parse(values));
                        }});
}

}  // namespace genrebench
