#include "reports/support/confusion.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"

namespace genrebench {
namespace support_confusion_test {

/// One run is done: of four blues tracks three are right, and one jazz track is wrong. One failed.
struct TwoRuns {
  TwoRuns() {
    const std::vector<PredictionRecord> predictions = answers(
        "test",
        {{.genre = 0, .n_right = 3, .n_tracks = 4}, {.genre = 1, .n_right = 0, .n_tracks = 1}});
    id = add_run(store, {.accuracy = 0.6, .predictions = predictions});
    add_run(store, {.seed = 1, .status = RunStatus::failed, .predictions = predictions});
    runs = store.runs("");
  }

  MemoryStore store;
  std::string id;
  std::vector<RunRecord> runs;
};

TEST(Confusion, OnlyRunsThatAreDoneCountAndClassesWithoutANameAreNumbered) {
  const TwoRuns two;
  const Confusion confusion = count_confusion(two.store, {&two.runs[0], &two.runs[1]});
  EXPECT_EQ(confusion.genres, (std::vector<std::string>{"blues", "jazz", "class 2"}));
  EXPECT_EQ(confusion.by_run.size(), 1u);
  Eigen::MatrixXi expected(3, 3);
  expected << 3, 1, 0, 0, 0, 1, 0, 0, 0;
  EXPECT_EQ(confusion.total, expected);
  EXPECT_TRUE(count_confusion(two.store, {&two.runs[1]}).empty());
}

TEST(Confusion, RowsOfDataLeaveOutPairsThatDoNotOccur) {
  const TwoRuns two;
  const auto rows = confusion_rows(count_confusion(two.store, {&two.runs[0]}), "svm");
  ASSERT_EQ(rows.size(), 3u);
  std::vector<std::string> first;
  for (const Cell& cell : rows[0]) first.push_back(cell.text);
  EXPECT_EQ(first, (std::vector<std::string>{"svm", two.id, "blues", "blues", "3"}));
}

TEST(Confusion, TheTableHasTheRecallOfEachGenreAndSaysWhatIsMissing) {
  const TwoRuns two;
  const RunGroup group{.runs = {&two.runs[0], &two.runs[1]}};
  const Table table = confusion_table(count_confusion(two.store, group.runs), group, "id", "title");
  EXPECT_EQ(text_at(table, "blues", "recall"), "75.0 %");
  EXPECT_EQ(text_at(table, "jazz", "recall"), "0.0 %");
  EXPECT_EQ(text_at(table, "class 2", "recall"), "–");
  EXPECT_TRUE(has_note(table, "1/2 (1 failed)"));
}

}  // namespace support_confusion_test
}  // namespace genrebench
