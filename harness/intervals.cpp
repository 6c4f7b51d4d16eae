#include "harness/intervals.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "signal/random.hpp"

namespace genrebench {
namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
/// Resamples without a defined score are drawn again, so often.
constexpr int kRedraws = 100;
/// Equal scores of divisions may differ in their rounding.
constexpr double kRounding = 1e-12;

double t_quantile(double degrees_of_freedom, double probability) {
  return boost::math::quantile(boost::math::complement(boost::math::students_t(degrees_of_freedom), 1.0 - probability));
}

double normal_quantile(double probability) { return boost::math::quantile(boost::math::normal(), probability); }
double normal_probability(double z) { return boost::math::cdf(boost::math::normal(), z); }

void set_interval(Estimate& estimate, double low, double high, Bounds bounds) {
  estimate.cut_off = low < bounds.low || high > bounds.high;
  estimate.interval = Interval{std::clamp(low, bounds.low, bounds.high), std::clamp(high, bounds.low, bounds.high)};
}

std::vector<double> scores_of(std::span<const DivisionScore> divisions) {
  std::vector<double> scores;
  for (const DivisionScore& division : divisions) scores.push_back(division.score);
  return scores;
}

/// The scores differ by nothing but rounding.
bool all_equal(std::span<const DivisionScore> divisions) {
  const std::vector<double> scores = scores_of(divisions);
  if (scores.empty()) return false;
  const auto [least, most] = std::minmax_element(scores.begin(), scores.end());
  return *most - *least <= kRounding;
}

/// What the corrected variance of a mean is made of.
struct Spread {
  double mean = kNotANumber;
  std::optional<double> deviation = {};
  double variance = 0.0;  ///< of the mean, corrected
  bool usable = false;    ///< it can carry an interval
};

Spread spread_of(std::span<const DivisionScore> divisions) {
  const std::vector<double> scores = scores_of(divisions);
  Spread spread{.mean = mean(scores), .deviation = standard_deviation(scores)};
  double ratio = 0.0;
  for (const DivisionScore& division : divisions) ratio += division.test_ratio / static_cast<double>(divisions.size());
  if (!spread.deviation || !std::isfinite(ratio)) return spread;
  spread.variance = *spread.deviation * *spread.deviation * (1.0 / static_cast<double>(divisions.size()) + ratio);
  spread.usable = !all_equal(divisions);
  return spread;
}

/// The value at a share of sorted values, between neighbours linearly (NumPy's default).
double quantile(const std::vector<double>& sorted, double share) {
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// Sorted scores of the resamples; empty where a defined one is hardly ever drawn.
std::vector<double> resample(const Resampling& resampling) {
  const std::size_t n = resampling.sizes.size();
  Random random(derive_seed(resampling.seed, "bootstrap"));
  std::vector<int> weights(n);
  std::vector<double> scores;
  scores.reserve(kResamples);
  for (int b = 0; b < kResamples; ++b) {
    double score = kNotANumber;
    for (int attempt = 0; attempt < kRedraws && std::isnan(score); ++attempt) {
      std::fill(weights.begin(), weights.end(), 0);
      for (std::size_t draw = 0; draw < n; ++draw) ++weights[random.below(n)];
      score = resampling.score(weights);
    }
    if (std::isnan(score)) return {};
    scores.push_back(score);
  }
  std::sort(scores.begin(), scores.end());
  return scores;
}

/// How skewed the score is, from the scores without one cluster each (Efron 1987, eq. 6.6).
double acceleration(const Resampling& resampling) {
  const std::size_t n = resampling.sizes.size();
  std::vector<int> weights(n, 1);
  std::vector<double> without;
  for (std::size_t c = 0; c < n; ++c) {
    weights[c] = 0;
    if (const double score = resampling.score(weights); !std::isnan(score)) without.push_back(score);
    weights[c] = 1;
  }
  const double centre = mean(without);
  double squares = 0.0, cubes = 0.0;
  for (const double score : without) {
    squares += (centre - score) * (centre - score);
    cubes += (centre - score) * (centre - score) * (centre - score);
  }
  return squares > 0.0 ? cubes / (6.0 * std::pow(squares, 1.5)) : 0.0;
}

double effective_number(const std::vector<double>& sizes) {
  const double sum = std::accumulate(sizes.begin(), sizes.end(), 0.0);
  const double squares = std::inner_product(sizes.begin(), sizes.end(), sizes.begin(), 0.0);
  return squares > 0.0 ? sum * sum / squares : 0.0;
}

/// What runs said of the tracks of one cluster. Runs that share a division add up, which averages them.
struct Cluster {
  double n_right = 0.0, n_answers = 0.0;            ///< of the first side
  double n_right_second = 0.0, n_answers_second = 0.0;
  std::vector<std::pair<int, int>> answers = {};    ///< truth and prediction, of the first side
};

struct Clusters {
  std::vector<Cluster> all;
  std::size_t n_tracks = 0;  ///< distinct ones
  bool known = false;        ///< the cluster of at least one track is known

  std::vector<double> sizes() const {
    std::vector<double> result;
    for (const Cluster& cluster : all) result.push_back(cluster.n_answers + cluster.n_answers_second);
    return result;
  }
};

Clusters collect(std::span<const ScoredRun> first, std::span<const ScoredRun> second) {
  // Keys: tracks of unknown cluster are alone.
  std::map<std::pair<int, int>, Cluster> of_key;
  std::set<int> tracks;
  Clusters result;
  for (const bool is_first : {true, false})
    for (const ScoredRun& run : is_first ? first : second) {
      if (!run.answers) continue;
      for (const Answer& answer : run.answers()) {
        tracks.insert(answer.track);
        result.known = result.known || answer.cluster >= 0;
        Cluster& cluster = of_key[answer.cluster >= 0 ? std::pair(answer.cluster, -1) : std::pair(-1, answer.track)];
        const double right = answer.predicted == answer.truth ? 1.0 : 0.0;
        (is_first ? cluster.n_right : cluster.n_right_second) += right;
        (is_first ? cluster.n_answers : cluster.n_answers_second) += 1.0;
        if (is_first) cluster.answers.emplace_back(answer.truth, answer.predicted);
      }
    }
  for (auto& [key, cluster] : of_key) result.all.push_back(std::move(cluster));
  result.n_tracks = tracks.size();
  return result;
}

double weighted_accuracy(const Clusters& clusters, std::span<const int> weights) {
  double n_right = 0.0, n = 0.0;
  for (std::size_t c = 0; c < weights.size(); ++c) {
    n_right += weights[c] * clusters.all[c].n_right;
    n += weights[c] * clusters.all[c].n_answers;
  }
  return n > 0.0 ? n_right / n : kNotANumber;
}

double weighted_difference(const Clusters& clusters, std::span<const int> weights) {
  double n_right = 0.0, n = 0.0, n_right_second = 0.0, n_second = 0.0;
  for (std::size_t c = 0; c < weights.size(); ++c) {
    const Cluster& cluster = clusters.all[c];
    n_right += weights[c] * cluster.n_right;
    n += weights[c] * cluster.n_answers;
    n_right_second += weights[c] * cluster.n_right_second;
    n_second += weights[c] * cluster.n_answers_second;
  }
  return n > 0.0 && n_second > 0.0 ? n_right / n - n_right_second / n_second : kNotANumber;
}

/// As macro_f1() of evaluation.hpp: over the classes with tracks.
double weighted_macro_f1(const Clusters& clusters, int n_classes, std::span<const int> weights) {
  std::vector<double> hits(static_cast<std::size_t>(n_classes)), truths = hits, predictions = hits;
  for (std::size_t c = 0; c < weights.size(); ++c) {
    if (weights[c] == 0) continue;
    for (const auto& [truth, predicted] : clusters.all[c].answers) {
      truths[static_cast<std::size_t>(truth)] += weights[c];
      predictions[static_cast<std::size_t>(predicted)] += weights[c];
      if (truth == predicted) hits[static_cast<std::size_t>(truth)] += weights[c];
    }
  }
  double sum = 0.0;
  int n = 0;
  for (std::size_t k = 0; k < hits.size(); ++k) {
    if (truths[k] == 0.0) continue;
    sum += 2.0 * hits[k] / (truths[k] + predictions[k]);
    ++n;
  }
  return n > 0 ? sum / n : kNotANumber;
}

int highest_class(const Clusters& clusters) {
  int highest = -1;
  for (const Cluster& cluster : clusters.all)
    for (const auto& [truth, predicted] : cluster.answers) highest = std::max({highest, truth, predicted});
  return highest;
}

Estimate wilson(double share, std::size_t n, std::string units, double level) {
  Estimate result{.mean = share, .interval = wilson_interval(share * static_cast<double>(n), static_cast<double>(n), level),
                  .method = IntervalMethod::wilson, .units = std::move(units), .n_units = n};
  return result;
}

/// From the answers of runs, without regard to their divisions.
Estimate over_tracks(std::span<const ScoredRun> runs, ScoreKind kind, const std::string& units, double level) {
  const Clusters clusters = collect(runs, {});
  if (clusters.all.empty()) return {};
  if (kind == ScoreKind::macro_f1) {
    const int n_classes = highest_class(clusters) + 1;
    return cluster_bootstrap({.sizes = clusters.sizes(), .units = clusters.known ? units : "tracks",
                              .score = [&](std::span<const int> weights) { return weighted_macro_f1(clusters, n_classes, weights); }},
                             kProportion, level);
  }
  const double share = weighted_accuracy(clusters, std::vector<int>(clusters.all.size(), 1));
  if (!clusters.known) return wilson(share, clusters.n_tracks, "tracks", level);
  if (share == 0.0 || share == 1.0) return wilson(share, clusters.all.size(), units, level);
  return cluster_bootstrap({.sizes = clusters.sizes(), .units = units,
                            .score = [&](std::span<const int> weights) { return weighted_accuracy(clusters, weights); }},
                           kProportion, level);
}

/// An interval from elsewhere, around a mean of our own: both are the same, or differ where divisions test different numbers of tracks.
void take_interval(const Estimate& from, Estimate& to) {
  to.interval = from.interval;
  to.method = from.method;
  to.units = from.units;
  to.n_units = from.n_units;
}

using OfDivision = std::map<std::string, std::vector<const ScoredRun*>>;

OfDivision divisions_of(std::span<const ScoredRun> runs) {
  OfDivision result;
  for (const ScoredRun& run : runs) result[run.division].push_back(&run);
  return result;
}

DivisionScore average(const std::vector<const ScoredRun*>& runs) {
  DivisionScore result;
  for (const ScoredRun* run : runs) {
    result.score += run->score / static_cast<double>(runs.size());
    result.test_ratio += run->test_ratio / static_cast<double>(runs.size());
  }
  return result;
}

/// The runs of the divisions that both sides have.
struct Shared {
  std::vector<ScoredRun> first, second;
  std::vector<DivisionScore> differences;
};

Shared shared_divisions(std::span<const ScoredRun> first, std::span<const ScoredRun> second) {
  const OfDivision of_first = divisions_of(first), of_second = divisions_of(second);
  Shared result;
  for (const auto& [division, runs] : of_first) {
    const auto partners = of_second.find(division);
    if (partners == of_second.end()) continue;
    for (const ScoredRun* run : runs) result.first.push_back(*run);
    for (const ScoredRun* run : partners->second) result.second.push_back(*run);
    const DivisionScore a = average(runs), b = average(partners->second);
    result.differences.push_back({a.score - b.score, a.test_ratio});
  }
  return result;
}

}  // namespace

std::string Estimate::method_id() const {
  if (!interval) return {};
  switch (method) {
    case IntervalMethod::corrected_t: return "corrected_t";
    case IntervalMethod::corrected_welch: return "corrected_welch";
    case IntervalMethod::bootstrap: return "bootstrap_" + units;
    case IntervalMethod::wilson: return "wilson";
    case IntervalMethod::none: break;
  }
  return {};
}

Estimate corrected_t(std::span<const DivisionScore> divisions, Bounds bounds, double level) {
  const Spread spread = spread_of(divisions);
  Estimate result{.mean = spread.mean, .deviation = spread.deviation};
  if (!spread.usable) return result;
  result.method = IntervalMethod::corrected_t;
  result.units = "divisions";
  result.n_units = divisions.size();
  result.degrees_of_freedom = static_cast<double>(divisions.size()) - 1.0;
  const double half_width = t_quantile(result.degrees_of_freedom, (1.0 + level) / 2.0) * std::sqrt(spread.variance);
  set_interval(result, spread.mean - half_width, spread.mean + half_width, bounds);
  return result;
}

Estimate corrected_welch(std::span<const DivisionScore> first, std::span<const DivisionScore> second, Bounds bounds, double level) {
  const Spread a = spread_of(first), b = spread_of(second);
  Estimate result{.mean = a.mean - b.mean};
  if (!a.usable || !b.usable) return result;
  result.method = IntervalMethod::corrected_welch;
  result.units = "divisions";
  result.n_units = std::min(first.size(), second.size());
  const double variance = a.variance + b.variance;
  result.degrees_of_freedom = variance * variance / (a.variance * a.variance / static_cast<double>(first.size() - 1) +
                                                     b.variance * b.variance / static_cast<double>(second.size() - 1));
  const double half_width = std::isfinite(variance) ? t_quantile(result.degrees_of_freedom, (1.0 + level) / 2.0) * std::sqrt(variance) : kNotANumber;
  set_interval(result, result.mean - half_width, result.mean + half_width, bounds);
  return result;
}

Estimate cluster_bootstrap(const Resampling& resampling, Bounds bounds, double level) {
  const std::size_t n = resampling.sizes.size();
  Estimate result{.mean = resampling.score(std::vector<int>(n, 1))};
  if (n < 2 || std::isnan(result.mean)) return result;
  const std::vector<double> scores = resample(resampling);
  if (scores.empty() || scores.front() == scores.back()) return result;

  // Of few clusters the t distribution has so few degrees of freedom that both ends would be those of all resamples.
  const double effective = std::max(2.0, effective_number(resampling.sizes));
  const double z = std::sqrt(effective / (effective - 1.0)) * t_quantile(effective - 1.0, (1.0 + level) / 2.0);
  const auto below = static_cast<double>(std::lower_bound(scores.begin(), scores.end(), result.mean) - scores.begin());
  const auto up_to = static_cast<double>(std::upper_bound(scores.begin(), scores.end(), result.mean) - scores.begin());
  const double share = (below + up_to) / 2.0 / kResamples;
  const double bias = normal_quantile(std::clamp(share, 0.5 / kResamples, 1.0 - 0.5 / kResamples));
  const double skew = acceleration(resampling);
  const auto end = [&](double of_normal) {
    const double shifted = bias + of_normal;
    const double scale = 1.0 - skew * shifted;
    // Where the transformation has no value, the end is that of all resamples.
    if (scale <= 0.0) return of_normal < 0.0 ? scores.front() : scores.back();
    return quantile(scores, normal_probability(bias + shifted / scale));
  };
  result.method = IntervalMethod::bootstrap;
  result.units = resampling.units;
  result.n_units = n;
  set_interval(result, end(-z), end(z), bounds);
  return result;
}

Estimate pigeonhole_bootstrap(std::span<const double> scores, std::span<const std::vector<std::string>> sources,
                              const std::string& units, Bounds bounds, std::uint64_t seed, double level) {
  assert(scores.size() == sources.size());
  std::map<std::string, std::size_t> number;
  std::vector<std::vector<std::size_t>> of_thing;
  for (const std::vector<std::string>& names : sources) {
    std::vector<std::size_t>& list = of_thing.emplace_back();
    for (const std::string& name : std::set(names.begin(), names.end()))
      list.push_back(number.emplace(name, number.size()).first->second);
  }
  Resampling resampling{.sizes = std::vector<double>(number.size()), .units = units, .score = {}, .seed = seed};
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
  const bool shared = std::any_of(of_thing.begin(), of_thing.end(), [](const auto& list) { return list.size() > 1; });
  if (!shared) return cluster_bootstrap(resampling, bounds, level);

  Estimate result{.mean = mean(scores)};
  if (number.size() < 2) return result;
  const std::vector<double> resampled = resample(resampling);
  if (resampled.empty() || resampled.front() == resampled.back()) return result;
  result.method = IntervalMethod::bootstrap;
  result.units = units;
  result.n_units = number.size();
  set_interval(result, quantile(resampled, (1.0 - level) / 2.0), quantile(resampled, (1.0 + level) / 2.0), bounds);
  return result;
}

std::vector<DivisionScore> by_division(std::span<const ScoredRun> runs) {
  std::vector<DivisionScore> result;
  for (const auto& [division, of_division] : divisions_of(runs)) result.push_back(average(of_division));
  return result;
}

Estimate estimate_score(std::span<const ScoredRun> runs, ScoreKind kind, const std::string& units, double level) {
  const std::vector<DivisionScore> divisions = by_division(runs);
  Estimate result = corrected_t(divisions, kProportion, level);
  if (divisions.size() == 1 || all_equal(divisions)) take_interval(over_tracks(runs, kind, units, level), result);
  return result;
}

Estimate accuracy_difference(std::span<const ScoredRun> first, std::span<const ScoredRun> second, const std::string& units, double level) {
  const Shared shared = shared_divisions(first, second);
  const bool paired = !shared.differences.empty();
  const std::vector<DivisionScore> of_first = by_division(first), of_second = by_division(second);
  Estimate result = paired ? corrected_t(shared.differences, kDifference, level) : corrected_welch(of_first, of_second, kDifference, level);
  const bool single = paired ? shared.differences.size() == 1 : of_first.size() == 1 && of_second.size() == 1;
  if (result.interval || !single) return result;
  const Clusters clusters = paired ? collect(shared.first, shared.second) : collect(first, second);
  if (clusters.all.empty()) return result;
  const Estimate resampled =
      cluster_bootstrap({.sizes = clusters.sizes(), .units = clusters.known ? units : "tracks",
                         .score = [&](std::span<const int> weights) { return weighted_difference(clusters, weights); }},
                        kDifference, level);
  take_interval(resampled, result);
  return result;
}

Estimate paired_difference(std::span<const ScoredRun> first, std::span<const ScoredRun> second, Bounds bounds, double level) {
  return corrected_t(shared_divisions(first, second).differences, bounds, level);
}

}  // namespace genrebench
