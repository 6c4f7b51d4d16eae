#include "reports/statistics/power_law.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

#include "base/random.hpp"

namespace genrebench {
namespace {

/// The best a and b for one rate, and their loss.
struct Line {
  double a = 0.0, b = 0.0, loss = std::numeric_limits<double>::infinity();
};

/// Fits a + b x with a in [0, 1] and b >= 0 under the soft L1 loss: least squares again and again,
/// each time with weights from the residuals before. Every step lowers the convex loss.
class LineFit {
 public:
  LineFit(std::span<const double> x, std::span<const double> y) : x_(x), y_(y) {}

  Line fit() {
    weights_.assign(x_.size(), 1.0);
    Line best = weighted();
    for (int i = 0; i < kMaxSteps; ++i) {
      for (std::size_t k = 0; k < x_.size(); ++k) {
        const double z = residual(best, k) / kResidualMargin;
        weights_[k] = 1.0 / std::sqrt(1.0 + z * z);
      }
      const Line next = weighted();
      const bool done = !(next.loss < best.loss * (1.0 - 1e-15));
      if (next.loss < best.loss) best = next;
      if (done) break;
    }
    return best;
  }

 private:
  static constexpr int kMaxSteps = 500;

  double residual(const Line& line, std::size_t k) const { return line.a + line.b * x_[k] - y_[k]; }

  /// Weighted least squares within the bounds: inside them, or along one of them.
  Line weighted() const {
    double w = 0.0, wx = 0.0, wy = 0.0, wxx = 0.0, wxy = 0.0;
    for (std::size_t k = 0; k < x_.size(); ++k) {
      w += weights_[k];
      wx += weights_[k] * x_[k];
      wy += weights_[k] * y_[k];
      wxx += weights_[k] * x_[k] * x_[k];
      wxy += weights_[k] * x_[k] * y_[k];
    }
    const double determinant = w * wxx - wx * wx;
    const double a = (wxx * wy - wx * wxy) / determinant, b = (w * wxy - wx * wy) / determinant;
    if (determinant > 1e-12 * w * wxx && a >= 0.0 && a <= 1.0 && b >= 0.0) return with_loss(a, b);
    const auto along = [&](double fixed) {
      return with_loss(fixed, std::max(0.0, (wxy - fixed * wx) / wxx));
    };
    const std::array<Line, 3> edges = {along(0.0), along(1.0),
                                       with_loss(std::clamp(wy / w, 0.0, 1.0), 0.0)};
    return *std::ranges::min_element(edges, {}, [&](const Line& line) {
      double sum = 0.0;
      for (std::size_t k = 0; k < x_.size(); ++k)
        sum += weights_[k] * residual(line, k) * residual(line, k);
      return sum;
    });
  }

  Line with_loss(double a, double b) const {
    Line line{.a = a, .b = b, .loss = 0.0};
    for (std::size_t k = 0; k < x_.size(); ++k) {
      const double z = residual(line, k) / kResidualMargin;
      line.loss += 2.0 * z * z / (std::sqrt(1.0 + z * z) + 1.0);
    }
    return line;
  }

  std::span<const double> x_, y_;
  std::vector<double> weights_;
};

/// Fits all three parameters: a and b for many rates, then ever closer around the best of these.
class LawFit {
 public:
  LawFit(std::span<const double> sizes, std::span<const double> errors)
      : errors_(errors), powers_(sizes.size()) {
    for (const double n : sizes) log_sizes_.push_back(std::log(n));
    // Sizes are counted in the smallest one, so that n^-c is near 1.
    smallest_ = *std::ranges::min_element(log_sizes_);
  }

  PowerLaw fit() {
    constexpr int kRates = 60;
    int best = 0;
    double lowest = std::numeric_limits<double>::infinity();
    for (int i = 0; i <= kRates; ++i)
      if (const double loss = at(kMaxRate * i / kRates).loss; loss < lowest) {
        lowest = loss;
        best = i;
      }
    double low = kMaxRate * std::max(0, best - 1) / kRates,
           high = kMaxRate * std::min(kRates, best + 1) / kRates;
    constexpr double kGolden = 0.6180339887498949;
    for (int step = 0; step < 60; ++step) {
      const double left = high - kGolden * (high - low), right = low + kGolden * (high - low);
      if (at(left).loss <= at(right).loss)
        high = right;
      else
        low = left;
    }
    double rate = (low + high) / 2.0;
    for (const double end : {0.0, kMaxRate})  // at a bound, the search stops short of it
      if (at(end).loss <= at(rate).loss) rate = end;
    const Line line = at(rate);
    return {.a = line.a, .b = line.b * std::exp(rate * smallest_), .c = rate};
  }

 private:
  Line at(double rate) {
    for (std::size_t k = 0; k < powers_.size(); ++k)
      powers_[k] = std::exp(-rate * (log_sizes_[k] - smallest_));
    return LineFit(powers_, errors_).fit();
  }

  std::span<const double> errors_;
  std::vector<double> log_sizes_, powers_;
  double smallest_ = 0.0;
};

/// The mean of each size over the curves, each as often as it was drawn.
std::vector<double> mean_errors(std::span<const ErrorCurve> curves, std::span<const int> drawn) {
  std::vector<double> result(curves.front().errors.size());
  int n = 0;
  for (std::size_t k = 0; k < curves.size(); ++k) {
    n += drawn[k];
    for (std::size_t s = 0; s < result.size(); ++s) result[s] += drawn[k] * curves[k].errors[s];
  }
  for (double& value : result) value /= n;
  return result;
}

}  // namespace

double PowerLaw::at(double n) const { return a + b * std::pow(n, -c); }

std::optional<double> PowerLaw::size_for(double error) const {
  if (!(error > a) || b <= 0.0 || c <= 0.0) return std::nullopt;
  return std::pow(b / (error - a), 1.0 / c);
}

PowerLaw fit_power_law(std::span<const double> sizes, std::span<const double> errors) {
  assert(sizes.size() == errors.size() && sizes.size() >= kFewestSizes);
  return LawFit(sizes, errors).fit();
}

std::vector<PowerLaw> resampled_power_laws(std::span<const double> sizes,
                                           std::span<const ErrorCurve> curves, int n_resamples,
                                           std::uint64_t seed) {
  assert(curves.size() >= 2);
  const double k = static_cast<double>(curves.size());
  double ratio = 0.0;
  for (const ErrorCurve& curve : curves) ratio += curve.test_ratio / k;
  const double stretch = std::sqrt((1.0 + k * ratio) * k / (k - 1.0));
  const std::vector<double> center = mean_errors(curves, std::vector<int>(curves.size(), 1));
  Random random(seed);
  std::vector<PowerLaw> result;
  for (int i = 0; i < n_resamples; ++i) {
    std::vector<int> drawn(curves.size());
    for (std::size_t j = 0; j < curves.size(); ++j) ++drawn[random.below(curves.size())];
    std::vector<double> errors = mean_errors(curves, drawn);
    for (std::size_t s = 0; s < errors.size(); ++s)
      errors[s] = std::clamp(center[s] + stretch * (errors[s] - center[s]), 0.0, 1.0);
    result.push_back(fit_power_law(sizes, errors));
  }
  return result;
}

Interval percentile_interval(std::vector<double> values, double level) {
  assert(!values.empty());
  std::ranges::sort(values);
  const auto quantile = [&](double share) {
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    const double rest = place - static_cast<double>(below);
    return rest == 0.0 || values[below] == values[above]
               ? values[below]
               : values[below] + rest * (values[above] - values[below]);
  };
  return {.low = quantile((1.0 - level) / 2.0), .high = quantile((1.0 + level) / 2.0)};
}

}  // namespace genrebench
