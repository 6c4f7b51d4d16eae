#include "harness/run/predictions_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/closest_name.hpp"
#include "base/decimal.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "harness/records/facts.hpp"

namespace genrebench {
namespace {

/// How far the probabilities of a row may be from a sum of one.
constexpr double kRowSumTolerance = 1e-4;

/// Where a table has what.
struct PredictionColumns {
  std::size_t id = 0;
  std::optional<std::size_t> predicted, split, seed;
  std::vector<std::size_t> probabilities;  ///< by class; empty: there are none
};

/// @throws DataError  for columns that are neither known nor a genre
void refuse_unknown_columns(const CsvTable& table, const std::vector<std::string>& genres) {
  std::vector<std::string> known = division_columns(/*with_spans=*/true);
  known.push_back("predicted");
  known.insert(known.end(), genres.begin(), genres.end());
  for (const std::string& column : table.columns)
    if (std::find(known.begin(), known.end(), tag_text(column)) == known.end())
      throw DataError(unknown_name_message("column", tag_text(column), table.name, known));
}

PredictionColumns find_columns(const CsvTable& table, const std::vector<std::string>& genres) {
  refuse_unknown_columns(table, genres);
  PredictionColumns columns{.id = table.column("id"),
                            .predicted = table.find("predicted"),
                            .split = table.find("split"),
                            .seed = table.find("seed"),
                            .probabilities = {}};
  std::vector<std::string> missing;
  for (const std::string& genre : genres) {
    if (const auto column = table.find(genre))
      columns.probabilities.push_back(*column);
    else
      missing.push_back(genre);
  }
  if (!columns.probabilities.empty() && !missing.empty())
    throw DataError(
        fmt::format("{}: expected a column of probabilities for every genre or for none, found {} "
                    "of {}; missing: {}",
                    table.name, columns.probabilities.size(), genres.size(), name_list(missing)));
  if (columns.probabilities.empty() && !columns.predicted)
    throw DataError(
        fmt::format("{}: expected the column 'predicted' with the names of genres, or one column "
                    "of probabilities per genre, found neither",
                    table.name));
  return columns;
}

/// Reads a table row by row.
class PredictionReader {
 public:
  PredictionReader(const CsvTable& table, const std::vector<PlannedDivision>& divisions,
                   const std::string& source)
      : table_(table),
        divisions_(divisions),
        source_(source),
        dataset_(*divisions.front().run().data->dataset),
        columns_(find_columns(table, dataset_.genres())) {
    for (std::size_t t = 0; t < dataset_.tracks().size(); ++t)
      track_of_.emplace(dataset_.tracks()[t].id, static_cast<int>(t));
  }

  std::vector<DivisionPredictions> read() {
    if (table_.rows.empty())
      throw DataError(fmt::format("{}: expected predictions, found no row", table_.name));
    std::map<std::size_t, std::vector<const CsvRow*>> rows;
    for (const CsvRow& row : table_.rows) rows[division_of(row)].push_back(&row);
    std::vector<DivisionPredictions> result;
    for (const auto& [place, own] : rows) result.push_back(read_division(divisions_[place], own));
    return result;
  }

 private:
  [[noreturn]] void refuse(const CsvRow& row, std::size_t column,
                           const std::string& expected) const {
    throw DataError(fmt::format("{}: column '{}': {}, found '{}'", table_.where(row),
                                single_line(table_.columns[column]), expected,
                                single_line(row.cells[column].substr(0, 80))));
  }

  /// The place of the division that a row is for.
  std::size_t division_of(const CsvRow& row) {
    const std::string split = columns_.split ? tag_text(row.cells[*columns_.split]) : std::string();
    const std::string seed = columns_.seed ? tag_text(row.cells[*columns_.seed]) : std::string();
    const auto [place, is_new] = found_.try_emplace({split, seed}, std::size_t{0});
    if (is_new) place->second = look_for(row, split, seed);
    return place->second;
  }

  std::size_t look_for(const CsvRow& row, const std::string& split, const std::string& seed) const {
    std::optional<std::size_t> first;
    std::set<std::string> names;
    for (std::size_t d = 0; d < divisions_.size(); ++d) {
      const PlannedDivision& division = divisions_[d];
      if (columns_.split && division.name != split) continue;
      if (columns_.seed && decimal_unsigned(seed) != division.seed) continue;
      names.insert(division.name);
      if (!first) first = d;
    }
    if (!first && columns_.split)
      refuse(row, *columns_.split,
             fmt::format("expected a split of {}{}; the predictions are for that of another plan, "
                         "or the data or the options have changed: write it anew with `genrebench "
                         "split`",
                         source_, columns_.seed ? fmt::format(" with seed {}", seed) : ""));
    if (!first) refuse(row, *columns_.seed, fmt::format("expected a seed of {}", source_));
    if (names.size() > 1)
      throw DataError(
          fmt::format("{}: {} has {} splits; add the column 'split' of the file that `genrebench "
                      "split` wrote, which says what each row is for",
                      table_.name, source_, names.size()));
    return *first;
  }

  DivisionPredictions read_division(const PlannedDivision& division,
                                    const std::vector<const CsvRow*>& rows) const {
    DivisionPredictions result{.division = &division,
                               .tracks = {},
                               .predictions = {},
                               .has_probabilities = !columns_.probabilities.empty()};
    result.predictions.probabilities =
        Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(rows.size()),
                              static_cast<Eigen::Index>(dataset_.genres().size()));
    for (std::size_t r = 0; r < rows.size(); ++r) {
      result.tracks.push_back(track_of(*rows[r], division));
      const auto at = static_cast<Eigen::Index>(r);
      if (result.has_probabilities)
        result.predictions.probabilities.row(at) = probabilities_of(*rows[r]);
      if (columns_.predicted) {
        const int label = label_of(*rows[r]);
        result.predictions.labels.push_back(label);
        if (!result.has_probabilities) result.predictions.probabilities(at, label) = 1.0;
      }
    }
    if (!columns_.predicted)
      result.predictions.labels = most_probable(result.predictions.probabilities);
    return result;
  }

  int track_of(const CsvRow& row, const PlannedDivision& division) const {
    const std::string id = tag_text(row.cells[columns_.id]);
    const auto found = track_of_.find(id);
    if (found == track_of_.end()) {
      std::vector<std::string> ids;
      for (const Track& track : dataset_.tracks()) ids.push_back(track.id);
      const std::optional<std::string> nearest = nearest_name(id, ids);
      refuse(row, columns_.id,
             fmt::format("expected the id of a track of {}{}", source_,
                         nearest ? fmt::format(" (did you mean '{}'?)", *nearest) : ""));
    }
    const Part part = division.run().split->parts[static_cast<std::size_t>(found->second)];
    if (part == Part::train)
      refuse(row, columns_.id,
             fmt::format("expected a track of the test or validation part of split {} (seed {}), "
                         "where this one is in the training part",
                         division.name, division.seed));
    if (part == Part::none)
      refuse(row, columns_.id,
             fmt::format("expected a track of the test or validation part of split {} (seed {}), "
                         "which leaves this one out",
                         division.name, division.seed));
    return found->second;
  }

  int label_of(const CsvRow& row) const {
    const std::string name = tag_text(row.cells[*columns_.predicted]);
    const std::vector<std::string>& genres = dataset_.genres();
    const auto found = std::find(genres.begin(), genres.end(), name);
    if (found == genres.end())
      throw DataError(unknown_name_message(
          "genre", name, fmt::format("{}: column 'predicted'", table_.where(row)), genres));
    return static_cast<int>(found - genres.begin());
  }

  Eigen::RowVectorXd probabilities_of(const CsvRow& row) const {
    Eigen::RowVectorXd result(static_cast<Eigen::Index>(columns_.probabilities.size()));
    Eigen::Index c = 0;
    for (const std::size_t column : columns_.probabilities) {
      const std::optional<double> value = decimal_number(tag_text(row.cells[column]));
      if (!value || *value < -kRowSumTolerance || *value > 1.0 + kRowSumTolerance)
        refuse(row, column, "expected a probability from 0 to 1");
      result[c++] = *value;
    }
    if (std::abs(result.sum() - 1.0) > kRowSumTolerance)
      throw DataError(fmt::format("{}: expected probabilities that sum to one, found a sum of {}",
                                  table_.where(row), result.sum()));
    return result;
  }

  const CsvTable& table_;
  const std::vector<PlannedDivision>& divisions_;
  const std::string& source_;
  const Dataset& dataset_;
  PredictionColumns columns_;
  std::unordered_map<std::string, int> track_of_;
  std::map<std::pair<std::string, std::string>, std::size_t> found_;  ///< by split and seed
};

}  // namespace

std::vector<std::size_t> DivisionPredictions::rows_of(Part part) const {
  std::vector<std::size_t> result;
  for (std::size_t r = 0; r < tracks.size(); ++r)
    if (division->run().split->parts[static_cast<std::size_t>(tracks[r])] == part)
      result.push_back(r);
  return result;
}

std::vector<DivisionPredictions> read_predictions(const CsvTable& table,
                                                  const std::vector<PlannedDivision>& divisions,
                                                  const std::string& source) {
  return PredictionReader(table, divisions, source).read();
}

std::string predictions_csv(const RunRecord& run,
                            const std::vector<PredictionRecord>& predictions) {
  const std::vector<std::string> genres = facts::kGenres.of(run);
  const bool has_probabilities = std::all_of(
      predictions.begin(), predictions.end(),
      [&](const PredictionRecord& one) { return one.probabilities.size() == genres.size(); });
  const std::string ending = fmt::format(
      ",{},{}\n", run.seed, division_name(run.dataset_fingerprint, facts::kDivision.of(run)));
  std::string text = "id,predicted";
  if (has_probabilities)
    for (const std::string& genre : genres) text.append(1, ',').append(csv_cell(genre));
  text += ",seed,split\n";
  for (const PredictionRecord& one : predictions) {
    text.append(csv_cell(one.track)).append(1, ',');
    text += csv_cell(genres.at(static_cast<std::size_t>(one.predicted)));
    if (has_probabilities)
      for (const float probability : one.probabilities) text += fmt::format(",{}", probability);
    text += ending;
  }
  return text;
}

}  // namespace genrebench
