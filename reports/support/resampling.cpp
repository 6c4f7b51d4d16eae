#include "reports/support/resampling.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "base/random.hpp"

namespace genrebench {
namespace {

/// How often a resample without a defined score is drawn again.
constexpr int kRedraws = 100;

double normal_quantile(double probability) {
  return boost::math::quantile(boost::math::normal(), probability);
}
double normal_probability(double z) { return boost::math::cdf(boost::math::normal(), z); }

/// The value at a share of sorted values, between neighbours linearly (NumPy's default).
double quantile(const std::vector<double>& sorted, double share) {
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

using Strata = std::vector<std::vector<std::size_t>>;

/// The clusters of each stratum; without strata all clusters make one.
Strata strata_of(const Resampling& resampling) {
  std::map<int, std::vector<std::size_t>> of_stratum;
  for (std::size_t c = 0; c < resampling.sizes.size(); ++c)
    of_stratum[resampling.strata.empty() ? 0 : resampling.strata[c]].push_back(c);
  Strata result;
  for (auto& [stratum, clusters] : of_stratum) result.push_back(std::move(clusters));
  return result;
}

/// The number of draws per stratum: that of its clusters, or one less.
enum class Draws { all, one_less };

/// Sorted scores of the resamples; empty where hardly any resample has a defined score.
std::vector<double> resample(const Resampling& resampling, const Strata& strata, Draws draws) {
  Random random(derive_seed(resampling.seed, "bootstrap"));
  std::vector<int> weights(resampling.sizes.size());
  std::vector<double> scores;
  scores.reserve(kResamples);
  for (int b = 0; b < kResamples; ++b) {
    double score = kNotANumber;
    for (int attempt = 0; attempt < kRedraws && std::isnan(score); ++attempt) {
      std::fill(weights.begin(), weights.end(), 0);
      for (const std::vector<std::size_t>& clusters : strata) {
        const std::size_t n = clusters.size();
        const std::size_t n_draws = n > 1 && draws == Draws::one_less ? n - 1 : n;
        for (std::size_t draw = 0; draw < n_draws; ++draw) ++weights[clusters[random.below(n)]];
      }
      score = resampling.score(weights);
    }
    if (std::isnan(score)) return {};
    scores.push_back(score);
  }
  std::sort(scores.begin(), scores.end());
  return scores;
}

double effective_number(const Resampling& resampling, const std::vector<std::size_t>& clusters) {
  double sum = 0.0, squares = 0.0;
  for (const std::size_t c : clusters) {
    sum += resampling.sizes[c];
    squares += resampling.sizes[c] * resampling.sizes[c];
  }
  return squares > 0.0 ? sum * sum / squares : 0.0;
}

/// What the scores without each single cluster tell.
struct Jackknife {
  double acceleration = 0.0;  ///< how skewed the score is (Efron 1987, eq. 6.6)
  double degrees_of_freedom = 1.0;
};

Jackknife jackknife(const Resampling& resampling, const Strata& strata) {
  std::vector<int> weights(resampling.sizes.size(), 1);
  double squares = 0.0, cubes = 0.0, denominator = 0.0, most = 0.0;
  for (const std::vector<std::size_t>& clusters : strata) {
    if (clusters.size() < 2) continue;
    std::vector<double> without;
    for (const std::size_t c : clusters) {
      weights[c] = 0;
      if (const double score = resampling.score(weights); !std::isnan(score))
        without.push_back(score);
      weights[c] = 1;
    }
    const double centre = mean(without), scale = static_cast<double>(clusters.size()) - 1.0;
    double variance = 0.0;
    for (const double score : without) {
      const double influence = scale * (centre - score);
      variance += influence * influence;
      cubes += influence * influence * influence;
    }
    squares += variance;
    const double degrees = std::max(1.0, effective_number(resampling, clusters) - 1.0);
    denominator += variance * variance / degrees;
    most += degrees;
  }
  if (squares == 0.0) return {.degrees_of_freedom = std::max(1.0, most)};
  return {.acceleration = cubes / (6.0 * std::pow(squares, 1.5)),
          .degrees_of_freedom = squares * squares / denominator};
}

/// What the ends of a BCa interval and its p-value are read from.
class Bca {
 public:
  /// @param scores  of the resamples, sorted
  Bca(std::vector<double> scores, double mean, const Jackknife& skew)
      : scores_(std::move(scores)), mean_(mean), skew_(skew) {
    const double share = static_cast<double>(below(mean - kRounding) + up_to(mean + kRounding)) /
                         2.0 / static_cast<double>(scores_.size());
    bias_ = normal_quantile(within(share));
  }

  Interval interval(double level) const {
    const double z = student_quantile(skew_.degrees_of_freedom, (1.0 + level) / 2.0);
    return {end(-z), end(z)};
  }

  /// One less the level at which the interval ends at 0. Where no resample is on the other side of
  /// 0, the distance of the mean from it in standard errors tells how far out it is.
  double p_of_zero() const {
    if (std::abs(mean_) <= kRounding) return 1.0;
    const double side = mean_ > 0.0 ? -1.0 : 1.0;  // of 0, seen from the mean
    const std::size_t beyond = side < 0.0 ? up_to(kRounding) : scores_.size() - below(-kRounding);
    const double least = normal_quantile(within(0.0));
    const double out = beyond > 0 ? normal_quantile(within(static_cast<double>(beyond) /
                                                           static_cast<double>(scores_.size())))
                                  : std::min(least, -std::abs(mean_) / standard_error());
    const double shifted = side * -out - bias_;  // of end(): skewed back
    const double scale = 1.0 + skew_.acceleration * shifted;
    // Beyond the resamples, and where the transformation has no value, skewness never helps.
    double back = scale > 0.0 ? shifted / scale : shifted;
    if (beyond == 0 && std::abs(back) > std::abs(shifted)) back = shifted;
    const double z = side * (back - bias_);
    return z <= 0.0 ? 1.0 : student_p(skew_.degrees_of_freedom, z);
  }

  double degrees_of_freedom() const { return skew_.degrees_of_freedom; }
  double standard_error() const { return standard_deviation(scores_).value(); }

 private:
  /// A share that the normal quantile is finite of.
  double within(double share) const {
    const double least = 0.5 / static_cast<double>(scores_.size());
    return std::clamp(share, least, 1.0 - least);
  }

  std::size_t below(double value) const {
    return static_cast<std::size_t>(std::lower_bound(scores_.begin(), scores_.end(), value) -
                                    scores_.begin());
  }
  std::size_t up_to(double value) const {
    return static_cast<std::size_t>(std::upper_bound(scores_.begin(), scores_.end(), value) -
                                    scores_.begin());
  }

  /// @param of_normal  the quantile of the end, in standard errors
  double end(double of_normal) const {
    const double shifted = bias_ + of_normal;
    const double scale = 1.0 - skew_.acceleration * shifted;
    // Where the transformation has no value, the end is that of all resamples.
    if (scale <= 0.0) return of_normal < 0.0 ? scores_.front() : scores_.back();
    return quantile(scores_, normal_probability(bias_ + shifted / scale));
  }

  std::vector<double> scores_;
  double mean_;
  Jackknife skew_;
  double bias_ = 0.0;
};

}  // namespace

Estimate cluster_bootstrap(const Resampling& resampling, Bounds bounds, double level) {
  const std::size_t n = resampling.sizes.size();
  Estimate result{.mean = resampling.score(std::vector<int>(n, 1))};
  if (n < 2 || std::isnan(result.mean)) return result;
  const Strata strata = strata_of(resampling);
  std::vector<double> scores = resample(resampling, strata, Draws::one_less);
  if (scores.empty() || scores.back() - scores.front() <= kRounding) return result;

  const Bca bca(std::move(scores), result.mean, jackknife(resampling, strata));
  result.method = IntervalMethod::bootstrap;
  result.units = resampling.units;
  result.n_units = n;
  const auto [low, high] = bca.interval(level);
  result.set_interval(low, high, bounds);
  result.degrees_of_freedom = bca.degrees_of_freedom();
  result.standard_error = bca.standard_error();
  result.p_value = bca.p_of_zero();
  return result;
}

Estimate pigeonhole_bootstrap(std::span<const double> scores,
                              std::span<const std::vector<std::string>> sources,
                              const std::string& units, Bounds bounds, std::uint64_t seed,
                              double level) {
  assert(scores.size() == sources.size());
  std::map<std::string, std::size_t> number;
  std::vector<std::vector<std::size_t>> of_thing;
  for (const std::vector<std::string>& names : sources) {
    std::vector<std::size_t>& list = of_thing.emplace_back();
    for (const std::string& name : std::set(names.begin(), names.end()))
      list.push_back(number.emplace(name, number.size()).first->second);
  }
  Resampling resampling{.sizes = std::vector<double>(number.size()),
                        .strata = {},
                        .units = units,
                        .score = {},
                        .seed = seed};
  for (const std::vector<std::size_t>& list : of_thing)
    for (const std::size_t source : list) resampling.sizes[source] += 1.0;
  resampling.score = [&](std::span<const int> weights) {
    double sum = 0.0, n = 0.0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      double weight = 1.0;
      for (const std::size_t source : of_thing[i]) weight *= weights[source];
      sum += weight * scores[i];
      n += weight;
    }
    return n > 0.0 ? sum / n : kNotANumber;
  };
  const bool shared = std::any_of(of_thing.begin(), of_thing.end(),
                                  [](const auto& list) { return list.size() > 1; });
  if (!shared) return cluster_bootstrap(resampling, bounds, level);

  Estimate result{.mean = mean(scores)};
  if (number.size() < 2) return result;
  const std::vector<double> resampled = resample(resampling, strata_of(resampling), Draws::all);
  if (resampled.empty() || resampled.front() == resampled.back()) return result;
  result.method = IntervalMethod::bootstrap;
  result.units = units;
  result.n_units = number.size();
  result.set_interval(quantile(resampled, (1.0 - level) / 2.0),
                      quantile(resampled, (1.0 + level) / 2.0), bounds);
  return result;
}

}  // namespace genrebench
