#pragma once
// A mean with its confidence interval.

#include <cstddef>
#include <limits>
#include <optional>
#include <string>

#include "reports/statistics/basic.hpp"

namespace genrebench {

enum class IntervalMethod {
  none,             ///< there is no interval
  corrected_t,      ///< over divisions
  corrected_welch,  ///< of the difference of two sides, each over divisions of its own
  bootstrap,        ///< over clusters of test tracks: artists, or whatever `units` says
  wilson            ///< over test tracks, or over clusters where all are right or none is
};

/// The range that a score cannot leave; an interval is cut off there.
struct Bounds {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};
inline constexpr Bounds kProportion = {0.0, 1.0};   ///< accuracy, macro F1
inline constexpr Bounds kDifference = {-1.0, 1.0};  ///< of two proportions
inline constexpr Bounds kUnbounded = {};

/// A mean, or a difference of two means, with its interval.
struct Estimate {
  double mean = std::numeric_limits<double>::quiet_NaN();
  std::optional<double> deviation = {};  ///< between divisions; absent for fewer than two
  std::optional<Interval> interval = {};
  IntervalMethod method = IntervalMethod::none;
  std::string units = {};           ///< what was drawn: "divisions", "artists", "tracks", "sources"
  std::size_t n_units = 0;          ///< how many of them; of the smaller side for corrected_welch
  double degrees_of_freedom = 0.0;  ///< of the t distribution; 0 where there is none
  /// Of the mean; absent without an interval, and for Wilson's.
  std::optional<double> standard_error = {};
  /// Two-sided, of a mean of 0: one less the level at which the interval would end at 0. Of
  /// differences; 1 where nothing differs. Absent where there is no interval, and for Wilson's.
  std::optional<double> p_value = {};
  bool cut_off = false;  ///< an end was moved to the bounds, so the interval is not symmetric

  /// Sets the interval, cut off at the bounds.
  void set_interval(double low, double high, Bounds bounds);

  /// For data tables: "corrected_t", "corrected_welch", "bootstrap_artists", "wilson"; empty
  /// without an interval.
  std::string method_id() const;
};

/// Scores that are equal may differ by this much in their rounding.
inline constexpr double kRounding = 1e-12;

}  // namespace genrebench
