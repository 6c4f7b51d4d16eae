// Tables: the parser, and the dataset of features that others computed.
#include "base/csv.hpp"

#include <string>
#include <vector>

#include "harness/plugin/registry.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench {
void register_feature_table(Registry& registry);
}

namespace genrebench::fuzz {
namespace {

/// That a table that is written again is read as the same table.
void check_written_again(const CsvTable& table) {
  std::string text;
  const auto add = [&](const std::vector<std::string>& cells) {
    // A line of one empty cell would be a blank line.
    if (cells.size() == 1 && cells.front().empty()) return false;
    for (std::size_t i = 0; i < cells.size(); ++i) text += (i > 0 ? "," : "") + csv_cell(cells[i]);
    text += "\r\n";
    return true;
  };
  bool whole = add(table.columns);
  for (const CsvRow& row : table.rows) whole = add(row.cells) && whole;
  if (!whole) return;
  const CsvTable again = parse_csv(text, "again.csv");
  require(again.columns == table.columns && again.rows.size() == table.rows.size(),
          "a table that is written again is the same");
  for (std::size_t i = 0; i < again.rows.size(); ++i)
    require(again.rows[i].cells == table.rows[i].cells,
            "cells that are written again are the same");
}

void check_table(std::string_view text) {
  const CsvTable table = parse_csv(text, "table.csv");
  for (const CsvRow& row : table.rows)
    require(row.cells.size() == table.columns.size(), "every row has a cell in each column");
  require(table.column(table.columns.back()) == table.columns.size() - 1, "columns are found");
  accepts([&] { table.column("no such column"); });
  check_written_again(table);
}

const DatasetPlugin& feature_table() {
  static const Registry registry = [] {
    Registry one;
    register_feature_table(one);
    return one;
  }();
  return registry.datasets.get("feature_table", "fuzz");
}

void check_dataset(const std::filesystem::path& file, bool gtzan, bool artists) {
  OptionValues options = {{"root", file.string()}};
  if (gtzan) options["groups_from"] = std::string("gtzan");
  if (artists) options["artist_column"] = std::string("artist");
  static const Registry none;
  const auto dataset = feature_table().make(feature_table().options.resolve(options, "fuzz"), none);
  for (const Track& track : dataset->tracks()) {
    require(track.genre >= 0 && track.genre < std::ssize(dataset->genres()), "genres are known");
    require(track.features.size() == dataset->feature_names().size(), "every track has features");
  }
  for (const DatasetProblem& problem : dataset->verify()) check_message(problem.message);
  dataset->facts();
  dataset->published_splits();
}

}  // namespace

void fuzz_csv(std::string_view input) {
  accepts([&] { check_table(input); });
  const std::filesystem::path file = scratch_file("features.csv", input);
  for (const bool gtzan : {false, true})
    accepts([&] { check_dataset(file, gtzan, /*artists=*/gtzan); });
}

}  // namespace genrebench::fuzz
