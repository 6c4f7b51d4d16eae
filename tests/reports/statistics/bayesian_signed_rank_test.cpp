#include "reports/statistics/bayesian_signed_rank.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "reports/golden_values.hpp"

namespace genrebench {
namespace bayesian_signed_rank_test {

const testing::GoldenValues& golden() {
  static const testing::GoldenValues values("rank_tests/bayesian.txt");
  return values;
}

const std::vector<std::string> kCases = {"better", "equal", "unsure", "at_the_ends", "no_region"};

BayesianSignedRank test(const std::string& name, int n_draws, std::uint64_t seed) {
  return bayesian_signed_rank(
             {golden().of(name + ".differences")},
             {.rope = golden().one(name + ".rope"), .n_draws = n_draws, .seed = seed})
      .at(0);
}

void expect_near(const BayesianSignedRank& result, const std::vector<double>& expected,
                 double error) {
  EXPECT_NEAR(result.first, expected.at(0), error);
  EXPECT_NEAR(result.equivalent, expected.at(1), error);
  EXPECT_NEAR(result.second, expected.at(2), error);
}

TEST(BayesianSignedRank, IsThatOfAPythonVersionWithTheSameRandomNumbers) {
  for (const std::string& name : kCases) {
    SCOPED_TRACE(name);
    expect_near(test(name, 20000, 7), golden().of(name + ".same_numbers"), 1e-9);
  }
}

TEST(BayesianSignedRank, IsThatOfBaycompUpToTheErrorOfDrawing) {
  for (const std::string& name : kCases) {
    SCOPED_TRACE(name);
    // Four standard errors of the difference of 50000 and 200000 draws.
    expect_near(test(name, 50000, 0), golden().of(name + ".baycomp"), 0.01);
  }
}

TEST(BayesianSignedRank, OfTheOtherOrderIsTheMirrorImage) {
  const std::vector<double> one = {0.03, -0.01, 0.02, 0.015, 0.002, 0.04};
  std::vector<double> other;
  for (const double difference : one) other.push_back(-difference);
  const auto results = bayesian_signed_rank({one, other}, {});
  EXPECT_EQ(results[0].first, results[1].second);
  EXPECT_EQ(results[0].equivalent, results[1].equivalent);
  EXPECT_NEAR(results[0].first + results[0].equivalent + results[0].second, 1.0, 1e-12);
}

TEST(BayesianSignedRank, OfAPairDoesNotDependOnOthers) {
  const std::vector<double> one = {0.03, -0.01, 0.02}, other = {0.0, 0.2, -0.1};
  EXPECT_EQ(bayesian_signed_rank({one, other}, {})[1].first,
            bayesian_signed_rank({other}, {})[0].first);
}

TEST(BayesianSignedRank, MethodsThatNeverDifferAreEquivalent) {
  const BayesianSignedRank result = bayesian_signed_rank({{0.0, 0.0, 0.0, 0.0, 0.0}}, {})[0];
  EXPECT_EQ(result.equivalent, 1.0);
}

TEST(BayesianSignedRank, OfNoPairIsNothing) { EXPECT_TRUE(bayesian_signed_rank({}, {}).empty()); }

}  // namespace bayesian_signed_rank_test
}  // namespace genrebench
