#include "reports/statistics/rank_tests.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "reports/golden_values.hpp"

namespace genrebench {
namespace rank_tests_test {

const std::vector<std::string> kCases = {"clear", "tied", "pair", "many"};

ScoreRows scores_of(const std::string& name) {
  static const testing::GoldenValues golden("rank_tests/scores.txt");
  ScoreRows rows;
  while (golden.has(fmt::format("{}.{}", name, rows.size())))
    rows.push_back(golden.of(fmt::format("{}.{}", name, rows.size())));
  return rows;
}

const testing::GoldenValues& golden_ranks() {
  static const testing::GoldenValues golden("rank_tests/ranks.txt");
  return golden;
}

void expect_near(const std::vector<double>& values, const std::vector<double>& expected,
                 double error) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], error) << i;
}

TEST(Ranks, AreSharedByEqualValues) {
  EXPECT_EQ(ranks_from_highest(std::vector{0.5, 0.9, 0.5, 0.1}), (std::vector{2.5, 1.0, 2.5, 4.0}));
  EXPECT_EQ(ranks_from_highest(std::vector{0.7, 0.7, 0.7}), (std::vector{2.0, 2.0, 2.0}));
  EXPECT_TRUE(ranks_from_highest({}).empty());
}

TEST(Ranks, ValuesThatDifferByRoundingAreEqual) {
  EXPECT_EQ(ranks_from_highest(std::vector{0.1 + 0.2, 0.3}, 1e-12), (std::vector{1.5, 1.5}));
  EXPECT_EQ(ranks_from_highest(std::vector{0.1 + 0.2, 0.3}), (std::vector{1.0, 2.0}));
}

TEST(Friedman, AndImanAndDavenportAreThoseOfSciPy) {
  for (const std::string& name : kCases) {
    SCOPED_TRACE(name);
    const FriedmanTest test = friedman(scores_of(name));
    expect_near(test.mean_ranks, golden_ranks().of(name + ".mean_ranks"), 1e-12);
    expect_near({test.chi_square, test.p, test.f, test.f_p}, golden_ranks().of(name + ".friedman"),
                1e-9);
  }
}

TEST(Friedman, MeanRanksAreThoseOfAutorank) {
  expect_near(friedman(scores_of("many")).mean_ranks, golden_ranks().of("autorank.many.mean_ranks"),
              1e-12);
}

TEST(Friedman, EqualMethodsGiveNoEvidence) {
  const FriedmanTest test = friedman({{0.5, 0.5, 0.5}, {0.8, 0.8, 0.8}});
  EXPECT_EQ(test.p, 1.0);
  EXPECT_EQ(test.f_p, 1.0);
  EXPECT_EQ(test.mean_ranks, (std::vector{2.0, 2.0, 2.0}));
}

TEST(Friedman, DatasetsThatRankAlikeGiveTheProbabilityOfThat) {
  const FriedmanTest test = friedman({{0.5, 0.6, 0.7}, {0.2, 0.3, 0.4}, {0.1, 0.8, 0.9}});
  EXPECT_TRUE(std::isinf(test.f));
  EXPECT_NEAR(test.f_p, 1.0 / 36.0, 1e-15);
  const FriedmanTest with_ties = friedman({{0.5, 0.5, 0.7}, {0.2, 0.2, 0.4}});
  EXPECT_NEAR(with_ties.f_p, 1.0 / 3.0, 1e-15) << "three places for the best one";
}

TEST(Nemenyi, IsThatOfScikitPosthocs) {
  for (const std::string& name : kCases) {
    SCOPED_TRACE(name);
    const ScoreRows scores = scores_of(name);
    const std::vector<double> ranks = friedman(scores).mean_ranks;
    std::vector<double> p;
    for (std::size_t a = 0; a < ranks.size(); ++a)
      for (std::size_t b = 0; b < ranks.size(); ++b)
        p.push_back(nemenyi_p(ranks[a] - ranks[b], ranks.size(), scores.size()));
    expect_near(p, golden_ranks().of(name + ".nemenyi"), 1e-7);
    for (const char* alpha : {"0.05", "0.1"})
      EXPECT_NEAR(nemenyi_critical_difference(std::stod(alpha), ranks.size(), scores.size()),
                  golden_ranks().one(fmt::format("{}.critical_difference.{}", name, alpha)), 1e-8);
  }
}

TEST(Nemenyi, CriticalDifferencesAreThoseOfAutorankAndOfDemsarsTable) {
  // autorank takes 100000 degrees of freedom for infinitely many.
  EXPECT_NEAR(nemenyi_critical_difference(0.05, 9, 20),
              golden_ranks().one("autorank.many.critical_difference.0.05"), 1e-5);
  const auto q = [](double alpha, std::size_t k) {
    const auto methods = static_cast<double>(k);
    return nemenyi_critical_difference(alpha, k, 6) / std::sqrt(methods * (methods + 1.0) / 36.0);
  };
  EXPECT_NEAR(q(0.05, 2), 1.960, 5e-4);
  EXPECT_NEAR(q(0.05, 5), 2.728, 5e-4);
  EXPECT_NEAR(q(0.05, 10), 3.164, 5e-4);
  EXPECT_NEAR(q(0.10, 3), 2.052, 5e-4);
}

TEST(Wilcoxon, IsThatOfSciPy) {
  const testing::GoldenValues golden("rank_tests/wilcoxon.txt");
  for (const char* name : {"small", "ties", "zeros", "fifty", "normal", "normal_ties"}) {
    SCOPED_TRACE(name);
    const WilcoxonTest test = wilcoxon(golden.of(fmt::format("{}.differences", name)));
    expect_near({test.positive, test.negative, static_cast<double>(test.n_nonzero), test.p},
                golden.of(fmt::format("{}.test", name)), 1e-12);
    EXPECT_EQ(test.exact, test.n_nonzero <= 50);
  }
}

TEST(Wilcoxon, FiveDatasetsCannotBeSignificantAndSixCan) {
  EXPECT_DOUBLE_EQ(wilcoxon(std::vector{0.1, 0.2, 0.3, 0.4, 0.5}).p, 2.0 / 32.0);
  EXPECT_DOUBLE_EQ(wilcoxon(std::vector{0.1, 0.2, 0.3, 0.4, 0.5, 0.6}).p, 2.0 / 64.0);
}

TEST(Wilcoxon, EqualMethodsGiveNoEvidence) {
  EXPECT_EQ(wilcoxon(std::vector{0.0, 0.0, 0.0}).p, 1.0);
  EXPECT_EQ(wilcoxon({}).p, 1.0);
  EXPECT_EQ(wilcoxon(std::vector{1e-17, 0.0, -1e-17}, 1e-12).n_nonzero, 0u);
  EXPECT_EQ(wilcoxon(std::vector{0.1, -0.1}).p, 1.0);
}

TEST(Wilcoxon, ZerosTakeTheLowestRanks) {
  const WilcoxonTest test = wilcoxon(std::vector{0.0, 0.1, 0.0, -0.2});
  EXPECT_EQ(test.positive, 3.0);
  EXPECT_EQ(test.negative, 4.0);
  EXPECT_EQ(test.n_nonzero, 2u);
}

TEST(TiedGroups, AreMaximalAndHoldNoPairThatDiffers) {
  // 0 - 1 - 2 - 3: neighbours tie, and so do 1 and 3; 0 and 2 differ.
  ScoreRows p(4, std::vector<double>(4, 1.0));
  const auto differ = [&](std::size_t a, std::size_t b) { p[a][b] = p[b][a] = 0.01; };
  differ(0, 2);
  differ(0, 3);
  const std::vector<std::size_t> order = {0, 1, 2, 3};
  EXPECT_EQ(tied_groups(order, p, 0.05), (std::vector<TiedGroup>{{0, 1}, {1, 3}}));
  differ(1, 2);
  EXPECT_EQ(tied_groups(order, p, 0.05), (std::vector<TiedGroup>{{0, 1}, {2, 3}}))
      << "1 and 3 tie, but 2 is between them and differs from 1";
}

TEST(TiedGroups, OfMethodsThatAllDifferAreNone) {
  const ScoreRows p(3, std::vector<double>(3, 0.0));
  EXPECT_TRUE(tied_groups(std::vector<std::size_t>{2, 0, 1}, p, 0.05).empty());
}

}  // namespace rank_tests_test
}  // namespace genrebench
