#include "harness/grouping/balance.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace balance_test {

/// Genre 0: 6 + 4 tracks in open groups; genre 1: 5 in a fixed group of the last part.
DivisionTask example() {
  return {.groups = {{.content = {{0, 6}}},
                     {.content = {{0, 4}}},
                     {.content = {{1, 5}}, .role = GroupRole::fixed, .part = 1},
                     {.content = {{1, 9}}, .role = GroupRole::unused}},
          .n_genres = 2,
          .fractions = {0.7, 0.3},
          .folds = false};
}

TEST(Balance, CountsFixedGroupsAndLeavesUnusedOnesOut) {
  const DivisionTask task = example();
  const Balance balance(task);
  EXPECT_EQ(balance.size(0), 10);
  EXPECT_EQ(balance.size(1), 5);
  EXPECT_EQ(balance.count(1, 1), 5);
  EXPECT_DOUBLE_EQ(balance.lack(0, 0), 7.0);
  EXPECT_DOUBLE_EQ(balance.lack(1, 1), 1.5 - 5.0);
}

TEST(Balance, PricesWhatIsMissingByWhetherTheGroupsWouldDo) {
  const DivisionTask task = example();
  Balance balance(task);
  EXPECT_DOUBLE_EQ(balance.distance(0).absence, 2e9) << "two groups would do for two parts";
  EXPECT_DOUBLE_EQ(balance.distance(1).absence, 1e6) << "one group cannot be in both";
  balance.add({{0, 6}}, 0, +1);
  balance.add({{0, 4}}, 1, +1);
  EXPECT_DOUBLE_EQ(balance.distance(0).absence, 0.0);
  EXPECT_DOUBLE_EQ(balance.distance(0).squared, 2.0);
}

TEST(Balance, KnowsWhatAGroupWouldCostInEachPart) {
  const DivisionTask task = example();
  Balance balance(task);
  balance.add({{0, 6}}, 0, +1);
  const GroupContent group = {{0, 4}};
  std::vector<double> costs(2);
  balance.costs_with(group, costs);
  for (int part = 0; part < 2; ++part) {
    balance.add(group, part, +1);
    EXPECT_DOUBLE_EQ(costs[static_cast<std::size_t>(part)], balance.distance(0).total()) << part;
    balance.add(group, part, -1);
  }
}

}  // namespace balance_test
}  // namespace genrebench
