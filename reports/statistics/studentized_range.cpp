#include "reports/statistics/studentized_range.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace genrebench {
namespace {

double normal_density(double z) {
  return std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
}

double normal_below(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

}  // namespace

double range_above(double q, std::size_t n) {
  assert(n >= 2);
  if (q <= 0.0) return 1.0;
  // Beyond these ends the density of the largest variable is below 1e-18.
  constexpr double kLow = -9.0, kHigh = 14.0, kStep = 1.0 / 16.0;
  const auto others = static_cast<double>(n - 1);
  double sum = 0.0;
  for (double z = kLow; z <= kHigh; z += kStep) {
    const double below = normal_below(z);
    // below^others - (below - far)^others, without cancellation where `far` is small.
    const double far = std::min(normal_below(z - q) / below, 1.0);
    sum += normal_density(z) * std::pow(below, others) * -std::expm1(others * std::log1p(-far));
  }
  return std::min(1.0, static_cast<double>(n) * sum * kStep);
}

double range_quantile(double probability, std::size_t n) {
  assert(probability > 0.0 && probability < 1.0);
  double low = 0.0, high = 1.0;
  while (range_above(high, n) > probability) high *= 2.0;
  while (high - low > 1e-11 * high) {
    const double middle = 0.5 * (low + high);
    (range_above(middle, n) > probability ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace genrebench
