#include "reports/support/intervals.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace genrebench {
namespace {

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
  for (const DivisionScore& division : divisions)
    ratio += division.test_ratio / static_cast<double>(divisions.size());
  if (!spread.deviation || !std::isfinite(ratio)) return spread;
  spread.variance =
      *spread.deviation * *spread.deviation * (1.0 / static_cast<double>(divisions.size()) + ratio);
  spread.usable = !all_equal(divisions);
  return spread;
}

Estimate wilson(double share, std::size_t n, std::string units, double level) {
  Estimate result{
      .mean = share,
      .interval = wilson_interval(share * static_cast<double>(n), static_cast<double>(n), level),
      .method = IntervalMethod::wilson,
      .units = std::move(units),
      .n_units = n};
  return result;
}

/// From the answers of runs, without regard to their divisions.
Estimate over_tracks(std::span<const ScoredRun> runs, ScoreKind kind, const std::string& units,
                     double level) {
  const AnswerClusters clusters = cluster_answers(runs, {});
  if (clusters.all.empty()) return {};
  const std::string resampled = clusters.known ? units : "tracks";
  if (kind == ScoreKind::macro_f1)
    return cluster_bootstrap({.sizes = clusters.sizes(),
                              .strata = clusters.strata,
                              .units = resampled,
                              .score = StratifiedMacroF1(clusters, &AnswerCluster::first)},
                             kProportion, level);
  const StratifiedAccuracy accuracy(clusters, &AnswerCluster::first);
  const double share = accuracy(std::vector<int>(clusters.all.size(), 1));
  if (!clusters.known) return wilson(share, clusters.n_tracks, "tracks", level);
  if (share == 0.0 || share == 1.0) return wilson(share, clusters.all.size(), units, level);
  return cluster_bootstrap(
      {.sizes = clusters.sizes(), .strata = clusters.strata, .units = resampled, .score = accuracy},
      kProportion, level);
}

/// An interval from elsewhere, around a mean of our own: both are the same, or differ where
/// divisions test different numbers of tracks.
void take_interval(const Estimate& from, Estimate& to) {
  to.interval = from.interval;
  to.method = from.method;
  to.units = from.units;
  to.n_units = from.n_units;
  to.degrees_of_freedom = from.degrees_of_freedom;
  to.standard_error = from.standard_error;
  to.p_value = from.p_value;
}

/// Of a mean, by Student's t; nothing where it is not finite.
void set_test(double variance, Estimate& estimate) {
  const double t = estimate.mean / std::sqrt(variance);
  if (!std::isfinite(t)) return;
  estimate.standard_error = std::sqrt(variance);
  estimate.p_value = student_p(estimate.degrees_of_freedom, t);
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
  std::vector<const ScoredRun*> first, second;
  std::vector<DivisionScore> differences;
};

Shared shared_divisions(std::span<const ScoredRun> first, std::span<const ScoredRun> second) {
  const OfDivision of_first = divisions_of(first), of_second = divisions_of(second);
  Shared result;
  for (const auto& [division, runs] : of_first) {
    const auto partners = of_second.find(division);
    if (partners == of_second.end()) continue;
    result.first.insert(result.first.end(), runs.begin(), runs.end());
    result.second.insert(result.second.end(), partners->second.begin(), partners->second.end());
    const DivisionScore a = average(runs), b = average(partners->second);
    result.differences.push_back({a.score - b.score, a.test_ratio});
  }
  return result;
}

std::vector<ScoredRun> copies(const std::vector<const ScoredRun*>& runs) {
  std::vector<ScoredRun> result;
  for (const ScoredRun* run : runs) result.push_back(*run);
  return result;
}

}  // namespace

Estimate corrected_t(std::span<const DivisionScore> divisions, Bounds bounds, double level) {
  const Spread spread = spread_of(divisions);
  Estimate result{.mean = spread.mean, .deviation = spread.deviation};
  if (!spread.usable) return result;
  result.method = IntervalMethod::corrected_t;
  result.units = "divisions";
  result.n_units = divisions.size();
  result.degrees_of_freedom = static_cast<double>(divisions.size()) - 1.0;
  const double half_width =
      student_quantile(result.degrees_of_freedom, (1.0 + level) / 2.0) * std::sqrt(spread.variance);
  result.set_interval(spread.mean - half_width, spread.mean + half_width, bounds);
  set_test(spread.variance, result);
  return result;
}

Estimate corrected_welch(std::span<const DivisionScore> first,
                         std::span<const DivisionScore> second, Bounds bounds, double level) {
  const Spread a = spread_of(first), b = spread_of(second);
  Estimate result{.mean = a.mean - b.mean};
  if (!a.usable || !b.usable) return result;
  result.method = IntervalMethod::corrected_welch;
  result.units = "divisions";
  result.n_units = std::min(first.size(), second.size());
  const double variance = a.variance + b.variance;
  result.degrees_of_freedom = variance * variance /
                              (a.variance * a.variance / static_cast<double>(first.size() - 1) +
                               b.variance * b.variance / static_cast<double>(second.size() - 1));
  set_test(variance, result);
  const double half_width =
      std::isfinite(variance)
          ? student_quantile(result.degrees_of_freedom, (1.0 + level) / 2.0) * std::sqrt(variance)
          : kNotANumber;
  result.set_interval(result.mean - half_width, result.mean + half_width, bounds);
  return result;
}

std::vector<DivisionScore> by_division(std::span<const ScoredRun> runs) {
  std::vector<DivisionScore> result;
  for (const auto& [division, of_division] : divisions_of(runs))
    result.push_back(average(of_division));
  return result;
}

Estimate estimate_score(std::span<const ScoredRun> runs, ScoreKind kind, const std::string& units,
                        double level) {
  const std::vector<DivisionScore> divisions = by_division(runs);
  Estimate result = corrected_t(divisions, kProportion, level);
  if (divisions.size() == 1 || all_equal(divisions))
    take_interval(over_tracks(runs, kind, units, level), result);
  return result;
}

/// By a bootstrap over the clusters of both sides; nothing differs where both gave the same
/// answers.
Estimate clustered_difference(const AnswerClusters& clusters, ScoreKind kind,
                              const std::string& units, double level) {
  const auto bootstrap = [&](const auto& of_first, const auto& of_second) {
    Estimate result = cluster_bootstrap(
        {.sizes = clusters.sizes(),
         .strata = clusters.strata,
         .units = clusters.known ? units : "tracks",
         .score =
             [&](std::span<const int> weights) { return of_first(weights) - of_second(weights); }},
        kDifference, level);
    if (!result.interval && std::abs(result.mean) <= kRounding) result.p_value = 1.0;
    return result;
  };
  return kind == ScoreKind::accuracy
             ? bootstrap(StratifiedAccuracy(clusters, &AnswerCluster::first),
                         StratifiedAccuracy(clusters, &AnswerCluster::second))
             : bootstrap(StratifiedMacroF1(clusters, &AnswerCluster::first),
                         StratifiedMacroF1(clusters, &AnswerCluster::second));
}

Estimate accuracy_difference(std::span<const ScoredRun> first, std::span<const ScoredRun> second,
                             const std::string& units, double level) {
  return score_difference(first, second, ScoreKind::accuracy, units, level);
}

Estimate score_difference(std::span<const ScoredRun> first, std::span<const ScoredRun> second,
                          ScoreKind kind, const std::string& units, double level) {
  const Shared shared = shared_divisions(first, second);
  const bool paired = !shared.differences.empty();
  const std::vector<DivisionScore> of_first = by_division(first), of_second = by_division(second);
  Estimate result = paired ? corrected_t(shared.differences, kDifference, level)
                           : corrected_welch(of_first, of_second, kDifference, level);
  const bool from_answers = paired ? shared.differences.size() == 1 || all_equal(shared.differences)
                                   : of_first.size() == 1 && of_second.size() == 1;
  if (result.interval || !from_answers) return result;
  const AnswerClusters clusters = paired
                                      ? cluster_answers(copies(shared.first), copies(shared.second))
                                      : cluster_answers(first, second);
  if (!clusters.all.empty())
    take_interval(clustered_difference(clusters, kind, units, level), result);
  return result;
}

Estimate paired_difference(std::span<const ScoredRun> first, std::span<const ScoredRun> second,
                           Bounds bounds, double level) {
  return corrected_t(shared_divisions(first, second).differences, bounds, level);
}

}  // namespace genrebench
