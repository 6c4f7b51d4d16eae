#include "reports/support/measured.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "harness/records/facts.hpp"

namespace genrebench {

const OptionTable<LevelOptions>& level_option_table() {
  static const OptionTable<LevelOptions> table = [] {
    OptionTable<LevelOptions> t;
    t.number("level", &LevelOptions::level, 0.5, 0.999, "Confidence of the intervals.");
    return t;
  }();
  return table;
}

Tally tally(const Runs& runs) {
  Tally result;
  result.planned = runs.size();
  for (const RunRecord* run : runs) {
    if (run->status == RunStatus::done) ++result.done;
    if (run->status == RunStatus::failed) ++result.failed;
    if (run->status == RunStatus::skipped) ++result.skipped;
    if (run->status == RunStatus::pruned) ++result.pruned;
  }
  return result;
}

bool is_partial(const Measured& measured, const Tally& runs) {
  return !measured.values.empty() && measured.values.size() < runs.planned;
}

std::optional<double> final_metric(const StoreReader& store, const RunRecord& run,
                                   const std::string& split, const std::string& metric) {
  return run.status == RunStatus::done ? store.metric(run.id, split, metric) : std::nullopt;
}

Measured measure(const Scores& scores, const Runs& runs, const std::string& split,
                 const std::string& metric, double level) {
  Measured result;
  std::vector<ScoredRun> scored;
  for (const RunRecord* run : runs)
    if (const std::optional<double> value = scores.final_metric(*run, split, metric)) {
      result.values.push_back(*value);
      scored.push_back(scores.scored(*run, *value, split));
    }
  if (metric == "accuracy" || metric == "macro_f1") {
    const ScoreKind kind = metric == "accuracy" ? ScoreKind::accuracy : ScoreKind::macro_f1;
    static_cast<Estimate&>(result) = estimate_score(scored, kind, cluster_units(runs), level);
  } else {
    static_cast<Estimate&>(result) = corrected_t(by_division(scored), kProportion, level);
  }
  return result;
}

Measured measure_values(const std::vector<RunValue>& values, const std::string& part, Bounds bounds,
                        double level) {
  Measured result;
  std::vector<ScoredRun> scored;
  for (const RunValue& value : values) {
    result.values.push_back(value.value);
    scored.push_back({.score = value.value,
                      .division = division_of(*value.run),
                      .test_ratio = test_ratio(*value.run, part)});
  }
  static_cast<Estimate&>(result) = corrected_t(by_division(scored), bounds, level);
  return result;
}

Measured measure_structure(const Scores& scores, const Runs& runs, const std::string& metric,
                           double level, const std::string& split) {
  Measured result;
  std::map<std::int64_t, std::vector<double>> of_track;
  std::map<std::int64_t, std::vector<std::string>> sources;
  for (const RunRecord* run : runs) {
    const std::optional<double> value = final_metric(scores.store(), *run, split, metric);
    if (!value) continue;
    result.values.push_back(*value);
    std::vector<std::int64_t> steps;
    for (const MetricRecord& m : scores.store().metrics(run->id))
      if (m.split == split && m.name == metric && m.step >= 0) {
        of_track[m.step].push_back(m.value);
        steps.push_back(m.step);
      }
    std::sort(steps.begin(), steps.end());
    const std::vector<std::vector<std::string>> names = facts::kSources.of(*run);
    if (names.size() == steps.size())
      for (std::size_t i = 0; i < steps.size(); ++i) sources[steps[i]] = names[i];
  }
  result.mean = mean(result.values);
  if (of_track.empty()) return result;
  std::vector<double> means;
  std::vector<std::vector<std::string>> of_means;
  bool any_sources = false;
  for (const auto& [track, values] : of_track) {
    means.push_back(mean(values));
    const auto found = sources.find(track);
    const bool known = found != sources.end() && !found->second.empty();
    any_sources = any_sources || known;
    of_means.push_back(known ? found->second
                             : std::vector<std::string>{fmt::format("track {}", track)});
  }
  const bool measures_time = metric.ends_with("_s");
  const bool adjusted = metric.starts_with("adjusted_");  // for chance, so that it may be negative
  const Bounds bounds = metric == "n_clusters" || measures_time ? kUnbounded
                        : adjusted                              ? kDifference
                                                                : kProportion;
  static_cast<Estimate&>(result) = pigeonhole_bootstrap(
      means, of_means, any_sources ? "sources" : "tracks", bounds, /*seed=*/0, level);
  result.mean = mean(means);
  result.deviation = standard_deviation(means);
  result.n_tracks = means.size();
  return result;
}

}  // namespace genrebench
