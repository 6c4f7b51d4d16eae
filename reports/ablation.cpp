// Ablations: a score against the value that an experiment sweeps, with intervals over seeds; a
// figure a metric, a line for whatever else varies.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "harness/plugin/registry.hpp"
#include "reports/charts/charts.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/comparison.hpp"
#include "reports/support/notes.hpp"
#include "reports/support/runs.hpp"

namespace genrebench {
namespace {

struct AblationOptions {
  double level = 0.95;
  std::string key = {};
};

const OptionTable<AblationOptions>& option_table() {
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
struct Family {
  std::string_view id;
  std::string_view title;
  bool structure = false;  ///< of the segmentation: independent of split, features and method
  std::vector<Metric> metrics;
};

const std::vector<Family>& families() {
  static const std::vector<Family> all = {
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

const std::vector<std::string_view> kNotOfStructure = {"split.", "features.", "method."};

std::optional<double> number_in(const std::string& text) {
  double value = 0.0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && rest == text.data() + text.size() && std::isfinite(value)
             ? std::optional(value)
             : std::nullopt;
}

/// Runs of one value of the key on one line.
struct Point {
  std::string value;
  Runs runs;
};

/// Runs that differ in nothing but the key and the seed.
struct Line {
  Parameters shared;
  Protocol protocol;
  std::string title;
  std::vector<Point> points;
};

/// The values of the key, in the order of the axis.
struct Axis {
  std::string key;
  std::vector<std::string> values = {};
  bool numeric = false;
  bool logarithmic = false;

  double place(const std::string& value) const {
    if (numeric) return *number_in(value);
    return static_cast<double>(std::find(values.begin(), values.end(), value) - values.begin());
  }
};

Axis make_axis(const std::string& key, const std::vector<Parameters>& configurations) {
  Axis axis{.key = key};
  for (const Parameters& configuration : configurations)
    if (const auto found = configuration.find(key); found != configuration.end())
      if (std::find(axis.values.begin(), axis.values.end(), found->second) == axis.values.end())
        axis.values.push_back(found->second);
  // Numbers ascending, then words as they come.
  std::stable_sort(axis.values.begin(), axis.values.end(),
                   [](const std::string& a, const std::string& b) {
                     const std::optional<double> x = number_in(a), y = number_in(b);
                     return x && y ? *x < *y : x.has_value() && !y.has_value();
                   });
  axis.numeric = std::all_of(axis.values.begin(), axis.values.end(),
                             [](const std::string& value) { return number_in(value).has_value(); });
  if (axis.numeric && !axis.values.empty()) {
    const double low = *number_in(axis.values.front()), high = *number_in(axis.values.back());
    axis.logarithmic = low > 0.0 && high > 10.0 * low;
  }
  return axis;
}

/// The key of the x axis by what varies; empty where nothing does.
std::string find_key(const std::vector<Parameters>& configurations) {
  std::string best;
  std::tuple<bool, bool, std::size_t> best_rank;
  for (const std::string& key : varying_keys(configurations)) {
    // Data and protocols are lines; a value between others cannot be read off them.
    if (key.starts_with("dataset.") || key.starts_with("split.")) continue;
    const bool option = !key.ends_with(".name") && !key.ends_with(".kind");
    const std::tuple rank(option, key != "method.name",
                          make_axis(key, configurations).values.size());
    if (best.empty() || rank > best_rank) {
      best = key;
      best_rank = rank;
    }
  }
  return best;
}

/// The runs among those of one point that are counted: all of them, or for the structure one a
/// seed, as runs that differ in split, features or method repeat its scores.
Runs counted(const StoreReader& store, const Runs& runs, bool structure) {
  if (!structure) return runs;
  std::map<std::uint64_t, const RunRecord*> of_seed;
  const auto has_scores = [&](const RunRecord* run) {
    const std::vector<MetricRecord> metrics = store.metrics(run->id);
    return run->status == RunStatus::done &&
           std::any_of(metrics.begin(), metrics.end(), [](const MetricRecord& metric) {
             return metric.split == "structure" && metric.step == -1;
           });
  };
  for (const RunRecord* run : runs) {
    const auto [place, is_new] = of_seed.try_emplace(run->seed, run);
    if (!is_new && !has_scores(place->second) && has_scores(run)) place->second = run;
  }
  Runs result;
  for (const auto& [seed, run] : of_seed) result.push_back(run);
  return result;
}

std::vector<Line> make_lines(const StoreReader& store, const std::vector<RunRecord>& runs,
                             const Axis& axis, bool structure) {
  const std::vector<Parameters> all = configurations(runs);
  const std::vector<Protocol> protocol = protocols(runs);
  std::vector<Line> lines;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto value = all[i].find(axis.key);
    if (value == all[i].end()) continue;
    Parameters shared = structure ? without_prefix(all[i], kNotOfStructure) : all[i];
    shared.erase(axis.key);
    const Protocol own = structure ? Protocol{} : protocol[i];
    auto line = std::find_if(lines.begin(), lines.end(), [&](const Line& l) {
      return l.shared == shared && l.protocol == own;
    });
    if (line == lines.end())
      line = lines.insert(
          lines.end(),
          Line{.shared = std::move(shared), .protocol = own, .title = {}, .points = {}});
    auto point = std::find_if(line->points.begin(), line->points.end(),
                              [&](const Point& p) { return p.value == value->second; });
    if (point == line->points.end())
      point = line->points.insert(line->points.end(), Point{.value = value->second, .runs = {}});
    point->runs.push_back(&runs[i]);
  }
  // Honest splits first; within a protocol in the plan's order.
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Line& a, const Line& b) { return a.protocol < b.protocol; });
  std::vector<Parameters> shared;
  for (const Line& line : lines) shared.push_back(line.shared);
  std::vector<std::string> keys = varying_keys(shared);
  std::erase(keys, "split.leaky");  // the mark says these
  std::erase(keys, "split.unit");
  for (Line& line : lines) {
    line.title = keys.size() == 1 && line.shared.contains(keys.front())
                     ? line.shared.at(keys.front())
                     : describe(line.shared, keys);
    if (line.title.empty())
      line.title = line.shared.contains("method.name") ? line.shared.at("method.name") : "all runs";
    line.title += std::string(mark(line.protocol));
    for (Point& point : line.points) point.runs = counted(store, point.runs, structure);
    std::sort(line.points.begin(), line.points.end(), [&](const Point& a, const Point& b) {
      return axis.place(a.value) < axis.place(b.value);
    });
  }
  return lines;
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

/// Points whose runs share their divisions test the same tracks, and need no comparison. Others are
/// put against each other on the genres that all lines test.
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

class Ablation final : public Report {
 public:
  explicit Ablation(const AblationOptions& options) : options_(options) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    Document document{.name = "ablation", .title = "Ablations", .body = {}, .data = {}};
    if (scope.experiments.size() == 1)
      document.title = "Ablation: " + scope.experiments.front().name;
    Data data;
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
    document.data = {std::move(data.runs), std::move(data.points)};
    return document;
  }

 private:
  static std::vector<std::string> point_columns() {
    std::vector<std::string> columns = {"experiment", "key",   "value", "line",
                                        "protocol",   "leaky", "split", "metric"};
    columns.insert(columns.end(), kMeasuredColumns.begin(), kMeasuredColumns.end());
    for (const char* column : {"n_runs", "n_planned", "n_tracks", "run_ids"})
      columns.emplace_back(column);
    return columns;
  }

  struct Data {
    Table runs{.id = "ablation_runs",
               .title = "Every score of every run",
               .columns = {"experiment", "key", "value", "line", "protocol", "leaky", "split",
                           "metric", "seed", "fold", "score", "run_id"},
               .rows = {},
               .notes = {"Scores are fractions. Scores of the structure are listed once a seed: "
                         "they do not depend on split, features and method."}};
    Table points{.id = "ablation_points",
                 .title = "Every point of the figures",
                 .columns = point_columns(),
                 .rows = {},
                 .notes = {"Scores are fractions; ci_method made the interval, over ci_n "
                           "divisions, artists, tracks or sources. n_tracks: how many tracks the "
                           "scores of a segmentation are means over."}};
  };

  /// @return  why there is nothing to show, or an empty text
  std::string add_experiment(const Scores& scores, const ExperimentRecord& experiment,
                             const std::string& id, Document& document, Data& data) const {
    const StoreReader& store = scores.store();
    const std::vector<RunRecord> runs = store.runs(experiment.name);
    const std::vector<Parameters> all = configurations(runs);
    const std::string key = options_.key.empty() ? find_key(all) : options_.key;
    if (key.empty()) return "no parameter varies";
    const Axis axis = make_axis(key, all);
    if (axis.values.size() < 2)
      return fmt::format("{} has {}", key, axis.values.empty() ? "no value" : "one value only");

    const auto without_key =
        std::count_if(all.begin(), all.end(),
                      [&](const Parameters& parameters) { return !parameters.contains(key); });
    bool shown_any = false;
    for (const Family& family : families()) {
      const bool independent =
          family.structure &&
          std::any_of(kNotOfStructure.begin(), kNotOfStructure.end(),
                      [&](std::string_view prefix) { return key.starts_with(prefix); });
      if (independent) continue;
      const std::vector<Line> lines = make_lines(store, runs, axis, family.structure);
      const Evidence evidence = evidence_of(scores, lines, family.structure);
      std::vector<Metric> metrics;
      for (const Metric& metric : family.metrics)
        if (add_figure(evidence, experiment, id, axis, lines, metric, document))
          metrics.push_back(metric);
      if (metrics.empty()) continue;
      shown_any = true;
      Table table = score_table(evidence, experiment, id, axis, lines, family, metrics);
      if (without_key > 0)
        table.notes.push_back(fmt::format("{} of {} runs have no {} and are not shown.",
                                          without_key, runs.size(), key));
      document.body.emplace_back(std::move(table));
      add_data(evidence, experiment, axis, lines, family, metrics, data);
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

  /// Intervals of scores of a segmentation are over its tracks, not those of a division.
  IntervalLegend make_legend(bool structure) const {
    return IntervalLegend(options_.level, /*of_scores=*/structure);
  }

  /// @return  whether any run has the metric
  bool add_figure(const Evidence& evidence, const ExperimentRecord& experiment,
                  const std::string& id, const Axis& axis, const std::vector<Line>& lines,
                  const Metric& metric, Document& document) const {
    LineChart chart{.x_label = axis.key,
                    .y_label = std::string(metric.title) + (metric.percent ? " (%)" : ""),
                    .log_x = axis.logarithmic};
    if (!axis.numeric) chart.categories = axis.values;
    const double unit = metric.percent ? 100.0 : 1.0;
    std::set<Protocol> seen;
    bool incomplete = false;
    IntervalLegend legend = make_legend(metric.split == "structure");
    for (const Line& line : lines) {
      LineChart::Series series{.name = line.title};
      for (const Point& point : line.points) {
        const Measured measured = score_of(evidence, point, metric);
        if (measured.values.empty()) continue;
        legend.add(measured);
        incomplete = incomplete || measured.values.size() < point.runs.size();
        series.x.push_back(axis.place(point.value));
        series.y.push_back(unit * measured.mean);
        const double none = std::numeric_limits<double>::quiet_NaN();
        series.low.push_back(measured.interval ? unit * measured.interval->low : none);
        series.high.push_back(measured.interval ? unit * measured.interval->high : none);
      }
      if (series.x.empty()) continue;
      seen.insert(line.protocol);
      chart.series.push_back(std::move(series));
    }
    if (chart.series.empty()) return false;

    std::vector<std::string> notes = evidence.comparison.notes();
    for (std::string& note : legend.notes()) add_note(notes, std::move(note));
    if (chart.series.size() == 1) notes.push_back("Line: " + chart.series.front().name + ".");
    for (const Protocol& protocol : seen) add_note(notes, mark_note(protocol));
    if (incomplete)
      notes.emplace_back("Not all planned runs are done: points and intervals will change.");
    const std::string figure_id = "ablation-" + id + "-" + std::string(metric.name);
    document.body.emplace_back(
        to_figure(figure_id, fmt::format("{} of {} by {}", metric.title, experiment.name, axis.key),
                  draw(chart, {.id = figure_id}), std::move(notes)));
    return true;
  }

  Table score_table(const Evidence& evidence, const ExperimentRecord& experiment,
                    const std::string& id, const Axis& axis, const std::vector<Line>& lines,
                    const Family& family, const std::vector<Metric>& metrics) const {
    Table result{.id = "ablation-" + id + "-" + std::string(family.id) + "-table",
                 .title = fmt::format("{} of {} by {}", family.title, experiment.name, axis.key),
                 .columns = {axis.key},
                 .rows = {},
                 .notes = {}};
    if (lines.size() > 1) result.columns.emplace_back("line");
    result.columns.emplace_back(family.structure ? "seeds" : "runs");
    for (const Metric& metric : metrics) result.columns.emplace_back(metric.title);

    Runs all;
    std::set<Protocol> seen;
    bool incomplete = false;
    IntervalLegend legend = make_legend(family.structure);
    for (const Line& line : lines)
      for (const Point& point : line.points) {
        all.insert(all.end(), point.runs.begin(), point.runs.end());
        seen.insert(line.protocol);
        const Tally counts = tally(point.runs);
        std::vector<Cell> row = {axis.numeric ? shown_number(point.value) : shown(point.value)};
        if (lines.size() > 1) row.push_back(shown(line.title, !mark(line.protocol).empty()));
        row.push_back(shown_number(to_string(counts), !counts.complete()));
        for (const Metric& metric : metrics) {
          const Measured measured = score_of(evidence, point, metric);
          legend.add(measured);
          const bool partial =
              !measured.values.empty() && measured.values.size() < point.runs.size();
          incomplete = incomplete || partial;
          const std::string marks = measured.values.empty()
                                        ? ""
                                        : (partial ? " *" : "") + std::string(mark(line.protocol));
          row.push_back(
              shown_number(score_text(measured, metric) + marks, /*caution=*/!marks.empty()));
        }
        result.rows.push_back(std::move(row));
      }

    const auto add = [&result](std::string note) { add_note(result.notes, std::move(note)); };
    for (std::string& note : evidence.comparison.notes()) add(std::move(note));
    for (const Protocol& protocol : seen) add(mark_note(protocol));
    if (incomplete) add("* Not all planned runs are done (done/planned beside it).");
    if (family.structure)
      add("Scores are means over tracks, each track's score the mean over the seeds. They do not "
          "depend on split, features and method, so that each seed counts once.");
    for (std::string& note : legend.notes()) add(std::move(note));
    add_data_notes(evidence.scores.store(), all, result.notes);
    return result;
  }

  void add_data(const Evidence& evidence, const ExperimentRecord& experiment, const Axis& axis,
                const std::vector<Line>& lines, const Family& family,
                const std::vector<Metric>& metrics, Data& data) const {
    for (const Metric& metric : metrics)
      for (const Line& line : lines)
        for (const Point& point : line.points) {
          const bool leaky = line.protocol.is_leaky();
          const std::vector<Cell> place = {
              text_cell(experiment.name),
              text_cell(axis.key),
              axis.numeric ? number_cell(axis.place(point.value)) : text_cell(point.value),
              text_cell(line.title),
              text_cell(family.structure ? "" : to_string(line.protocol)),
              text_cell(leaky ? "true" : "false"),
              text_cell(std::string(metric.split)),
              text_cell(std::string(metric.name))};
          for (const RunRecord* run : point.runs) {
            const std::optional<double> score = score_of(evidence, *run, metric);
            if (!score) continue;
            std::vector<Cell> row = place;
            append(row, {count_cell(run->seed), text_cell(run->parameter("split.fold")),
                         number_cell(score), text_cell(run->id)});
            data.runs.rows.push_back(std::move(row));
          }
          const Measured measured = score_of(evidence, point, metric);
          std::vector<Cell> row = place;
          append(row, measured_cells(measured, options_.level));
          append(row, {count_cell(measured.values.size()), count_cell(point.runs.size()),
                       family.structure ? count_cell(measured.n_tracks) : number_cell(std::nullopt),
                       text_cell(run_ids(point.runs))});
          data.points.rows.push_back(std::move(row));
        }
  }

  AblationOptions options_;
};

}  // namespace

void register_ablation(Registry& registry) {
  registry.reports.add({{.name = "ablation",
                         .summary = "Accuracy and scores of the segmentation against the value "
                                    "that an experiment sweeps, as figures.",
                         .source = "",
                         .options = option_table().schema()},
                        [](const OptionValues& values) {
                          return std::make_unique<Ablation>(option_table().parse(values));
                        }});
}

}  // namespace genrebench
