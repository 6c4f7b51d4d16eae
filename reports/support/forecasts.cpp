#include "reports/support/forecasts.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "harness/records/short_id.hpp"
#include "reports/support/answer_clusters.hpp"

namespace genrebench {
namespace {

/// The answers of a run for some of its tracks, with the clusters of a set.
Answers answers_of(const RunForecasts& run, const std::vector<std::size_t>& tracks, bool known) {
  Answers result;
  for (const std::size_t t : tracks) {
    const int cluster = run.clusters[t];
    result.push_back({.track = known ? static_cast<int>(t) : cluster,
                      .cluster = known ? cluster : -1,
                      .truth = run.forecasts.truth[t],
                      .predicted = run.forecasts.predicted[t]});
  }
  return result;
}

std::vector<std::size_t> all_tracks(const RunForecasts& run) {
  std::vector<std::size_t> result(run.forecasts.size());
  for (std::size_t t = 0; t < result.size(); ++t) result[t] = t;
  return result;
}

ScoredRun scored_run(const RunForecasts& run, double score) {
  return {.score = score, .division = run.division, .test_ratio = run.test_ratio};
}

void check_probabilities(const RunRecord& run, const PredictionView& one, std::size_t n_classes) {
  const auto most = static_cast<std::size_t>(std::max(one.truth, one.predicted));
  if (one.probabilities.size() != n_classes || most >= n_classes)
    throw DataError(fmt::format(
        "run {}: expected {} probabilities for the track '{}', of the classes {} and {} too, "
        "found {}",
        short_id(run.id), n_classes, one.track, one.truth, one.predicted,
        one.probabilities.size()));
}

/// Numbers from 0 for clusters and for tracks without one, in order of appearance.
class ClusterNumbers {
 public:
  int of(const PredictionView& one) {
    const auto next = static_cast<int>(clusters_.size() + lonely_.size());
    return (one.cluster.empty() ? lonely_.try_emplace(one.track, next)
                                : clusters_.try_emplace(one.cluster, next))
        .first->second;
  }
  /// Whether any cluster is known.
  bool known() const { return !clusters_.empty(); }

 private:
  std::unordered_map<std::string, int> clusters_, lonely_;
};

/// What a run said of a part; no forecasts if it said nothing of it, or without probabilities.
struct RunPart {
  bool answered = false;
  Forecasts forecasts = {};
  std::vector<int> clusters = {};  ///< of each track
};

/// @throws DataError  as ForecastSet
RunPart read_part(const StoreReader& store, const RunRecord& run, const std::string& part,
                  ClusterNumbers& numbers) {
  using RowByRow = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  RunPart result;
  std::size_t n_classes = 0;
  std::vector<double> probabilities;
  store.each_prediction(run.id, part, [&](const PredictionView& one) {
    if (one.truth < 0 || one.predicted < 0) return;
    if (!result.answered) n_classes = one.probabilities.size();
    result.answered = true;
    if (n_classes == 0) return;
    check_probabilities(run, one, n_classes);
    probabilities.insert(probabilities.end(), one.probabilities.begin(), one.probabilities.end());
    result.forecasts.truth.push_back(one.truth);
    result.forecasts.predicted.push_back(one.predicted);
    result.clusters.push_back(numbers.of(one));
  });
  result.forecasts.probabilities =
      Eigen::Map<const RowByRow>(probabilities.data(), std::ssize(result.forecasts.truth),
                                 static_cast<Eigen::Index>(n_classes));
  return result;
}

/// Gives every track of a run the weight of its cluster, so that each stratum keeps its share of
/// the tracks. NaN where a stratum was not drawn.
class TrackWeights {
 public:
  explicit TrackWeights(const AnswerClusters& clusters) : clusters_(clusters) {
    whole_ = numbers(std::vector<int>(clusters.all.size(), 1));
  }

  /// Of each cluster; empty where a stratum was not drawn.
  std::vector<double> operator()(std::span<const int> drawn) const {
    const std::vector<double> n = numbers(drawn);
    std::vector<double> result(drawn.size());
    for (std::size_t c = 0; c < drawn.size(); ++c) {
      const auto h = static_cast<std::size_t>(clusters_.strata[c]);
      if (n[h] == 0.0) return {};
      result[c] = drawn[c] * whole_[h] / n[h];
    }
    return result;
  }

 private:
  /// Of answers in each stratum.
  std::vector<double> numbers(std::span<const int> drawn) const {
    std::vector<double> result(static_cast<std::size_t>(clusters_.n_strata));
    for (std::size_t c = 0; c < drawn.size(); ++c)
      result[static_cast<std::size_t>(clusters_.strata[c])] +=
          drawn[c] * clusters_.all[c].first.n_answers;
    return result;
  }

  const AnswerClusters& clusters_;
  std::vector<double> whole_;
};

/// Gives runs their divisions. Estimates compare them again and again, so they are short.
void number_divisions(std::vector<RunForecasts>& runs) {
  std::map<std::string, std::vector<RunForecasts*>> of_division;
  for (RunForecasts& run : runs) of_division[division_of(*run.run)].push_back(&run);
  std::size_t number = 0;
  for (const auto& [division, own] : of_division) {
    for (RunForecasts* run : own) run->division = numbered_division(number);
    ++number;
  }
}

}  // namespace

ForecastSet::ForecastSet(const StoreReader& store, const Runs& runs, std::string part)
    : part_(std::move(part)) {
  ClusterNumbers numbers;
  for (const RunRecord* run : runs) {
    if (run->status != RunStatus::done) continue;
    RunPart own = read_part(store, *run, part_, numbers);
    if (own.forecasts.truth.empty()) {
      n_without_ += own.answered ? 1 : 0;
      continue;
    }
    runs_.push_back({.run = run,
                     .forecasts = std::move(own.forecasts),
                     .clusters = std::move(own.clusters),
                     .division = {},
                     .test_ratio = test_ratio(*run, part_)});
  }
  number_divisions(runs_);
  known_ = numbers.known();
  units_ = known_ ? cluster_units(runs) : "tracks";
}

Runs ForecastSet::records() const {
  Runs result;
  for (const RunForecasts& run : runs_) result.push_back(run.run);
  return result;
}

Measured ForecastSet::measure(const Score& score, Bounds bounds, double level,
                              bool resample) const {
  Measured result;
  std::vector<ScoredRun> scored;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    result.values.push_back(score(i, {}));
    scored.push_back(scored_run(runs_[i], result.values.back()));
  }
  const std::vector<DivisionScore> divisions = by_division(scored);
  static_cast<Estimate&>(result) = corrected_t(divisions, bounds, level);
  if (divisions.size() != 1 || !resample) return result;
  Estimate resampled = bootstrap(score, bounds, level);
  resampled.mean = result.mean;
  static_cast<Estimate&>(result) = std::move(resampled);
  return result;
}

Estimate ForecastSet::bootstrap(const Score& score, Bounds bounds, double level) const {
  std::vector<ScoredRun> scored;
  for (const RunForecasts& run : runs_) {
    scored.push_back(scored_run(run, 0.0));
    // All numbers of clusters occur, and they are the order of the clusters.
    scored.back().answers = [&run] { return answers_of(run, all_tracks(run), /*known=*/true); };
  }
  const AnswerClusters clusters = cluster_answers(scored, {});
  const TrackWeights weights_of(clusters);
  const auto mean_score = [&](std::span<const int> drawn) {
    const std::vector<double> of_cluster = weights_of(drawn);
    if (of_cluster.empty()) return kNotANumber;
    double sum = 0.0;
    std::vector<double> weights;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      weights.clear();
      for (const int cluster : runs_[i].clusters)
        weights.push_back(of_cluster[static_cast<std::size_t>(cluster)]);
      sum += score(i, weights);
    }
    return sum / static_cast<double>(runs_.size());
  };
  return cluster_bootstrap(
      {.sizes = clusters.sizes(), .strata = clusters.strata, .units = units_, .score = mean_score},
      bounds, level);
}

Estimate ForecastSet::share_right(const std::vector<std::vector<std::size_t>>& selected,
                                  double level) const {
  std::vector<ScoredRun> scored;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (selected[i].empty()) continue;
    double n_right = 0.0;
    for (const std::size_t t : selected[i]) n_right += runs_[i].forecasts.right(t) ? 1.0 : 0.0;
    scored.push_back(scored_run(runs_[i], n_right / static_cast<double>(selected[i].size())));
    scored.back().answers = [this, i, &selected] {
      return answers_of(runs_[i], selected[i], known_);
    };
  }
  return estimate_score(scored, ScoreKind::accuracy, units_, level);
}

}  // namespace genrebench
