#include "reports/support/slow_down.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"

namespace genrebench {
namespace slow_down_test {

using Sessions = std::vector<std::vector<double>>;

/// Sessions of nine values; the logarithm has a deviation of 0.5 % between sessions and 1 % within.
/// @param change  relative, from the session `from` on
Sessions sessions(std::size_t n, std::size_t from, double change, std::uint64_t seed = 1) {
  Random random(seed);
  Sessions result(n);
  for (std::size_t s = 0; s < n; ++s) {
    const double level = 0.005 * random.normal() + (s >= from ? std::log1p(change) : 0.0);
    for (int i = 0; i < 9; ++i) result[s].push_back(std::exp(level + 0.01 * random.normal()));
  }
  return result;
}

TEST(SlowDown, AStepIsFoundWhereItBegan) {
  const auto found = slow_down(sessions(30, 27, 0.10), {.n_series = 20});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->index, 27u);
  EXPECT_FALSE(found->single);
  EXPECT_NEAR(found->relative(), 0.10, 0.02);
  EXPECT_LT(found->p, 0.001);
}

TEST(SlowDown, TheNewestSessionAloneIsEnoughWhereItIsFarOff) {
  const auto found = slow_down(sessions(30, 29, 0.10), {.n_series = 20});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->index, 29u);
  EXPECT_NEAR(found->relative(), 0.10, 0.03);
}

TEST(SlowDown, NothingChangedIsNoFinding) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed)
    found += slow_down(sessions(20, 20, 0.0, seed)).has_value() ? 1 : 0;
  EXPECT_LE(found, 4);  // 1 expected at the level of 0.01
}

TEST(SlowDown, FasterIsNoSlowDownAndHistoryIsNotNew) {
  EXPECT_FALSE(slow_down(sessions(30, 27, -0.10)));
  EXPECT_FALSE(slow_down(sessions(40, 20, 0.10)));
  EXPECT_TRUE(slow_down(sessions(40, 20, 0.10), {.recent = 25}));
}

TEST(SlowDown, AStepThatWasTakenBackIsNone) {
  Sessions all = sessions(30, 30, 0.0);
  for (std::size_t s = 18; s < 27; ++s)
    for (double& value : all[s]) value *= 1.2;
  EXPECT_FALSE(slow_down(all, {.recent = 15}));
}

TEST(SlowDown, SmallerThanTheMagnitudeIsNone) {
  EXPECT_FALSE(slow_down(sessions(30, 25, 0.05), {.magnitude = 0.08}));
  EXPECT_TRUE(slow_down(sessions(30, 25, 0.05), {.magnitude = 0.02}));
}

TEST(SlowDown, AFewSessionsSayNothing) {
  EXPECT_FALSE(slow_down({}));
  EXPECT_FALSE(slow_down(sessions(kFewestSessions - 1, 4, 1.0)));
  EXPECT_TRUE(slow_down(sessions(12, 11, 1.0)));
}

TEST(SlowDown, CountsWithoutNoiseAreFoundAtOnce) {
  Sessions counts(12, {1000.0});
  EXPECT_FALSE(slow_down(counts));
  counts.push_back({1050.0});
  const auto found = slow_down(counts);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->index, 12u);
}

}  // namespace slow_down_test
}  // namespace genrebench
