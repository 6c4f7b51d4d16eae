#include "reports/support/artist_effect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "reports/support/comparison.hpp"
#include "reports/support/remarks.hpp"

namespace genrebench::table2 {
namespace {

/// What one pair of blocks is compared with.
struct Effect {
  const Block& grouped;
  const Block& leaky;
  Comparison comparison;
  double level;
};

/// One cell: the difference, and the accuracies that it is of.
struct Difference {
  Estimate estimate;
  Measured leaky, grouped;
  bool partial = false;  ///< some planned runs have no accuracy
};

std::optional<Difference> difference_of(const Effect& effect, const Place& place) {
  const Runs& leaky = effect.leaky.runs_of(place);
  const Runs& grouped = effect.grouped.runs_of(place);
  const std::optional<Estimate> estimate =
      effect.comparison.difference(leaky, grouped, effect.level);
  if (!estimate) return std::nullopt;
  Difference result{.estimate = *estimate,
                    .leaky = effect.comparison.accuracy(leaky, effect.level),
                    .grouped = effect.comparison.accuracy(grouped, effect.level)};
  result.partial =
      result.leaky.values.size() < leaky.size() || result.grouped.values.size() < grouped.size();
  return result;
}

std::vector<Cell> data_row(const Effect& effect, const Place& place, const Difference& difference) {
  std::vector<Cell> row = cell_cells(effect.grouped, place);
  append(row, {count_cell(effect.comparison.genres().size()), number_cell(difference.leaky.mean),
               number_cell(difference.grouped.mean), number_cell(difference.estimate.mean)});
  append(row, interval_cells(difference.estimate, effect.level));
  append(row, {number_cell(difference.estimate.degrees_of_freedom),
               count_cell(difference.leaky.values.size()),
               count_cell(difference.grouped.values.size())});
  return row;
}

/// "split.folds is 5 (grouped) and 10 (leaky)": in what the splits differ besides the rule.
std::string differing_split_options(const Effect& effect) {
  std::vector<std::string> keys;
  for (const Block* block : {&effect.grouped, &effect.leaky})
    for (const auto& [key, value] : with_prefix(block->parameters, {"split."}))
      if (key != "split.leaky" && std::find(keys.begin(), keys.end(), key) == keys.end())
        keys.push_back(key);
  std::string result;
  for (const std::string& key : keys) {
    const std::string of_grouped = value_of(effect.grouped.parameters, key, "absent");
    const std::string of_leaky = value_of(effect.leaky.parameters, key, "absent");
    if (of_grouped != of_leaky)
      result += fmt::format("{}{} is {} (grouped) and {} (leaky)", result.empty() ? "" : "; ", key,
                            of_grouped, of_leaky);
  }
  return result;
}

/// The row of one variant of a method, and its rows of data.
std::vector<Cell> effect_row(const Effect& effect, const std::string& title,
                             const Parameters& method, Remarks& remarks, Table& data) {
  std::vector<Cell> cells = {shown(title)};
  for (const std::vector<Parameters>& variants : effect.grouped.excerpts)
    for (const Parameters& excerpt : variants) {
      const Place place = {method, excerpt};
      const std::optional<Difference> difference = difference_of(effect, place);
      if (!difference) {
        cells.push_back(shown_number("–"));
        continue;
      }
      remarks.legend.add(difference->estimate);
      remarks.partial = remarks.partial || difference->partial;
      cells.push_back(
          shown_number(format_points(difference->estimate) + (difference->partial ? " *" : ""),
                       /*caution=*/difference->partial));
      data.rows.push_back(data_row(effect, place, *difference));
    }
  return cells;
}

Table effect_table(const Effect& effect, Table& data) {
  const Block& grouped = effect.grouped;
  Table result{.id = "table2_artist_effect",
               .title = "The artist effect on " + dataset_title(grouped.parameters) +
                        ": accuracy with a leaky split minus accuracy " +
                        to_string(grouped.protocol),
               .columns = {"Algorithm"}};
  for (std::size_t c = 0; c < kColumns.size(); ++c)
    for (const Parameters& excerpt : grouped.excerpts[c])
      result.columns.push_back(
          variant_title(kColumns[c].title, grouped.excerpts[c], excerpt, "excerpt."));
  Remarks remarks{.legend = IntervalLegend(effect.level)};
  for (std::size_t r = 0; r < kRows.size(); ++r)
    for (const Parameters& method : grouped.methods[r])
      result.rows.push_back(
          effect_row(effect, variant_title(kRows[r].title, grouped.methods[r], method, "method."),
                     method, remarks, data));
  result.notes = effect.comparison.notes();
  add_notes(result.notes, remarks.legend.notes());
  result.notes.push_back("Tables compared: " + grouped.id + " and " + effect.leaky.id +
                         ". Their accuracies are over all genres that each of them tests.");
  if (remarks.partial) result.notes.emplace_back("* Not all planned runs are done.");
  if (const std::string differ = differing_split_options(effect); !differ.empty())
    result.notes.push_back("Besides the rule about groups, the splits differ: " + differ + ".");
  return result;
}

}  // namespace

void add_artist_effects(const Scores& scores, const std::vector<Block>& blocks, double level,
                        Document& document) {
  Table data{
      .id = "table2_artist_effect_cells",
      .title = "Every cell of the artist effect",
      .columns =
          column_names(column_names({kCellColumns.begin(), kCellColumns.end()},
                                    std::array{"n_genres", "leaky", "grouped", "difference"}),
                       kIntervalColumns, {"degrees_of_freedom", "n_leaky", "n_grouped"}),
      .notes = {"leaky and grouped are mean accuracies over the test tracks of the n_genres genres "
                "that every test part has; difference = leaky - grouped, fractions; ci_method made "
                "the interval."}};
  std::size_t n_tables = 0;
  for (const Block& grouped : blocks) {
    if (!grouped.is_grouped()) continue;
    const Block* leaky = leaky_partner(grouped, blocks);
    if (leaky == nullptr) continue;
    ++n_tables;
    const Effect effect{
        .grouped = grouped,
        .leaky = *leaky,
        .comparison = Comparison(scores, {{to_string(leaky->protocol), leaky->runs},
                                          {to_string(grouped.protocol), grouped.runs}}),
        .level = level};
    Table table = effect_table(effect, data);
    if (n_tables > 1) table.id += fmt::format("_{}", n_tables);
    document.body.emplace_back(std::move(table));
  }
  if (n_tables > 0) document.data.push_back(std::move(data));
}

}  // namespace genrebench::table2
