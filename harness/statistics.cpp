#include "harness/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace genrebench {
namespace {

/// The t value that leaves (1 - level) / 2 above it.
double t_quantile(double degrees_of_freedom, double level) {
  assert(level > 0.0 && level < 1.0);
  return boost::math::quantile(boost::math::complement(boost::math::students_t(degrees_of_freedom), (1.0 - level) / 2.0));
}

Interval around(double centre, double half_width) { return {centre - half_width, centre + half_width}; }

}  // namespace

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

std::optional<Interval> t_interval(std::span<const double> values, double level) {
  const std::optional<double> deviation = standard_deviation(values);
  if (!deviation) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  return around(mean(values), t_quantile(n - 1.0, level) * *deviation / std::sqrt(n));
}

Difference paired_difference(std::span<const double> first, std::span<const double> second, double level) {
  assert(first.size() == second.size());
  std::vector<double> differences(first.size());
  std::transform(first.begin(), first.end(), second.begin(), differences.begin(), std::minus<>());
  Difference result;
  result.mean = mean(differences);
  result.interval = t_interval(differences, level);
  if (result.interval) result.degrees_of_freedom = static_cast<double>(differences.size()) - 1.0;
  return result;
}

Difference welch_difference(std::span<const double> first, std::span<const double> second, double level) {
  Difference result;
  result.mean = mean(first) - mean(second);
  const std::optional<double> deviation_first = standard_deviation(first);
  const std::optional<double> deviation_second = standard_deviation(second);
  if (!deviation_first || !deviation_second) return result;
  const auto n_first = static_cast<double>(first.size());
  const auto n_second = static_cast<double>(second.size());
  const double part_first = *deviation_first * *deviation_first / n_first;
  const double part_second = *deviation_second * *deviation_second / n_second;
  const double variance = part_first + part_second;
  if (variance == 0.0) {  // the degrees of freedom would be 0 / 0
    result.interval = around(result.mean, 0.0);
    result.degrees_of_freedom = n_first + n_second - 2.0;
    return result;
  }
  if (!std::isfinite(variance)) {
    result.interval = around(result.mean, std::numeric_limits<double>::quiet_NaN());
    return result;
  }
  result.degrees_of_freedom = variance * variance / (part_first * part_first / (n_first - 1.0) +
                                                     part_second * part_second / (n_second - 1.0));
  result.interval = around(result.mean, t_quantile(result.degrees_of_freedom, level) * std::sqrt(variance));
  return result;
}

Interval wilson_interval(std::int64_t successes, std::int64_t trials, double level) {
  assert(level > 0.0 && level < 1.0);
  assert(successes >= 0 && successes <= trials);
  if (trials == 0) return {0.0, 1.0};
  const double z = boost::math::quantile(boost::math::complement(boost::math::normal(), (1.0 - level) / 2.0));
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double scale = 1.0 + z * z / n;
  const double centre = (p + z * z / (2.0 * n)) / scale;
  const double half_width = z / scale * std::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  // Exact at the ends, where rounding would leave 1e-17.
  return {successes == 0 ? 0.0 : std::max(0.0, centre - half_width),
          successes == trials ? 1.0 : std::min(1.0, centre + half_width)};
}

}  // namespace genrebench
