// The skip-RNN's length k: accuracies and the gap between training and validation against k, and
// their paired changes from k = 0.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "harness/plugin/registry.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/comparison.hpp"
#include "reports/support/curves.hpp"
#include "reports/support/notes.hpp"
#include "reports/support/skip_rnn.hpp"

namespace genrebench {
namespace {

/// What is known of a run: its scores, as fractions.
struct RunAccuracies {
  const RunRecord* run = nullptr;
  std::optional<double> train = {}, train_last = {}, valid = {}, valid_last = {}, test = {};

  std::optional<double> gap() const { return difference(train, valid); }
  std::optional<double> gap_last() const { return difference(train_last, valid_last); }

 private:
  static std::optional<double> difference(std::optional<double> a, std::optional<double> b) {
    return a && b ? std::optional(*a - *b) : std::nullopt;
  }
};

struct Quantity {
  const char* id;
  const char* title;
  bool gap;
  /// The part whose answers the value is the accuracy of; "train" where answers are not stored, or
  /// it is a difference.
  const char* part;
  std::optional<double> (*of)(const RunAccuracies&);
};

constexpr std::array<Quantity, 6> kQuantities = {
    {{"train_accuracy", "train (kept epoch)", false, "train",
      [](const RunAccuracies& s) { return s.train; }},
     {"train_accuracy_last", "train (last epoch)", false, "train",
      [](const RunAccuracies& s) { return s.train_last; }},
     {"valid_accuracy", "validation", false, "valid",
      [](const RunAccuracies& s) { return s.valid; }},
     {"test_accuracy", "test", false, "test", [](const RunAccuracies& s) { return s.test; }},
     {"gap", "gap (kept epoch)", true, "train", [](const RunAccuracies& s) { return s.gap(); }},
     {"gap_last", "gap (last epoch)", true, "train",
      [](const RunAccuracies& s) { return s.gap_last(); }}}};

/// The runs of one k, of which k = 0 may be shared by the modes of combining.
struct Point {
  const SkipGroup* group = nullptr;
  std::vector<RunAccuracies> scores = {};

  std::vector<RunValue> values(const Quantity& quantity) const {
    std::vector<RunValue> result;
    for (const RunAccuracies& run : scores)
      if (const auto value = quantity.of(run)) result.push_back({run.run, *value});
    return result;
  }
};

/// One mode of combining, by ascending k; k = 0 comes first where there is one.
struct Mode {
  std::string combine;
  bool has_reference = false;
  std::vector<Point> points = {};
};

Point make_point(const StoreReader& store, const SkipGroup& group) {
  Point point{.group = &group};
  for (const RunRecord* run : group.runs) {
    if (run->status != RunStatus::done) continue;
    const auto final = [&](const char* split) {
      return final_metric(store, *run, split, "accuracy");
    };
    RunAccuracies scores{
        .run = run, .train = final("train"), .valid = final("valid"), .test = final("test")};
    for (const RunCurves& curves : load_curves(store, {run})) {
      scores.train_last = curves.last("train", "accuracy");
      scores.valid_last = curves.last("valid", "accuracy");
    }
    point.scores.push_back(scores);
  }
  return point;
}

std::vector<Mode> make_modes(const StoreReader& store, const SkipFamily& family) {
  std::vector<Mode> modes;
  for (const std::string& combine : family.combines()) {
    Mode mode{.combine = combine};
    if (const SkipGroup* reference = family.reference()) {
      mode.has_reference = true;
      mode.points.push_back(make_point(store, *reference));
    }
    for (const SkipGroup& group : family.groups)
      if (group.length > 0 && group.combine == combine)
        mode.points.push_back(make_point(store, group));
    modes.push_back(std::move(mode));
  }
  return modes;
}

bool has_scores(const std::vector<Mode>& modes) {
  return std::any_of(modes.begin(), modes.end(), [](const Mode& mode) {
    return std::any_of(mode.points.begin(), mode.points.end(), [](const Point& point) {
      return std::any_of(kQuantities.begin(), kQuantities.end(),
                         [&](const Quantity& quantity) { return !point.values(quantity).empty(); });
    });
  });
}

/// The mean of a quantity with its interval: accuracies of tracks may be resampled, others not.
Measured mean_of(const Scores& scores, const Point& point, const Quantity& quantity, double level) {
  const std::string part = quantity.part;
  if (part == "train")
    return measure_values(point.values(quantity), part, quantity.gap ? kDifference : kProportion,
                          level);
  return measure(scores, point.group->runs, part, "accuracy", level);
}

Change change_between(const Scores& scores, const Point& point, const Point& reference,
                      const Quantity& quantity, double level) {
  return change_of(scores, point.values(quantity), reference.values(quantity), quantity.part,
                   kDifference, level);
}

/// -1 or 1 where the interval excludes zero; 0 where it does not.
int sign_of(const Interval& interval) {
  return interval.high < 0.0 ? -1 : interval.low > 0.0 ? 1 : 0;
}

std::string listed(const std::vector<long>& lengths) {
  return fmt::format("k = {}", fmt::join(lengths, ", "));
}

/// A change in words that follow the intervals: "lower for k = 8, 16; the interval includes 0 for k
/// = 1, 2".
std::string verdict(const Scores& scores, const Mode& mode, const Quantity& quantity,
                    double level) {
  std::map<int, std::vector<long>> of_sign;
  std::vector<long> without;
  for (std::size_t i = 1; i < mode.points.size(); ++i) {
    const Change change =
        change_between(scores, mode.points[i], mode.points.front(), quantity, level);
    if (change.runs.empty()) continue;
    if (change.difference.interval)
      of_sign[sign_of(*change.difference.interval)].push_back(mode.points[i].group->length);
    else
      without.push_back(mode.points[i].group->length);
  }
  std::vector<std::string> parts;
  if (of_sign.contains(-1)) parts.push_back("lower for " + listed(of_sign[-1]));
  if (of_sign.contains(1)) parts.push_back("higher for " + listed(of_sign[1]));
  if (of_sign.contains(0)) parts.push_back("the interval includes 0 for " + listed(of_sign[0]));
  if (!without.empty()) parts.push_back("no interval for " + listed(without));
  return parts.empty()
             ? ""
             : fmt::format("{}, {}: {}.", mode.combine, quantity.title, fmt::join(parts, "; "));
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
    Data data;
    std::set<std::string> ids;
    std::size_t n_planned = 0;
    for (const SkipFamily& family : skip_families(scope.runs)) {
      const std::vector<Mode> modes = make_modes(store, family);
      for (const Mode& mode : modes)
        for (const Point& point : mode.points) n_planned += point.group->runs.size();
      if (!has_scores(modes)) continue;
      const std::string id = "skip_length-" + unique_slug(family.title, ids);
      add_figures(scores, family, modes, id, document);
      document.body.emplace_back(score_table(scores, family, modes, id));
      if (std::any_of(modes.begin(), modes.end(),
                      [](const Mode& mode) { return mode.has_reference; }))
        document.body.emplace_back(change_table(scores, family, modes, id));
      else
        document.body.emplace_back(
            Paragraph{family.title + ": there is no run with k = 0 (method gru, or skip_gru with "
                                     "length 0), so no change from it."});
      add_data(scores, family, modes, data);
    }
    if (document.body.empty())
      throw ConfigError(
          n_planned == 0
              ? "skip_length: no run in scope is about it; expected runs with method.name skip_gru "
                "and method.length above 0, and gru or skip_gru with method.length 0 to compare "
                "them with"
              : fmt::format("skip_length: none of its {} runs has an accuracy yet", n_planned));
    document.data = {std::move(data.runs), std::move(data.points), std::move(data.changes)};
    return document;
  }

 private:
  static std::vector<std::string> columns(std::vector<std::string> result,
                                          const std::vector<std::string>& more) {
    result.insert(result.end(), kMeasuredColumns.begin(), kMeasuredColumns.end());
    result.insert(result.end(), more.begin(), more.end());
    return result;
  }

  static std::vector<std::string> with_interval(std::vector<std::string> result,
                                                const std::vector<std::string>& more) {
    result.insert(result.end(), kIntervalColumns.begin(), kIntervalColumns.end());
    result.insert(result.end(), more.begin(), more.end());
    return result;
  }

  struct Data {
    Table runs{.id = "skip_length_runs",
               .title = "Every run",
               .columns = {"data", "leaky", "combine", "k", "seed", "fold", "train_accuracy",
                           "train_accuracy_last", "valid_accuracy", "test_accuracy", "gap",
                           "gap_last", "run_id"},
               .rows = {},
               .notes = {"Accuracies are fractions; gap is training minus validation accuracy. "
                         "Those named last are of the last epoch, from the curves; the others are "
                         "final ones, of the kept epoch."}};
    Table points{
        .id = "skip_length_points",
        .title = "Every point of the figures",
        .columns = columns({"data", "leaky", "combine", "k", "quantity"},
                           {"n_runs", "n_planned", "run_ids"}),
        .rows = {},
        .notes = {
            "Fractions; ci_method made the interval, over ci_n divisions, artists or tracks."}};
    Table changes{
        .id = "skip_length_changes",
        .title = "Every change from k = 0",
        .columns = with_interval({"data", "leaky", "combine", "k", "quantity", "difference"},
                                 {"n_runs", "n_divisions", "run_ids", "reference_run_ids"}),
        .rows = {},
        .notes = {"Fractions; the mean over common divisions of the tracks, paired; ci_method made "
                  "the interval. Runs and references are in the order of the divisions."}};
  };

  LineChart::Series series_of(const Scores& scores, const Mode& mode, const Quantity& quantity,
                              const std::vector<long>& lengths, IntervalLegend& legend) const {
    LineChart::Series series;
    const double none = std::numeric_limits<double>::quiet_NaN();
    for (const Point& point : mode.points) {
      const Measured measured = mean_of(scores, point, quantity, level_);
      if (measured.values.empty()) continue;
      legend.add(measured);
      series.x.push_back(static_cast<double>(
          std::find(lengths.begin(), lengths.end(), point.group->length) - lengths.begin()));
      series.y.push_back(100.0 * measured.mean);
      series.low.push_back(measured.interval ? 100.0 * measured.interval->low : none);
      series.high.push_back(measured.interval ? 100.0 * measured.interval->high : none);
    }
    return series;
  }

  /// An empty figure is left out.
  void add_figure(const Scores& scores, const SkipFamily& family,
                  const std::vector<std::pair<std::string, const Mode*>>& lines,
                  const std::vector<const Quantity*>& quantities, const std::string& y_label,
                  const std::string& id, const std::string& title, Document& document) const {
    std::set<long> all;
    for (const auto& [name, mode] : lines)
      for (const Point& point : mode->points) all.insert(point.group->length);
    const std::vector<long> lengths(all.begin(), all.end());
    LineChart chart{.x_label = "k (steps that the skip spans)", .y_label = y_label};
    for (const long length : lengths) chart.categories.push_back(fmt::format("{}", length));
    IntervalLegend legend(level_);
    for (const auto& [name, mode] : lines)
      for (const Quantity* quantity : quantities) {
        LineChart::Series series = series_of(scores, *mode, *quantity, lengths, legend);
        if (series.x.empty()) continue;
        series.name = quantities.size() > 1 ? quantity->title : name;
        chart.series.push_back(std::move(series));
      }
    if (chart.series.empty()) return;
    std::vector<std::string> notes = legend.notes();
    if (chart.series.size() == 1) notes.push_back("Line: " + chart.series.front().name + ".");
    const bool from_gru = std::any_of(lines.begin(), lines.end(), [](const auto& line) {
      return line.second->has_reference && line.second->points.front().group->combine.empty();
    });
    if (from_gru) add_note(notes, "k = 0 is the method gru.");
    add_note(notes, mark_note(family.protocol));
    document.body.emplace_back(to_figure(id, title, draw(chart, {.id = id}), std::move(notes)));
  }

  void add_figures(const Scores& scores, const SkipFamily& family, const std::vector<Mode>& modes,
                   const std::string& id, Document& document) const {
    std::vector<const Quantity*> accuracies;
    for (const Quantity& quantity : kQuantities)
      if (!quantity.gap) accuracies.push_back(&quantity);
    for (const Mode& mode : modes)
      add_figure(scores, family, {{mode.combine, &mode}}, accuracies, "accuracy (%)",
                 id + "-" + slug(mode.combine),
                 fmt::format("Accuracy by the length of the skip (combined by {}) on {}",
                             mode.combine, family.title),
                 document);
    std::vector<std::pair<std::string, const Mode*>> all;
    for (const Mode& mode : modes) all.emplace_back(mode.combine, &mode);
    for (const Quantity& quantity : kQuantities)
      if (quantity.gap)
        add_figure(scores, family, all, {&quantity}, "train − validation (points)",
                   id + "-" + quantity.id,
                   fmt::format("Training minus validation accuracy: {} on {}", quantity.title,
                               family.title),
                   document);
  }

  static Table make_table(const SkipFamily& family, std::string id, const std::string& title,
                          const char* counted) {
    Table result{.id = std::move(id),
                 .title = title + family.title,
                 .columns = {"combine", "k", counted},
                 .rows = {},
                 .notes = {}};
    for (const Quantity& quantity : kQuantities) result.columns.emplace_back(quantity.title);
    return result;
  }

  Table score_table(const Scores& scores, const SkipFamily& family, const std::vector<Mode>& modes,
                    const std::string& id) const {
    Table result =
        make_table(family, id + "-scores", "Accuracy by the length of the skip on ", "runs");
    Runs all;
    bool partial = false;
    std::vector<std::string> failures;
    IntervalLegend legend(level_);
    std::set<const SkipGroup*> known;  // k = 0 is of all modes
    for (const Mode& mode : modes)
      for (const Point& point : mode.points) {
        if (!known.insert(point.group).second) continue;
        const Tally counts = tally(point.group->runs);
        all.insert(all.end(), point.group->runs.begin(), point.group->runs.end());
        std::vector<Cell> row = {shown(point.group->length == 0 ? "any" : mode.combine),
                                 shown_number(fmt::format("{}", point.group->length)),
                                 shown_number(to_string(counts), !counts.complete())};
        for (const Quantity& quantity : kQuantities) {
          const Measured measured = mean_of(scores, point, quantity, level_);
          legend.add(measured);
          partial = partial || is_partial(measured, counts);
          row.push_back(measured.values.empty()
                            ? shown_number("–")
                            : score_cell(measured, counts, quantity, family.protocol));
        }
        result.rows.push_back(std::move(row));
        for (std::string& note : failure_notes(point.group->title, point.group->runs))
          failures.push_back(std::move(note));
      }
    add_note(result.notes, mark_note(family.protocol));
    if (partial)
      add_note(result.notes, "* Not all planned runs are done (done/planned beside it).");
    for (std::string& note : failures)
      if (std::find(result.notes.begin(), result.notes.end(), note) == result.notes.end())
        add_note(result.notes, std::move(note));
    add_note(result.notes,
             "Kept epoch: final accuracy over tracks, with the weights that were kept. Last epoch: "
             "the end of the curves, over excerpts. Gap: training minus validation accuracy of "
             "each run, then the mean.");
    add_note(result.notes, "k = 0 is one network whatever the mode of combining, and stands once.");
    for (std::string& note : legend.notes()) add_note(result.notes, std::move(note));
    add_data_notes(scores.store(), all, result.notes);
    return result;
  }

  static Cell score_cell(const Measured& measured, const Tally& counts, const Quantity& quantity,
                         const Protocol& protocol) {
    Cell cell = accuracy_cell(counts, measured, protocol);
    if (quantity.gap)
      cell.text = format_points(measured) + (is_partial(measured, counts) ? " *" : "") +
                  std::string(mark(protocol));
    return cell;
  }

  Table change_table(const Scores& scores, const SkipFamily& family, const std::vector<Mode>& modes,
                     const std::string& id) const {
    Table result = make_table(family, id + "-changes", "Change from k = 0 on ", "divisions");
    std::size_t n_intervals = 0;
    std::vector<std::string> verdicts, without;
    IntervalLegend legend(level_);
    for (const Mode& mode : modes) {
      if (!mode.has_reference) {
        without.push_back(mode.combine);
        continue;
      }
      for (std::size_t i = 1; i < mode.points.size(); ++i) {
        std::vector<Cell> row = {
            shown(mode.combine), shown_number(fmt::format("{}", mode.points[i].group->length)), {}};
        std::size_t n_pairs = 0;
        for (const Quantity& quantity : kQuantities) {
          const Change change =
              change_between(scores, mode.points[i], mode.points.front(), quantity, level_);
          n_pairs = std::max(n_pairs, change.n_divisions);
          legend.add(change.difference);
          Cell cell = shown_number(
              change.runs.empty()
                  ? "–"
                  : format_points(change.difference) + std::string(mark(family.protocol)),
              /*caution=*/!change.runs.empty() && !mark(family.protocol).empty());
          if (change.difference.interval) {
            ++n_intervals;
            cell.strong = sign_of(*change.difference.interval) != 0;
          }
          row.push_back(std::move(cell));
        }
        row[2] = count_cell(n_pairs);
        result.rows.push_back(std::move(row));
      }
      for (const Quantity& quantity : kQuantities)
        add_note(verdicts, verdict(scores, mode, quantity, level_));
    }
    add_note(result.notes, mark_note(family.protocol));
    for (const std::string& combine : without)
      add_note(result.notes, combine + ": no run with k = 0, so no change from it.");
    add_note(result.notes,
             "Differences are in percentage points and paired by division: both sides trained and "
             "tested on the same tracks. Emphasised: the interval excludes 0.");
    for (std::string& note : legend.notes()) add_note(result.notes, std::move(note));
    add_note(result.notes,
             "The paper says that skips lower training accuracy and leave validation accuracy "
             "alone. By the intervals, against k = 0:");
    for (std::string& note : verdicts) add_note(result.notes, std::move(note));
    if (n_intervals > 1)
      add_note(result.notes,
               fmt::format("Each interval stands by itself: if nothing ever changed, about {:.1f} "
                           "of these {} would still exclude 0.",
                           (1.0 - level_) * static_cast<double>(n_intervals), n_intervals));
    add_note(result.notes,
             "An interval that includes 0 does not show that nothing changes; its width says how "
             "small a change could have been seen.");
    return result;
  }

  void add_data(const Scores& scores, const SkipFamily& family, const std::vector<Mode>& modes,
                Data& data) const {
    const std::string leaky = family.protocol.is_leaky() ? "true" : "false";
    std::set<const SkipGroup*> known;  // k = 0 may be shared
    for (const Mode& mode : modes)
      for (const Point& point : mode.points) {
        const auto place = [&](const std::string& combine) {
          return std::vector<Cell>{text_cell(family.title), text_cell(leaky), text_cell(combine),
                                   shown_number(fmt::format("{}", point.group->length))};
        };
        if (known.insert(point.group).second)
          add_runs(point, place(point.group->combine), data.runs);
        for (const Quantity& quantity : kQuantities) {
          const Measured measured = mean_of(scores, point, quantity, level_);
          if (measured.values.empty()) continue;
          std::vector<Cell> row = place(mode.combine);
          row.push_back(text_cell(quantity.id));
          append(row, measured_cells(measured, level_));
          append(row, {count_cell(measured.values.size()), count_cell(point.group->runs.size()),
                       text_cell(run_ids(point.group->runs))});
          data.points.rows.push_back(std::move(row));
          if (!mode.has_reference || &point == &mode.points.front()) continue;
          const Change change =
              change_between(scores, point, mode.points.front(), quantity, level_);
          if (change.runs.empty()) continue;
          row = place(mode.combine);
          append(row, {text_cell(quantity.id), number_cell(change.difference.mean)});
          append(row, interval_cells(change.difference, level_));
          append(row, {count_cell(change.runs.size()), count_cell(change.n_divisions),
                       text_cell(run_ids(change.runs)), text_cell(run_ids(change.references))});
          data.changes.rows.push_back(std::move(row));
        }
      }
    // Runs of k = 0 that repeat the reference under another mode.
    for (const SkipGroup& group : family.groups)
      if (known.insert(&group).second)
        add_runs(make_point(scores.store(), group),
                 {text_cell(family.title), text_cell(leaky), text_cell(group.combine),
                  shown_number(fmt::format("{}", group.length))},
                 data.runs);
  }

  static void add_runs(const Point& point, const std::vector<Cell>& place, Table& table) {
    for (const RunAccuracies& scores : point.scores) {
      std::vector<Cell> row = place;
      append(row, {count_cell(scores.run->seed), text_cell(scores.run->parameter("split.fold"))});
      for (const Quantity& quantity : kQuantities) row.push_back(number_cell(quantity.of(scores)));
      row.push_back(text_cell(scores.run->id));
      table.rows.push_back(std::move(row));
    }
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
