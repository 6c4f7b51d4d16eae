#include "reports/support/leaderboard.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"

namespace genrebench {
namespace leaderboard_test {

struct Shown {
  Leaderboard leaderboard;
  Table table, comparisons = comparisons_table();

  explicit Shown(const MemoryStore& store) : runs_(store.runs("table2")) {
    const Scores scores(store);
    Runs all;
    for (const RunRecord& run : runs_) all.push_back(&run);
    leaderboard = make_leaderboard(scores, runs_, 0.95);
    table = leaderboard_table(scores, leaderboard, "table2", all, 0.95);
    add_comparisons(leaderboard, "table2", 0.95, comparisons);
  }

 private:
  std::vector<RunRecord> runs_;
};

TEST(LeaderboardOfRuns, MarksWhatIsTiedWithTheBest) {
  MemoryStore store;
  add_seeds(store, {.method = "knn"}, {0.60, 0.63, 0.60, 0.62, 0.58});
  add_seeds(store, {.method = "svm"}, {0.80, 0.82, 0.81, 0.83, 0.79});
  add_seeds(store, {.method = "softmax"}, {0.79, 0.83, 0.80, 0.82, 0.80});
  const Shown shown(store);
  EXPECT_EQ(text_at(shown.table, "svm", kAgainstBest), "best");
  EXPECT_EQ(text_at(shown.table, "softmax", kAgainstBest), "tied");
  EXPECT_EQ(text_at(shown.table, "knn", kAgainstBest), "worse");
  EXPECT_TRUE(has_note(shown.table, "Holm, 2 comparisons"));
  EXPECT_TRUE(has_note(shown.table, "the corrected resampled t test over common divisions"));
}

TEST(LeaderboardOfRuns, EveryComparisonNamesItsRuns) {
  MemoryStore store;
  add_seeds(store, {.method = "knn"}, {0.60, 0.63, 0.60});
  const std::string extra = add_run(store, {.method = "knn", .seed = 9, .accuracy = 0.1});
  add_seeds(store, {.method = "svm"}, {0.80, 0.82, 0.83});
  const Shown shown(store);
  ASSERT_EQ(shown.comparisons.rows.size(), 1u);
  const std::string runs = text_at(shown.comparisons, "table2", "run_ids");
  EXPECT_FALSE(contains(runs, extra)) << "its division has no run of the best";
  EXPECT_EQ(std::count(runs.begin(), runs.end(), ' '), 2);
  EXPECT_EQ(text_at(shown.comparisons, "table2", "ci_n"), "3");
  EXPECT_EQ(text_at(shown.comparisons, "table2", "standing"), "worse");
  EXPECT_FALSE(text_at(shown.comparisons, "table2", "p_holm").empty());
}

TEST(LeaderboardOfRuns, HasNoColumnWhereNothingCanBeCompared) {
  MemoryStore store;
  add_run(store, {.method = "svm", .accuracy = 0.8});
  add_run(store, {.method = "knn", .accuracy = 0.7});  // one division, no answers stored
  const Shown shown(store);
  EXPECT_EQ(std::count(shown.table.columns.begin(), shown.table.columns.end(), kAgainstBest), 0);
  EXPECT_TRUE(shown.comparisons.rows.empty());
}

TEST(LeaderboardOfRuns, RowsOfGuessingHaveNoPlace) {
  MemoryStore store;
  for (const char* method : {"svm", "knn"})
    for (const std::uint64_t seed : {0u, 1u, 2u})
      add_run(store, {.method = method,
                      .seed = seed,
                      .accuracy = 0.5 + 0.01 * static_cast<double>(seed * seed) +
                                  (method[0] == 's' ? 0.1 + 0.02 * static_cast<double>(seed) : 0.0),
                      .facts = {{"split.train_by_genre", list_text({"30", "70"})},
                                {"split.test_by_genre", list_text({"10", "30"})}}});
  const Shown shown(store);
  EXPECT_EQ(text_at(shown.table, "svm", kAgainstBest), "best");
  EXPECT_EQ(text_at(shown.table, "chance", kAgainstBest), "");
  EXPECT_EQ(text_at(shown.table, "majority class", "test accuracy"), "75.0 %");
}

}  // namespace leaderboard_test
}  // namespace genrebench
