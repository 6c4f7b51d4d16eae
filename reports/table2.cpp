// The paper's Table 2: classic methods on full songs and on segmented songs, beside the paper's
// numbers.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "harness/plugin/registry.hpp"
#include "reports/support/artist_effect.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/remarks.hpp"
#include "reports/support/table2_blocks.hpp"
#include "reports/support/tied_with_best.hpp"

namespace genrebench {
namespace {

using table2::Block;
using table2::kColumns;
using table2::kNExcerpts;
using table2::kRows;
using table2::Place;

/// A paper's value as it is printed there: "38 %", "43.56 %".
std::string paper_text(double fraction) { return fmt::format("{:.4g} %", 100.0 * fraction); }

/// The planned variants of a row or a column; a single empty one where none is planned.
using Variants = std::vector<std::optional<Parameters>>;

Variants variants_of(const std::vector<Parameters>& planned) {
  if (planned.empty()) return {std::nullopt};
  return {planned.begin(), planned.end()};
}

/// The paper's columns are always shown, others where runs have them.
bool is_shown(const Block& block, std::size_t column) {
  return column < kNExcerpts || !block.excerpts[column].empty();
}

/// What stands above the columns: the excerpt over the paper's and our numbers.
std::vector<Heading> shown_headings(const Block& block) {
  std::vector<Heading> result = {{.group = "", .name = "Algorithm"}};
  for (std::size_t c = 0; c < kColumns.size(); ++c) {
    if (!is_shown(block, c)) continue;
    const std::string title(kColumns[c].title);
    if (c < kNExcerpts) result.push_back({title, "paper"});
    for (const std::optional<Parameters>& variant : variants_of(block.excerpts[c])) {
      const std::string name =
          variant ? table2::variant_title(title, block.excerpts[c], *variant, "excerpt.") : title;
      result.push_back({name, "ours"});
      result.push_back({name, block.folds ? "runs" : "seeds"});
    }
  }
  return result;
}

/// The names of the columns: "Algorithm", "full songs: paper".
std::vector<std::string> shown_columns(const std::vector<Heading>& headings) {
  std::vector<std::string> result;
  for (const Heading& heading : headings)
    result.push_back(heading.group.empty() ? heading.name : heading.group + ": " + heading.name);
  return result;
}

/// The columns of shown_columns() that hold our accuracies.
std::vector<AccuracyColumn> accuracy_columns(const Block& block) {
  std::vector<AccuracyColumn> result;
  std::size_t place = 1;
  for (std::size_t c = 0; c < kColumns.size(); ++c) {
    if (!is_shown(block, c)) continue;
    if (c < kNExcerpts) ++place;
    for (std::size_t v = 0; v < variants_of(block.excerpts[c]).size(); ++v, place += 2)
      result.push_back({.column = place, .runs = block.runs});
  }
  return result;
}

/// One row of a shown table: a variant of a method.
struct ShownRow {
  std::size_t place = 0;  ///< in kRows
  std::string title = {};
  std::optional<Parameters> method = {};
  bool first = false;  ///< of the variants; the paper's numbers stand in this row
};

std::vector<ShownRow> shown_rows(const Block& block) {
  std::vector<ShownRow> rows;
  for (std::size_t r = 0; r < kRows.size(); ++r)
    for (const std::optional<Parameters>& method : variants_of(block.methods[r])) {
      const bool first = rows.empty() || rows.back().place != r;
      rows.push_back({.place = r,
                      .title = method ? table2::variant_title(kRows[r].title, block.methods[r],
                                                              *method, "method.")
                                      : std::string(kRows[r].title),
                      .method = method,
                      .first = first});
    }
  return rows;
}

class Table2 final : public Report {
 public:
  explicit Table2(const LevelOptions& options) : level_(options.level) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    const std::vector<Block> blocks = table2::make_blocks(scope);
    if (blocks.empty())
      throw ConfigError(
          "table2: no run in scope is about it; expected method.name svm, softmax, decision_tree, "
          "naive_bayes or knn with excerpt.name full, chunks or sem");

    Document document{.name = "table2",
                      .title = "Table 2: evaluation of some classic algorithms",
                      .body = {},
                      .data = {}};
    const bool both =
        std::any_of(blocks.begin(), blocks.end(), [](const Block& b) { return b.is_leaky(); }) &&
        std::any_of(blocks.begin(), blocks.end(), [](const Block& b) { return b.is_grouped(); });
    if (both)
      document.body.emplace_back(
          Paragraph{"Grouped and leaky splits answer different questions and are never averaged. "
                    "Numbers marked † are inflated."});
    for (const Block& block : blocks) document.body.emplace_back(shown_table(scores, block));
    document.data = data_tables(runs_table(store, blocks), cells_table(scores, blocks));
    add_artist_effects(scores, blocks, level_, document);
    add_bad_tracks(store, blocks, document);
    if (const std::string note = left_out_note(scope); !note.empty())
      document.body.emplace_back(Paragraph{note});
    return document;
  }

 private:
  Measured accuracy_of(const Scores& scores, const Runs& runs) const {
    return measure(scores, runs, "test", "accuracy", level_);
  }

  Table shown_table(const Scores& scores, const Block& block) const {
    Table result{.id = block.id, .title = block.title};
    result.headings = shown_headings(block);
    result.columns = shown_columns(result.headings);
    Remarks remarks{.legend = IntervalLegend(level_)};
    std::vector<std::string> of_rows;
    const Top top = top_of(scores, block);
    for (const ShownRow& row : shown_rows(block)) {
      const std::size_t n_known = remarks.runs.size();
      result.rows.push_back(shown_cells(scores, block, row, top, remarks));
      const Runs own(remarks.runs.begin() + static_cast<std::ptrdiff_t>(n_known),
                     remarks.runs.end());
      add_notes(of_rows, {tuned_note(own)}, row.title + ". ");
      add_notes(of_rows, warning_notes(own), row.title + ". ");
    }
    add_shown_notes(scores.store(), block, remarks, of_rows, result.notes);
    add_note(result.notes, top.note);
    add_guessing_rows(scores, accuracy_columns(block), result);
    return result;
  }

  /// The cells of a block that are set in bold, and the note on them.
  struct Top {
    std::set<Place> places = {};
    std::string note = {};
  };

  Top top_of(const Scores& scores, const Block& block) const {
    std::vector<Contender> contenders;
    for (const auto& [place, runs] : block.cells) contenders.push_back({.runs = runs});
    TopContenders found = top_contenders(scores, contenders, level_);
    Top top{.note = std::move(found.note)};
    std::size_t i = 0;
    for (const auto& [place, runs] : block.cells)
      if (found.is_top[i++]) top.places.insert(place);
    return top;
  }

  std::vector<Cell> shown_cells(const Scores& scores, const Block& block, const ShownRow& row,
                                const Top& top, Remarks& remarks) const {
    std::vector<Cell> cells = {shown(row.title)};
    for (std::size_t c = 0; c < kColumns.size(); ++c) {
      if (!is_shown(block, c)) continue;
      // The paper has one number, however many variants of ours there are.
      if (c < kNExcerpts)
        cells.push_back(shown_number(row.first ? paper_text(kRows[row.place].paper[c]) : ""));
      for (const std::optional<Parameters>& excerpt : variants_of(block.excerpts[c])) {
        const Runs runs = row.method && excerpt ? block.runs_of({*row.method, *excerpt}) : Runs();
        const Tally counts = tally(runs);
        cells.push_back(remarks.accuracy(accuracy_of(scores, runs), counts, block.protocol));
        cells.back().strong = row.method && excerpt && top.places.contains({*row.method, *excerpt});
        cells.push_back(shown_tally(counts));
        remarks.add_runs(row.title + ", " + std::string(kColumns[c].title), runs);
      }
    }
    return cells;
  }

  /// @param of_rows  notes on single rows
  static void add_shown_notes(const StoreReader& store, const Block& block, const Remarks& remarks,
                              const std::vector<std::string>& of_rows,
                              std::vector<std::string>& notes) {
    const auto add = [&notes](std::string note) { add_note(notes, std::move(note)); };
    add(mark_note(block.protocol));
    if (remarks.partial)
      add("* Not all planned runs are done (done/planned beside it): the number will change, and "
          "its interval with it.");
    add_notes(notes, remarks.failures);
    add("Ours is the accuracy on the test tracks, after the vote over a track's excerpts.");
    add_notes(notes, remarks.legend.notes());
    add(dataset_note(block.runs));
    add("Features: " + describe_plugin(block.parameters, "features") + ".");
    add("Split: " + describe_plugin(block.parameters, "split") + "; " + to_string(block.protocol) +
        ".");
    add_division_notes(block.runs, notes);
    add_notes(notes, of_rows);
    add(bad_tracks_note(bad_tracks(store, block.runs)));
    add(pruned_note(block.runs));
    add("The paper gives one number a cell for GTZAN, without interval or seeds, on a random 70/30 "
        "split; it does not say that artists were kept apart.");
    if (dataset_title(block.parameters) != "GTZAN")
      add("The paper's numbers are for the audio of GTZAN; ours in this table are for the dataset "
          "'" +
          dataset_title(block.parameters) + "'.");
  }

  /// Columns that say which cell a row of data is about, and their cells.
  static std::vector<std::string> place_columns() {
    return column_names({table2::kCellColumns.begin(), table2::kCellColumns.end()},
                        table2::kProtocolColumns);
  }

  static std::vector<Cell> place_cells(const Block& block, const Place& place) {
    std::vector<Cell> cells = cell_cells(block, place);
    append(cells, protocol_cells(block));
    return cells;
  }

  static Table runs_table(const StoreReader& store, const std::vector<Block>& blocks) {
    Table result{.id = "table2_runs",
                 .title = "Every run of Table 2",
                 .columns = column_names(
                     place_columns(), {},
                     {"seed", "fold", "run_id", "status", "accuracy", "macro_f1", "message"}),
                 .notes = {"accuracy and macro_f1 are fractions, on the test tracks."}};
    for (const Block& block : blocks)
      for (const auto& [place, runs] : block.cells)
        for (const RunRecord* run : runs) {
          std::vector<Cell> cells = place_cells(block, place);
          append(cells, {count_cell(run->seed), text_cell(run->parameter("split.fold")),
                         text_cell(run->id), text_cell(to_string(run->status)),
                         number_cell(final_metric(store, *run, "test", "accuracy")),
                         number_cell(final_metric(store, *run, "test", "macro_f1")),
                         text_cell(run->message)});
          result.rows.push_back(std::move(cells));
        }
    return result;
  }

  Table cells_table(const Scores& scores, const std::vector<Block>& blocks) const {
    Table result{.id = "table2_cells",
                 .title = "Every cell of Table 2",
                 .columns = column_names(column_names(place_columns(), kMeasuredColumns),
                                         kTallyColumns, {"paper", "run_ids"}),
                 .notes = {"Accuracies are fractions, on the test tracks; ci_method made the "
                           "interval, over ci_n divisions, artists or tracks."}};
    for (const Block& block : blocks)
      for (const auto& [place, runs] : block.cells) {
        std::vector<Cell> cells = place_cells(block, place);
        append(cells, measured_cells(accuracy_of(scores, runs), level_));
        append(cells, tally_cells(tally(runs)));
        append(cells, {number_cell(table2::paper_value(place)), text_cell(run_ids(runs))});
        result.rows.push_back(std::move(cells));
      }
    return result;
  }

  static void add_bad_tracks(const StoreReader& store, const std::vector<Block>& blocks,
                             Document& document) {
    Table result{.id = "table2_bad_tracks",
                 .title = "Tracks that could not be used",
                 .columns = {"table", "track", "message", "run_ids"}};
    for (const Block& block : blocks) {
      std::vector<std::vector<Cell>> rows = bad_track_rows(block.id, bad_tracks(store, block.runs));
      std::move(rows.begin(), rows.end(), std::back_inserter(result.rows));
    }
    if (!result.rows.empty()) document.data.push_back(std::move(result));
  }

  /// Names the runs in scope that this table has no cell for.
  static std::string left_out_note(const Scope& scope) {
    std::map<std::string, std::size_t> counts;
    for (const RunRecord& run : scope.runs)
      if (!table2::in_table(run))
        ++counts[run.parameter("method.name") + " with excerpt " + run.parameter("excerpt.name")];
    const std::string names = counted_names(counts);
    return names.empty() ? names : "Runs in scope that Table 2 has no cell for: " + names + ".";
  }

  double level_;
};

}  // namespace

void register_table2(Registry& registry) {
  registry.reports.add({{.name = "table2",
                         .summary = "The paper's Table 2: classic methods on full and segmented "
                                    "songs, with the paper's numbers.",
                         .source = "the paper, section 4.1, Table 2",
                         .options = level_option_table().schema()},
                        [](const OptionValues& values) {
                          return std::make_unique<Table2>(level_option_table().parse(values));
                        }});
}

}  // namespace genrebench
