#include "harness/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace genrebench {
namespace {

// The reference values of this file are from SciPy 1.17.1:
//   import numpy as np; from scipy import stats
//   a = [0.42, 0.45, 0.47, 0.44, 0.50]; b = [0.40, 0.44, 0.41, 0.43, 0.45]; c = [0.30, 0.41, 0.38]
//   np.mean(a), np.std(a, ddof=1)
//   stats.t.interval(0.95, 4, np.mean(a), stats.sem(a)); stats.t.interval(0.99, 4, np.mean(a), stats.sem(a))
//   stats.ttest_rel(a, b).confidence_interval(0.95)
//   r = stats.ttest_ind(a, c, equal_var=False); r.confidence_interval(0.95), r.df
//   [stats.binomtest(k, n).proportion_ci(0.95, "wilson") for k, n in [(43, 100), (0, 20), (20, 20), (1, 3)]]
// Both sides compute in double precision, from quantiles good to about 1e-15; 1e-12 leaves room for the
// order of the operations.
constexpr double kTolerance = 1e-12;
const std::vector<double> kA = {0.42, 0.45, 0.47, 0.44, 0.50};
const std::vector<double> kB = {0.40, 0.44, 0.41, 0.43, 0.45};
const std::vector<double> kC = {0.30, 0.41, 0.38};

TEST(Statistics, MeanAndDeviationOfThreeNumbersAreThoseWorkedByHand) {
  const std::vector<double> values = {1.0, 2.0, 6.0};
  EXPECT_DOUBLE_EQ(mean(values), 3.0);
  EXPECT_DOUBLE_EQ(standard_deviation(values).value(), std::sqrt(7.0));  // (4 + 1 + 9) / 2
}

TEST(Statistics, MeanOfNothingIsNotANumber) { EXPECT_TRUE(std::isnan(mean({}))); }

TEST(Statistics, OneValueHasNoDeviationAndNoInterval) {
  const std::vector<double> one = {0.4};
  EXPECT_DOUBLE_EQ(mean(one), 0.4);
  EXPECT_FALSE(standard_deviation(one));
  EXPECT_FALSE(t_interval(one));
  EXPECT_FALSE(t_interval({}));
}

TEST(Statistics, MeanDeviationAndIntervalAgreeWithScipy) {
  EXPECT_NEAR(mean(kA), 0.456, kTolerance);
  EXPECT_NEAR(standard_deviation(kA).value(), 0.030495901363953814, kTolerance);
  const Interval interval = t_interval(kA).value();
  EXPECT_NEAR(interval.low, 0.41813433718360543, kTolerance);
  EXPECT_NEAR(interval.high, 0.4938656628163945, kTolerance);
  EXPECT_NEAR(interval.half_width(), 0.0378656628163945, kTolerance);
}

TEST(Statistics, AHigherLevelGivesTheWiderIntervalOfScipy) {
  const Interval interval = t_interval(kA, 0.99).value();
  EXPECT_NEAR(interval.low, 0.39320851759436803, kTolerance);
  EXPECT_NEAR(interval.high, 0.5187914824056319, kTolerance);
}

TEST(Statistics, EqualValuesGiveAnIntervalOfNoWidth) {
  const std::vector<double> values(4, 0.5);
  const Interval interval = t_interval(values).value();
  EXPECT_DOUBLE_EQ(interval.low, 0.5);
  EXPECT_DOUBLE_EQ(interval.high, 0.5);
}

TEST(Statistics, NotANumberIsNotHidden) {
  const std::vector<double> values = {0.5, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_TRUE(std::isnan(mean(values)));
  EXPECT_TRUE(std::isnan(t_interval(values).value().low));
  EXPECT_TRUE(std::isnan(welch_difference(values, kA).interval.value().low));
}

TEST(Statistics, PairedDifferenceAgreesWithScipy) {
  const Difference difference = paired_difference(kA, kB);
  EXPECT_NEAR(difference.mean, 0.03, kTolerance);
  EXPECT_NEAR(difference.interval.value().low, 0.0008803980720984671, kTolerance);
  EXPECT_NEAR(difference.interval.value().high, 0.05911960192790151, kTolerance);
  EXPECT_DOUBLE_EQ(difference.degrees_of_freedom, 4.0);
}

TEST(Statistics, OnePairHasADifferenceButNoInterval) {
  const Difference difference = paired_difference(std::vector{0.5}, std::vector{0.25});
  EXPECT_DOUBLE_EQ(difference.mean, 0.25);
  EXPECT_FALSE(difference.interval);
}

TEST(Statistics, WelchDifferenceAgreesWithScipy) {
  const Difference difference = welch_difference(kA, kC);
  EXPECT_NEAR(difference.mean, 0.09266666666666667, kTolerance);
  EXPECT_NEAR(difference.degrees_of_freedom, 2.7095263227463056, kTolerance);
  EXPECT_NEAR(difference.interval.value().low, -0.027648910600149457, kTolerance);
  EXPECT_NEAR(difference.interval.value().high, 0.2129822439334828, kTolerance);
}

TEST(Statistics, WelchDifferenceNeedsTwoValuesOnEitherSide) {
  EXPECT_FALSE(welch_difference(kA, std::vector{0.4}).interval);
  EXPECT_FALSE(welch_difference(std::vector{0.4}, kA).interval);
}

TEST(Statistics, WelchDifferenceOfSeriesWithoutSpreadHasNoWidth) {
  const Difference difference = welch_difference(std::vector{0.5, 0.5}, std::vector{0.25, 0.25});
  EXPECT_DOUBLE_EQ(difference.interval.value().low, 0.25);
  EXPECT_DOUBLE_EQ(difference.interval.value().high, 0.25);
}

TEST(Statistics, WilsonIntervalAgreesWithScipy) {
  const Interval middle = wilson_interval(43, 100);
  EXPECT_NEAR(middle.low, 0.3373329852411011, kTolerance);
  EXPECT_NEAR(middle.high, 0.5278461045078768, kTolerance);
  const Interval few = wilson_interval(1, 3);
  EXPECT_NEAR(few.low, 0.06149194472039626, kTolerance);
  EXPECT_NEAR(few.high, 0.7923403991979523, kTolerance);
}

TEST(Statistics, WilsonIntervalStaysWithinZeroAndOne) {
  const Interval none = wilson_interval(0, 20);
  EXPECT_EQ(none.low, 0.0);
  EXPECT_NEAR(none.high, 0.16112515805281935, kTolerance);
  const Interval all = wilson_interval(20, 20);
  EXPECT_NEAR(all.low, 0.8388748419471808, kTolerance);
  EXPECT_EQ(all.high, 1.0);
}

TEST(Statistics, WilsonIntervalOfNoTrialsSaysNothing) {
  const Interval interval = wilson_interval(0, 0);
  EXPECT_EQ(interval.low, 0.0);
  EXPECT_EQ(interval.high, 1.0);
}

}  // namespace
}  // namespace genrebench
