#include "reports/statistics/pareto.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"

namespace genrebench {
namespace pareto_test {

using Flags = std::vector<bool>;

Flags of(const std::vector<double>& costs, const std::vector<double>& values) {
  return non_dominated(costs, values);
}

TEST(Pareto, KeepsWhatIsCheaperOrBetterThanEveryOther) {
  EXPECT_EQ(of({1, 2, 3, 4}, {0.5, 0.7, 0.6, 0.8}), (Flags{true, true, false, true}));
}

TEST(Pareto, EqualThingsDoNotBeatEachOther) {
  EXPECT_EQ(of({1, 1, 2}, {0.5, 0.5, 0.5}), (Flags{true, true, false}));
}

TEST(Pareto, OfThoseThatCostTheSameTheBestStays) {
  EXPECT_EQ(of({1, 1, 1}, {0.4, 0.6, 0.5}), (Flags{false, true, false}));
}

TEST(Pareto, WhatIsNotKnownIsNotOnTheFront) {
  const double none = std::nan("");
  EXPECT_EQ(of({none, 2, 1}, {0.9, none, 0.1}), (Flags{false, false, true}));
  EXPECT_TRUE(of({}, {}).empty());
}

TEST(Pareto, IsWhatComparingAllPairsGives) {
  Random random(3);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> costs, values;
    for (int i = 0; i < 12; ++i) {
      costs.push_back(std::floor(random.uniform(0.0, 5.0)));
      values.push_back(std::floor(random.uniform(0.0, 5.0)));
    }
    Flags plain;
    for (std::size_t i = 0; i < costs.size(); ++i) {
      bool beaten = false;
      for (std::size_t j = 0; j < costs.size(); ++j)
        beaten = beaten || (costs[j] <= costs[i] && values[j] >= values[i] &&
                            (costs[j] < costs[i] || values[j] > values[i]));
      plain.push_back(!beaten);
    }
    EXPECT_EQ(of(costs, values), plain);
  }
}

}  // namespace pareto_test
}  // namespace genrebench
