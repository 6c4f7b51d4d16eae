#include "reports/support/forecasts.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
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

void check_probabilities(const RunRecord& run, const PredictionRecord& one, std::size_t n_classes) {
  const auto most = static_cast<std::size_t>(std::max(one.truth, one.predicted));
  if (one.probabilities.size() != n_classes || most >= n_classes)
    throw DataError(fmt::format(
        "run {}: expected {} probabilities for the track '{}', of the classes {} and {} too, "
        "found {}",
        short_id(run.id), n_classes, one.track, one.truth, one.predicted,
        one.probabilities.size()));
}

/// @param predictions  all with probabilities
Forecasts forecasts_of(const RunRecord& run, const std::vector<PredictionRecord>& predictions) {
  const std::size_t n_classes = predictions.front().probabilities.size();
  Forecasts result{.probabilities = Eigen::MatrixXd(std::ssize(predictions),
                                                    static_cast<Eigen::Index>(n_classes))};
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const PredictionRecord& one = predictions[i];
    check_probabilities(run, one, n_classes);
    for (std::size_t c = 0; c < n_classes; ++c)
      result.probabilities(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) =
          one.probabilities[c];
    result.truth.push_back(one.truth);
    result.predicted.push_back(one.predicted);
  }
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

}  // namespace

ForecastSet::ForecastSet(const StoreReader& store, const Runs& runs, std::string part)
    : part_(std::move(part)) {
  std::map<std::pair<bool, std::string>, int> numbers;  // of clusters, and of tracks without one
  for (const RunRecord* run : runs) {
    if (run->status != RunStatus::done) continue;
    std::vector<PredictionRecord> predictions = store.predictions(run->id, part_);
    std::erase_if(predictions,
                  [](const PredictionRecord& one) { return one.truth < 0 || one.predicted < 0; });
    if (predictions.empty()) continue;
    if (predictions.front().probabilities.empty()) {
      ++n_without_;
      continue;
    }
    RunForecasts& own =
        runs_.emplace_back(RunForecasts{.run = run,
                                        .forecasts = forecasts_of(*run, predictions),
                                        .division = division_of(*run),
                                        .test_ratio = test_ratio(*run, part_)});
    for (const PredictionRecord& one : predictions) {
      const bool known = !one.cluster.empty();
      known_ = known_ || known;
      own.clusters.push_back(numbers
                                 .try_emplace({known, known ? one.cluster : one.track},
                                              static_cast<int>(numbers.size()))
                                 .first->second);
    }
  }
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
    scored.back().answers = [this, i, tracks = selected[i]] {
      return answers_of(runs_[i], tracks, known_);
    };
  }
  return estimate_score(scored, ScoreKind::accuracy, units_, level);
}

}  // namespace genrebench
