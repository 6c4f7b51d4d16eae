#include "reports/statistics/basic.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace genrebench {

double mean(std::span<const double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::optional<double> standard_deviation(std::span<const double> values) {
  if (values.size() < 2) return std::nullopt;
  const double centre = mean(values);
  double squares = 0.0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

Interval wilson_interval(double successes, double trials, double level) {
  assert(level > 0.0 && level < 1.0);
  assert(successes >= 0.0 && successes <= trials);
  if (trials == 0.0) return {0.0, 1.0};
  const double z =
      boost::math::quantile(boost::math::complement(boost::math::normal(), (1.0 - level) / 2.0));
  const double n = trials;
  const double p = successes / n;
  const double scale = 1.0 + z * z / n;
  const double centre = (p + z * z / (2.0 * n)) / scale;
  const double half_width = z / scale * std::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  // Exact at the ends, where rounding would leave 1e-17.
  return {successes == 0.0 ? 0.0 : std::max(0.0, centre - half_width),
          successes == trials ? 1.0 : std::min(1.0, centre + half_width)};
}

double student_quantile(double degrees_of_freedom, double probability) {
  return boost::math::quantile(
      boost::math::complement(boost::math::students_t(degrees_of_freedom), 1.0 - probability));
}

double student_p(double degrees_of_freedom, double t) {
  if (std::isnan(t)) return kNotANumber;
  return 2.0 * boost::math::cdf(boost::math::students_t(degrees_of_freedom), -std::abs(t));
}

}  // namespace genrebench
