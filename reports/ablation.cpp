// Ablations: scores against the value that an experiment sweeps, with intervals over seeds. There
// is one figure per metric, and one line for each combination of what else varies.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "harness/plugin/registry.hpp"
#include "reports/charts/charts.hpp"
#include "reports/support/ablation_lines.hpp"
#include "reports/support/chart_points.hpp"
#include "reports/support/comparison.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/remarks.hpp"

namespace genrebench {
namespace {

using ablation::Axis;
using ablation::Line;
using ablation::Point;

struct AblationOptions {
  double level = 0.95;
  std::string key = {};
};

const OptionTable<AblationOptions>& ablation_options() {
  static const OptionTable<AblationOptions> options = [] {
    OptionTable<AblationOptions> t;
    t.number("level", &AblationOptions::level, 0.5, 0.999, "Confidence of the intervals.")
        .text("key", &AblationOptions::key,
              "The parameter on the x axis, such as excerpt.window_s. Empty: of the options that "
              "vary, the one with the most values; where none varies, the plug-in that does.");
    return t;
  }();
  return options;
}

struct Metric {
  std::string_view split;
  std::string_view name;
  std::string_view title;
  bool percent = false;
};

/// Metrics that share lines.
struct AblationFamily {
  std::string_view id;
  std::string_view title;
  bool structure = false;  ///< of the segmentation: independent of split, features and method
  std::vector<Metric> metrics;
};

const std::vector<AblationFamily>& families() {
  static const std::vector<AblationFamily> all = {
      {"accuracy",
       "Test accuracy",
       /*structure=*/false,
       {{"test", "accuracy", "Test accuracy", /*percent=*/true}}},
      {"structure",
       "Segmentation against the known sections",
       /*structure=*/true,
       {{"structure", "adjusted_rand", "Adjusted Rand index"},
        {"structure", "normalised_mutual_information", "Normalised mutual information"},
        {"structure", "pairwise_f", "Pairwise F"},
        {"structure", "boundary_f_0.5", "Boundary F within 0.5 s"},
        {"structure", "boundary_f_3", "Boundary F within 3 s"}}}};
  return all;
}

std::string score_text(const Measured& measured, const Metric& metric) {
  if (measured.values.empty()) return "–";
  return metric.percent ? format_percent(measured) : format_score(measured);
}

/// What the points of an experiment are scored from.
struct Evidence {
  const Scores& scores;
  Comparison comparison;  ///< of the lines, where they are accuracies
};

/// Points whose runs share their divisions test the same tracks, and need no comparison. Other
/// points are compared on the genres that all lines test.
Evidence evidence_of(const Scores& scores, const std::vector<Line>& lines, bool structure) {
  std::vector<Side> sides;
  std::set<std::set<std::string>> divisions;
  for (const Line& line : lines) {
    if (structure) break;
    Side& side = sides.emplace_back(Side{.name = line.title, .runs = {}});
    for (const Point& point : line.points) {
      side.runs.insert(side.runs.end(), point.runs.begin(), point.runs.end());
      std::set<std::string> of_point;
      for (const RunRecord* run : point.runs)
        if (run->status == RunStatus::done) of_point.insert(division_of(*run));
      if (!of_point.empty()) divisions.insert(std::move(of_point));
    }
  }
  if (divisions.size() < 2) sides.clear();
  return {scores, Comparison(scores, std::move(sides))};
}

/// What the figures, the table and the data of one family show.
struct AblationSubject {
  const ExperimentRecord& experiment;
  std::string id;  ///< of the experiment, in ids of figures and tables
  const Axis& axis;
  const AblationFamily& family;
  std::vector<Line> lines;
  Evidence evidence;
};

/// The genres that accuracies are over; empty: all.
std::set<int> scored_genres(const Evidence& evidence) {
  return evidence.comparison.restricted() ? evidence.comparison.genres() : std::set<int>();
}

/// What guessing gives over all lines; nothing for scores of a segmentation.
std::optional<Guessing> guessing_of(const AblationSubject& subject) {
  Runs runs;
  if (!subject.family.structure)
    for (const Line& line : subject.lines)
      for (const Point& point : line.points)
        runs.insert(runs.end(), point.runs.begin(), point.runs.end());
  return mean_guessing(subject.evidence.scores, runs, "test", scored_genres(subject.evidence));
}

/// The data tables.
struct AblationData {
  Table runs{.id = "ablation_runs",
             .title = "Every score of every run",
             .columns = {"experiment", "key", "value", "line", "protocol", "leaky", "split",
                         "metric", "seed", "fold", "score", "run_id"},
             .notes = {"Scores are fractions. Scores of the structure are listed once a seed: "
                       "they do not depend on split, features and method."}};
  Table points{.id = "ablation_points",
               .title = "Every point of the figures",
               .columns = column_names(
                   {"experiment", "key", "value", "line", "protocol", "leaky", "split", "metric"},
                   kMeasuredColumns, {"n_runs", "n_planned", "n_tracks", "run_ids"}),
               .notes = {"Scores are fractions; ci_method made the interval, over ci_n "
                         "divisions, artists, tracks or sources. n_tracks: how many tracks the "
                         "scores of a segmentation are means over."}};
};

class Ablation final : public Report {
 public:
  explicit Ablation(const AblationOptions& options) : options_(options) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    Document document{.name = "ablation", .title = "Ablations", .body = {}, .data = {}};
    if (scope.experiments.size() == 1)
      document.title = "Ablation: " + scope.experiments.front().name;
    AblationData data;
    const Scores scores(store);
    std::set<std::string> slugs;
    std::string left_out;
    std::size_t n_shown = 0;
    for (const ExperimentRecord& experiment : scope.experiments) {
      const std::string id = unique_slug(experiment.name, slugs);
      const std::string reason = add_experiment(scores, experiment, id, document, data);
      if (reason.empty())
        ++n_shown;
      else
        left_out += (left_out.empty() ? "" : "; ") + experiment.name + ": " + reason;
    }
    if (n_shown == 0) throw ConfigError("ablation: nothing to plot; " + left_out);
    if (!left_out.empty())
      document.body.emplace_back(Paragraph{"Without an ablation: " + left_out + "."});
    document.data = data_tables(std::move(data.runs), std::move(data.points));
    return document;
  }

 private:
  /// @return  why there is nothing to show, or an empty text
  std::string add_experiment(const Scores& scores, const ExperimentRecord& experiment,
                             const std::string& id, Document& document, AblationData& data) const {
    const std::vector<RunRecord> runs = scores.store().runs(experiment.name);
    const std::vector<Parameters> all = configurations(runs);
    const std::string key = options_.key.empty() ? ablation::find_key(all) : options_.key;
    if (key.empty()) return "no parameter varies";
    const Axis axis = ablation::make_axis(key, all);
    if (axis.values.size() < 2)
      return fmt::format("{} has {}", key, axis.values.empty() ? "no value" : "one value only");

    const auto without_key =
        std::count_if(all.begin(), all.end(),
                      [&](const Parameters& parameters) { return !parameters.contains(key); });
    bool shown_any = false;
    for (const AblationFamily& family : families()) {
      if (family.structure && ablation::is_beside_structure(key)) continue;
      std::vector<Line> lines = ablation::make_lines(scores.store(), runs, axis, family.structure);
      Evidence evidence = evidence_of(scores, lines, family.structure);
      const AblationSubject subject{.experiment = experiment,
                                    .id = id,
                                    .axis = axis,
                                    .family = family,
                                    .lines = std::move(lines),
                                    .evidence = std::move(evidence)};
      const std::vector<Metric> metrics = add_figures(subject, document);
      if (metrics.empty()) continue;
      shown_any = true;
      Table table = score_table(subject, metrics);
      if (without_key > 0)
        table.notes.push_back(fmt::format("{} of {} runs have no {} and are not shown.",
                                          without_key, runs.size(), key));
      document.body.emplace_back(std::move(table));
      add_data(subject, metrics, data);
    }
    return shown_any ? "" : fmt::format("none of its {} runs has a score yet", runs.size());
  }

  Measured score_of(const Evidence& evidence, const Point& point, const Metric& metric) const {
    if (metric.split == "structure")
      return measure_structure(evidence.scores, point.runs, std::string(metric.name),
                               options_.level);
    if (evidence.comparison.restricted())
      return evidence.comparison.accuracy(point.runs, options_.level);
    return measure(evidence.scores, point.runs, std::string(metric.split), std::string(metric.name),
                   options_.level);
  }

  static std::optional<double> score_of(const Evidence& evidence, const RunRecord& run,
                                        const Metric& metric) {
    if (metric.split == "structure" || !evidence.comparison.restricted())
      return final_metric(evidence.scores.store(), run, std::string(metric.split),
                          std::string(metric.name));
    const std::optional<Comparison::Score> score = evidence.comparison.score(run);
    return score ? std::optional(score->accuracy) : std::nullopt;
  }

  /// Intervals of scores of a segmentation are over all its tracks, not over those of one division.
  Remarks make_remarks(const AblationSubject& subject) const {
    return {.legend = IntervalLegend(options_.level, /*of_scores=*/subject.family.structure)};
  }

  /// Adds a figure for each metric that any run has.
  /// @return  these metrics
  std::vector<Metric> add_figures(const AblationSubject& subject, Document& document) const {
    std::vector<Metric> shown;
    for (const Metric& metric : subject.family.metrics) {
      std::optional<Figure> figure = make_figure(subject, metric);
      if (!figure) continue;
      document.body.emplace_back(std::move(*figure));
      shown.push_back(metric);
    }
    return shown;
  }

  std::optional<Figure> make_figure(const AblationSubject& subject, const Metric& metric) const {
    const Axis& axis = subject.axis;
    LineChart chart{.x_label = axis.key,
                    .y_label = std::string(metric.title) + (metric.percent ? " (%)" : ""),
                    .log_x = axis.logarithmic};
    if (!axis.numeric) chart.categories = axis.values;
    Remarks remarks = make_remarks(subject);
    for (const Line& line : subject.lines) {
      LineChart::Series series{.name = line.title};
      for (const Point& point : line.points) {
        const Measured measured = score_of(subject.evidence, point, metric);
        if (measured.values.empty()) continue;
        remarks.add(measured, tally(point.runs));
        add_point(series, axis.place(point.value), measured, metric.percent ? 100.0 : 1.0);
      }
      if (series.x.empty()) continue;
      remarks.protocols.insert(line.protocol);
      chart.series.push_back(std::move(series));
    }
    if (chart.series.empty()) return std::nullopt;
    if (metric.percent) add_guessing_lines(guessing_of(subject), chart);

    std::vector<std::string> notes = subject.evidence.comparison.notes();
    add_notes(notes, remarks.legend.notes());
    if (chart.series.size() == 1) notes.push_back("Line: " + chart.series.front().name + ".");
    add_notes(notes, remarks.mark_notes());
    if (remarks.partial)
      notes.emplace_back("Not all planned runs are done: points and intervals will change.");
    const std::string id = "ablation-" + subject.id + "-" + std::string(metric.name);
    return to_figure(id,
                     fmt::format("{} of {} by {}", metric.title, subject.experiment.name, axis.key),
                     draw(chart, {.id = id}), std::move(notes));
  }

  Table score_table(const AblationSubject& subject, const std::vector<Metric>& metrics) const {
    const auto& [experiment, id, axis, family, lines, evidence] = subject;
    Table result{.id = "ablation-" + id + "-" + std::string(family.id) + "-table",
                 .title = fmt::format("{} of {} by {}", family.title, experiment.name, axis.key),
                 .columns = {axis.key}};
    if (lines.size() > 1) result.columns.emplace_back("line");
    result.columns.emplace_back(family.structure ? "seeds" : "runs");
    for (const Metric& metric : metrics) result.columns.emplace_back(metric.title);

    Remarks remarks = make_remarks(subject);
    for (const Line& line : lines) {
      for (const Point& point : line.points) {
        std::vector<Cell> row = {axis.numeric ? shown_number(point.value) : shown(point.value)};
        if (lines.size() > 1) row.push_back(shown(line.title, !mark(line.protocol).empty()));
        append(row, point_cells(subject, line, point, metrics, remarks));
        result.rows.push_back(std::move(row));
      }
      if (!line.points.empty()) remarks.protocols.insert(line.protocol);
    }

    add_notes(result.notes, evidence.comparison.notes());
    add_notes(result.notes, remarks.mark_notes());
    add_note(result.notes, remarks.partial_note());
    if (family.structure)
      add_note(result.notes,
               "Scores are means over tracks, each track's score the mean over the seeds. They do "
               "not depend on split, features and method, so that each seed counts once.");
    add_notes(result.notes, remarks.legend.notes());
    add_data_notes(evidence.scores.store(), remarks.runs, result.notes);
    if (!family.structure)
      add_guessing_rows(evidence.scores,
                        {{.column = column_named(result, "Test accuracy"),
                          .runs = remarks.runs,
                          .genres = scored_genres(evidence)}},
                        result);
    return result;
  }

  /// The number of runs of a point, and its scores.
  std::vector<Cell> point_cells(const AblationSubject& subject, const Line& line,
                                const Point& point, const std::vector<Metric>& metrics,
                                Remarks& remarks) const {
    remarks.runs.insert(remarks.runs.end(), point.runs.begin(), point.runs.end());
    const Tally counts = tally(point.runs);
    std::vector<Cell> cells = {shown_tally(counts)};
    for (const Metric& metric : metrics) {
      const Measured measured = score_of(subject.evidence, point, metric);
      const bool partial = remarks.add(measured, counts);
      const std::string marks =
          measured.values.empty() ? "" : (partial ? " *" : "") + std::string(mark(line.protocol));
      cells.push_back(
          shown_number(score_text(measured, metric) + marks, /*caution=*/!marks.empty()));
    }
    return cells;
  }

  void add_data(const AblationSubject& subject, const std::vector<Metric>& metrics,
                AblationData& data) const {
    for (const Metric& metric : metrics)
      for (const Line& line : subject.lines)
        for (const Point& point : line.points) add_point_data(subject, line, point, metric, data);
  }

  void add_point_data(const AblationSubject& subject, const Line& line, const Point& point,
                      const Metric& metric, AblationData& data) const {
    const Axis& axis = subject.axis;
    const bool structure = subject.family.structure;
    const std::vector<Cell> place = {
        text_cell(subject.experiment.name),
        text_cell(axis.key),
        axis.numeric ? number_cell(axis.place(point.value)) : text_cell(point.value),
        text_cell(line.title),
        text_cell(structure ? "" : to_string(line.protocol)),
        flag_cell(line.protocol.is_leaky()),
        text_cell(std::string(metric.split)),
        text_cell(std::string(metric.name))};
    for (const RunRecord* run : point.runs) {
      const std::optional<double> score = score_of(subject.evidence, *run, metric);
      if (!score) continue;
      std::vector<Cell> row = place;
      append(row, {count_cell(run->seed), text_cell(run->parameter("split.fold")),
                   number_cell(score), text_cell(run->id)});
      data.runs.rows.push_back(std::move(row));
    }
    const Measured measured = score_of(subject.evidence, point, metric);
    std::vector<Cell> row = place;
    append(row, measured_cells(measured, options_.level));
    append(row, {count_cell(measured.values.size()), count_cell(point.runs.size()),
                 structure ? count_cell(measured.n_tracks) : number_cell(std::nullopt),
                 text_cell(run_ids(point.runs))});
    data.points.rows.push_back(std::move(row));
  }

  AblationOptions options_;
};

}  // namespace

void register_ablation(Registry& registry) {
  registry.reports.add({{.name = "ablation",
                         .summary = "Accuracy and scores of the segmentation against the value "
                                    "that an experiment sweeps, as figures.",
                         .source = "",
                         .options = ablation_options().schema()},
                        [](const OptionValues& values) {
                          return std::make_unique<Ablation>(ablation_options().parse(values));
                        }});
}

}  // namespace genrebench
