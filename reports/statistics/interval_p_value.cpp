#include "reports/statistics/interval_p_value.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>

namespace genrebench {
namespace {

/// The probability beyond +-t.
template <typename Distribution>
double two_tails(const Distribution& distribution, double t) {
  return 2.0 * boost::math::cdf(boost::math::complement(distribution, t));
}

template <typename Distribution>
double p_of(const Distribution& distribution, double ratio, double level) {
  const double quantile =
      boost::math::quantile(boost::math::complement(distribution, (1.0 - level) / 2.0));
  return two_tails(distribution, ratio * quantile);
}

}  // namespace

double interval_p_value(double estimate, const Interval& interval, double level,
                        double degrees_of_freedom) {
  assert(level > 0.0 && level < 1.0);
  if (estimate == 0.0) return 1.0;
  const double width = estimate > 0.0 ? estimate - interval.low : interval.high - estimate;
  constexpr double kLeast = 1e-300;  // an interval without a width on that side
  if (width <= 0.0) return kLeast;
  const double ratio = std::abs(estimate) / width;
  const double p = degrees_of_freedom > 0.0
                       ? p_of(boost::math::students_t(degrees_of_freedom), ratio, level)
                       : p_of(boost::math::normal(), ratio, level);
  return std::clamp(p, kLeast, 1.0);
}

}  // namespace genrebench
