// What leaking adds. The same methods are compared on splits that have pieces of one song on both
// sides, songs of one artist on both sides, or neither; differences have intervals.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "harness/plugin/registry.hpp"
#include "reports/charts/charts.hpp"
#include "reports/support/chart_points.hpp"
#include "reports/support/comparison.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/remarks.hpp"

namespace genrebench {
namespace {

/// One configuration under every protocol.
struct Row {
  Parameters method = {};
  std::string title = {};
  std::map<Protocol, RunGroup> groups = {};
};

/// Rows whose runs differ only in the method and in what the split keeps together.
struct LeakageFamily {
  Parameters shared = {};
  std::string title = {};
  std::vector<Protocol> protocols = {};  ///< the leakiest first
  std::vector<Row> rows = {};
};

std::string column_title(const Protocol& protocol) {
  if (protocol.kind == Protocol::Kind::pieces) return "pieces apart ††";
  if (protocol.kind == Protocol::Kind::leaky) return "songs apart †";
  return to_string(protocol) + std::string(mark(protocol));
}

/// The protocols as sides, each with the runs of all methods.
Comparison compare(const Scores& scores, const LeakageFamily& family) {
  std::vector<Side> sides;
  for (const Protocol& protocol : family.protocols) {
    Side side{.name = to_string(protocol), .runs = {}};
    for (const Row& row : family.rows)
      if (const auto found = row.groups.find(protocol); found != row.groups.end())
        side.runs.insert(side.runs.end(), found->second.runs.begin(), found->second.runs.end());
    sides.push_back(std::move(side));
  }
  return Comparison(scores, std::move(sides));
}

/// Gives families and their rows titles that say how they differ, and sorts the protocols: the
/// leakiest first.
void name_families(std::vector<LeakageFamily>& families) {
  std::vector<Parameters> shared;
  for (const LeakageFamily& family : families) shared.push_back(family.shared);
  for (LeakageFamily& family : families) {
    std::stable_sort(family.protocols.begin(), family.protocols.end(),
                     [](const Protocol& a, const Protocol& b) { return a.kind > b.kind; });
    const std::string variant = describe(family.shared, varying_keys(shared));
    family.title = dataset_title(family.shared) + (variant.empty() ? "" : "; " + variant);
    std::vector<Parameters> methods;
    for (const Row& row : family.rows) methods.push_back(row.method);
    const std::vector<std::string> keys = varying_keys(methods);
    for (Row& row : family.rows) {
      row.title = describe(row.method, keys, "method.");
      if (keys.size() <= 1 && row.method.contains("method.name"))
        row.title = row.method.at("method.name");
    }
  }
}

std::vector<LeakageFamily> make_families(const std::vector<RunRecord>& runs) {
  std::vector<LeakageFamily> families;
  for (RunGroup& group : group_runs(runs)) {
    if (group.protocol.kind == Protocol::Kind::not_run) continue;
    const Parameters apart_from_rules =
        without_prefix(group.parameters, {"split.leaky", "split.unit", "split.group_by"});
    const Parameters method = with_prefix(apart_from_rules, {"method."}),
                     shared = without_prefix(apart_from_rules, {"method."});
    auto family = std::find_if(families.begin(), families.end(),
                               [&](const LeakageFamily& f) { return f.shared == shared; });
    if (family == families.end())
      family = families.insert(families.end(), LeakageFamily{.shared = shared});
    auto row = std::find_if(family->rows.begin(), family->rows.end(),
                            [&](const Row& r) { return r.method == method; });
    if (row == family->rows.end())
      row = family->rows.insert(family->rows.end(), Row{.method = method});
    if (std::find(family->protocols.begin(), family->protocols.end(), group.protocol) ==
        family->protocols.end())
      family->protocols.push_back(group.protocol);
    const Protocol protocol = group.protocol;
    row->groups.emplace(protocol, std::move(group));
  }
  std::erase_if(families, [](const LeakageFamily& f) { return f.protocols.size() < 2; });
  name_families(families);
  return families;
}

class Leakage final : public Report {
 public:
  explicit Leakage(const LevelOptions& options) : level_(options.level) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    const std::vector<LeakageFamily> families = make_families(scope.runs);
    if (families.empty())
      throw ConfigError(
          "leakage: nothing to compare; expected done runs that differ in split.leaky, split.unit "
          "or split.group_by alone");
    Document document{.name = "leakage", .title = "What leaking adds", .body = {}, .data = {}};
    document.body.emplace_back(
        Paragraph{"The same methods on the same data, with songs recognised again (pieces of one "
                  "song in training and test), artists recognised again (songs of one artist on "
                  "both sides), and neither. Only the last measures genre."});
    Data data;
    std::set<std::string> slugs;
    for (const LeakageFamily& family : families) {
      const std::string id = "leakage-" + unique_slug(family.title, slugs);
      const Comparison comparison = compare(scores, family);
      document.body.emplace_back(shown_table(scores, family, comparison, id));
      add_figure(scores, family, comparison, id, document);
      add_data(store, family, comparison, data);
    }
    document.data = data_tables(std::move(data.runs), std::move(data.differences));
    return document;
  }

 private:
  struct Data {
    Table runs{.id = "leakage_runs",
               .title = "Every run of the comparison",
               .columns = {"data", "method", "protocol", "leaky", "seed", "fold", "run_id",
                           "accuracy", "n_tracks", "accuracy_all_genres"},
               .notes = {"accuracy is over the n_tracks test tracks of the genres that every "
                         "protocol tests; fractions."}};
    Table differences{
        .id = "leakage_differences",
        .title = "Every difference",
        .columns =
            column_names({"data", "method", "protocol", "minus", "difference"}, kIntervalColumns,
                         {"degrees_of_freedom", "run_ids", "minus_run_ids"}),
        .notes = {"Differences of mean accuracies over the genres that every protocol tests, "
                  "fractions; ci_method made the interval."}};
  };

  /// Pairs of neighbours in order of leakiness, then the leakiest with the least leaky one.
  static std::vector<std::pair<Protocol, Protocol>> pairs(const LeakageFamily& family) {
    std::vector<std::pair<Protocol, Protocol>> result;
    for (std::size_t p = 0; p + 1 < family.protocols.size(); ++p)
      result.emplace_back(family.protocols[p], family.protocols[p + 1]);
    if (result.size() > 1) result.emplace_back(family.protocols.front(), family.protocols.back());
    return result;
  }

  static const Runs& runs_of(const Row& row, const Protocol& protocol) {
    static const Runs none;
    const auto found = row.groups.find(protocol);
    return found == row.groups.end() ? none : found->second.runs;
  }

  std::optional<Estimate> difference(const Comparison& comparison, const Row& row,
                                     const std::pair<Protocol, Protocol>& pair) const {
    return comparison.difference(runs_of(row, pair.first), runs_of(row, pair.second), level_);
  }

  /// The runs of all methods under one protocol.
  static Runs runs_under(const LeakageFamily& family, const Protocol& protocol) {
    Runs runs;
    for (const Row& row : family.rows)
      for (const RunRecord* run : runs_of(row, protocol)) runs.push_back(run);
    return runs;
  }

  Table shown_table(const Scores& scores, const LeakageFamily& family, const Comparison& comparison,
                    const std::string& id) const {
    Table result{.id = id,
                 .title = "Test accuracy by what is kept apart on " + family.title,
                 .columns = {"Method"}};
    for (const Protocol& protocol : family.protocols) {
      result.columns.push_back(column_title(protocol));
      result.columns.emplace_back("runs");
    }
    for (const auto& [first, second] : pairs(family))
      result.columns.push_back(column_title(first) + " − " + column_title(second));
    Remarks remarks{.legend = IntervalLegend(level_)};
    for (const Row& row : family.rows)
      result.rows.push_back(shown_row(family, row, comparison, remarks));
    result.notes = comparison.notes();
    for (const Protocol& protocol : family.protocols) add_note(result.notes, mark_note(protocol));
    add_notes(result.notes, remarks.failures);
    add_note(result.notes, remarks.partial_note());
    add_notes(result.notes, remarks.legend.notes());
    add_data_notes(scores.store(), remarks.runs, result.notes);
    std::vector<AccuracyColumn> columns;
    for (const Protocol& protocol : family.protocols)
      columns.push_back({.column = column_named(result, column_title(protocol)),
                         .runs = runs_under(family, protocol),
                         .genres = comparison.genres()});
    add_guessing_rows(scores, columns, result);
    return result;
  }

  std::vector<Cell> shown_row(const LeakageFamily& family, const Row& row,
                              const Comparison& comparison, Remarks& remarks) const {
    std::vector<Cell> cells = {shown(row.title)};
    for (const Protocol& protocol : family.protocols) {
      const Runs& runs = runs_of(row, protocol);
      const Tally counts = tally(runs);
      cells.push_back(remarks.accuracy(comparison.accuracy(runs, level_), counts, protocol));
      cells.push_back(shown_tally(counts));
      remarks.add_runs(row.title + ", " + to_string(protocol), runs);
    }
    for (const auto& pair : pairs(family)) {
      const std::optional<Estimate> found = difference(comparison, row, pair);
      if (found) remarks.legend.add(*found);
      cells.push_back(shown_number(found ? format_points(*found) : "–"));
    }
    return cells;
  }

  void add_figure(const Scores& scores, const LeakageFamily& family, const Comparison& comparison,
                  const std::string& id, Document& document) const {
    LineChart chart{.x_label = "method", .y_label = "test accuracy (%)"};
    for (const Row& row : family.rows) chart.categories.push_back(row.title);
    IntervalLegend legend(level_);
    for (const Protocol& protocol : family.protocols) {
      LineChart::Series series{.name = column_title(protocol), .line = false};
      for (std::size_t r = 0; r < family.rows.size(); ++r) {
        const Measured measured = comparison.accuracy(runs_of(family.rows[r], protocol), level_);
        if (measured.values.empty()) continue;
        legend.add(measured);
        add_point(series, static_cast<double>(r), measured, 100.0);
      }
      if (!series.x.empty()) chart.series.push_back(std::move(series));
    }
    if (chart.series.empty()) return;
    add_guessing_lines(mean_guessing(scores, runs_under(family, family.protocols.back()), "test",
                                     comparison.genres()),
                       chart);
    std::vector<std::string> notes = comparison.notes();
    add_notes(notes, legend.notes());
    for (const Protocol& protocol : family.protocols) add_note(notes, mark_note(protocol));
    const std::string figure_id = id + "-figure";
    document.body.emplace_back(to_figure(figure_id,
                                         "Test accuracy by what is kept apart on " + family.title,
                                         draw(chart, {.id = figure_id}), std::move(notes)));
  }

  void add_data(const StoreReader& store, const LeakageFamily& family, const Comparison& comparison,
                Data& data) const {
    for (const Row& row : family.rows) {
      const std::vector<Cell> place = {text_cell(family.title), text_cell(row.title)};
      for (const Protocol& protocol : family.protocols)
        for (const RunRecord* run : runs_of(row, protocol)) {
          const std::optional<Comparison::Score> score = comparison.score(*run);
          if (!score) continue;
          std::vector<Cell> cells = place;
          append(cells,
                 {text_cell(to_string(protocol)), flag_cell(protocol.is_leaky()),
                  count_cell(run->seed), text_cell(run->parameter("split.fold")),
                  text_cell(run->id), number_cell(score->accuracy), count_cell(score->n_tracks),
                  number_cell(final_metric(store, *run, "test", "accuracy"))});
          data.runs.rows.push_back(std::move(cells));
        }
      for (const auto& pair : pairs(family)) {
        const std::optional<Estimate> found = difference(comparison, row, pair);
        if (!found) continue;
        std::vector<Cell> cells = place;
        append(cells, {text_cell(to_string(pair.first)), text_cell(to_string(pair.second)),
                       number_cell(found->mean)});
        append(cells, interval_cells(*found, level_));
        append(cells, {number_cell(found->degrees_of_freedom),
                       text_cell(run_ids(runs_of(row, pair.first))),
                       text_cell(run_ids(runs_of(row, pair.second)))});
        data.differences.rows.push_back(std::move(cells));
      }
    }
  }

  double level_;
};

}  // namespace

void register_leakage(Registry& registry) {
  registry.reports.add(
      {{.name = "leakage",
        .summary = "Accuracies with pieces of songs, songs of artists, or neither on both sides of "
                   "the split, and their differences.",
        .source = "E. Pampalk, A. Flexer and G. Widmer, Improvements of audio-based music "
                  "similarity and genre classification, ISMIR 2005 (the artist effect)",
        .options = level_option_table().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Leakage>(level_option_table().parse(values));
       }});
}

}  // namespace genrebench
