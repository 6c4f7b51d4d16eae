#pragma once
// Means, deviations and proportions. Intervals over runs are in intervals.hpp, which knows what the
// runs have in common.

#include <limits>
#include <optional>
#include <span>

namespace genrebench {

/// The mean of nothing.
inline constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

/// A confidence interval, both ends included.
struct Interval {
  double low = 0.0;
  double high = 0.0;
  double half_width() const { return (high - low) / 2.0; }
};

/// Arithmetic mean; NaN for no values.
double mean(std::span<const double> values);

/// Sample standard deviation (divisor n - 1), by the two-pass formula.
/// @return  nothing for fewer than two values: one repetition says nothing of the spread
/// Source: Chan, Golub and LeVeque, The American Statistician 37(3), 1983
std::optional<double> standard_deviation(std::span<const double> values);

/// Wilson's score interval of a proportion, without continuity correction: it stays within [0, 1]
/// and is sensible for small counts and for proportions near 0 or 1.
/// @param successes  in [0, trials]; a mean of several counts need not be whole
/// @return           [0, 1] for no trials
/// Source: Wilson, JASA 22(158), 1927; checked against
/// scipy.stats.binomtest(...).proportion_ci("wilson")
Interval wilson_interval(double successes, double trials, double level = 0.95);

/// The quantile of Student's t distribution.
double student_quantile(double degrees_of_freedom, double probability);

/// The two-sided p-value of a value of Student's t: the probability of one at least as far from 0;
/// NaN for NaN.
double student_p(double degrees_of_freedom, double t);

}  // namespace genrebench
