#include "reports/support/guessing.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"
#include "reports/support/cells.hpp"

namespace genrebench {
namespace guessing_test {

/// The facts of a run that trained and tested so many tracks of each genre.
std::map<std::string, std::string> counts(const std::vector<std::string>& train,
                                          const std::vector<std::string>& test) {
  return {{"split.train_by_genre", list_text(train)}, {"split.test_by_genre", list_text(test)}};
}

/// The runs of a store, and what they gave.
struct Example {
  explicit Example(const std::vector<ExampleRun>& all) : scores(store) {
    for (const ExampleRun& one : all) add_run(store, one);
    records = store.runs("");
    for (const RunRecord& record : records) runs.push_back(&record);
  }

  MemoryStore store;
  Scores scores;
  std::vector<RunRecord> records;
  Runs runs;
};

TEST(Guessing, ChanceIsEvenAndTheMajorityClassIsThatOfTheTrainingPart) {
  const Example example(
      {{.accuracy = 0.5, .facts = counts({"70", "20", "10"}, {"10", "20", "10"})}});
  const std::optional<Guessing> guessing = guessing_of(example.scores, *example.runs[0], "test");
  ASSERT_TRUE(guessing);
  EXPECT_DOUBLE_EQ(guessing->chance, 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(guessing->majority, 0.25)
      << "the largest training genre, not the largest tested";
  EXPECT_DOUBLE_EQ(guessing->higher(), 1.0 / 3.0);
}

TEST(Guessing, AGenreWithoutTrainingTracksIsNeverGuessed) {
  const Example example({{.accuracy = 0.5, .facts = counts({"5", "5", "0"}, {"10", "10", "20"})}});
  const auto guessing = guessing_of(example.scores, *example.runs[0], "test");
  ASSERT_TRUE(guessing);
  EXPECT_DOUBLE_EQ(guessing->chance, 0.25) << "half of the half that can be right";
  EXPECT_DOUBLE_EQ(guessing->majority, 0.25) << "of equal genres the first";
}

TEST(Guessing, OnlyTheGenresThatAreComparedCount) {
  const Example example({{.accuracy = 0.5, .facts = counts({"7", "2", "1"}, {"10", "20", "10"})}});
  const auto guessing = guessing_of(example.scores, *example.runs[0], "test", {0, 2});
  ASSERT_TRUE(guessing);
  EXPECT_DOUBLE_EQ(guessing->chance, 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(guessing->majority, 0.5);
}

TEST(Guessing, OfTheValidationPartTheAnswersTell) {
  const Example example({{.accuracy = 0.5,
                          .facts = counts({"7", "3"}, {"1", "1"}),
                          .predictions = answers("valid", {{0, 1, 30}, {1, 1, 10}})}});
  const auto guessing = guessing_of(example.scores, *example.runs[0], "valid");
  ASSERT_TRUE(guessing);
  EXPECT_DOUBLE_EQ(guessing->majority, 0.75);
}

TEST(Guessing, RunsThatDoNotTellGiveNothing) {
  const Example example({{.accuracy = 0.5},
                         {.status = RunStatus::failed, .facts = counts({"1"}, {"1"})},
                         {.accuracy = 0.5, .facts = counts({"1", "x"}, {"1", "1"})},
                         {.accuracy = 0.5, .facts = counts({"1", "1"}, {"1"})},
                         {.accuracy = 0.5, .facts = counts({"1", "1"}, {"0", "0"})}});
  for (const RunRecord* run : example.runs)
    EXPECT_FALSE(guessing_of(example.scores, *run, "test")) << run->id;
  EXPECT_FALSE(mean_guessing(example.scores, example.runs, "test"));
  EXPECT_EQ(guessing_note(example.scores, example.runs, "test"), "");
}

TEST(Guessing, RowsStandBelowTheOthersWithTheMeanOverTheRuns) {
  const Example example({{.accuracy = 0.5, .facts = counts({"7", "3"}, {"6", "4"})},
                         {.seed = 1, .accuracy = 0.5, .facts = counts({"7", "3"}, {"8", "2"})}});
  Table table{.id = "t", .title = "t", .columns = {"method", "runs", "test accuracy"}};
  table.rows.push_back({shown("svm"), shown("2/2"), shown_number("90 %")});
  add_guessing_rows(
      example.scores,
      columns_named(table, {{"valid accuracy", "valid"}, {"test accuracy", "test"}}, example.runs),
      table);
  ASSERT_EQ(table.rows.size(), 3u);
  for (const auto& row : table.rows) EXPECT_EQ(row.size(), 3u);
  EXPECT_EQ(text_at(table, "chance", "test accuracy"), "50.0 %");
  EXPECT_EQ(text_at(table, "majority class", "test accuracy"), "70.0 %");
  EXPECT_EQ(text_at(table, "chance", "runs"), "");
  EXPECT_TRUE(has_note(table, "A method must beat both"));
}

TEST(Guessing, EachOfSeveralDatasetsHasRowsOfItsOwn) {
  Example example({{.accuracy = 0.5, .facts = counts({"7", "3"}, {"6", "4"})},
                   {.accuracy = 0.5,
                    .parameters = {{"dataset.name", "extended_ballroom"}},
                    .facts = counts({"7", "3", "1", "1"}, {"1", "1", "1", "1"})}});
  example.records[1].dataset_fingerprint = "beef";
  Table table{.id = "t", .title = "t", .columns = {"method", "test accuracy"}};
  add_guessing_rows(example.scores, columns_named(table, {{"test accuracy", "test"}}, example.runs),
                    table);
  ASSERT_EQ(table.rows.size(), 4u);
  EXPECT_EQ(text_at(table, "chance, GTZAN", "test accuracy"), "50.0 %");
  EXPECT_EQ(text_at(table, "chance, Extended Ballroom", "test accuracy"), "25.0 %");
  EXPECT_EQ(table.notes.size(), 1u);
}

TEST(Guessing, ATableOfRunsThatDoNotTellStaysAsItIs) {
  const ExampleRun silent{.accuracy = 0.5};
  const Example example(std::vector<ExampleRun>{silent});
  Table table{.id = "t", .title = "t", .columns = {"method", "test accuracy"}};
  add_guessing_rows(example.scores, columns_named(table, {{"test accuracy", "test"}}, example.runs),
                    table);
  EXPECT_TRUE(table.rows.empty());
  EXPECT_TRUE(table.notes.empty());
}

TEST(Guessing, LinesSpanTheChart) {
  LineChart chart;
  chart.series.push_back({.name = "svm", .x = {1.0, 2.0, 5.0}, .y = {50.0, 60.0, 70.0}});
  add_guessing_lines(Guessing{.chance = 0.1, .majority = 0.3}, chart);
  ASSERT_EQ(chart.series.size(), 3u);
  EXPECT_EQ(chart.series[1].name, "chance");
  EXPECT_EQ(chart.series[1].x, (std::vector<double>{1.0, 5.0}));
  EXPECT_EQ(chart.series[1].y, (std::vector<double>{10.0, 10.0}));
  EXPECT_EQ(chart.series[2].name, "majority class");
  EXPECT_TRUE(chart.series[2].dashed);
  EXPECT_FALSE(chart.series[2].markers);
}

TEST(Guessing, OneLineStandsForTwoThatLookAlike) {
  LineChart chart;
  chart.categories = {"a", "b"};
  chart.series.push_back({.name = "svm", .x = {0.0, 1.0}, .y = {50.0, 60.0}});
  add_guessing_lines(Guessing{.chance = 0.1, .majority = 0.1}, chart);
  ASSERT_EQ(chart.series.size(), 2u);
  EXPECT_EQ(chart.series[1].name, "chance, majority class");
  EXPECT_EQ(chart.series[1].x, (std::vector<double>{-0.5, 1.5}));
}

TEST(Guessing, NothingIsAddedToAnEmptyChartOrWhereNothingIsKnown) {
  LineChart chart;
  add_guessing_lines(Guessing{.chance = 0.1, .majority = 0.1}, chart);
  EXPECT_TRUE(chart.series.empty());
  chart.series.push_back({.name = "svm", .x = {0.0}, .y = {50.0}});
  add_guessing_lines(std::nullopt, chart);
  EXPECT_EQ(chart.series.size(), 1u);
}

TEST(Guessing, MethodsThatGuessAndPermutedGenresAreKnownByTheirNames) {
  const Example example({{.method = "majority"},
                         {.method = "stratified_random"},
                         {.method = "svm", .parameters = {{"sanity.permute_labels", "true"}}}});
  EXPECT_TRUE(is_guess(*example.runs[0]));
  EXPECT_TRUE(is_guess(*example.runs[1]));
  EXPECT_FALSE(is_guess(*example.runs[2]));
  EXPECT_FALSE(is_permuted(*example.runs[0]));
  EXPECT_TRUE(is_permuted(*example.runs[2]));
}

}  // namespace guessing_test
}  // namespace genrebench
