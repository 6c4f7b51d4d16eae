#include "reports/statistics/combined_effect.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>

namespace genrebench {
namespace {

/// The mean weighted by the inverse variances, and how far effects are from it.
struct WeightedMean {
  double value = 0.0;
  double sum_of_weights = 0.0;
  double squares = 0.0;  ///< weighted, about the mean
};

double weight(const Effect& effect, double variance_between) {
  return 1.0 / (effect.standard_error * effect.standard_error + variance_between);
}

WeightedMean weighted_mean(std::span<const Effect> effects, double variance_between) {
  WeightedMean result;
  for (const Effect& effect : effects) {
    result.sum_of_weights += weight(effect, variance_between);
    result.value += weight(effect, variance_between) * effect.value;
  }
  result.value /= result.sum_of_weights;
  for (const Effect& effect : effects)
    result.squares += weight(effect, variance_between) * std::pow(effect.value - result.value, 2);
  return result;
}

/// The variance with which the weighted squares are what is expected; 0 where they are less
/// without any.
double paule_mandel(std::span<const Effect> effects) {
  const auto expected = static_cast<double>(effects.size() - 1);
  const auto is_too_small = [&](double variance) {
    return weighted_mean(effects, variance).squares > expected;
  };
  if (!is_too_small(0.0)) return 0.0;
  double low = 0.0, high = 1e-6;
  while (is_too_small(high)) high *= 2.0;
  for (int i = 0; i < 200 && high - low > 1e-15 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (is_too_small(middle) ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

Interval around(double centre, double half_width) {
  return {.low = centre - half_width, .high = centre + half_width};
}

}  // namespace

CombinedEffect combine_effects(std::span<const Effect> effects, double level) {
  assert(!effects.empty());
  assert(std::all_of(effects.begin(), effects.end(),
                     [](const Effect& effect) { return effect.standard_error > 0.0; }));
  const auto degrees = static_cast<double>(effects.size() - 1);
  const double variance = effects.size() > 1 ? paule_mandel(effects) : 0.0;
  const WeightedMean mean = weighted_mean(effects, variance);
  CombinedEffect result{.value = mean.value,
                        .standard_error = 1.0 / std::sqrt(mean.sum_of_weights),
                        .between = std::sqrt(variance),
                        .heterogeneity = weighted_mean(effects, 0.0).squares};
  if (result.heterogeneity > degrees) result.inconsistency = 1.0 - degrees / result.heterogeneity;
  for (const Effect& effect : effects)
    result.weights.push_back(weight(effect, variance) / mean.sum_of_weights);
  if (effects.size() < 2) return result;
  const double tail = 1.0 - 0.5 * (1.0 - level);
  result.interval = around(result.value, student_quantile(degrees, tail) * result.standard_error);
  result.p =
      2.0 * boost::math::cdf(boost::math::complement(
                boost::math::students_t(degrees), std::abs(result.value) / result.standard_error));
  if (effects.size() > 2)
    result.prediction = around(result.value, student_quantile(degrees - 1.0, tail) *
                                                 std::hypot(result.between, result.standard_error));
  return result;
}

}  // namespace genrebench
