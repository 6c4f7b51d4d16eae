#pragma once
// What can be said of an experiment that was repeated: means over seeds and their intervals, differences
// between two series, and proportions.

#include <cstdint>
#include <optional>
#include <span>

namespace genrebench {

/// A confidence interval, both ends included.
struct Interval {
  double low = 0.0;
  double high = 0.0;
  double half_width() const { return (high - low) / 2.0; }
};

/// The mean of a series of differences, or the difference of two means.
struct Difference {
  double mean = 0.0;
  std::optional<Interval> interval;  ///< absent where there are too few values to give one
  double degrees_of_freedom = 0.0;   ///< of the t distribution behind the interval; 0 without one
};

/// Arithmetic mean; NaN for no values.
double mean(std::span<const double> values);

/// Sample standard deviation (divisor n - 1), by the two-pass formula.
/// @return  nothing for fewer than two values: one repetition says nothing of the spread
/// Source: Chan, Golub and LeVeque, The American Statistician 37(3), 1983
std::optional<double> standard_deviation(std::span<const double> values);

/// Student's confidence interval of the mean: mean ± t_{n-1} s / sqrt(n). It supposes independent, roughly
/// normal values. Over seeds of one dataset it describes repeating the experiment on the same tracks; since
/// the training parts of the seeds overlap, it is too narrow for statements about other music (Nadeau and
/// Bengio, Machine Learning 52, 2003).
/// @param level  confidence, in (0, 1)
/// @return       nothing for fewer than two values; a NaN among the values gives NaN ends
/// Source: Student, Biometrika 6(1), 1908; checked against scipy.stats.t in tests/harness
std::optional<Interval> t_interval(std::span<const double> values, double level = 0.95);

/// Mean of first[i] - second[i] with Student's interval, for two series that share what happens by chance at
/// equal index: two methods on the same split and seed.
/// @param second  as long as `first`
/// @return        the interval is absent for fewer than two pairs
/// Source: Student, Biometrika 6(1), 1908 (the paired sleep data); checked against scipy.stats.ttest_rel
Difference paired_difference(std::span<const double> first, std::span<const double> second, double level = 0.95);

/// mean(first) - mean(second) with Welch's interval, for independent series whose spreads may differ: two
/// kinds of split that share no draw. Series without any spread give an interval of no width.
/// @return  the interval is absent if either series has fewer than two values
/// Source: Welch, Biometrika 34(1-2), 1947; checked against scipy.stats.ttest_ind(equal_var=False)
Difference welch_difference(std::span<const double> first, std::span<const double> second, double level = 0.95);

/// Wilson's score interval of a proportion, without continuity correction: it stays within [0, 1] and is
/// sensible for small counts and for proportions near 0 or 1.
/// @param successes  in [0, trials]
/// @return           [0, 1] for no trials
/// Source: Wilson, JASA 22(158), 1927; checked against scipy.stats.binomtest(...).proportion_ci("wilson")
Interval wilson_interval(std::int64_t successes, std::int64_t trials, double level = 0.95);

}  // namespace genrebench
