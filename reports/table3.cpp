// The paper's Table 3 and the other accuracies that its section 6 states, beside ours.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "harness/plugin/registry.hpp"
#include "harness/records/facts.hpp"
#include "reports/support/comparison.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/remarks.hpp"
#include "reports/support/settings.hpp"
#include "reports/support/table3_lines.hpp"
#include "reports/support/tied_with_best.hpp"

namespace genrebench {
namespace {

using table3::Line;
using table3::Pair;

/// Which of the two sides any line has.
struct Sides {
  bool honest = false;
  bool leaky = false;
};

/// What rows leave to the notes.
struct RowRemarks : Remarks {
  bool segments = false;               ///< some method answered for segments
  std::set<const RunGroup*> top = {};  ///< whose test accuracy is set in bold
  std::vector<std::string> lines = {};
  /// What differs between the sides besides the rule, and in which rows.
  std::vector<std::pair<std::string, std::string>> comparisons = {};

  void add_comparison(const std::vector<std::string>& notes, const std::string& where) {
    for (const std::string& note : notes) {
      const auto same = std::find_if(comparisons.begin(), comparisons.end(),
                                     [&](const auto& known) { return known.first == note; });
      if (same == comparisons.end())
        comparisons.emplace_back(note, where);
      else
        same->second += "; " + where;
    }
  }
};

/// What a row calls its method and its input.
struct RowNames {
  std::string title, input;
};

RowNames names_of(const Line& line, const Pair& pair) {
  RowNames names{.title = std::string(*table3::method_title(line.key.method)),
                 .input = line.key.input};
  if (line.pairs.empty()) return names;
  if (const std::string variant = variant_of(line, pair); !variant.empty())
    names.title += " (" + variant + ")";
  if (const std::string weights = weights_of(pair); !weights.empty()) names.title += ", " + weights;
  if (const std::string segmentation = segmentation_title(pair.any().parameters);
      !segmentation.empty())
    names.input += " (" + segmentation + ")";
  return names;
}

/// Both sides on the genres that both test (or validate on); nothing where a side is missing.
std::optional<Comparison> compare(const Scores& scores, const Pair& pair, const char* split) {
  if (pair.leaky == nullptr || pair.honest == nullptr) return std::nullopt;
  return std::optional<Comparison>(
      std::in_place, scores,
      std::vector<Side>{{to_string(pair.leaky->protocol), pair.leaky->runs},
                        {to_string(pair.honest->protocol), pair.honest->runs}},
      split);
}

/// Columns that say what a row of data is about, and their cells. The protocol comes last.
const std::vector<std::string> kPlaceColumns = {"method",  "input",   "dataset",
                                                "variant", "weights", "segmentation"};
constexpr std::array<const char*, 2> kProtocolColumns = {"protocol", "leaky"};

std::vector<Cell> place_cells(const Line& line, const Pair& pair, const RunGroup& group) {
  return {text_cell(line.key.method),  text_cell(line.key.input),
          text_cell(line.key.dataset), text_cell(variant_of(line, pair)),
          text_cell(weights_of(pair)), text_cell(segmentation_title(group.parameters))};
}

std::vector<Cell> protocol_cells(const RunGroup& group) {
  return {text_cell(to_string(group.protocol)), flag_cell(group.protocol.is_leaky())};
}

/// The data tables.
struct Table3Data {
  Table runs{.id = "table3_runs",
             .title = "Every run of Table 3",
             .columns = column_names(kPlaceColumns, kProtocolColumns,
                                     {"seed", "fold", "run_id", "status", "train_accuracy",
                                      "valid_accuracy", "test_accuracy", "valid_segment_accuracy",
                                      "test_segment_accuracy", "kept_epoch", "message"}),
             .notes = {"Accuracies are fractions."}};
  Table cells{
      .id = "table3_cells",
      .title = "Every cell of Table 3",
      .columns = column_names(
          column_names(column_names(kPlaceColumns, kProtocolColumns, {"split"}), kMeasuredColumns),
          kTallyColumns, {"paper", "paper_source", "run_ids"}),
      .notes = {"Accuracies are fractions; ci_method made the interval, over ci_n "
                "divisions, artists or tracks."}};
  Table leaks{.id = "table3_leakage",
              .title = "What leaking adds",
              .columns = column_names(
                  column_names(kPlaceColumns, std::array{"split", "n_genres", "difference"}),
                  kIntervalColumns, {"degrees_of_freedom", "leaky_run_ids", "honest_run_ids"}),
              .notes = {"difference = mean leaky accuracy - mean accuracy of the other split, over "
                        "the n_genres genres that every test (or validation) part has, fractions; "
                        "ci_method made the interval."}};
};

class Table3 final : public Report {
 public:
  explicit Table3(const LevelOptions& options) : level_(options.level) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    std::vector<RunGroup> groups = group_runs(scope.runs);
    std::map<std::string, std::size_t> others;
    std::erase_if(groups, [&](const RunGroup& group) {
      const std::string method = value_of(group.parameters, "method.name");
      if (table3::method_title(method)) return false;
      others[method.empty() ? "no method" : method] += group.runs.size();
      return true;
    });
    if (groups.empty())
      throw ConfigError(
          "table3: no run in scope is about it; expected method.name vgg16, resnet34, gru or "
          "skip_gru");
    const std::vector<Line> lines = table3::make_lines(groups);

    Document document{.name = "table3", .title = "Table 3: deep methods", .body = {}, .data = {}};
    document.body.emplace_back(shown_table(scores, lines, groups));
    document.data = data_tables(scores, lines);
    if (const std::string left_out = counted_names(others); !left_out.empty())
      document.body.emplace_back(
          Paragraph{"Runs in scope that Table 3 has no line for: " + left_out + "."});
    return document;
  }

 private:
  Measured accuracy_of(const Scores& scores, const Runs& runs, const char* split) const {
    return measure(scores, runs, split, "accuracy", level_);
  }

  Table shown_table(const Scores& scores, const std::vector<Line>& lines,
                    const std::vector<RunGroup>& groups) const {
    Table result{.id = "table3",
                 .title = "Validation accuracy of the deep methods: the paper's and ours",
                 .columns = {"Method", "input", "dataset", "paper"}};
    Sides sides;
    for (const RunGroup& group : groups)
      (group.protocol.is_leaky() ? sides.leaky : sides.honest) = true;
    const auto add_columns = [&](const std::string& side) {
      for (const char* column : {": validation", ": test", ": runs"})
        result.columns.push_back(side + column);
    };
    if (sides.honest) add_columns("ours");
    if (sides.leaky) add_columns("leaky");
    if (sides.honest && sides.leaky) result.columns.emplace_back("leaky − ours: validation");

    RowRemarks remarks{{.legend = IntervalLegend(level_)}};
    const std::string top_note = find_top(scores, groups, remarks);
    for (const Line& line : lines) {
      std::vector<Pair> pairs = line.pairs;
      if (pairs.empty()) pairs.emplace_back();
      for (std::size_t v = 0; v < pairs.size(); ++v) {
        // The paper has one number, however many variants of ours there are.
        const std::string paper = line.paper == nullptr      ? "–"
                                  : v == paper_variant(line) ? std::string(line.paper->text)
                                                             : "";
        result.rows.push_back(shown_row(scores, line, pairs[v], sides, remarks));
        result.rows.back()[3] = shown_number(paper);
      }
    }
    add_note(result.notes, weights_note(lines));
    add_shown_notes(scores.store(), groups, remarks, result.notes);
    add_note(result.notes, top_note);
    add_guessing(scores, groups, result);
    return result;
  }

  /// Finds what is set in bold. @return  the note on it
  std::string find_top(const Scores& scores, const std::vector<RunGroup>& groups,
                       RowRemarks& remarks) const {
    std::vector<Contender> contenders;
    for (const RunGroup& group : groups)
      contenders.push_back({.runs = group.runs, .family = family_of(group)});
    const TopContenders found = top_contenders(scores, contenders, level_);
    for (std::size_t i = 0; i < groups.size(); ++i)
      if (found.is_top[i]) remarks.top.insert(&groups[i]);
    return found.note;
  }

  static void add_guessing(const Scores& scores, const std::vector<RunGroup>& groups,
                           Table& table) {
    std::vector<AccuracyColumn> columns;
    for (const bool leaky : {false, true}) {
      Runs runs;
      for (const RunGroup& group : groups)
        if (group.protocol.is_leaky() == leaky)
          runs.insert(runs.end(), group.runs.begin(), group.runs.end());
      const std::string side = leaky ? "leaky" : "ours";
      for (AccuracyColumn& column : columns_named(
               table, {{side + ": validation", "valid"}, {side + ": test", "test"}}, runs))
        columns.push_back(std::move(column));
    }
    add_guessing_rows(scores, columns, table);
  }

  /// @return  the row, without the paper's number in its fourth cell
  std::vector<Cell> shown_row(const Scores& scores, const Line& line, const Pair& pair,
                              const Sides& sides, RowRemarks& remarks) const {
    const RowNames names = names_of(line, pair);
    std::vector<Cell> row = {shown(names.title), shown(names.input),
                             shown(dataset_title({{"dataset.name", line.key.dataset}})), Cell()};
    if (sides.honest) append(row, side_cells(scores, pair.honest, names, remarks));
    if (sides.leaky) append(row, side_cells(scores, pair.leaky, names, remarks));
    if (!sides.honest || !sides.leaky) return row;
    const std::optional<Comparison> comparison = compare(scores, pair, "valid");
    const std::optional<Estimate> difference =
        comparison ? comparison->difference(pair.leaky->runs, pair.honest->runs, level_)
                   : std::nullopt;
    row.push_back(shown_number(difference ? format_points(*difference) : "–"));
    if (!difference) return row;
    remarks.legend.add(*difference);
    remarks.add_comparison(comparison->notes(), names.title + ", " + line.key.input + ", " +
                                                    dataset_title(pair.honest->parameters));
    return row;
  }

  /// The cells of one side: validation and test accuracy, and the number of runs.
  /// @param group  nullptr where nothing is planned
  std::vector<Cell> side_cells(const Scores& scores, const RunGroup* group, const RowNames& names,
                               RowRemarks& remarks) const {
    const RunGroup side = group == nullptr ? RunGroup{} : *group;
    const Tally counts = tally(side.runs);
    std::vector<Cell> cells;
    for (const char* split : {"valid", "test"}) {
      cells.push_back(
          remarks.accuracy(accuracy_of(scores, side.runs, split), counts, side.protocol));
      cells.back().strong = split == std::string_view("test") && remarks.top.contains(group);
      const Measured segments = measure(scores, side.runs, split, "segment_accuracy", level_);
      if (segments.values.empty()) continue;
      remarks.segments = true;
      cells.back().text += fmt::format(" ({} per segment)", format_percent(segments.mean));
    }
    cells.push_back(shown_tally(counts));
    if (group == nullptr) return cells;
    const std::string where =
        names.title + ", " + names.input + ", " + dataset_title(side.parameters);
    add_notes(remarks.lines, failure_notes(where, side.runs));
    add_notes(remarks.lines, warning_notes(side.runs), where + ". ");
    add_notes(remarks.lines, {tuned_note(side.runs)}, where + ". ");
    return cells;
  }

  static void add_shown_notes(const StoreReader& store, const std::vector<RunGroup>& groups,
                              RowRemarks& remarks, std::vector<std::string>& notes) {
    std::map<std::string, Runs> of_dataset;
    for (const RunGroup& group : groups) {
      remarks.protocols.insert(group.protocol);
      Runs& runs = of_dataset[value_of(group.parameters, "dataset.name")];
      runs.insert(runs.end(), group.runs.begin(), group.runs.end());
      remarks.runs.insert(remarks.runs.end(), group.runs.begin(), group.runs.end());
    }
    for (const auto& [note, rows] : remarks.comparisons)
      add_note(notes, fmt::format("leaky − ours ({}): {}", rows, note));
    add_notes(notes, remarks.mark_notes());
    add_note(notes, remarks.partial_note());
    add_notes(notes, remarks.lines);
    add_note(notes,
             "Accuracies are of tracks, after the vote over a track's excerpts, with the weights "
             "that were kept. Where these are chosen by the validation score, the validation "
             "accuracy is optimistic; the test part had no say.");
    if (remarks.segments)
      add_note(
          notes,
          "Per segment: accuracy of the single segments, before the vote over a track's segments. "
          "The paper's ≈ 90 % of Figure 10 is of segments; the first number of ours is of tracks.");
    add_notes(notes, remarks.legend.notes());
    for (const auto& [name, runs] : of_dataset) add_note(notes, dataset_note(runs));
    add_division_notes(remarks.runs, notes);
    add_note(notes, bad_tracks_note(bad_tracks(store, remarks.runs)));
    add_note(notes, pruned_note(remarks.runs));
    add_note(notes,
             "The paper gives one validation accuracy each, without interval or seeds, on random "
             "splits; it does not say that artists were kept apart. 75, 63.6, 62, 79 and 75.4 % "
             "are its Table 3; 40.3 % (GRU) and 67 % (largest cluster) its section 6; that of 3 s "
             "segments, which the text calls comparable with full songs, is read off Figure 10.");
  }

  std::vector<Table> data_tables(const Scores& scores, const std::vector<Line>& lines) const {
    Table3Data data;
    for (const Line& line : lines)
      for (const Pair& pair : line.pairs) {
        for (const RunGroup* group : {pair.honest, pair.leaky}) {
          if (group == nullptr) continue;
          std::vector<Cell> place = place_cells(line, pair, *group);
          append(place, protocol_cells(*group));
          add_runs(scores.store(), place, *group, data.runs);
          add_cells(scores, line, place, *group, data.cells);
        }
        if (pair.honest != nullptr && pair.leaky != nullptr)
          add_leaks(scores, pair, place_cells(line, pair, *pair.honest), data.leaks);
      }
    std::vector<Table> result = {std::move(data.runs), std::move(data.cells)};
    if (!data.leaks.rows.empty()) result.push_back(std::move(data.leaks));
    return result;
  }

  static void add_runs(const StoreReader& store, const std::vector<Cell>& place,
                       const RunGroup& group, Table& table) {
    for (const RunRecord* run : group.runs) {
      std::vector<Cell> row = place;
      append(row, {count_cell(run->seed), text_cell(run->parameter("split.fold")),
                   text_cell(run->id), text_cell(to_string(run->status))});
      for (const char* split : {"train", "valid", "test"})
        row.push_back(number_cell(final_metric(store, *run, split, "accuracy")));
      for (const char* split : {"valid", "test"})
        row.push_back(number_cell(final_metric(store, *run, split, "segment_accuracy")));
      append(row, {shown_number(facts::kBestEpoch.text(*run)), text_cell(run->message)});
      table.rows.push_back(std::move(row));
    }
  }

  void add_cells(const Scores& scores, const Line& line, const std::vector<Cell>& place,
                 const RunGroup& group, Table& table) const {
    for (const char* split : {"valid", "test"}) {
      std::vector<Cell> row = place;
      row.push_back(text_cell(split));
      append(row, measured_cells(accuracy_of(scores, group.runs, split), level_));
      append(row, tally_cells(tally(group.runs)));
      append(row, {number_cell(line.paper == nullptr ? std::nullopt
                                                     : std::optional(line.paper->accuracy)),
                   text_cell(line.paper == nullptr ? "" : std::string(line.paper->where)),
                   text_cell(run_ids(group.runs))});
      table.rows.push_back(std::move(row));
    }
  }

  void add_leaks(const Scores& scores, const Pair& pair, const std::vector<Cell>& place,
                 Table& table) const {
    for (const char* split : {"valid", "test"}) {
      const std::optional<Comparison> comparison = compare(scores, pair, split);
      const std::optional<Estimate> difference =
          comparison->difference(pair.leaky->runs, pair.honest->runs, level_);
      if (!difference) continue;
      std::vector<Cell> row = place;
      append(row, {text_cell(split), count_cell(comparison->genres().size()),
                   number_cell(difference->mean)});
      append(row, interval_cells(*difference, level_));
      append(row, {number_cell(difference->degrees_of_freedom),
                   text_cell(run_ids(pair.leaky->runs)), text_cell(run_ids(pair.honest->runs))});
      table.rows.push_back(std::move(row));
    }
  }

  double level_;
};

}  // namespace

void register_table3(Registry& registry) {
  registry.reports.add(
      {{.name = "table3",
        .summary =
            "The paper's Table 3 and the accuracies of its section 6 beside ours, leaky and not.",
        .source = "the paper, section 6, Table 3",
        .options = level_option_table().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Table3>(level_option_table().parse(values));
       }});
}

}  // namespace genrebench
