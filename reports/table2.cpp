// The paper's Table 2: classic methods on full songs and on segmented songs, beside the paper's
// numbers.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "harness/plugin/registry.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/comparison.hpp"
#include "reports/support/notes.hpp"
#include "reports/support/runs.hpp"
#include "reports/support/settings.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kNExcerpts = 2;  ///< in the paper

struct Column {
  std::string_view excerpt;  ///< the plug-in
  std::string_view title;    ///< the paper's name for it
};
/// Those after the paper's are shown where runs have them.
constexpr std::array<Column, kNExcerpts + 1> kColumns = {
    {{"full", "full songs"}, {"chunks", "segmented songs"}, {"sem", "largest SEM cluster"}}};

struct Row {
  std::string_view method;
  std::string_view title;
  std::array<double, kNExcerpts> paper;  ///< test accuracy, as a fraction
};
/// Table 2 of the paper, row by row; its third row reads 50.08 % and 39.64 %.
constexpr std::array<Row, 5> kRows = {{{"svm", "SVM", {0.4356, 0.4567}},
                                       {"softmax", "Soft-Max", {0.38, 0.4267}},
                                       {"decision_tree", "Decision Tree", {0.5008, 0.3964}},
                                       {"naive_bayes", "Naive Bayes", {0.3067, 0.3067}},
                                       {"knn", "KNN", {0.2767, 0.34}}}};

/// A paper's value as it is printed there: "38 %", "43.56 %".
std::string paper_text(double fraction) { return fmt::format("{:.4g} %", 100.0 * fraction); }

bool in_table(const RunRecord& run) {
  const std::string method = run.parameter("method.name");
  const std::string excerpt = run.parameter("excerpt.name");
  return std::any_of(kRows.begin(), kRows.end(),
                     [&](const Row& row) { return row.method == method; }) &&
         std::any_of(kColumns.begin(), kColumns.end(),
                     [&](const Column& column) { return column.excerpt == excerpt; });
}

/// Options of method and excerpt: what tells the cells of one block apart.
struct Place {
  Parameters method;
  Parameters excerpt;
  auto operator<=>(const Place&) const = default;
};

/// Runs that may stand in one table: they share everything but seed, method and excerpt.
struct Block : RunGroup {
  std::string id;
  std::map<Place, Runs> cells;
  std::vector<std::vector<Parameters>> methods;  ///< for each row of the paper its variants, in the
                                                 ///< plan's order
  std::vector<std::vector<Parameters>> excerpts;  ///< likewise for the columns
  bool folds = false;
};

void add_once(std::vector<Parameters>& list, const Parameters& entry) {
  if (std::find(list.begin(), list.end(), entry) == list.end()) list.push_back(entry);
}

void add_run(Block& block, const RunRecord& run, const Parameters& configuration) {
  const Place place = {with_prefix(configuration, {"method."}),
                       with_prefix(configuration, {"excerpt."})};
  block.methods.resize(kRows.size());
  block.excerpts.resize(kColumns.size());
  for (std::size_t r = 0; r < kRows.size(); ++r)
    if (run.parameter("method.name") == kRows[r].method) add_once(block.methods[r], place.method);
  for (std::size_t c = 0; c < kColumns.size(); ++c)
    if (run.parameter("excerpt.name") == kColumns[c].excerpt)
      add_once(block.excerpts[c], place.excerpt);
  block.cells[place].push_back(&run);
  block.runs.push_back(&run);
}

/// The blocks of the report: honest splits first, within a protocol in the order of the plans.
std::vector<Block> make_blocks(const Scope& scope) {
  const std::vector<Parameters> configuration = configurations(scope.runs);
  const std::vector<Protocol> protocol = protocols(scope.runs);
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < scope.runs.size(); ++i) {
    if (!in_table(scope.runs[i])) continue;
    const Parameters shared = without_prefix(configuration[i], {"method.", "excerpt."});
    auto block = std::find_if(blocks.begin(), blocks.end(), [&](const Block& b) {
      return b.parameters == shared && b.protocol == protocol[i];
    });
    if (block == blocks.end()) {
      block = blocks.emplace(blocks.end());
      block->parameters = shared;
      block->protocol = protocol[i];
    }
    add_run(*block, scope.runs[i], configuration[i]);
  }
  std::stable_sort(blocks.begin(), blocks.end(),
                   [](const Block& a, const Block& b) { return a.protocol < b.protocol; });

  std::map<Protocol::Kind, std::size_t> n_of_kind;
  for (Block& block : blocks) {
    std::vector<Parameters> alike;  // the other tables of this protocol, from which the title must
                                    // tell it apart
    for (const Block& other : blocks)
      if (other.protocol == block.protocol) alike.push_back(other.parameters);
    block.title = "Evaluation of some classic algorithms on " +
                  data_title(block.parameters, block.protocol, alike);
    block.folds = has_folds(block.runs);
    const std::size_t number = ++n_of_kind[block.protocol.kind];
    block.id = "table2_" + kind_id(block.protocol) + (number > 1 ? fmt::format("_{}", number) : "");
  }
  return blocks;
}

/// "KNN", or "KNN (neighbours=3)" where the method has variants.
std::string variant_title(std::string_view title, const std::vector<Parameters>& variants,
                          const Parameters& variant, std::string_view prefix) {
  const std::string text =
      with_segmentation(describe(variant, varying_keys(variants), prefix), variant);
  return std::string(title) + (text.empty() ? "" : " (" + text + ")");
}

const Runs& runs_of(const Block& block, const Place& place) {
  static const Runs none;
  const auto found = block.cells.find(place);
  return found == block.cells.end() ? none : found->second;
}

class Table2 final : public Report {
 public:
  explicit Table2(const LevelOptions& options) : level_(options.level) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    const std::vector<Block> blocks = make_blocks(scope);
    if (blocks.empty())
      throw ConfigError(
          "table2: no run in scope is about it; expected method.name svm, softmax, decision_tree, "
          "naive_bayes or knn with excerpt.name full, chunks or sem");

    Document document{.name = "table2",
                      .title = "Table 2: evaluation of some classic algorithms",
                      .body = {},
                      .data = {}};
    const bool both =
        std::any_of(blocks.begin(), blocks.end(), [](const Block& b) { return is_leaky(b); }) &&
        std::any_of(blocks.begin(), blocks.end(), [](const Block& b) { return is_grouped(b); });
    if (both)
      document.body.emplace_back(
          Paragraph{"Grouped and leaky splits answer different questions and are never averaged. "
                    "Numbers marked † are inflated."});
    for (const Block& block : blocks) document.body.emplace_back(shown_table(scores, block));
    document.data = {runs_table(store, blocks), cells_table(scores, blocks)};
    add_artist_effects(scores, blocks, document);
    add_bad_tracks(store, blocks, document);
    if (const std::string note = left_out_note(scope); !note.empty())
      document.body.emplace_back(Paragraph{note});
    return document;
  }

 private:
  static bool is_leaky(const Block& block) { return block.protocol.is_leaky(); }
  static bool is_grouped(const Block& block) {
    return block.protocol.kind == Protocol::Kind::grouped;
  }

  Measured accuracy_of(const Scores& scores, const Runs& runs) const {
    return measure(scores, runs, "test", "accuracy", level_);
  }

  Table shown_table(const Scores& scores, const Block& block) const {
    Table result{
        .id = block.id, .title = block.title, .columns = {"Algorithm"}, .rows = {}, .notes = {}};
    std::vector<std::optional<Parameters>> column_excerpts;  // for each column of ours its excerpt,
                                                             // if planned
    for (std::size_t c = 0; c < kColumns.size(); ++c) {
      const std::string title(kColumns[c].title);
      if (c < kNExcerpts)
        result.columns.push_back(title + ": paper");
      else if (block.excerpts[c].empty())
        continue;
      std::vector<std::optional<Parameters>> variants(block.excerpts[c].begin(),
                                                      block.excerpts[c].end());
      if (variants.empty()) variants.emplace_back();
      for (const auto& variant : variants) {
        const std::string name =
            variant ? variant_title(title, block.excerpts[c], *variant, "excerpt.") : title;
        result.columns.push_back(name + ": ours");
        result.columns.push_back(name + (block.folds ? ": runs" : ": seeds"));
      }
    }

    bool incomplete = false;
    IntervalLegend legend(level_);
    std::vector<std::string> failures;
    std::vector<std::string> remarks;  // on single rows
    for (std::size_t r = 0; r < kRows.size(); ++r) {
      std::vector<std::optional<Parameters>> methods(block.methods[r].begin(),
                                                     block.methods[r].end());
      if (methods.empty()) methods.emplace_back();
      for (std::size_t m = 0; m < methods.size(); ++m) {
        const std::string title =
            methods[m] ? variant_title(kRows[r].title, block.methods[r], *methods[m], "method.")
                       : std::string(kRows[r].title);
        std::vector<Cell> cells = {shown(title)};
        Runs all;
        for (std::size_t c = 0; c < kColumns.size(); ++c) {
          // The paper has one number, whatever the variants of ours.
          if (c < kNExcerpts)
            cells.push_back(shown_number(m == 0 ? paper_text(kRows[r].paper[c]) : ""));
          else if (block.excerpts[c].empty())
            continue;
          std::vector<std::optional<Parameters>> excerpts(block.excerpts[c].begin(),
                                                          block.excerpts[c].end());
          if (excerpts.empty()) excerpts.emplace_back();
          for (const auto& excerpt : excerpts) {
            const Runs& runs =
                methods[m] && excerpt ? runs_of(block, {*methods[m], *excerpt}) : Runs();
            const Tally counts = tally(runs);
            const Measured accuracy = accuracy_of(scores, runs);
            legend.add(accuracy);
            incomplete = incomplete || is_partial(accuracy, counts);
            cells.push_back(accuracy_cell(counts, accuracy, block.protocol));
            cells.push_back(shown_number(to_string(counts), /*caution=*/!counts.complete()));
            for (std::string& note :
                 failure_notes(title + ", " + std::string(kColumns[c].title), runs))
              failures.push_back(std::move(note));
            all.insert(all.end(), runs.begin(), runs.end());
          }
        }
        if (const std::string note = tuned_note(all); !note.empty())
          remarks.push_back(title + ". " + note);
        for (const std::string& note : warning_notes(all)) remarks.push_back(title + ". " + note);
        result.rows.push_back(std::move(cells));
      }
    }

    const auto add = [&result](std::string note) { add_note(result.notes, std::move(note)); };
    add(mark_note(block.protocol));
    if (incomplete)
      add("* Not all planned runs are done (done/planned beside it): the number will change, and "
          "its interval with it.");
    for (std::string& note : failures) add(std::move(note));
    add("Ours is the accuracy on the test tracks, after the vote over a track's excerpts.");
    for (std::string& note : legend.notes()) add(std::move(note));
    add(dataset_note(block.runs));
    add("Features: " + describe_plugin(block.parameters, "features") + ".");
    add("Split: " + describe_plugin(block.parameters, "split") + "; " + to_string(block.protocol) +
        ".");
    for (const std::string& note : split_notes(block.runs)) add("Split: " + note);
    for (std::string& note : remarks) add(std::move(note));
    add(bad_tracks_note(bad_tracks(scores.store(), block.runs)));
    add(pruned_note(block.runs));
    add("The paper gives one number a cell for GTZAN, without interval or seeds, on a random 70/30 "
        "split; it does not say that artists were kept apart.");
    if (dataset_title(block.parameters) != "GTZAN")
      add("The paper's numbers are for the audio of GTZAN; ours in this table are for the dataset "
          "'" +
          dataset_title(block.parameters) + "'.");
    return result;
  }

  /// Columns that say which cell a row of data is about.
  static std::vector<std::string> place_columns() {
    return {"table",           "method",  "method_options", "excerpt",
            "excerpt_options", "dataset", "protocol",       "leaky"};
  }

  static std::vector<Cell> place_cells(const Block& block, const Place& place) {
    const auto options = [](const Parameters& parameters, const std::string& prefix) {
      std::vector<std::string> keys;
      for (const auto& [key, value] : parameters)
        if (key != prefix + "name") keys.push_back(key);
      return describe(parameters, keys, prefix);
    };
    const auto dataset = block.parameters.find("dataset.name");
    return {text_cell(block.id),
            text_cell(place.method.at("method.name")),
            text_cell(options(place.method, "method.")),
            text_cell(place.excerpt.at("excerpt.name")),
            text_cell(options(place.excerpt, "excerpt.")),
            text_cell(dataset == block.parameters.end() ? "" : dataset->second),
            text_cell(to_string(block.protocol)),
            text_cell(is_leaky(block) ? "true" : "false")};
  }

  static Table runs_table(const StoreReader& store, const std::vector<Block>& blocks) {
    Table result{.id = "table2_runs",
                 .title = "Every run of Table 2",
                 .columns = place_columns(),
                 .rows = {},
                 .notes = {}};
    for (const char* column :
         {"seed", "fold", "run_id", "status", "accuracy", "macro_f1", "message"})
      result.columns.emplace_back(column);
    for (const Block& block : blocks)
      for (const auto& [place, runs] : block.cells)
        for (const RunRecord* run : runs) {
          std::vector<Cell> cells = place_cells(block, place);
          cells.push_back(count_cell(run->seed));
          cells.push_back(text_cell(run->parameter("split.fold")));
          cells.push_back(text_cell(run->id));
          cells.push_back(text_cell(to_string(run->status)));
          cells.push_back(number_cell(final_metric(store, *run, "test", "accuracy")));
          cells.push_back(number_cell(final_metric(store, *run, "test", "macro_f1")));
          cells.push_back(text_cell(run->message));
          result.rows.push_back(std::move(cells));
        }
    result.notes = {"accuracy and macro_f1 are fractions, on the test tracks."};
    return result;
  }

  Table cells_table(const Scores& scores, const std::vector<Block>& blocks) const {
    Table result{.id = "table2_cells",
                 .title = "Every cell of Table 2",
                 .columns = place_columns(),
                 .rows = {},
                 .notes = {}};
    result.columns.insert(result.columns.end(), kMeasuredColumns.begin(), kMeasuredColumns.end());
    for (const char* column :
         {"n_done", "n_planned", "n_failed", "n_skipped", "n_pruned", "paper", "run_ids"})
      result.columns.emplace_back(column);
    for (const Block& block : blocks)
      for (const auto& [place, runs] : block.cells) {
        std::vector<Cell> cells = place_cells(block, place);
        const Tally counts = tally(runs);
        const Measured accuracy = accuracy_of(scores, runs);
        append(cells, measured_cells(accuracy, level_));
        cells.push_back(count_cell(counts.done));
        cells.push_back(count_cell(counts.planned));
        cells.push_back(count_cell(counts.failed));
        cells.push_back(count_cell(counts.skipped));
        cells.push_back(count_cell(counts.pruned));
        cells.push_back(number_cell(paper_value(place)));
        cells.push_back(text_cell(run_ids(runs)));
        result.rows.push_back(std::move(cells));
      }
    result.notes = {
        "Accuracies are fractions, on the test tracks; ci_method made the interval, over ci_n "
        "divisions, artists or tracks."};
    return result;
  }

  static std::optional<double> paper_value(const Place& place) {
    for (const Row& row : kRows)
      for (std::size_t c = 0; c < kNExcerpts; ++c)
        if (place.method.at("method.name") == row.method &&
            place.excerpt.at("excerpt.name") == kColumns[c].excerpt)
          return row.paper[c];
    return std::nullopt;
  }

  void add_artist_effects(const Scores& scores, const std::vector<Block>& blocks,
                          Document& document) const {
    Table data{.id = "table2_artist_effect_cells",
               .title = "Every cell of the artist effect",
               .columns = {},
               .rows = {},
               .notes = {}};
    data.columns = {"table",   "method",   "method_options", "excerpt", "excerpt_options",
                    "dataset", "n_genres", "leaky",          "grouped", "difference"};
    data.columns.insert(data.columns.end(), kIntervalColumns.begin(), kIntervalColumns.end());
    for (const char* column : {"degrees_of_freedom", "n_leaky", "n_grouped"})
      data.columns.emplace_back(column);
    data.notes = {
        "leaky and grouped are mean accuracies over the test tracks of the n_genres genres that "
        "every test part has; difference = leaky - grouped, fractions; ci_method made the "
        "interval."};
    std::size_t n_tables = 0;
    for (const Block& grouped : blocks) {
      if (!is_grouped(grouped)) continue;
      const Block* leaky = leaky_partner(grouped, blocks);
      if (leaky == nullptr) continue;
      ++n_tables;
      Table table = artist_effect(scores, grouped, *leaky, data);
      if (n_tables > 1) table.id += fmt::format("_{}", n_tables);
      document.body.emplace_back(std::move(table));
    }
    if (n_tables > 0) document.data.push_back(std::move(data));
  }

  Table artist_effect(const Scores& scores, const Block& grouped, const Block& leaky,
                      Table& data) const {
    Table result{.id = "table2_artist_effect",
                 .title = "",
                 .columns = {"Algorithm"},
                 .rows = {},
                 .notes = {}};
    result.title = "The artist effect on " + dataset_title(grouped.parameters) +
                   ": accuracy with a leaky split minus accuracy " + to_string(grouped.protocol);
    const Comparison comparison(scores, {{to_string(leaky.protocol), leaky.runs},
                                         {to_string(grouped.protocol), grouped.runs}});
    for (std::size_t c = 0; c < kColumns.size(); ++c)
      for (const Parameters& excerpt : grouped.excerpts[c])
        result.columns.push_back(
            variant_title(kColumns[c].title, grouped.excerpts[c], excerpt, "excerpt."));
    bool incomplete = false;
    IntervalLegend legend(level_);
    for (std::size_t r = 0; r < kRows.size(); ++r)
      for (const Parameters& method : grouped.methods[r]) {
        std::vector<Cell> cells = {
            shown(variant_title(kRows[r].title, grouped.methods[r], method, "method."))};
        for (std::size_t c = 0; c < kColumns.size(); ++c)
          for (const Parameters& excerpt : grouped.excerpts[c]) {
            const Place place = {method, excerpt};
            const Runs& runs_leaky = runs_of(leaky, place);
            const Runs& runs_grouped = runs_of(grouped, place);
            const std::optional<Estimate> difference =
                comparison.difference(runs_leaky, runs_grouped, level_);
            if (!difference) {
              cells.push_back(shown_number("–"));
              continue;
            }
            legend.add(*difference);
            const Measured of_leaky = comparison.accuracy(runs_leaky, level_),
                           of_grouped = comparison.accuracy(runs_grouped, level_);
            const bool partial = of_leaky.values.size() < runs_leaky.size() ||
                                 of_grouped.values.size() < runs_grouped.size();
            incomplete = incomplete || partial;
            cells.push_back(shown_number(format_points(*difference) + (partial ? " *" : ""),
                                         /*caution=*/partial));

            std::vector<Cell> row = place_cells(grouped, place);
            row.resize(row.size() - 2);  // the protocols are both
            append(row, {count_cell(comparison.genres().size()), number_cell(of_leaky.mean),
                         number_cell(of_grouped.mean), number_cell(difference->mean)});
            append(row, interval_cells(*difference, level_));
            append(row, {number_cell(difference->degrees_of_freedom),
                         count_cell(of_leaky.values.size()), count_cell(of_grouped.values.size())});
            data.rows.push_back(std::move(row));
          }
        result.rows.push_back(std::move(cells));
      }
    result.notes = comparison.notes();
    for (std::string& note : legend.notes()) add_note(result.notes, std::move(note));
    result.notes.push_back("Tables compared: " + grouped.id + " and " + leaky.id +
                           ". Their accuracies are over all genres that each of them tests.");
    if (incomplete) result.notes.emplace_back("* Not all planned runs are done.");
    const std::string difference_of_splits = differing_split_options(grouped, leaky);
    if (!difference_of_splits.empty())
      result.notes.push_back(
          "Besides the rule about groups, the splits differ: " + difference_of_splits + ".");
    return result;
  }

  static std::string differing_split_options(const Block& grouped, const Block& leaky) {
    std::string result;
    std::vector<std::string> keys;
    for (const Block* block : {&grouped, &leaky})
      for (const auto& [key, value] : with_prefix(block->parameters, {"split."}))
        if (key != "split.leaky" && std::find(keys.begin(), keys.end(), key) == keys.end())
          keys.push_back(key);
    const auto value_of = [](const Block& block, const std::string& key) {
      const auto found = block.parameters.find(key);
      return found == block.parameters.end() ? std::string("absent") : found->second;
    };
    for (const std::string& key : keys)
      if (value_of(grouped, key) != value_of(leaky, key))
        result += (result.empty() ? "" : "; ") + key + " is " + value_of(grouped, key) +
                  " (grouped) and " + value_of(leaky, key) + " (leaky)";
    return result;
  }

  static void add_bad_tracks(const StoreReader& store, const std::vector<Block>& blocks,
                             Document& document) {
    Table result{.id = "table2_bad_tracks",
                 .title = "Tracks that could not be used",
                 .columns = {},
                 .rows = {},
                 .notes = {}};
    result.columns = {"table", "track", "message", "run_ids"};
    for (const Block& block : blocks)
      for (const BadTrack& bad : bad_tracks(store, block.runs)) {
        std::string ids;
        for (const std::string& id : bad.run_ids) ids += (ids.empty() ? "" : " ") + id;
        result.rows.push_back(
            {text_cell(block.id), text_cell(bad.track), text_cell(bad.message), text_cell(ids)});
      }
    if (!result.rows.empty()) document.data.push_back(std::move(result));
  }

  /// Runs in scope that this table has no place for, so that nobody misses them in silence.
  static std::string left_out_note(const Scope& scope) {
    std::map<std::string, std::size_t> counts;
    for (const RunRecord& run : scope.runs)
      if (!in_table(run))
        ++counts[run.parameter("method.name") + " with excerpt " + run.parameter("excerpt.name")];
    std::string result;
    for (const auto& [what, n] : counts)
      result += fmt::format("{}{} ({})", result.empty() ? "" : ", ", what, n);
    return result.empty() ? result : "Runs in scope that Table 2 has no cell for: " + result + ".";
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
