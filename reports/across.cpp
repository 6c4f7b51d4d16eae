// The same methods on several datasets: which are better, by tests over the datasets.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "harness/plugin/registry.hpp"
#include "reports/support/effect_section.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/rank_section.hpp"
#include "reports/support/remarks.hpp"

namespace genrebench {
namespace {

const OptionTable<AcrossOptions>& across_options() {
  static const OptionTable<AcrossOptions> options = [] {
    OptionTable<AcrossOptions> t;
    t.number("level", &AcrossOptions::level, 0.5, 0.999,
             "Confidence of the intervals; tests are at the level 1 - level.")
        .enumeration("test", &AcrossOptions::test, {"nemenyi", "wilcoxon"},
                     "Which test of pairs decides, with five datasets or more. nemenyi: by mean "
                     "ranks, for all pairs at once. wilcoxon: signed ranks of the differences, "
                     "corrected by Holm; a pair does not depend on the other methods, but with few "
                     "datasets nothing can be found.",
                     "J. Demšar, JMLR 7, 2006; A. Benavoli, G. Corani and F. Mangili, JMLR 17, "
                     "2016")
        .number("rope", &AcrossOptions::rope, 0.0, 50.0,
                "Region of practical equivalence: differences up to so many percentage points do "
                "not matter.",
                "A. Benavoli, G. Corani, J. Demšar and M. Zaffalon, JMLR 18, 2017")
        .text("reference", &AcrossOptions::reference,
              "The method that others are compared with, as the table names it. Empty: with fewer "
              "than five datasets the best on the validation parts.");
    return t;
  }();
  return options;
}

/// The data tables.
struct AcrossData {
  Table runs{.id = "across_runs",
             .title = "Every run that counts",
             .columns = {"data", "dataset", "method", "protocol", "seed", "fold", "division",
                         "run_id", "accuracy"},
             .notes = {"accuracy is of the test part, a fraction."}};
  Table cells{.id = "across_cells",
              .title = "Every method on every dataset",
              .columns = column_names(
                  column_names({"data", "dataset", "method", "protocol", "leaky", "compared"},
                               kMeasuredColumns),
                  kTallyColumns, {"run_ids"}),
              .notes = {"mean is the accuracy on the test parts, over divisions, a fraction; "
                        "ci_method made the interval. compared: it is in the tests."}};
  RankData ranks = {};
  EffectData effects = {};
};

bool contains(const std::vector<std::size_t>& places, std::size_t place) {
  return std::find(places.begin(), places.end(), place) != places.end();
}

/// The methods of the table: those that are compared by mean rank, then the others.
std::vector<std::size_t> rows_of(const DatasetMatrix& matrix) {
  std::vector<std::size_t> rows;
  for (const std::size_t place : order_of_ranks(mean_ranks(matrix)))
    rows.push_back(matrix.compared_methods[place]);
  for (std::size_t m = 0; m < matrix.methods.size(); ++m)
    if (!contains(matrix.compared_methods, m)) rows.push_back(m);
  return rows;
}

/// The runs of all methods on a dataset.
Runs runs_on(const DatasetMatrix& matrix, std::size_t dataset) {
  Runs runs;
  for (const MatrixCell& cell : matrix.cells[dataset])
    runs.insert(runs.end(), cell.runs.begin(), cell.runs.end());
  return runs;
}

/// What guessing gives on each dataset, in two rows, as far as runs tell.
void add_guesses(const AcrossSubject& subject, Table& table) {
  std::vector<Cell> chance = {shown("chance"), shown_number("–")};
  std::vector<Cell> majority = {shown("majority class"), shown_number("–")};
  bool any = false;
  for (std::size_t d = 0; d < subject.matrix.datasets.size(); ++d) {
    const std::optional<Guessing> guessing =
        mean_guessing(subject.scores, runs_on(subject.matrix, d), "test");
    any = any || guessing;
    chance.push_back(shown_number(guessing ? format_percent(guessing->chance) : "–"));
    majority.push_back(shown_number(guessing ? format_percent(guessing->majority) : "–"));
  }
  if (!any) return;
  table.rows.push_back(std::move(chance));
  table.rows.push_back(std::move(majority));
}

/// A cell shows the counted runs; it is partial where planned ones are not done.
Cell accuracy_of(const MatrixCell& cell, Remarks& remarks) {
  const Tally planned = tally(cell.runs);
  remarks.protocols.insert(cell.protocol);
  return remarks.accuracy(cell.accuracy, planned.complete() ? tally(cell.counted) : planned,
                          cell.protocol);
}

/// "GTZAN: grouped by artist, split kind=kfold, 10 divisions."
std::string dataset_line(const DatasetMatrix& matrix, std::size_t dataset) {
  std::set<Protocol> protocols;
  std::set<std::string> divisions;
  std::string split;
  for (const MatrixCell& cell : matrix.cells[dataset]) {
    for (const RunRecord* run : cell.counted) divisions.insert(division_of(*run));
    if (!cell.counted.empty()) {
      protocols.insert(cell.protocol);
      split = cell.counted.front()->parameter("split.kind");
    }
  }
  std::string text = fmt::format("{}: ", matrix.datasets[dataset]);
  for (const Protocol& protocol : protocols)
    fmt::format_to(std::back_inserter(text), "{}, ", to_string(protocol));
  if (!split.empty()) fmt::format_to(std::back_inserter(text), "split {}, ", split);
  return text +
         fmt::format("{} {}.", divisions.size(), divisions.size() == 1 ? "division" : "divisions");
}

Table shown_table(const AcrossSubject& subject) {
  const DatasetMatrix& matrix = subject.matrix;
  Table table{.id = subject.id,
              .title = fmt::format("Test accuracy over datasets{}", subject.suffix()),
              .columns = {"method", "mean rank"}};
  table.columns.insert(table.columns.end(), matrix.datasets.begin(), matrix.datasets.end());
  Remarks remarks{.legend = IntervalLegend(subject.options.level)};
  const std::vector<double> ranks = mean_ranks(matrix);
  for (const std::size_t method : rows_of(matrix)) {
    const auto place =
        std::find(matrix.compared_methods.begin(), matrix.compared_methods.end(), method) -
        matrix.compared_methods.begin();
    const bool compared = contains(matrix.compared_methods, method);
    std::vector<Cell> row = {
        shown(matrix.methods[method]),
        shown_number(compared ? fmt::format("{:.2f}", ranks[static_cast<std::size_t>(place)])
                              : "–")};
    for (std::size_t d = 0; d < matrix.datasets.size(); ++d) {
      const MatrixCell& cell = matrix.cell(d, method);
      row.push_back(accuracy_of(cell, remarks));
      remarks.add_runs(fmt::format("{} on {}", matrix.methods[method], matrix.datasets[d]),
                       cell.runs);
    }
    table.rows.push_back(std::move(row));
  }
  add_guesses(subject, table);
  add_note(table.notes,
           "mean rank: over the compared datasets, 1 is the best; equal methods share "
           "their ranks.");
  for (std::size_t d = 0; d < matrix.datasets.size(); ++d)
    add_note(table.notes, dataset_line(matrix, d));
  add_notes(table.notes, matrix.notes);
  add_notes(table.notes, remarks.mark_notes());
  add_notes(table.notes, remarks.failures);
  add_note(table.notes, remarks.partial_note());
  add_notes(table.notes, remarks.legend.notes());
  return table;
}

void add_data(const AcrossSubject& subject, AcrossData& data) {
  const DatasetMatrix& matrix = subject.matrix;
  for (std::size_t d = 0; d < matrix.datasets.size(); ++d)
    for (std::size_t m = 0; m < matrix.methods.size(); ++m) {
      const MatrixCell& cell = matrix.cell(d, m);
      const std::vector<Cell> place = {text_cell(matrix.title), text_cell(matrix.datasets[d]),
                                       text_cell(matrix.methods[m]),
                                       text_cell(to_string(cell.protocol))};
      if (cell.runs.empty()) continue;
      std::vector<Cell> row = place;
      append(row, {flag_cell(cell.protocol.is_leaky()),
                   flag_cell(contains(matrix.compared_datasets, d) &&
                             contains(matrix.compared_methods, m))});
      append(row, measured_cells(cell.accuracy, subject.options.level));
      append(row, tally_cells(tally(cell.runs)));
      row.push_back(text_cell(run_ids(cell.counted)));
      data.cells.rows.push_back(std::move(row));
      for (const RunRecord* run : cell.counted) {
        row = place;
        append(row, {count_cell(run->seed), text_cell(run->parameter("split.fold")),
                     text_cell(division_of(*run)), text_cell(run->id),
                     number_cell(final_metric(subject.scores.store(), *run, "test", "accuracy"))});
        data.runs.rows.push_back(std::move(row));
      }
    }
}

class Across final : public Report {
 public:
  explicit Across(AcrossOptions options) : options_(std::move(options)) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    const DatasetMatrices found = dataset_matrices(scores, scope.runs, options_.level);
    if (found.matrices.empty()) throw ConfigError(nothing_message(found.notes));
    check_reference(found.matrices);
    Document document{
        .name = "across", .title = "Methods over several datasets", .body = {}, .data = {}};
    document.body.emplace_back(Paragraph{
        "Configurations that are equal but for the dataset are one method. The datasets are the "
        "sample: each counts once for each method, with the mean accuracy over its divisions."});
    AcrossData data;
    std::set<std::string> slugs;
    for (const DatasetMatrix& matrix : found.matrices) {
      const AcrossSubject subject{
          .scores = scores,
          .matrix = matrix,
          .options = options_,
          .id = found.matrices.size() == 1
                    ? "across"
                    : fmt::format("across-{}", unique_slug(matrix.title, slugs)),
          .reference = place_of_reference(matrix)};
      document.body.emplace_back(shown_table(subject));
      if (matrix.compared_datasets.size() < kFewestDatasets)
        add_effect_section(subject, document, data.effects);
      else
        add_rank_section(subject, document, data.ranks);
      add_data(subject, data);
    }
    for (const std::string& note : found.notes) document.body.emplace_back(Paragraph{note});
    document.data = data_tables(std::move(data.runs), std::move(data.cells));
    for (Table* table :
         {&data.ranks.tests, &data.ranks.ranks, &data.ranks.pairs, &data.effects.effects})
      if (!table->rows.empty()) document.data.push_back(std::move(*table));
    return document;
  }

 private:
  static std::string nothing_message(const std::vector<std::string>& notes) {
    std::string message =
        "across: nothing to compare; expected done runs of two methods or more on two datasets or "
        "more, whose configurations are equal but for the dataset";
    for (const std::string& note : notes) fmt::format_to(std::back_inserter(message), ". {}", note);
    if (!notes.empty() && message.ends_with('.')) message.pop_back();
    return message;
  }

  std::optional<std::size_t> place_of_reference(const DatasetMatrix& matrix) const {
    for (std::size_t m = 0; m < matrix.compared_methods.size(); ++m)
      if (!options_.reference.empty() &&
          matrix.methods[matrix.compared_methods[m]] == options_.reference)
        return m;
    return std::nullopt;
  }

  void check_reference(const std::vector<DatasetMatrix>& matrices) const {
    if (options_.reference.empty()) return;
    std::vector<std::string> known;
    for (const DatasetMatrix& matrix : matrices) {
      if (place_of_reference(matrix)) return;
      for (const std::size_t method : matrix.compared_methods)
        known.push_back(matrix.methods[method]);
    }
    throw ConfigError(unknown_name_message("method", options_.reference,
                                           "the option reference of the report across", known));
  }

  AcrossOptions options_;
};

}  // namespace

void register_across(Registry& registry) {
  registry.reports.add(
      {{.name = "across",
        .summary = "The same methods on several datasets: mean ranks, tests between them and the "
                   "probability that one is better; below five datasets the combined effect.",
        .source = "J. Demšar, Statistical comparisons of classifiers over multiple data sets, JMLR "
                  "7, 2006",
        .options = across_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Across>(across_options().parse(values));
       }});
}

}  // namespace genrebench
