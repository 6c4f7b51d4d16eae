#include "reports/statistics/calibration.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cassert>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "reports/statistics/basic.hpp"

namespace genrebench {
namespace {

double weight_of(Weights weights, std::size_t track) {
  return weights.empty() ? 1.0 : weights[track];
}

/// The weighted mean of a value of each track.
template <typename Value>
double weighted_mean(std::size_t n, Weights weights, const Value& value) {
  assert(weights.empty() || weights.size() == n);
  double sum = 0.0, total = 0.0;
  for (std::size_t t = 0; t < n; ++t) {
    const double weight = weight_of(weights, t);
    if (weight == 0.0) continue;
    sum += weight * value(t);
    total += weight;
  }
  return total > 0.0 ? sum / total : kNotANumber;
}

double square(double x) { return x * x; }

/// Mean over the tracks of a value of their bins.
template <typename Value>
double mean_over_bins(std::span<const CalibrationBin> bins, const Value& value) {
  double sum = 0.0, n = 0.0;
  for (const CalibrationBin& bin : bins) {
    if (bin.n == 0.0) continue;
    sum += bin.n * value(bin);
    n += bin.n;
  }
  return n > 0.0 ? sum / n : kNotANumber;
}

/// E |x| of a normal variable.
double mean_distance(double mean, double deviation) {
  if (deviation == 0.0) return std::abs(mean);
  const double z = mean / deviation;
  return deviation * std::sqrt(2.0 / std::numbers::pi) * std::exp(-0.5 * z * z) +
         mean * (1.0 - 2.0 * boost::math::cdf(boost::math::normal(), -z));
}

/// What the tracks of one bin of one class are.
struct ClassBin {
  double n = 0.0, probability = 0.0, share = 0.0;  ///< sums, then means
};

/// The part of one class of the Brier score.
BrierParts parts_of_class(const Forecasts& forecasts, int c, const BinLimits& limits,
                          Weights weights) {
  std::vector<ClassBin> bins(limits.size() + 1);
  std::vector<std::size_t> bin(forecasts.size());
  double n = 0.0, share = 0.0;
  BrierParts parts;
  for (std::size_t t = 0; t < forecasts.size(); ++t) {
    const double weight = weight_of(weights, t);
    const double p = forecasts.probabilities(static_cast<Eigen::Index>(t), c);
    const double is_class = forecasts.truth[t] == c ? 1.0 : 0.0;
    bin[t] = bin_of(p, limits);
    bins[bin[t]].n += weight;
    bins[bin[t]].probability += weight * p;
    bins[bin[t]].share += weight * is_class;
    n += weight;
    share += weight * is_class;
    parts.score += weight * square(p - is_class);
  }
  share /= n;
  parts.score /= n;
  parts.uncertainty = share * (1.0 - share);
  for (ClassBin& b : bins) {
    if (b.n == 0.0) continue;
    b.probability /= b.n;
    b.share /= b.n;
    parts.reliability += b.n / n * square(b.probability - b.share);
    parts.resolution += b.n / n * square(b.share - share);
  }
  for (std::size_t t = 0; t < forecasts.size(); ++t) {
    const ClassBin& b = bins[bin[t]];
    const double distance =
        forecasts.probabilities(static_cast<Eigen::Index>(t), c) - b.probability;
    const double of_class = (forecasts.truth[t] == c ? 1.0 : 0.0) - b.share;
    parts.resolution += weight_of(weights, t) / n * (2.0 * of_class * distance - square(distance));
  }
  return parts;
}

}  // namespace

std::vector<double> confidences(const Forecasts& forecasts) {
  std::vector<double> result(forecasts.size());
  for (std::size_t t = 0; t < result.size(); ++t) result[t] = forecasts.confidence(t);
  return result;
}

double share_right(const Forecasts& forecasts, Weights weights) {
  return weighted_mean(forecasts.size(), weights,
                       [&](std::size_t t) { return forecasts.right(t) ? 1.0 : 0.0; });
}

double overconfidence(const Forecasts& forecasts, Weights weights) {
  return weighted_mean(forecasts.size(), weights, [&](std::size_t t) {
    return forecasts.confidence(t) - (forecasts.right(t) ? 1.0 : 0.0);
  });
}

double log_loss(const Forecasts& forecasts, Weights weights) {
  return weighted_mean(forecasts.size(), weights, [&](std::size_t t) {
    return -std::log(
        std::clamp(forecasts.probabilities(static_cast<Eigen::Index>(t), forecasts.truth[t]), kClip,
                   1.0 - kClip));
  });
}

double brier_score(const Forecasts& forecasts, Weights weights) {
  return weighted_mean(forecasts.size(), weights, [&](std::size_t t) {
    const auto row = forecasts.probabilities.row(static_cast<Eigen::Index>(t));
    const double of_truth = row[forecasts.truth[t]];
    return row.squaredNorm() - square(of_truth) + square(1.0 - of_truth);
  });
}

BinLimits equal_mass_bins(std::span<const double> values, int n_bins) {
  assert(n_bins > 0);
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t n = sorted.size(), k = static_cast<std::size_t>(n_bins);
  BinLimits limits;
  if (n == 0) return limits;
  // The first n % k bins get one more, as numpy.array_split() has it.
  std::size_t end = 0;
  for (std::size_t b = 0; b + 1 < k; ++b) {
    end += n / k + (b < n % k ? 1 : 0);
    if (end == 0 || end >= n) continue;
    const double limit = (sorted[end - 1] + sorted[end]) / 2.0;
    // A bin that equal values would leave empty is none.
    const bool holds_some =
        limits.empty() || *std::upper_bound(sorted.begin(), sorted.end(), limits.back()) <= limit;
    if (holds_some && limit < sorted.back()) limits.push_back(limit);
  }
  return limits;
}

BinLimits equal_width_bins(int n_bins) {
  BinLimits limits;
  for (int b = 1; b < n_bins; ++b) limits.push_back(static_cast<double>(b) / n_bins);
  return limits;
}

std::size_t bin_of(double value, const BinLimits& limits) {
  return static_cast<std::size_t>(std::lower_bound(limits.begin(), limits.end(), value) -
                                  limits.begin());
}

std::vector<CalibrationBin> calibration_bins(const Forecasts& forecasts, const BinLimits& limits,
                                             Weights weights) {
  std::vector<CalibrationBin> bins(limits.size() + 1, {.confidence = 0.0, .share_right = 0.0});
  for (std::size_t t = 0; t < forecasts.size(); ++t) {
    const double weight = weight_of(weights, t), confidence = forecasts.confidence(t);
    CalibrationBin& bin = bins[bin_of(confidence, limits)];
    bin.n += weight;
    bin.confidence += weight * confidence;
    bin.share_right += forecasts.right(t) ? weight : 0.0;
  }
  for (CalibrationBin& bin : bins) {
    bin.confidence = bin.n > 0.0 ? bin.confidence / bin.n : kNotANumber;
    bin.share_right = bin.n > 0.0 ? bin.share_right / bin.n : kNotANumber;
  }
  return bins;
}

double calibration_error(std::span<const CalibrationBin> bins) {
  return mean_over_bins(
      bins, [](const CalibrationBin& bin) { return std::abs(bin.confidence - bin.share_right); });
}

double debiased_calibration_error(std::span<const CalibrationBin> bins) {
  return mean_over_bins(bins, [](const CalibrationBin& bin) {
    const double gap = bin.share_right - bin.confidence;
    // Rounding may leave a share of 1 a little above it.
    const double variance = std::max(0.0, bin.share_right * (1.0 - bin.share_right)) / bin.n;
    return 2.0 * std::abs(gap) - mean_distance(gap, std::sqrt(variance));
  });
}

double debiased_square_error(std::span<const CalibrationBin> bins) {
  return mean_over_bins(bins, [](const CalibrationBin& bin) {
    if (bin.n < 2.0) return 0.0;
    return square(bin.confidence - bin.share_right) -
           bin.share_right * (1.0 - bin.share_right) / (bin.n - 1.0);
  });
}

BrierParts brier_parts(const Forecasts& forecasts, const std::vector<BinLimits>& limits,
                       Weights weights) {
  BrierParts sum;
  for (std::size_t c = 0; c < limits.size(); ++c) {
    const BrierParts parts = parts_of_class(forecasts, static_cast<int>(c), limits[c], weights);
    sum.score += parts.score;
    sum.reliability += parts.reliability;
    sum.resolution += parts.resolution;
    sum.uncertainty += parts.uncertainty;
  }
  return sum;
}

std::vector<BinLimits> class_bins(const Forecasts& forecasts, int n_bins) {
  std::vector<BinLimits> result;
  for (Eigen::Index c = 0; c < forecasts.probabilities.cols(); ++c) {
    const Eigen::VectorXd column = forecasts.probabilities.col(c);
    result.push_back(
        equal_mass_bins({column.data(), static_cast<std::size_t>(column.size())}, n_bins));
  }
  return result;
}

RiskCurve::RiskCurve(const Forecasts& forecasts)
    : order_(forecasts.size()), right_(forecasts.size()) {
  const std::vector<double> confidence = confidences(forecasts);
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::ranges::sort(order_, [&](std::size_t a, std::size_t b) {
    return confidence[a] != confidence[b] ? confidence[a] > confidence[b] : a < b;
  });
  for (std::size_t i = 0; i < order_.size(); ++i) {
    right_[i] = forecasts.right(i);
    if (i + 1 == order_.size() || confidence[order_[i]] != confidence[order_[i + 1]])
      ends_.push_back(i + 1);
  }
}

std::vector<RiskCurve::Step> RiskCurve::steps(Weights weights) const {
  std::vector<Step> result(ends_.size());
  std::size_t i = 0;
  for (std::size_t g = 0; g < ends_.size(); ++g)
    for (; i < ends_[g]; ++i) {
      const double weight = weight_of(weights, order_[i]);
      result[g].weight += weight;
      result[g].wrong += right_[order_[i]] ? 0.0 : weight;
    }
  return result;
}

double RiskCurve::risk(double coverage, Weights weights) const {
  const std::vector<Step> all = steps(weights);
  double total = 0.0;
  for (const Step& step : all) total += step.weight;
  double accepted = 0.0, wrong = 0.0;
  for (const Step& step : all) {
    accepted += step.weight;
    wrong += step.wrong;
    if (accepted > 0.0 && accepted >= coverage * total * (1.0 - 1e-12)) break;
  }
  return accepted > 0.0 ? wrong / accepted : kNotANumber;
}

std::vector<std::size_t> RiskCurve::accepted(double coverage) const {
  const double needed = coverage * static_cast<double>(right_.size()) * (1.0 - 1e-12);
  const auto end =
      std::ranges::find_if(ends_, [&](std::size_t n) { return static_cast<double>(n) >= needed; });
  if (end == ends_.end()) return order_;
  return {order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(*end)};
}

double RiskCurve::area(Weights weights) const {
  double accepted = 0.0, wrong = 0.0, sum = 0.0;
  for (const Step& step : steps(weights)) {
    if (step.weight == 0.0) continue;
    accepted += step.weight;
    wrong += step.wrong;
    sum += step.weight * wrong / accepted;
  }
  return accepted > 0.0 ? sum / accepted : kNotANumber;
}

double RiskCurve::excess_area(Weights weights) const {
  // In the best order all right answers come first, then the wrong ones, one by one.
  std::vector<double> wrong_weights;
  double right = 0.0, total = 0.0;
  for (std::size_t t = 0; t < right_.size(); ++t) {
    const double weight = weight_of(weights, t);
    total += weight;
    if (right_[t])
      right += weight;
    else if (weight > 0.0)
      wrong_weights.push_back(weight);
  }
  double wrong = 0.0, best = 0.0;
  for (const double weight : wrong_weights) {
    wrong += weight;
    best += weight * wrong / (right + wrong);
  }
  return area(weights) - (total > 0.0 ? best / total : kNotANumber);
}

}  // namespace genrebench
