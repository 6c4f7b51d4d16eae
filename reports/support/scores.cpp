#include "reports/support/scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace genrebench {
namespace {

bool has_answers(const std::string& part) { return part == "valid" || part == "test"; }

/// Names of sources of each scored track, in the order of their steps; empty where the run does not
/// say.
std::vector<std::vector<std::string>> sources_of(const RunRecord& run) {
  const std::string text = run.fact("structure.sources");
  if (text.empty()) return {};
  try {
    return nlohmann::json::parse(text).get<std::vector<std::vector<std::string>>>();
  } catch (const nlohmann::json::exception& error) {
    throw DataError(
        fmt::format("run {}: the fact 'structure.sources' is not a list of lists of names: {}",
                    run.id, error.what()));
  }
}

}  // namespace

std::string division_of(const RunRecord& run) {
  if (const std::string division = run.fact("split.division"); !division.empty()) return division;
  const std::string own_seed = run.parameter("split.seed", "auto");
  const bool drawn = run.parameter("split.kind") != "published";
  std::string name = run.dataset_fingerprint;
  for (const auto& [key, value] : run.parameters)
    if (key.starts_with("split.") && key != "split.seed")
      name += fmt::format("\n{}={}", key, value);
  if (drawn) name += "\nseed " + (own_seed == "auto" ? std::to_string(run.seed) : own_seed);
  return name;
}

std::optional<std::size_t> count_of(const std::string& text) {
  std::size_t value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && rest == text.data() + text.size() ? std::optional(value)
                                                                   : std::nullopt;
}

std::string range_text(std::size_t least, std::size_t most) {
  return least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most);
}

double test_ratio(const RunRecord& run, const std::string& part) {
  const auto n_train = count_of(run.fact("split.n_train")),
             n_scored = count_of(run.fact(part == "valid" ? "split.n_valid" : "split.n_test"));
  return n_train && n_scored && *n_train > 0
             ? static_cast<double>(*n_scored) / static_cast<double>(*n_train)
             : std::numeric_limits<double>::quiet_NaN();
}

std::string cluster_units(const Runs& runs) {
  for (const RunRecord* run : runs)
    if (const std::string kind = run->fact("split.clusters"); !kind.empty()) return kind + "s";
  return "artists";
}

struct Scores::State {
  const StoreReader& store;
  std::map<std::pair<std::string, std::string>, Answers> answers = {};
  std::map<std::string, int> tracks = {}, clusters = {};
};

Scores::Scores(const StoreReader& store) : state_(std::make_unique<State>(State{.store = store})) {}
Scores::~Scores() = default;

const StoreReader& Scores::store() const { return state_->store; }

const Answers& Scores::answers(const RunRecord& run, const std::string& part) const {
  const auto [place, is_new] = state_->answers.try_emplace({run.id, part});
  Answers& answers = place->second;
  if (!is_new || run.status != RunStatus::done || !has_answers(part)) return answers;
  const auto number = [](std::map<std::string, int>& names, const std::string& name) {
    return names.try_emplace(name, static_cast<int>(names.size())).first->second;
  };
  for (const PredictionRecord& prediction : state_->store.predictions(run.id, part)) {
    if (prediction.truth < 0 || prediction.predicted < 0) continue;
    answers.push_back(
        {.track = number(state_->tracks, prediction.track),
         .cluster = prediction.cluster.empty() ? -1 : number(state_->clusters, prediction.cluster),
         .truth = prediction.truth,
         .predicted = prediction.predicted});
  }
  return answers;
}

ScoredRun Scores::scored(const RunRecord& run, double score, const std::string& part,
                         std::function<bool(int)> keep) const {
  ScoredRun result{
      .score = score, .division = division_of(run), .test_ratio = test_ratio(run, part)};
  if (has_answers(part))
    result.answers = [this, &run, part, keep = std::move(keep)] {
      Answers kept = answers(run, part);
      if (keep) std::erase_if(kept, [&](const Answer& answer) { return !keep(answer.truth); });
      return kept;
    };
  return result;
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
    if (const std::optional<double> value = final_metric(scores.store(), *run, split, metric)) {
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
                           double level) {
  Measured result;
  std::map<std::int64_t, std::vector<double>> of_track;
  std::map<std::int64_t, std::vector<std::string>> sources;
  for (const RunRecord* run : runs) {
    const std::optional<double> value = final_metric(scores.store(), *run, "structure", metric);
    if (!value) continue;
    result.values.push_back(*value);
    std::vector<std::int64_t> steps;
    for (const MetricRecord& m : scores.store().metrics(run->id))
      if (m.split == "structure" && m.name == metric && m.step >= 0) {
        of_track[m.step].push_back(m.value);
        steps.push_back(m.step);
      }
    std::sort(steps.begin(), steps.end());
    const std::vector<std::vector<std::string>> names = sources_of(*run);
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
  const Bounds bounds = metric == "n_clusters"      ? kUnbounded
                        : metric == "adjusted_rand" ? kDifference
                                                    : kProportion;
  static_cast<Estimate&>(result) = pigeonhole_bootstrap(
      means, of_means, any_sources ? "sources" : "tracks", bounds, /*seed=*/0, level);
  result.mean = mean(means);
  result.deviation = standard_deviation(means);
  result.n_tracks = means.size();
  return result;
}

}  // namespace genrebench
