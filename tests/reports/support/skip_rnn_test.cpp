#include "reports/support/skip_rnn.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"

namespace genrebench {
namespace skip_rnn_test {

void add_skip(MemoryStore& store, const std::string& length, const std::string& combine,
              bool leaky = false) {
  add_run(store, {.method = "skip_gru",
                  .accuracy = 0.5,
                  .leaky = leaky,
                  .parameters = {{"method.length", length}, {"method.combine", combine}}});
}

TEST(SkipRnn, GroupsAreOrderedByModeAndLengthAndGruIsTheReference) {
  MemoryStore store;
  add_skip(store, "16", "mean");
  add_skip(store, "8", "add");
  add_skip(store, "2", "add");
  add_run(store, {.method = "gru", .accuracy = 0.5});
  add_run(store, {.method = "svm", .accuracy = 0.5});
  const std::vector<RunRecord> runs = store.runs("");
  const std::vector<SkipFamily> families = skip_families(runs);
  ASSERT_EQ(families.size(), 1u);
  EXPECT_EQ(families[0].combines(), (std::vector<std::string>{"add", "mean"}));
  ASSERT_NE(families[0].reference(), nullptr);
  EXPECT_EQ(families[0].reference()->title, "RNN");
  std::vector<std::string> titles;
  for (const SkipGroup& group : families[0].groups)
    if (group.length > 0) titles.push_back(group.title);
  EXPECT_EQ(titles, (std::vector<std::string>{"skip-RNN, k = 2 (add)", "skip-RNN, k = 8 (add)",
                                              "skip-RNN, k = 16 (mean)"}));
}

TEST(SkipRnn, HonestSplitsComeFirstAndAreFamiliesOfTheirOwn) {
  MemoryStore store;
  add_skip(store, "8", "add", /*leaky=*/true);
  add_skip(store, "8", "add");
  const std::vector<RunRecord> runs = store.runs("");
  const std::vector<SkipFamily> families = skip_families(runs);
  ASSERT_EQ(families.size(), 2u);
  EXPECT_FALSE(families[0].protocol.is_leaky());
  EXPECT_TRUE(families[1].protocol.is_leaky());
  EXPECT_EQ(families[0].reference(), nullptr);
}

TEST(SkipRnn, SkipsOfLengthZeroRepeatEachOther) {
  MemoryStore store;
  add_skip(store, "0", "add");
  add_skip(store, "0", "mean");
  add_skip(store, "4", "mean");
  const std::vector<RunRecord> runs = store.runs("");
  const std::vector<RunGroup> groups = group_runs(runs);
  std::vector<const RunGroup*> pointers;
  for (const RunGroup& group : groups) pointers.push_back(&group);
  EXPECT_EQ(repeated_plain_skips(pointers), (std::vector<bool>{false, true, false}));
}

}  // namespace skip_rnn_test
}  // namespace genrebench
