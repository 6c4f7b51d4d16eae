#include "reports/statistics/combined_effect.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <numeric>

#include "reports/golden_values.hpp"

namespace genrebench {
namespace combined_effect_test {

void expect_near(const std::vector<double>& values, const std::vector<double>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], 1e-8) << i;
}

TEST(CombinedEffect, IsThatOfStatsmodels) {
  const testing::GoldenValues golden("rank_tests/combined.txt");
  for (const std::string name : {"spread", "alike", "two"}) {
    SCOPED_TRACE(name);
    std::vector<Effect> effects;
    for (std::size_t i = 0; i < golden.of(name + ".values").size(); ++i)
      effects.push_back({.value = golden.of(name + ".values")[i],
                         .standard_error = golden.of(name + ".errors")[i]});
    const CombinedEffect result = combine_effects(effects);
    ASSERT_TRUE(result.interval);
    expect_near({result.value, result.standard_error, result.between, result.heterogeneity,
                 result.inconsistency, result.interval->low, result.interval->high, result.p},
                golden.of(name + ".combined"));
    expect_near(result.weights, golden.of(name + ".weights"));
    ASSERT_EQ(result.prediction.has_value(), golden.has(name + ".prediction"));
    if (result.prediction)
      expect_near({result.prediction->low, result.prediction->high},
                  golden.of(name + ".prediction"));
  }
}

TEST(CombinedEffect, EffectsThatAgreeHaveNoVarianceBetweenThem) {
  const CombinedEffect result = combine_effects(std::vector<Effect>{{0.02, 0.01}, {0.02, 0.02}});
  EXPECT_EQ(result.between, 0.0);
  EXPECT_DOUBLE_EQ(result.value, 0.02);
  EXPECT_NEAR(result.weights[0], 0.8, 1e-12);
  ASSERT_TRUE(result.interval);
  EXPECT_GT(result.interval->half_width(), 0.1)
      << "two datasets say little, however sure each is of itself";
}

TEST(CombinedEffect, OfASingleDatasetHasNoInterval) {
  const CombinedEffect result = combine_effects(std::vector<Effect>{{0.02, 0.01}});
  EXPECT_EQ(result.value, 0.02);
  EXPECT_FALSE(result.interval);
  EXPECT_EQ(result.p, 1.0);
}

}  // namespace combined_effect_test
}  // namespace genrebench
