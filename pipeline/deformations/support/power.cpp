#include "pipeline/deformations/support/power.hpp"

#include <cmath>

namespace genrebench {

double mean_square(std::span<const float> samples) {
  double sum = 0.0;
  for (const float x : samples) sum += static_cast<double>(x) * static_cast<double>(x);
  return samples.empty() ? 0.0 : sum / static_cast<double>(samples.size());
}

void scale_to(std::span<float> samples, double target) {
  const double now = mean_square(samples);
  if (now == 0.0) return;
  const double factor = std::sqrt(target / now);
  for (float& x : samples) x = static_cast<float>(factor * static_cast<double>(x));
}

}  // namespace genrebench
