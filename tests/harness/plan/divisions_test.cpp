// The divisions of a plan, and the table that others get of them.
#include "harness/plan/divisions.hpp"

#include <set>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "support/pipeline.hpp"

namespace genrebench {
namespace divisions_test {

using testing::Pipeline;

class Divisions : public Pipeline {
 protected:
  /// The rows of a table, by track.
  static std::map<std::string, std::map<std::string, std::string>> rows_of(
      const std::string& text) {
    const CsvTable table = parse_csv(text, "split.csv");
    EXPECT_EQ(table.columns, division_columns());
    std::map<std::string, std::map<std::string, std::string>> rows;
    for (const CsvRow& row : table.rows)
      for (std::size_t c = 0; c < table.columns.size(); ++c)
        rows[row.cells[0]][table.columns[c]] = row.cells[c];
    return rows;
  }
};

TEST_F(Divisions, AreThoseOfTheSeedsWhateverTheMethods) {
  const Plan p = plan(
      "method: {name: nearest_mean}\nsweep: {grid: {method.shrink: [0, 0.5]}}\nseeds: [3, 4]\n");
  const std::vector<PlannedDivision> divisions = divisions_of(p);
  ASSERT_EQ(divisions.size(), 2u);
  std::set<std::string> names;
  for (const PlannedDivision& division : divisions) {
    EXPECT_EQ(division.runs.size(), 2u);
    EXPECT_EQ(division.name.size(), 12u);
    EXPECT_EQ(division.name, division_name(division.run().data->fingerprint,
                                           division_hash(*division.run().split)));
    names.insert(division.name);
    EXPECT_EQ(division.count(Part::train) + division.count(Part::test), 40u);
  }
  EXPECT_EQ(names.size(), 2u);
  EXPECT_EQ(divisions[0].seed, 3u);
  const Plan folds = plan(
      "method: {name: nearest_mean}\nsplit: {kind: kfold, folds: 4}\nsweep: {grid: {split.fold: "
      "[0, 1, 2, 3]}}\n");
  EXPECT_EQ(divisions_of(folds).size(), 4u) << "folds of one seed";
}

TEST_F(Divisions, TableHasNoGenreOfATestTrackUnlessItIsAskedFor) {
  const Plan p = plan("method: {name: nearest_mean}\nsplit: {valid_fraction: 0.2}\n");
  const std::vector<PlannedDivision> divisions = divisions_of(p);
  const auto blind = rows_of(division_table(divisions, /*with_test_labels=*/false)),
             all = rows_of(division_table(divisions, /*with_test_labels=*/true));
  ASSERT_EQ(blind.size(), 40u);
  const Dataset& dataset = *p.runs[0].data->dataset;
  std::set<std::string> parts;
  for (std::size_t t = 0; t < dataset.tracks().size(); ++t) {
    const Track& track = dataset.tracks()[t];
    const std::string genre = dataset.genre_name(track.genre);
    const auto& row = blind.at(track.id);
    const std::string part = to_string(p.runs[0].split->parts[t]);
    parts.insert(part);
    EXPECT_EQ(row.at("part"), part);
    EXPECT_EQ(row.at("genre"), part == "test" ? "" : genre);
    EXPECT_EQ(row.at("artist"), track.groups.at("artist"));
    EXPECT_EQ(row.at("path"), "") << "this dataset has no audio";
    EXPECT_EQ(row.at("seed"), "0");
    EXPECT_EQ(row.at("split"), divisions[0].name);
    EXPECT_EQ(all.at(track.id).at("genre"), genre);
  }
  EXPECT_EQ(parts, (std::set<std::string>{"test", "train", "valid"}));
}

TEST_F(Divisions, AreRefusedWhereTracksAreNotDividedOrDatasetsDiffer) {
  const Plan pieces = plan("method: {name: nearest_mean}\nsplit: {leaky: true, unit: excerpt}\n");
  EXPECT_THROW_SAYING(divisions_of(pieces), ConfigError, "split.unit", "split.unit=track");
  const Plan permuted = plan("method: {name: nearest_mean}\nsanity: {permute_labels: true}\n");
  EXPECT_THROW_SAYING(divisions_of(permuted), ConfigError, "sanity.permute_labels");
  registry_.datasets.add(
      {{.name = "twenty", .summary = "For tests."},
       [](const OptionValues&, const Registry&) { return testing::twenty_tracks(); }});
  const Plan both =
      plan("method: {name: nearest_mean}\nsweep: {grid: {dataset.name: [small, twenty]}}\n");
  EXPECT_THROW_SAYING(divisions_of(both), ConfigError, "several datasets", "dataset.name=twenty");
}

}  // namespace divisions_test
}  // namespace genrebench
