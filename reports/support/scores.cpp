#include "reports/support/scores.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>

#include "harness/records/facts.hpp"

namespace genrebench {
namespace {

bool has_answers(const std::string& part) { return part == "valid" || part == "test"; }

}  // namespace

std::string division_of(const RunRecord& run) {
  if (const std::string division = facts::kDivision.of(run); !division.empty()) return division;
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
  const auto available = facts::kTrainAvailable.find(run),
             n_train = available ? available : facts::kTrainTracks.find(run),
             n_scored = (part == "valid" ? facts::kValidTracks : facts::kTestTracks).find(run);
  return n_train && n_scored && *n_train > 0
             ? static_cast<double>(*n_scored) / static_cast<double>(*n_train)
             : std::numeric_limits<double>::quiet_NaN();
}

std::string cluster_units(const Runs& runs) {
  for (const RunRecord* run : runs)
    if (const std::string kind = facts::kClusters.of(*run); !kind.empty()) return kind + "s";
  return "artists";
}

struct Scores::State {
  const StoreReader& store;
  std::map<std::pair<std::string, std::string>, Answers> answers = {};
  std::unordered_map<std::string, int> tracks = {}, clusters = {};
  std::unordered_map<std::string, std::optional<double>> metrics = {};  ///< by run, split and name
};

Scores::Scores(const StoreReader& store) : state_(std::make_unique<State>(State{.store = store})) {}
Scores::~Scores() = default;

const StoreReader& Scores::store() const { return state_->store; }

const Answers& Scores::answers(const RunRecord& run, const std::string& part) const {
  const auto [place, is_new] = state_->answers.try_emplace({run.id, part});
  Answers& answers = place->second;
  if (!is_new || run.status != RunStatus::done || !has_answers(part)) return answers;
  const auto number = [](std::unordered_map<std::string, int>& names, const std::string& name) {
    return names.try_emplace(name, static_cast<int>(names.size())).first->second;
  };
  state_->store.each_prediction(run.id, part, [&](const PredictionView& prediction) {
    if (prediction.truth < 0 || prediction.predicted < 0) return;
    answers.push_back(
        {.track = number(state_->tracks, prediction.track),
         .cluster = prediction.cluster.empty() ? -1 : number(state_->clusters, prediction.cluster),
         .truth = prediction.truth,
         .predicted = prediction.predicted});
  });
  return answers;
}

std::optional<double> Scores::final_metric(const RunRecord& run, const std::string& split,
                                           const std::string& metric) const {
  if (run.status != RunStatus::done) return std::nullopt;
  const auto [place, is_new] =
      state_->metrics.try_emplace(fmt::format("{}\n{}\n{}", run.id, split, metric));
  if (is_new) place->second = state_->store.metric(run.id, split, metric);
  return place->second;
}

ScoredRun Scores::scored(const RunRecord& run, double score, const std::string& part,
                         std::function<bool(int)> keep) const {
  ScoredRun result{
      .score = score, .division = division_of(run), .test_ratio = test_ratio(run, part)};
  if (!has_answers(part)) return result;
  if (keep)
    result.answers = [this, &run, part, keep = std::move(keep)] {
      Answers kept = answers(run, part);
      std::erase_if(kept, [&](const Answer& answer) { return !keep(answer.truth); });
      return kept;
    };
  else
    result.answers = [this, &run, part,
                      found = static_cast<const Answers*>(nullptr)]() mutable -> const Answers& {
      if (found == nullptr) found = &answers(run, part);
      return *found;
    };
  return result;
}

}  // namespace genrebench
