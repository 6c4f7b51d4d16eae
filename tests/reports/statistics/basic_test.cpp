#include "reports/statistics/basic.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace genrebench {
namespace basic_test {

// The reference values of this file are from SciPy 1.17.1:
//   import numpy as np; from scipy import stats
//   a = [0.42, 0.45, 0.47, 0.44, 0.50]; np.mean(a), np.std(a, ddof=1)
//   [stats.binomtest(k, n).proportion_ci(0.95, "wilson") for k, n in [(43, 100), (0, 20), (20, 20),
//   (1, 3)]]
// Both sides compute in double precision, from quantiles good to about 1e-15; 1e-12 leaves room for
// the order of the operations.
constexpr double kTolerance = 1e-12;
const std::vector<double> kA = {0.42, 0.45, 0.47, 0.44, 0.50};

TEST(Statistics, MeanAndDeviationOfThreeNumbersAreThoseWorkedByHand) {
  const std::vector<double> values = {1.0, 2.0, 6.0};
  EXPECT_DOUBLE_EQ(mean(values), 3.0);
  EXPECT_DOUBLE_EQ(standard_deviation(values).value(), std::sqrt(7.0));  // (4 + 1 + 9) / 2
}

TEST(Statistics, MeanOfNothingIsNotANumber) { EXPECT_TRUE(std::isnan(mean({}))); }

TEST(Statistics, OneValueHasNoDeviation) {
  const std::vector<double> one = {0.4};
  EXPECT_DOUBLE_EQ(mean(one), 0.4);
  EXPECT_FALSE(standard_deviation(one));
}

TEST(Statistics, MeanAndDeviationAgreeWithNumPy) {
  EXPECT_NEAR(mean(kA), 0.456, kTolerance);
  EXPECT_NEAR(standard_deviation(kA).value(), 0.030495901363953814, kTolerance);
}

TEST(Statistics, NotANumberIsNotHidden) {
  const std::vector<double> values = {0.5, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_TRUE(std::isnan(mean(values)));
  EXPECT_TRUE(std::isnan(standard_deviation(values).value()));
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

// 2 * scipy.stats.t.sf(2.5, 7)
TEST(StudentP, IsTwoSided) {
  EXPECT_NEAR(student_p(7.0, 2.5), 0.04099221858575289, 1e-12);
  EXPECT_EQ(student_p(7.0, -2.5), student_p(7.0, 2.5));
  EXPECT_DOUBLE_EQ(student_p(7.0, 0.0), 1.0);
  EXPECT_TRUE(std::isnan(student_p(7.0, kNotANumber)));
}

}  // namespace basic_test
}  // namespace genrebench
