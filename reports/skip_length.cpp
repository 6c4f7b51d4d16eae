// The skip-RNN's length k: accuracies and the gap between training and validation against k, and
// their paired changes from k = 0.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "harness/plugin/registry.hpp"
#include "reports/support/chart_points.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/remarks.hpp"
#include "reports/support/skip_points.hpp"

namespace genrebench {
namespace {

using skip_length::kQuantities;
using skip_length::Mode;
using skip_length::Point;
using skip_length::Quantity;
using skip_length::RunAccuracies;

/// What the figures, tables and data of one family show.
struct SkipLengthSubject {
  const Scores& scores;
  const SkipFamily& family;
  const std::vector<Mode>& modes;
  std::string id;
};

/// The data tables.
struct SkipLengthData {
  Table runs{.id = "skip_length_runs",
             .title = "Every run",
             .columns = {"data", "leaky", "combine", "k", "seed", "fold", "train_accuracy",
                         "train_accuracy_last", "valid_accuracy", "test_accuracy", "gap",
                         "gap_last", "run_id"},
             .notes = {"Accuracies are fractions; gap is training minus validation accuracy. "
                       "Those named last are of the last epoch, from the curves; the others are "
                       "final ones, of the kept epoch."}};
  Table points{
      .id = "skip_length_points",
      .title = "Every point of the figures",
      .columns = column_names({"data", "leaky", "combine", "k", "quantity"}, kMeasuredColumns,
                              {"n_runs", "n_planned", "run_ids"}),
      .notes = {"Fractions; ci_method made the interval, over ci_n divisions, artists or tracks."}};
  Table changes{
      .id = "skip_length_changes",
      .title = "Every change from k = 0",
      .columns =
          column_names({"data", "leaky", "combine", "k", "quantity", "difference"},
                       kIntervalColumns, {"n_runs", "n_divisions", "run_ids", "reference_run_ids"}),
      .notes = {"Fractions; the mean over common divisions of the tracks, paired; ci_method made "
                "the interval. Runs and references are in the order of the divisions."}};
};

/// One figure: a line per mode, or per quantity where there are several.
struct FigurePlan {
  std::string id, title, y_label;
  std::vector<const Mode*> modes;
  std::vector<const Quantity*> quantities;
};

std::vector<FigurePlan> planned_figures(const SkipLengthSubject& subject) {
  std::vector<FigurePlan> figures;
  std::vector<const Quantity*> accuracies;
  for (const Quantity& quantity : kQuantities)
    if (!quantity.gap) accuracies.push_back(&quantity);
  std::vector<const Mode*> all;
  for (const Mode& mode : subject.modes) {
    all.push_back(&mode);
    figures.push_back(
        {.id = subject.id + "-" + slug(mode.combine),
         .title = fmt::format("Accuracy by the length of the skip (combined by {}) on {}",
                              mode.combine, subject.family.title),
         .y_label = "accuracy (%)",
         .modes = {&mode},
         .quantities = accuracies});
  }
  for (const Quantity& quantity : kQuantities)
    if (quantity.gap)
      figures.push_back({.id = subject.id + "-" + quantity.id,
                         .title = fmt::format("Training minus validation accuracy: {} on {}",
                                              quantity.title, subject.family.title),
                         .y_label = "train − validation (points)",
                         .modes = all,
                         .quantities = {&quantity}});
  return figures;
}

/// The lengths of all modes, ascending.
std::vector<long> lengths_of(const std::vector<const Mode*>& modes) {
  std::set<long> lengths;
  for (const Mode* mode : modes)
    for (const Point& point : mode->points) lengths.insert(point.group->length);
  return {lengths.begin(), lengths.end()};
}

Runs runs_of(const std::vector<const Mode*>& modes) {
  Runs runs;
  for (const Mode* mode : modes)
    for (const Point& point : mode->points)
      runs.insert(runs.end(), point.group->runs.begin(), point.group->runs.end());
  return runs;
}

Cell length_cell(const SkipGroup& group) { return shown_number(fmt::format("{}", group.length)); }

Table make_table(const SkipFamily& family, std::string id, const std::string& title,
                 const char* counted) {
  Table result{
      .id = std::move(id), .title = title + family.title, .columns = {"combine", "k", counted}};
  for (const Quantity& quantity : kQuantities) result.columns.emplace_back(quantity.title);
  return result;
}

void add_runs(const Point& point, const std::vector<Cell>& place, Table& table) {
  for (const RunAccuracies& scores : point.scores) {
    std::vector<Cell> row = place;
    append(row, {count_cell(scores.run->seed), text_cell(scores.run->parameter("split.fold"))});
    for (const Quantity& quantity : kQuantities) row.push_back(number_cell(quantity.of(scores)));
    row.push_back(text_cell(scores.run->id));
    table.rows.push_back(std::move(row));
  }
}

class SkipLength final : public Report {
 public:
  explicit SkipLength(const LevelOptions& options) : level_(options.level) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    Document document{.name = "skip_length",
                      .title = "The length of the skip-RNN's skip",
                      .body = {},
                      .data = {}};
    SkipLengthData data;
    std::set<std::string> ids;
    std::size_t n_planned = 0;
    for (const SkipFamily& family : skip_families(scope.runs)) {
      const std::vector<Mode> modes = skip_length::make_modes(store, family);
      for (const Mode& mode : modes)
        for (const Point& point : mode.points) n_planned += point.group->runs.size();
      if (!has_scores(modes)) continue;
      add_family({.scores = scores,
                  .family = family,
                  .modes = modes,
                  .id = "skip_length-" + unique_slug(family.title, ids)},
                 document, data);
    }
    if (document.body.empty())
      throw ConfigError(
          n_planned == 0
              ? "skip_length: no run in scope is about it; expected runs with method.name skip_gru "
                "and method.length above 0, and gru or skip_gru with method.length 0 to compare "
                "them with"
              : fmt::format("skip_length: none of its {} runs has an accuracy yet", n_planned));
    document.data =
        data_tables(std::move(data.runs), std::move(data.points), std::move(data.changes));
    return document;
  }

 private:
  void add_family(const SkipLengthSubject& subject, Document& document,
                  SkipLengthData& data) const {
    for (const FigurePlan& plan : planned_figures(subject))
      if (std::optional<Figure> figure = make_figure(subject, plan))
        document.body.emplace_back(std::move(*figure));
    document.body.emplace_back(score_table(subject));
    if (std::any_of(subject.modes.begin(), subject.modes.end(),
                    [](const Mode& mode) { return mode.has_reference; }))
      document.body.emplace_back(change_table(subject));
    else
      document.body.emplace_back(Paragraph{subject.family.title +
                                           ": there is no run with k = 0 (method gru, or skip_gru "
                                           "with length 0), so no change from it."});
    add_data(subject, data);
  }

  LineChart::Series series_of(const Scores& scores, const Mode& mode, const Quantity& quantity,
                              const std::vector<long>& lengths, IntervalLegend& legend) const {
    LineChart::Series series;
    for (const Point& point : mode.points) {
      const Measured measured = mean_of(scores, point, quantity, level_);
      if (measured.values.empty()) continue;
      legend.add(measured);
      const auto place =
          std::find(lengths.begin(), lengths.end(), point.group->length) - lengths.begin();
      add_point(series, static_cast<double>(place), measured, 100.0);
    }
    return series;
  }

  /// @return  nothing where no run has any of its quantities
  std::optional<Figure> make_figure(const SkipLengthSubject& subject,
                                    const FigurePlan& plan) const {
    const std::vector<long> lengths = lengths_of(plan.modes);
    LineChart chart{.x_label = "k (steps that the skip spans)", .y_label = plan.y_label};
    for (const long length : lengths) chart.categories.push_back(fmt::format("{}", length));
    IntervalLegend legend(level_);
    for (const Mode* mode : plan.modes)
      for (const Quantity* quantity : plan.quantities) {
        LineChart::Series series = series_of(subject.scores, *mode, *quantity, lengths, legend);
        if (series.x.empty()) continue;
        series.name = plan.quantities.size() > 1 ? quantity->title : mode->combine;
        chart.series.push_back(std::move(series));
      }
    if (chart.series.empty()) return std::nullopt;
    if (plan.quantities.size() > 1)
      add_guessing_lines(mean_guessing(subject.scores, runs_of(plan.modes), "test"), chart);
    std::vector<std::string> notes = legend.notes();
    if (chart.series.size() == 1) notes.push_back("Line: " + chart.series.front().name + ".");
    const bool from_gru = std::any_of(plan.modes.begin(), plan.modes.end(), [](const Mode* mode) {
      return mode->has_reference && mode->points.front().group->combine.empty();
    });
    if (from_gru) add_note(notes, "k = 0 is the method gru.");
    add_note(notes, mark_note(subject.family.protocol));
    return to_figure(plan.id, plan.title, draw(chart, {.id = plan.id}), std::move(notes));
  }

  Table score_table(const SkipLengthSubject& subject) const {
    const Protocol& protocol = subject.family.protocol;
    Table result = make_table(subject.family, subject.id + "-scores",
                              "Accuracy by the length of the skip on ", "runs");
    Remarks remarks{.legend = IntervalLegend(level_)};
    std::set<const SkipGroup*> known;  // k = 0 is of all modes
    for (const Mode& mode : subject.modes)
      for (const Point& point : mode.points) {
        const SkipGroup& group = *point.group;
        if (!known.insert(&group).second) continue;
        std::vector<Cell> row = {shown(group.length == 0 ? "any" : mode.combine),
                                 length_cell(group), shown_tally(tally(group.runs))};
        for (const Quantity& quantity : kQuantities)
          row.push_back(score_cell(mean_of(subject.scores, point, quantity, level_),
                                   tally(group.runs), quantity, protocol, remarks));
        result.rows.push_back(std::move(row));
        remarks.add_runs(group.title, group.runs);
      }
    add_note(result.notes, mark_note(protocol));
    add_note(result.notes, remarks.partial_note());
    for (const std::string& note : remarks.failures)
      if (std::find(result.notes.begin(), result.notes.end(), note) == result.notes.end())
        add_note(result.notes, note);
    add_note(result.notes,
             "Kept epoch: final accuracy over tracks, with the weights that were kept. Last epoch: "
             "the end of the curves, over excerpts. Gap: training minus validation accuracy of "
             "each run, then the mean.");
    add_note(result.notes, "k = 0 is one network whatever the mode of combining, and stands once.");
    add_notes(result.notes, remarks.legend.notes());
    add_data_notes(subject.scores.store(), remarks.runs, result.notes);
    std::vector<AccuracyColumn> columns;
    for (const Quantity& quantity : kQuantities)
      if (const std::string part = quantity.part; part != "train")
        columns.push_back(
            {.column = column_named(result, quantity.title), .runs = remarks.runs, .part = part});
    add_guessing_rows(subject.scores, columns, result);
    return result;
  }

  static Cell score_cell(const Measured& measured, const Tally& counts, const Quantity& quantity,
                         const Protocol& protocol, Remarks& remarks) {
    const bool partial = remarks.add(measured, counts);
    if (measured.values.empty()) return shown_number("–");
    Cell cell = accuracy_cell(counts, measured, protocol);
    if (quantity.gap)
      cell.text = format_points(measured) + (partial ? " *" : "") + std::string(mark(protocol));
    return cell;
  }

  /// What the rows of changes leave to the notes.
  struct ChangeRemarks {
    IntervalLegend legend;
    std::size_t n_intervals = 0;
  };

  std::vector<Cell> change_row(const SkipLengthSubject& subject, const Mode& mode,
                               const Point& point, ChangeRemarks& remarks) const {
    const std::string_view protocol_mark = mark(subject.family.protocol);
    std::vector<Cell> row = {shown(mode.combine), length_cell(*point.group), {}};
    std::size_t n_pairs = 0;
    for (const Quantity& quantity : kQuantities) {
      const Change change =
          change_between(subject.scores, point, mode.points.front(), quantity, level_);
      n_pairs = std::max(n_pairs, change.n_divisions);
      remarks.legend.add(change.difference);
      const bool known = !change.runs.empty();
      Cell cell =
          shown_number(known ? format_points(change.difference) + std::string(protocol_mark) : "–",
                       /*caution=*/known && !protocol_mark.empty());
      if (change.difference.interval) {
        ++remarks.n_intervals;
        cell.strong = skip_length::sign_of(*change.difference.interval) != 0;
      }
      row.push_back(std::move(cell));
    }
    row[2] = count_cell(n_pairs);
    return row;
  }

  Table change_table(const SkipLengthSubject& subject) const {
    Table result =
        make_table(subject.family, subject.id + "-changes", "Change from k = 0 on ", "divisions");
    ChangeRemarks remarks{.legend = IntervalLegend(level_)};
    std::vector<std::string> verdicts, without;
    for (const Mode& mode : subject.modes) {
      if (!mode.has_reference) {
        without.push_back(mode.combine + ": no run with k = 0, so no change from it.");
        continue;
      }
      for (std::size_t i = 1; i < mode.points.size(); ++i)
        result.rows.push_back(change_row(subject, mode, mode.points[i], remarks));
      for (const Quantity& quantity : kQuantities)
        add_note(verdicts, verdict(subject.scores, mode, quantity, level_));
    }
    add_note(result.notes, mark_note(subject.family.protocol));
    add_notes(result.notes, without);
    add_note(result.notes,
             "Differences are in percentage points and paired by division: both sides trained and "
             "tested on the same tracks. Emphasised: the interval excludes 0.");
    add_notes(result.notes, remarks.legend.notes());
    add_note(result.notes,
             "The paper says that skips lower training accuracy and leave validation accuracy "
             "alone. By the intervals, against k = 0:");
    add_notes(result.notes, verdicts);
    if (remarks.n_intervals > 1)
      add_note(result.notes,
               fmt::format("Each interval stands by itself: if nothing ever changed, about {:.1f} "
                           "of these {} would still exclude 0.",
                           (1.0 - level_) * static_cast<double>(remarks.n_intervals),
                           remarks.n_intervals));
    add_note(result.notes,
             "An interval that includes 0 does not show that nothing changes; its width says how "
             "small a change could have been seen.");
    return result;
  }

  /// Which family, mode and k a row of data is about.
  static std::vector<Cell> place_cells(const SkipLengthSubject& subject, const SkipGroup& group,
                                       const std::string& combine) {
    return {text_cell(subject.family.title), flag_cell(subject.family.protocol.is_leaky()),
            text_cell(combine), length_cell(group)};
  }

  void add_data(const SkipLengthSubject& subject, SkipLengthData& data) const {
    std::set<const SkipGroup*> known;  // k = 0 may be shared
    for (const Mode& mode : subject.modes)
      for (const Point& point : mode.points) {
        const SkipGroup& group = *point.group;
        if (known.insert(&group).second)
          add_runs(point, place_cells(subject, group, group.combine), data.runs);
        for (const Quantity& quantity : kQuantities)
          add_point_data(subject, mode, point, quantity, data);
      }
    // Runs of k = 0 that repeat the reference under another mode.
    for (const SkipGroup& group : subject.family.groups)
      if (known.insert(&group).second)
        add_runs(skip_length::make_point(subject.scores.store(), group),
                 place_cells(subject, group, group.combine), data.runs);
  }

  /// The mean of a quantity at a point, and its change from k = 0.
  void add_point_data(const SkipLengthSubject& subject, const Mode& mode, const Point& point,
                      const Quantity& quantity, SkipLengthData& data) const {
    const SkipGroup& group = *point.group;
    const Measured measured = mean_of(subject.scores, point, quantity, level_);
    if (measured.values.empty()) return;
    std::vector<Cell> row = place_cells(subject, group, mode.combine);
    row.push_back(text_cell(quantity.id));
    append(row, measured_cells(measured, level_));
    append(row, {count_cell(measured.values.size()), count_cell(group.runs.size()),
                 text_cell(run_ids(group.runs))});
    data.points.rows.push_back(std::move(row));
    if (!mode.has_reference || &point == &mode.points.front()) return;
    const Change change =
        change_between(subject.scores, point, mode.points.front(), quantity, level_);
    if (change.runs.empty()) return;
    row = place_cells(subject, group, mode.combine);
    append(row, {text_cell(quantity.id), number_cell(change.difference.mean)});
    append(row, interval_cells(change.difference, level_));
    append(row, {count_cell(change.runs.size()), count_cell(change.n_divisions),
                 text_cell(run_ids(change.runs)), text_cell(run_ids(change.references))});
    data.changes.rows.push_back(std::move(row));
  }

  double level_;
};

}  // namespace

void register_skip_length(Registry& registry) {
  registry.reports.add({{.name = "skip_length",
                         .summary = "Accuracies and the gap between training and validation "
                                    "against the skip-RNN's k, with paired changes from k = 0.",
                         .source = "the paper, section 6, on skip-RNN as a regulariser",
                         .options = level_option_table().schema()},
                        [](const OptionValues& values) {
                          return std::make_unique<SkipLength>(level_option_table().parse(values));
                        }});
}

}  // namespace genrebench
