#include "reports/support/alarms.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"
#include "reports/support/provenance.hpp"

namespace genrebench {
void register_summary(Registry& registry);

namespace alarms_test {

/// A run on two genres with this number of test tracks each and of right answers.
ExampleRun run_of(const std::string& method, int n_right, int n_first = 50, int n_second = 50) {
  ExampleRun run{.experiment = "sanity", .method = method};
  const int right_first = std::min(n_right, n_first), right_second = n_right - right_first;
  run.accuracy = static_cast<double>(n_right) / static_cast<double>(n_first + n_second);
  run.predictions = answers("test", {{0, right_first, n_first}, {1, right_second, n_second}});
  for (PredictionRecord& one : run.predictions)
    if (one.predicted > 1) one.predicted = 0;
  run.facts = {
      {"split.train_by_genre",
       list_text({std::to_string(2 * n_first), std::to_string(2 * n_second)})},
      {"split.test_by_genre", list_text({std::to_string(n_first), std::to_string(n_second)})}};
  return run;
}

SanityRemarks remarks(const MemoryStore& store) {
  const std::vector<RunRecord> runs = store.runs("");
  std::vector<RunGroup> groups = group_runs(runs);
  name_groups(groups);
  const Scores scores(store);
  return sanity_remarks(scores, groups);
}

TEST(Alarms, AnAccuracyAboveGuessingRaisesNone) {
  MemoryStore store;
  add_run(store, run_of("svm", 80));
  EXPECT_TRUE(remarks(store).alarms.empty());
  EXPECT_TRUE(remarks(store).notes.empty());
}

TEST(Alarms, PermutedGenresThatAreRecognisedAreALeak) {
  MemoryStore store;
  ExampleRun run = run_of("knn", 80);
  run.parameters["sanity.permute_labels"] = "true";
  add_run(store, run);
  const SanityRemarks found = remarks(store);
  ASSERT_EQ(found.alarms.size(), 1u);
  EXPECT_TRUE(found.alarms[0].starts_with("ALARM (leak)")) << found.alarms[0];
  EXPECT_TRUE(contains(found.alarms[0], "knn: 80.0 [")) << found.alarms[0];
  EXPECT_TRUE(contains(found.alarms[0], "guessing 50.0 %")) << found.alarms[0];
  EXPECT_TRUE(found.notes.empty());
}

TEST(Alarms, PermutedGenresAtChanceAreSaidToBeThere) {
  MemoryStore store;
  ExampleRun run = run_of("knn", 53);
  run.parameters["sanity.permute_labels"] = "true";
  add_run(store, run);
  const SanityRemarks found = remarks(store);
  EXPECT_TRUE(found.alarms.empty());
  ASSERT_EQ(found.notes.size(), 1u);
  EXPECT_TRUE(found.notes[0].starts_with("Sanity:")) << found.notes[0];
}

TEST(Alarms, PermutedGenresAreComparedWithTheHigherOfChanceAndMajority) {
  MemoryStore store;
  ExampleRun run = run_of("knn", 82, 80, 20);  // always the first genre gives 80 %
  run.parameters["sanity.permute_labels"] = "true";
  add_run(store, run);
  EXPECT_TRUE(remarks(store).alarms.empty());
}

TEST(Alarms, AnAccuracyThatMayBeChanceIsNamed) {
  MemoryStore store;
  add_run(store, run_of("svm", 55));
  const SanityRemarks found = remarks(store);
  ASSERT_EQ(found.alarms.size(), 1u);
  EXPECT_TRUE(found.alarms[0].starts_with("ALARM (chance)")) << found.alarms[0];
}

/// Two divisions with different numbers of right answers of 100.
SanityRemarks of_two_divisions(int first, int second) {
  MemoryStore store;
  std::uint64_t seed = 0;
  for (const int n_right : {first, second}) {
    ExampleRun run = run_of("svm", n_right);
    run.seed = seed++;
    add_run(store, run);
  }
  return remarks(store);
}

TEST(Alarms, TwoDivisionsThatDifferAreNotChanceWhereBothAreFarAboveIt) {
  EXPECT_TRUE(of_two_divisions(95, 84).alarms.empty());
  const SanityRemarks found = of_two_divisions(56, 53);
  ASSERT_EQ(found.alarms.size(), 1u);
  EXPECT_TRUE(found.alarms[0].starts_with("ALARM (chance)")) << found.alarms[0];
}

TEST(Alarms, AnAccuracyThatAlwaysTheSameGenreReachesIsNamed) {
  MemoryStore store;
  add_run(store, run_of("svm", 81, 80, 20));
  const SanityRemarks found = remarks(store);
  ASSERT_EQ(found.alarms.size(), 1u);
  EXPECT_TRUE(found.alarms[0].starts_with("ALARM (majority)")) << found.alarms[0];
  EXPECT_TRUE(contains(found.alarms[0], "guessing 80.0 %")) << found.alarms[0];
}

TEST(Alarms, MethodsThatGuessAreNotBlamedForIt) {
  MemoryStore store;
  add_run(store, run_of("majority", 50));
  add_run(store, run_of("stratified_random", 48));
  EXPECT_TRUE(remarks(store).alarms.empty());
}

TEST(Alarms, RunsWithoutCountsRaiseNone) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.01});
  EXPECT_TRUE(remarks(store).alarms.empty());
}

TEST(Alarms, OfManyConfigurationsTenAreNamed) {
  MemoryStore store;
  for (int c = 0; c < 13; ++c) {
    ExampleRun run = run_of("svm", 50);
    run.parameters["method.c"] = std::to_string(c);
    add_run(store, run);
  }
  const SanityRemarks found = remarks(store);
  ASSERT_EQ(found.alarms.size(), 1u);
  EXPECT_TRUE(contains(found.alarms[0], "; and 3 more")) << found.alarms[0];
}

TEST(Alarms, AReportBeginsWithThem) {
  MemoryStore store;
  add_run(store, run_of("svm", 50));
  Registry registry;
  register_summary(registry);
  const ReportPlugin& plugin = registry.reports.get("summary", "test");
  const Document document = render_report(plugin, plugin.options.resolve({}, "test"), store, {});
  ASSERT_FALSE(document.body.empty());
  const auto* first = std::get_if<Paragraph>(&document.body.front());
  ASSERT_NE(first, nullptr);
  EXPECT_TRUE(first->text.starts_with("ALARM (chance)")) << first->text;
}

}  // namespace alarms_test
}  // namespace genrebench
