#include "reports/statistics/new_point.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace genrebench {
namespace new_point_test {

const std::vector<double> kBefore = {10.1, 10.4, 9.9, 10.2, 10.0, 10.3};
const std::vector<double> kFresh = {10.6, 10.5, 10.2};

// scipy.stats.permutation_test((fresh, before), difference of means, alternative='greater',
// n_resamples=inf), SciPy 1.16.3
TEST(NewPoint, AllChoicesGiveThePOfScipy) {
  EXPECT_DOUBLE_EQ(permutation_p_above(kBefore, kFresh, 1000, 1), 0.05952380952380952);
}

TEST(NewPoint, DrawnChoicesComeCloseToAllOfThem) {
  // 83 of the 84 choices are too few to count them all.
  EXPECT_NEAR(permutation_p_above(kBefore, kFresh, 83, 1), 0.0595, 0.08);
  EXPECT_EQ(permutation_p_above(kBefore, kFresh, 83, 1),
            permutation_p_above(kBefore, kFresh, 83, 1));
  const std::vector<double> far = {20.0, 21.0, 22.0};
  std::vector<double> many(60, 1.0);
  EXPECT_DOUBLE_EQ(permutation_p_above(many, far, 999, 1), 1.0 / 1000.0);
}

// scipy.stats.ttest_ind(before, [10.9], alternative='less')
TEST(NewPoint, OneValueIsTestedByTheErrorOfPrediction) {
  EXPECT_NEAR(prediction_p_above(kBefore, 10.9), 0.006916420824098429, 1e-12);
  EXPECT_GT(prediction_p_above(kBefore, 9.0), 0.99);
}

TEST(NewPoint, TooLittleToCompareWithIsNoFinding) {
  EXPECT_EQ(permutation_p_above({}, kFresh, 100, 1), 1.0);
  EXPECT_EQ(permutation_p_above(kBefore, {}, 100, 1), 1.0);
  EXPECT_EQ(prediction_p_above(std::vector<double>{1.0}, 2.0), 1.0);
  EXPECT_EQ(new_point_p({}, kFresh, 100, 1), 1.0);
  EXPECT_EQ(new_point_p({kBefore}, kFresh, 100, 1), 1.0);
}

TEST(NewPoint, ConstantsWithoutNoiseDifferAsSoonAsTheyDo) {
  const std::vector<std::vector<double>> before(8, std::vector<double>(3, 5.0));
  EXPECT_LT(new_point_p(before, std::vector<double>(3, 6.0), 100000, 1), 0.001);
  EXPECT_EQ(new_point_p(before, std::vector<double>(3, 5.0), 100000, 1), 1.0);
}

/// Sessions that differ by chance, as programs that are started anew do.
TEST(NewPoint, DifferencesBetweenSessionsAreNoFinding) {
  Random random(3);
  int found = 0;
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<std::vector<double>> sessions;
    for (int s = 0; s < 11; ++s) {
      const double level = random.normal();
      sessions.emplace_back();
      for (int i = 0; i < 5; ++i) sessions.back().push_back(level + 0.1 * random.normal());
    }
    const std::vector<double> fresh = sessions.back();
    sessions.pop_back();
    found += new_point_p(sessions, fresh, 500, 1) < 0.05 ? 1 : 0;
  }
  EXPECT_LE(found, 30);  // 15 expected; more than 30 has a probability below 0.0003
  EXPECT_GE(found, 3);
}

}  // namespace new_point_test
}  // namespace genrebench
