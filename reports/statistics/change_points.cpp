#include "reports/statistics/change_points.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "reports/statistics/basic.hpp"

namespace genrebench {
namespace {

using Values = std::span<const double>;

/// A division of a series, or the candidate for one.
struct Division {
  std::size_t index = 0;
  double statistic = 0.0;
};

/// Sums of the distances |x_i - x_j| over rectangles of i and j.
class Distances {
 public:
  explicit Distances(Values values) : side_(values.size() + 1), sums_(side_ * side_, 0.0) {
    for (std::size_t i = 0; i + 1 < side_; ++i)
      for (std::size_t j = 0; j + 1 < side_; ++j)
        at(i + 1, j + 1) = std::abs(values[i] - values[j]) + at(i, j + 1) + at(i + 1, j) - at(i, j);
  }

  /// Over rows from `top` and columns from `left`, without the last ones.
  double sum(std::size_t top, std::size_t bottom, std::size_t left, std::size_t right) const {
    return at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left);
  }

 private:
  double& at(std::size_t i, std::size_t j) { return sums_[i * side_ + j]; }
  double at(std::size_t i, std::size_t j) const { return sums_[i * side_ + j]; }

  std::size_t side_;
  std::vector<double> sums_;
};

/// The best division of the values from `begin` to before `end`: between begin..index and
/// index..last for any `last` up to `end` (Matteson and James, equation (2.7)).
std::optional<Division> best_division(const Distances& distances, std::size_t begin,
                                      std::size_t end) {
  std::optional<Division> best;
  for (std::size_t index = begin + 1; index < end; ++index)
    for (std::size_t last = index + 1; last <= end; ++last) {
      const auto n = static_cast<double>(index - begin), m = static_cast<double>(last - index);
      // A square of distances holds each pair twice.
      double energy = 2.0 / (n + m) * distances.sum(begin, index, index, last);
      if (n > 1.0) energy -= m / (n + m) / (n - 1.0) * distances.sum(begin, index, begin, index);
      if (m > 1.0) energy -= n / (n + m) / (m - 1.0) * distances.sum(index, last, index, last);
      if (!best || energy > best->statistic) best = Division{.index = index, .statistic = energy};
    }
  return best;
}

/// The sum of squared differences from the mean.
double scatter(Values values, double centre) {
  double sum = 0.0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return sum;
}

ChangePoint test(Values left, Values right, std::size_t index) {
  ChangePoint point{.index = index, .before = mean(left), .after = mean(right), .p = 1.0};
  const auto n = static_cast<double>(left.size()), m = static_cast<double>(right.size());
  const double freedom = n + m - 2.0;
  const double difference = point.after - point.before;
  if (freedom < 1.0 || difference == 0.0) return point;
  // Otava gives deviations with the divisor n to a test that expects n - 1.
  const double pooled =
      ((n - 1.0) / n * scatter(left, point.before) + (m - 1.0) / m * scatter(right, point.after)) /
      freedom;
  const double error = std::sqrt(pooled * (1.0 / n + 1.0 / m));
  point.p = error > 0.0 ? student_p(freedom, difference / error) : 0.0;
  return point;
}

/// Bounds of the pieces that change points make of n values.
std::vector<std::size_t> bounds_of(const std::vector<std::size_t>& indices, std::size_t n) {
  std::vector<std::size_t> bounds = {0};
  bounds.insert(bounds.end(), indices.begin(), indices.end());
  bounds.push_back(n);
  return bounds;
}

/// The change points of one window, in order.
std::vector<std::size_t> divide(Values values, double level) {
  const Distances distances(values);
  std::vector<std::size_t> found;
  for (;;) {
    const std::vector<std::size_t> bounds = bounds_of(found, values.size());
    std::optional<Division> best;
    std::size_t begin = 0, end = 0;
    for (std::size_t piece = 0; piece + 1 < bounds.size(); ++piece) {
      const auto one = best_division(distances, bounds[piece], bounds[piece + 1]);
      if (one && (!best || one->statistic > best->statistic)) {
        best = one;
        begin = bounds[piece];
        end = bounds[piece + 1];
      }
    }
    if (!best) return found;
    const ChangePoint point = test(values.subspan(begin, best->index - begin),
                                   values.subspan(best->index, end - best->index), best->index);
    if (point.p > level) return found;
    found.insert(std::upper_bound(found.begin(), found.end(), point.index), point.index);
  }
}

/// All candidates, in order.
std::vector<std::size_t> candidates(Values values, std::size_t window, double level) {
  std::vector<std::size_t> found;
  for (std::size_t start = 0; start < values.size();) {
    const std::size_t n = std::min(window, values.size() - start);
    std::size_t next = start + window / 2;
    for (const std::size_t index : divide(values.subspan(start, n), level)) {
      found.push_back(start + index);
      next = std::max(next, start + index);
    }
    start = next;
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

/// Tests the change point at a place again, between its neighbours.
void test_again(std::vector<ChangePoint>& points, std::size_t place, Values values) {
  if (place >= points.size()) return;
  const std::size_t begin = place == 0 ? 0 : points[place - 1].index, index = points[place].index,
                    end = place + 1 < points.size() ? points[place + 1].index : values.size();
  points[place] =
      test(values.subspan(begin, index - begin), values.subspan(index, end - index), index);
}

}  // namespace

double ChangePoint::relative() const { return before == 0.0 ? 0.0 : after / before - 1.0; }

double ChangePoint::magnitude() const {
  const double backwards = after == 0.0 ? 0.0 : before / after - 1.0;
  return std::max(std::abs(relative()), std::abs(backwards));
}

std::vector<ChangePoint> change_points(Values values, const ChangePointOptions& options) {
  if (options.window < 2) throw std::invalid_argument("change_points: a window below 2 values");
  if (!(options.level > 0.0 && options.level < 1.0))
    throw std::invalid_argument("change_points: a level outside (0, 1)");
  const double first_level = options.level < 0.05  ? options.level * 10.0
                             : options.level < 0.5 ? options.level * 2.0
                                                   : options.level;
  std::vector<ChangePoint> points;
  for (const std::size_t index : candidates(values, options.window, first_level))
    points.push_back({.index = index});
  for (std::size_t place = 0; place < points.size(); ++place) test_again(points, place, values);
  while (!points.empty()) {
    auto weakest = std::max_element(points.begin(), points.end(),
                                    [](const auto& a, const auto& b) { return a.p < b.p; });
    if (weakest->p < options.level) {
      weakest = std::min_element(points.begin(), points.end(), [](const auto& a, const auto& b) {
        return a.magnitude() < b.magnitude();
      });
      if (weakest->magnitude() > options.magnitude) break;
    }
    const auto place = static_cast<std::size_t>(weakest - points.begin());
    points.erase(weakest);
    // Otava tests the two behind the dropped one again, and not the one before it. Its published
    // change points hold only so.
    for (const std::size_t next : {place, place + 1}) test_again(points, next, values);
  }
  return points;
}

}  // namespace genrebench
