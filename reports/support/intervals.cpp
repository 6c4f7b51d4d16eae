#include "reports/support/intervals.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "base/random.hpp"

namespace genrebench {
namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
/// Resamples without a defined score are drawn again, so often.
constexpr int kRedraws = 100;
/// Equal scores of divisions may differ in their rounding.
constexpr double kRounding = 1e-12;

double t_quantile(double degrees_of_freedom, double probability) {
  return boost::math::quantile(
      boost::math::complement(boost::math::students_t(degrees_of_freedom), 1.0 - probability));
}

double normal_quantile(double probability) {
  return boost::math::quantile(boost::math::normal(), probability);
}
double normal_probability(double z) { return boost::math::cdf(boost::math::normal(), z); }

void set_interval(Estimate& estimate, double low, double high, Bounds bounds) {
  estimate.cut_off = low < bounds.low || high > bounds.high;
  estimate.interval =
      Interval{std::clamp(low, bounds.low, bounds.high), std::clamp(high, bounds.low, bounds.high)};
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
  for (const DivisionScore& division : divisions)
    ratio += division.test_ratio / static_cast<double>(divisions.size());
  if (!spread.deviation || !std::isfinite(ratio)) return spread;
  spread.variance =
      *spread.deviation * *spread.deviation * (1.0 / static_cast<double>(divisions.size()) + ratio);
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

using Strata = std::vector<std::vector<std::size_t>>;

/// The clusters of each stratum; those of no stratum are of one.
Strata strata_of(const Resampling& resampling) {
  std::map<int, std::vector<std::size_t>> of_stratum;
  for (std::size_t c = 0; c < resampling.sizes.size(); ++c)
    of_stratum[resampling.strata.empty() ? 0 : resampling.strata[c]].push_back(c);
  Strata result;
  for (auto& [stratum, clusters] : of_stratum) result.push_back(std::move(clusters));
  return result;
}

/// How many of a stratum's clusters one resample draws.
enum class Draws { all, one_less };

/// Sorted scores of the resamples; empty where a defined one is hardly ever drawn.
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

/// What the scores without one cluster each tell.
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

/// What runs of one side said of the tracks of one cluster. Runs that share a division add up,
/// which averages them.
struct Tally {
  double n_right = 0.0, n_answers = 0.0;
};

struct Cluster {
  Tally first, second;
  std::map<int, int> genres = {};                 ///< numbers of answers by truth, of both sides
  std::vector<std::pair<int, int>> answers = {};  ///< truth and prediction, of the first side
};

struct Clusters {
  std::vector<Cluster> all;
  std::vector<int> strata;  ///< of each, from 0
  int n_strata = 0;
  std::size_t n_tracks = 0;  ///< distinct ones
  bool known = false;        ///< the cluster of at least one track is known

  std::vector<double> sizes() const {
    std::vector<double> result;
    for (const Cluster& cluster : all)
      result.push_back(cluster.first.n_answers + cluster.second.n_answers);
    return result;
  }
};

/// Strata are genres; those of one cluster are joined.
void stratify(Clusters& clusters) {
  std::map<int, std::vector<std::size_t>> of_genre;
  for (std::size_t c = 0; c < clusters.all.size(); ++c) {
    const auto& genres = clusters.all[c].genres;
    const auto most =
        std::max_element(genres.begin(), genres.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    of_genre[most->first].push_back(c);
  }
  std::vector<std::vector<std::size_t>> strata;
  std::vector<std::size_t> alone;
  for (auto& [genre, members] : of_genre) {
    if (members.size() > 1)
      strata.push_back(std::move(members));
    else
      alone.push_back(members.front());
  }
  const auto fewest =
      std::min_element(strata.begin(), strata.end(),
                       [](const auto& a, const auto& b) { return a.size() < b.size(); });
  if (alone.size() == 1 && fewest != strata.end())
    fewest->push_back(alone.front());
  else if (!alone.empty())
    strata.push_back(std::move(alone));
  clusters.n_strata = static_cast<int>(strata.size());
  clusters.strata.resize(clusters.all.size());
  for (std::size_t h = 0; h < strata.size(); ++h)
    for (const std::size_t c : strata[h]) clusters.strata[c] = static_cast<int>(h);
}

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
        Cluster& cluster = of_key[answer.cluster >= 0 ? std::pair(answer.cluster, -1)
                                                      : std::pair(-1, answer.track)];
        Tally& tally = is_first ? cluster.first : cluster.second;
        tally.n_right += answer.predicted == answer.truth ? 1.0 : 0.0;
        tally.n_answers += 1.0;
        ++cluster.genres[answer.truth];
        if (is_first) cluster.answers.emplace_back(answer.truth, answer.predicted);
      }
    }
  for (auto& [key, cluster] : of_key) result.all.push_back(std::move(cluster));
  result.n_tracks = tracks.size();
  stratify(result);
  return result;
}

/// By stratum what one side said, each cluster weighted.
std::vector<Tally> tallies(const Clusters& clusters, Tally Cluster::*side,
                           std::span<const int> weights) {
  std::vector<Tally> result(static_cast<std::size_t>(clusters.n_strata));
  for (std::size_t c = 0; c < clusters.all.size(); ++c) {
    Tally& tally = result[static_cast<std::size_t>(clusters.strata[c])];
    tally.n_right += weights[c] * (clusters.all[c].*side).n_right;
    tally.n_answers += weights[c] * (clusters.all[c].*side).n_answers;
  }
  return result;
}

/// Accuracies of resamples of one side: over strata with the shares that they have in the data.
class StratifiedAccuracy {
 public:
  StratifiedAccuracy(const Clusters& clusters, Tally Cluster::*side)
      : clusters_(clusters),
        side_(side),
        whole_(tallies(clusters, side, std::vector<int>(clusters.all.size(), 1))) {}

  /// NaN where a stratum has no answer.
  double operator()(std::span<const int> weights) const {
    const std::vector<Tally> drawn = tallies(clusters_, side_, weights);
    double sum = 0.0, n = 0.0;
    for (std::size_t h = 0; h < whole_.size(); ++h) {
      if (whole_[h].n_answers == 0.0) continue;
      if (drawn[h].n_answers == 0.0) return kNotANumber;
      sum += whole_[h].n_answers * drawn[h].n_right / drawn[h].n_answers;
      n += whole_[h].n_answers;
    }
    return n > 0.0 ? sum / n : kNotANumber;
  }

 private:
  const Clusters& clusters_;
  Tally Cluster::*side_;
  std::vector<Tally> whole_;
};

/// Macro F1 of resamples as macro_f1() of evaluation.hpp, over the classes with tracks; strata keep
/// their shares.
class StratifiedMacroF1 {
 public:
  explicit StratifiedMacroF1(const Clusters& clusters)
      : clusters_(clusters),
        whole_(tallies(clusters, &Cluster::first, std::vector<int>(clusters.all.size(), 1))) {
    for (const Cluster& cluster : clusters.all)
      for (const auto& [truth, predicted] : cluster.answers)
        n_classes_ = std::max({n_classes_, static_cast<std::size_t>(truth) + 1,
                               static_cast<std::size_t>(predicted) + 1});
  }

  double operator()(std::span<const int> weights) const {
    const std::vector<Tally> drawn = tallies(clusters_, &Cluster::first, weights);
    std::vector<double> hits(n_classes_), truths(n_classes_), predictions(n_classes_);
    for (std::size_t c = 0; c < clusters_.all.size(); ++c) {
      if (weights[c] == 0) continue;
      const auto h = static_cast<std::size_t>(clusters_.strata[c]);
      const double weight = weights[c] * whole_[h].n_answers / drawn[h].n_answers;
      for (const auto& [truth, predicted] : clusters_.all[c].answers) {
        truths[static_cast<std::size_t>(truth)] += weight;
        predictions[static_cast<std::size_t>(predicted)] += weight;
        if (truth == predicted) hits[static_cast<std::size_t>(truth)] += weight;
      }
    }
    double sum = 0.0;
    int n = 0;
    for (std::size_t k = 0; k < n_classes_; ++k) {
      if (truths[k] == 0.0) continue;
      sum += 2.0 * hits[k] / (truths[k] + predictions[k]);
      ++n;
    }
    return n > 0 ? sum / n : kNotANumber;
  }

 private:
  const Clusters& clusters_;
  std::vector<Tally> whole_;
  std::size_t n_classes_ = 0;
};

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
  const Clusters clusters = collect(runs, {});
  if (clusters.all.empty()) return {};
  const std::string resampled = clusters.known ? units : "tracks";
  if (kind == ScoreKind::macro_f1)
    return cluster_bootstrap({.sizes = clusters.sizes(),
                              .strata = clusters.strata,
                              .units = resampled,
                              .score = StratifiedMacroF1(clusters)},
                             kProportion, level);
  const StratifiedAccuracy accuracy(clusters, &Cluster::first);
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
    case IntervalMethod::corrected_t:
      return "corrected_t";
    case IntervalMethod::corrected_welch:
      return "corrected_welch";
    case IntervalMethod::bootstrap:
      return "bootstrap_" + units;
    case IntervalMethod::wilson:
      return "wilson";
    case IntervalMethod::none:
      break;
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
  const double half_width =
      t_quantile(result.degrees_of_freedom, (1.0 + level) / 2.0) * std::sqrt(spread.variance);
  set_interval(result, spread.mean - half_width, spread.mean + half_width, bounds);
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
  const double half_width =
      std::isfinite(variance)
          ? t_quantile(result.degrees_of_freedom, (1.0 + level) / 2.0) * std::sqrt(variance)
          : kNotANumber;
  set_interval(result, result.mean - half_width, result.mean + half_width, bounds);
  return result;
}

Estimate cluster_bootstrap(const Resampling& resampling, Bounds bounds, double level) {
  const std::size_t n = resampling.sizes.size();
  Estimate result{.mean = resampling.score(std::vector<int>(n, 1))};
  if (n < 2 || std::isnan(result.mean)) return result;
  const Strata strata = strata_of(resampling);
  const std::vector<double> scores = resample(resampling, strata, Draws::one_less);
  if (scores.empty() || scores.back() - scores.front() <= kRounding) return result;

  const auto [skew, degrees_of_freedom] = jackknife(resampling, strata);
  const double z = t_quantile(degrees_of_freedom, (1.0 + level) / 2.0);
  const auto below = static_cast<double>(
      std::lower_bound(scores.begin(), scores.end(), result.mean - kRounding) - scores.begin());
  const auto up_to = static_cast<double>(
      std::upper_bound(scores.begin(), scores.end(), result.mean + kRounding) - scores.begin());
  const double share = (below + up_to) / 2.0 / kResamples;
  const double bias = normal_quantile(std::clamp(share, 0.5 / kResamples, 1.0 - 0.5 / kResamples));
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
  set_interval(result, quantile(resampled, (1.0 - level) / 2.0),
               quantile(resampled, (1.0 + level) / 2.0), bounds);
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

Estimate accuracy_difference(std::span<const ScoredRun> first, std::span<const ScoredRun> second,
                             const std::string& units, double level) {
  const Shared shared = shared_divisions(first, second);
  const bool paired = !shared.differences.empty();
  const std::vector<DivisionScore> of_first = by_division(first), of_second = by_division(second);
  Estimate result = paired ? corrected_t(shared.differences, kDifference, level)
                           : corrected_welch(of_first, of_second, kDifference, level);
  const bool single =
      paired ? shared.differences.size() == 1 : of_first.size() == 1 && of_second.size() == 1;
  if (result.interval || !single) return result;
  const Clusters clusters = paired ? collect(shared.first, shared.second) : collect(first, second);
  if (clusters.all.empty()) return result;
  const StratifiedAccuracy of_one(clusters, &Cluster::first), of_other(clusters, &Cluster::second);
  const Estimate resampled = cluster_bootstrap(
      {.sizes = clusters.sizes(),
       .strata = clusters.strata,
       .units = clusters.known ? units : "tracks",
       .score = [&](std::span<const int> weights) { return of_one(weights) - of_other(weights); }},
      kDifference, level);
  take_interval(resampled, result);
  return result;
}

Estimate paired_difference(std::span<const ScoredRun> first, std::span<const ScoredRun> second,
                           Bounds bounds, double level) {
  return corrected_t(shared_divisions(first, second).differences, bounds, level);
}

}  // namespace genrebench
