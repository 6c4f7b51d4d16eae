// Cost beside accuracy: seconds per song, parameters, multiply-adds and memory of every
// configuration, and which of them no other one beats in both.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "harness/plugin/registry.hpp"
#include "reports/charts/charts.hpp"
#include "reports/statistics/pareto.hpp"
#include "reports/support/chart_points.hpp"
#include "reports/support/cost_lines.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/remarks.hpp"

namespace genrebench {
namespace {

using cost::Board;
using cost::FeatureTime;
using cost::Line;
using cost::Spread;

/// A cost that a figure has on its axis.
struct Axis {
  const char* id;
  const char* name;   ///< in the column "not beaten"
  const char* title;  ///< of the figure: "Test accuracy and ..."
  const char* label;
  std::optional<double> (*of)(const Line&);
};

std::optional<double> median_of(const std::optional<Spread>& spread) {
  return spread ? std::optional(spread->median) : std::nullopt;
}

constexpr Axis kAxes[] = {
    {"predict", "predict", "seconds of prediction", "seconds of predict per song",
     [](const Line& line) { return median_of(line.predict_s); }},
    {"whole", "whole", "seconds of features and prediction",
     "seconds of features and predict per song", [](const Line& line) { return line.whole_s(); }},
    {"parameters", "parameters", "parameters", "number of parameters",
     [](const Line& line) { return median_of(line.parameters); }},
};

/// The costs of all lines on an axis, NaN where one is not known, and which of them are not beaten.
struct Front {
  std::vector<double> costs = {};
  std::vector<bool> kept = {};
  std::size_t n_known = 0;
};

Front front_of(const Board& board, const Axis& axis) {
  Front front;
  std::vector<double> accuracies;
  for (const Line& line : board.lines) {
    const std::optional<double> cost = axis.of(line);
    const bool known = cost && !line.accuracy.values.empty();
    front.n_known += known;
    front.costs.push_back(known ? *cost : kNotANumber);
    accuracies.push_back(known ? line.accuracy.mean : kNotANumber);
  }
  front.kept = non_dominated(front.costs, accuracies);
  return front;
}

/// Where few lines know a cost, there is no front to speak of.
bool is_telling(const Front& front) { return front.n_known >= 2; }

/// True if the seconds with features say more than those of `predict` alone.
bool has_features(const Board& board) {
  return std::any_of(board.lines.begin(), board.lines.end(),
                     [](const Line& line) { return line.feature_time == FeatureTime::measured; });
}

std::string feature_text(const Line& line) {
  switch (line.feature_time) {
    case FeatureTime::measured:
      return cost::format_short_time(line.features_s->median);
    case FeatureTime::cached:
      return "from cache";
    case FeatureTime::given:
      return "given";
    case FeatureTime::unknown:
      break;
  }
  return "–";
}

template <typename Format>
Cell shown_spread(const std::optional<Spread>& spread, const Format& format) {
  return shown_number(spread ? format(spread->median) : "–");
}

/// A fit may take milliseconds or days.
std::string fit_text(double seconds) {
  return seconds < 1.0 ? cost::format_short_time(seconds) : format_duration(seconds);
}

/// Columns of data tables for a spread, and their cells.
std::vector<std::string> spread_columns(const std::string& name) {
  return {name, name + "_min", name + "_max", name + "_n"};
}

std::vector<Cell> spread_cells(const std::optional<Spread>& spread) {
  if (!spread)
    return {number_cell(std::nullopt), number_cell(std::nullopt), number_cell(std::nullopt),
            number_cell(std::nullopt)};
  return {number_cell(spread->median), number_cell(spread->least), number_cell(spread->most),
          count_cell(spread->n)};
}

/// The name of each spread of a line in data tables.
constexpr std::pair<const char*, std::optional<Spread> Line::*> kSpreads[] = {
    {"features_s_per_song", &Line::features_s},
    {"predict_s_per_song", &Line::predict_s},
    {"fit_s", &Line::fit_s},
    {"parameters", &Line::parameters},
    {"multiply_adds_per_song", &Line::multiply_adds},
    {"peak_memory_bytes", &Line::peak_memory_bytes},
};

Table data_table() {
  std::vector<std::string> columns = {"dataset", "protocol",      "leaky",
                                      "cpu",     "threads",       "gpu",
                                      "hosts",   "configuration", "features_time"};
  for (const auto& [name, spread] : kSpreads)
    for (std::string& column : spread_columns(name)) columns.push_back(std::move(column));
  columns.emplace_back("whole_s_per_song");
  for (const Axis& axis : kAxes) columns.push_back(fmt::format("not_beaten_{}", axis.id));
  columns = column_names(std::move(columns), kMeasuredColumns, {"run_ids", "accuracy_run_ids"});
  return {
      .id = "cost_configurations",
      .title = "What every configuration costs on every machine",
      .columns = std::move(columns),
      .notes = {"Times, parameters, multiply-adds and memory are medians over the run_ids, with "
                "the least, the most, and the number of runs that tell. mean to ci_n are the "
                "test accuracy, a fraction, over the accuracy_run_ids."}};
}

class Cost final : public Report {
 public:
  explicit Cost(const LevelOptions& options) : level_(options.level) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    std::vector<RunGroup> groups = group_runs(scope.runs);
    name_groups(groups);
    const std::vector<Board> boards = cost::make_boards(scores, groups, level_);
    if (boards.empty())
      throw ConfigError(
          "cost: no run in scope was done by this program; expected runs that are done and were "
          "not imported");
    Document document{.name = "cost", .title = "Cost beside accuracy", .body = {}, .data = {}};
    if (boards.size() > 1)
      document.body.emplace_back(
          Paragraph{"Times of different processors or numbers of threads are not compared, nor are "
                    "different datasets or protocols: each has a table of its own."});
    Table data = data_table();
    std::set<std::string> slugs;
    for (const Board& board : boards) {
      const std::string title = fmt::format("{}, {}; {}", board.dataset, to_string(board.protocol),
                                            to_string(board.machine));
      const std::string id = fmt::format("cost-{}", unique_slug(title, slugs));
      document.body.emplace_back(shown_table(scores, board, id, title));
      for (const Axis& axis : kAxes) add_figure(scores, board, axis, {id, title}, document);
      add_data(board, data);
    }
    document.data = data_tables(std::move(data));
    return document;
  }

 private:
  struct Names {
    std::string id, title;
  };

  /// "predict, parameters": the axes on which no other line beats this one.
  static std::string not_beaten(const std::vector<Front>& fronts, std::size_t line) {
    std::string text;
    for (std::size_t a = 0; a < fronts.size(); ++a)
      if (is_telling(fronts[a]) && fronts[a].kept[line])
        text += fmt::format("{}{}", text.empty() ? "" : ", ", kAxes[a].name);
    return text;
  }

  static std::vector<Front> fronts_of(const Board& board) {
    std::vector<Front> fronts;
    for (const Axis& axis : kAxes) fronts.push_back(front_of(board, axis));
    if (!has_features(board)) fronts[1].n_known = 0;  // it would repeat the first
    return fronts;
  }

  Table shown_table(const Scores& scores, const Board& board, const std::string& id,
                    const std::string& title) const {
    Table result{.id = id,
                 .title = fmt::format("Cost and test accuracy: {}", title),
                 .columns = {"configuration", "runs", "test accuracy", "features per song",
                             "predict per song", "parameters", "multiply-adds per song", "fit",
                             "peak memory", "not beaten"}};
    Remarks remarks{.legend = IntervalLegend(level_), .protocols = {board.protocol}};
    const std::vector<Front> fronts = fronts_of(board);
    for (std::size_t i = 0; i < board.lines.size(); ++i) {
      const Line& line = board.lines[i];
      const Tally counts = tally(line.group->runs);
      remarks.runs.insert(remarks.runs.end(), line.group->runs.begin(), line.group->runs.end());
      result.rows.push_back(
          {shown(line.group->title), shown_tally(counts),
           remarks.accuracy(line.accuracy, counts, board.protocol),
           shown_number(feature_text(line)), shown_spread(line.predict_s, cost::format_short_time),
           shown_spread(line.parameters, cost::format_count),
           shown_spread(line.multiply_adds, cost::format_count), shown_spread(line.fit_s, fit_text),
           shown_spread(line.peak_memory_bytes, cost::format_bytes), shown(not_beaten(fronts, i))});
    }
    add_table_notes(board, remarks, result.notes);
    add_guessing_rows(
        scores, {{.column = column_named(result, "test accuracy"), .runs = remarks.runs}}, result);
    return result;
  }

  static std::string machine_note(const Board& board) {
    return fmt::format(
        "Times are of {}{}{}. Times of other processors or numbers of threads are not compared "
        "with these.",
        to_string(board.machine), board.hosts.empty() ? "" : ", on ",
        fmt::join(board.hosts, " and "));
  }

  static void add_table_notes(const Board& board, const Remarks& remarks,
                              std::vector<std::string>& notes) {
    const auto any = [&](FeatureTime time) {
      return std::any_of(board.lines.begin(), board.lines.end(),
                         [time](const Line& line) { return line.feature_time == time; });
    };
    add_note(notes, machine_note(board));
    add_note(
        notes,
        "Each cost is the median over the runs. features: seconds of one thread from the sound "
        "file to the features of a song, with its segmentation, as computed and never from a "
        "cache. predict: wall time of the prediction of the test part per song, from features "
        "to genre.");
    if (any(FeatureTime::cached))
      add_note(notes,
               "from cache: no run on this machine computed these features, so what they take is "
               "not known. Run one again with --no-cache to measure it.");
    if (any(FeatureTime::given))
      add_note(notes,
               "given: the features came as a table or were computed elsewhere; their cost is not "
               "counted.");
    add_note(notes,
             "parameters: numbers that were fitted and that predict reads, stored examples "
             "included. multiply-adds: of predict per song, by its formulas, without the features. "
             "peak memory: of the process while it fitted and predicted, features included.");
    add_note(notes,
             "not beaten: no other row is as accurate and as cheap, and more of one, by the costs "
             "named (whole: features and predict). It goes by the means; where intervals overlap, "
             "the order of accuracies may be chance.");
    add_notes(notes, remarks.mark_notes());
    add_note(notes, remarks.partial_note());
    add_notes(notes, remarks.legend.notes());
    add_note(notes, dataset_note(remarks.runs));
  }

  /// The configuration as legends name it, where most differ in their method.
  static std::string short_title(const Line& line) {
    constexpr std::string_view kMethod = "method.name=";
    const std::string& title = line.group->title;
    return title.starts_with(kMethod) ? title.substr(kMethod.size()) : title;
  }

  /// A series for each line where they are few, with its name; else one for those that are not
  /// beaten and one for the others.
  static void add_points(const Board& board, const Front& front, IntervalLegend& legend,
                         LineChart& chart) {
    constexpr std::size_t kMostNamed = 8;
    const bool named = front.n_known <= kMostNamed;
    LineChart::Series best{.name = "not beaten", .line = false},
        others{.name = "beaten", .line = false};
    for (std::size_t i = 0; i < board.lines.size(); ++i) {
      const Line& line = board.lines[i];
      if (!(front.costs[i] > 0.0)) continue;
      legend.add(line.accuracy);
      if (!named) {
        add_point(front.kept[i] ? best : others, front.costs[i], line.accuracy, 100.0);
        continue;
      }
      LineChart::Series own{.name = short_title(line) + (front.kept[i] ? " *" : ""), .line = false};
      add_point(own, front.costs[i], line.accuracy, 100.0);
      chart.series.push_back(std::move(own));
    }
    if (named) return;
    for (LineChart::Series* series : {&best, &others})
      if (!series->x.empty()) chart.series.push_back(std::move(*series));
  }

  /// The points that are not beaten, joined in the order of their costs.
  static void add_front(const Board& board, const Front& front, LineChart& chart) {
    std::vector<std::pair<double, double>> points;
    for (std::size_t i = 0; i < board.lines.size(); ++i)
      if (front.kept[i] && front.costs[i] > 0.0)
        points.emplace_back(front.costs[i], 100.0 * board.lines[i].accuracy.mean);
    if (points.size() < 2) return;
    std::sort(points.begin(), points.end());
    constexpr int kFrontColour = 22;  // a dark grey
    LineChart::Series series{.name = "Pareto front", .markers = false};
    series.colour = kFrontColour;
    for (const auto& [x, y] : points) {
      series.x.push_back(x);
      series.y.push_back(y);
    }
    chart.series.push_back(std::move(series));
  }

  void add_figure(const Scores& scores, const Board& board, const Axis& axis, const Names& names,
                  Document& document) const {
    const Front front = front_of(board, axis);
    const bool repeats = std::string_view(axis.id) == "whole" && !has_features(board);
    if (!is_telling(front) || repeats) return;
    LineChart chart{.x_label = axis.label,
                    .y_label = "test accuracy (%)",
                    .log_x = true,
                    .side_by_side = false};
    IntervalLegend legend(level_);
    add_points(board, front, legend, chart);
    if (chart.series.empty()) return;
    add_front(board, front, chart);
    Runs runs;
    for (const Line& line : board.lines)
      runs.insert(runs.end(), line.group->runs.begin(), line.group->runs.end());
    add_guessing_lines(mean_guessing(scores, runs, "test"), chart);
    std::vector<std::string> notes = {
        "* and the line: not beaten, because no other is as accurate and as cheap, and more of "
        "one.",
        machine_note(board)};
    if (const std::size_t n = board.lines.size() - front.n_known; n > 0)
      notes.push_back(
          fmt::format("{} of {} configurations are not shown, because this cost or their accuracy "
                      "is not known.",
                      n, board.lines.size()));
    if (std::count(front.costs.begin(), front.costs.end(), 0.0) > 0)
      notes.emplace_back("Costs of 0 have no place on a logarithmic axis.");
    add_notes(notes, legend.notes());
    add_note(notes, mark_note(board.protocol));
    const std::string id = fmt::format("{}-{}", names.id, axis.id);
    document.body.emplace_back(
        to_figure(id, fmt::format("Test accuracy and {}: {}", axis.title, names.title),
                  draw(chart, {.id = id}), std::move(notes)));
  }

  void add_data(const Board& board, Table& data) const {
    const std::vector<Front> fronts = fronts_of(board);
    for (std::size_t i = 0; i < board.lines.size(); ++i) {
      const Line& line = board.lines[i];
      const std::string time = line.feature_time == FeatureTime::measured ? "measured"
                               : line.feature_time == FeatureTime::cached ? "cached"
                               : line.feature_time == FeatureTime::given  ? "given"
                                                                          : "unknown";
      std::vector<Cell> row = {text_cell(board.dataset),
                               text_cell(to_string(board.protocol)),
                               flag_cell(board.protocol.is_leaky()),
                               text_cell(board.machine.cpu),
                               text_cell(board.machine.threads),
                               text_cell(board.machine.gpu),
                               text_cell(fmt::format("{}", fmt::join(board.hosts, " "))),
                               text_cell(line.group->title),
                               text_cell(time)};
      for (const auto& [name, spread] : kSpreads) append(row, spread_cells(line.*spread));
      row.push_back(number_cell(line.whole_s()));
      for (const Front& front : fronts)
        row.push_back(is_telling(front) ? flag_cell(front.kept[i]) : text_cell(""));
      append(row, measured_cells(line.accuracy, level_));
      append(row, {text_cell(run_ids(line.runs)), text_cell(run_ids(line.group->runs))});
      data.rows.push_back(std::move(row));
    }
  }

  double level_;
};

}  // namespace

void register_cost(Registry& registry) {
  registry.reports.add(
      {{.name = "cost",
        .summary =
            "Seconds per song, parameters, multiply-adds and memory beside the accuracy, and "
            "what no other configuration beats in both.",
        .source = "",
        .options = level_option_table().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Cost>(level_option_table().parse(values));
       }});
}

}  // namespace genrebench
