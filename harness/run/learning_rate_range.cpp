#include "harness/run/learning_rate_range.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace genrebench {

double steepest_learning_rate(const std::vector<GradientMethod::RangePoint>& points) {
  std::size_t best = 0;
  double slope = 0.0;
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    const double here = (points[i + 1].smoothed_loss - points[i - 1].smoothed_loss) /
                        std::log(points[i + 1].learning_rate / points[i - 1].learning_rate);
    if (here < slope) {
      slope = here;
      best = i;
    }
  }
  return points[best].learning_rate;
}

double lowest_loss_learning_rate(const std::vector<GradientMethod::RangePoint>& points) {
  return std::min_element(
             points.begin(), points.end(),
             [](const auto& a, const auto& b) { return a.smoothed_loss < b.smoothed_loss; })
      ->learning_rate;
}

}  // namespace genrebench
