#include "harness/run/reproduction.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>
#include <tuple>

#include "harness/records/timings.hpp"
#include "harness/run/provenance.hpp"

namespace genrebench {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
const std::string kMissing = "missing";

std::string value_or_nothing(const std::map<std::string, std::string>& values,
                             const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? std::string() : found->second;
}

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

double distance(double a, double b) {
  if (same_number(a, b)) return 0.0;
  const double difference = std::abs(a - b);
  return std::isnan(difference) ? kInfinite : difference;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

double largest_distance(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return kInfinite;
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, distance(static_cast<double>(a[i]), static_cast<double>(b[i])));
  return largest;
}

/// Compares what two maps say of each key.
/// @param differ  called with the key and both values, null where there is none
template <typename Map, typename Differ>
void for_each_difference(const Map& then, const Map& now, const Differ& differ) {
  for (const auto& [key, value] : then) {
    const auto found = now.find(key);
    if (found == now.end())
      differ(key, &value, static_cast<const typename Map::mapped_type*>(nullptr));
    else if (!(found->second == value))
      differ(key, &value, &found->second);
  }
  for (const auto& [key, value] : now)
    if (!then.contains(key))
      differ(key, static_cast<const typename Map::mapped_type*>(nullptr), &value);
}

/// A number as the store keeps it.
struct Number {
  double value = 0.0;
  bool operator==(const Number& other) const { return same_number(value, other.value); }
};

std::map<std::tuple<std::string, std::string, std::int64_t>, Number> metrics_of(
    const RunResult& result) {
  std::map<std::tuple<std::string, std::string, std::int64_t>, Number> all;
  for (const MetricRecord& m : result.metrics)
    if (!is_timing_metric(m.name)) all[{m.split, m.name, m.step}] = {m.value};
  return all;
}

struct Answer {
  int truth = 0, predicted = 0;
  std::vector<float> probabilities;
  bool operator==(const Answer& other) const {
    return truth == other.truth && predicted == other.predicted &&
           same_bits(probabilities, other.probabilities);
  }
};

std::string in_words(const Answer& answer) {
  return fmt::format("class {} of {} [{:.9g}]", answer.predicted, answer.truth,
                     fmt::join(answer.probabilities, ", "));
}

std::map<std::pair<std::string, std::string>, Answer> answers_of(const RunResult& result) {
  std::map<std::pair<std::string, std::string>, Answer> all;
  for (const PredictionRecord& p : result.predictions)
    all[{p.split, p.track}] = {p.truth, p.predicted, p.probabilities};
  return all;
}

std::map<std::string, std::string> files_of(const RunResult& result) {
  std::map<std::string, std::string> all;
  for (const ArtifactRecord& artifact : result.artifacts)
    if (is_result_file(artifact.name)) all[artifact.name] = artifact.sha256;
  return all;
}

/// The tracks alone: the messages may name the place where they lie.
std::map<std::string, std::string> bad_tracks_of(const RunResult& result) {
  std::map<std::string, std::string> all;
  for (const BadTrackRecord& track : result.bad_tracks) all[track.track] = "could not be used";
  return all;
}

}  // namespace

std::vector<Circumstance> compare_circumstances(const RunRecord& stored, const PlannedRun& planned,
                                                const std::map<std::string, std::string>& then,
                                                const std::map<std::string, std::string>& now) {
  std::vector<Circumstance> result;
  result.push_back({.what = "run (configuration, data, seed)",
                    .then = stored.id,
                    .now = planned.id,
                    .decides = true});
  result.push_back({.what = "dataset",
                    .then = stored.dataset_fingerprint,
                    .now = planned.data->fingerprint,
                    .decides = true});
  const auto add = [&](const std::string& what, const std::string& key) {
    Circumstance one{
        .what = what, .then = value_or_nothing(then, key), .now = value_or_nothing(now, key)};
    if (!one.then.empty() || !one.now.empty()) result.push_back(std::move(one));
  };
  Circumstance program{.what = "commit", .then = program_of(then), .now = program_of(now)};
  if (!program.then.empty() || !program.now.empty()) result.push_back(std::move(program));
  add("versions of plug-ins", "versions");
  add("version", "genrebench.version");
  add("build", "genrebench.build");
  add("compiler", "compiler");
  std::set<std::string> libraries;
  for (const auto* environment : {&then, &now})
    for (const auto& [key, value] : *environment)
      if (key.starts_with("library.")) libraries.insert(key);
  for (const std::string& key : libraries) add("library " + key.substr(8), key);
  for (const char* key : {"cpu", "threads", "gpu", "system", "host"}) add(key, key);
  return result;
}

RunResult stored_result(const StoreReader& store, const std::string& run_id) {
  RunResult result;
  result.metrics = store.metrics(run_id);
  for (const char* split : {"valid", "test"}) {
    const std::vector<PredictionRecord> predictions = store.predictions(run_id, split);
    result.predictions.insert(result.predictions.end(), predictions.begin(), predictions.end());
  }
  result.bad_tracks = store.bad_tracks(run_id);
  result.artifacts = store.artifacts(run_id);
  if (const auto run = store.run(run_id)) result.facts = run->facts;
  return result;
}

ResultComparison compare_results(const RunResult& then, const RunResult& now) {
  ResultComparison result;
  auto& differences = result.differences;

  const auto metrics = metrics_of(then);
  result.n_metrics = metrics.size();
  for_each_difference(
      metrics, metrics_of(now), [&](const auto& key, const Number* a, const Number* b) {
        const auto& [split, name, step] = key;
        const auto text = [](const Number* number) {
          return number == nullptr ? kMissing : fmt::format("{}", number->value);
        };
        differences.push_back(
            {.what = fmt::format("metric {} of {}{}", name, split,
                                 step < 0 ? "" : fmt::format(" at {}", step)),
             .then = text(a),
             .now = text(b),
             .size = a == nullptr || b == nullptr ? kInfinite : distance(a->value, b->value)});
      });

  const auto answers = answers_of(then);
  result.n_predictions = answers.size();
  for_each_difference(
      answers, answers_of(now), [&](const auto& key, const Answer* a, const Answer* b) {
        const auto text = [](const Answer* answer) {
          return answer == nullptr ? kMissing : in_words(*answer);
        };
        differences.push_back({.what = fmt::format("prediction of {} in {}", key.second, key.first),
                               .then = text(a),
                               .now = text(b),
                               .size = a == nullptr || b == nullptr
                                           ? kInfinite
                                           : largest_distance(a->probabilities, b->probabilities)});
      });
  std::stable_sort(
      differences.begin(), differences.end(),
      [](const ResultDifference& a, const ResultDifference& b) { return a.size > b.size; });

  const auto compare_texts = [&](const std::string& what,
                                 const std::map<std::string, std::string>& a,
                                 const std::map<std::string, std::string>& b) {
    for_each_difference(a, b,
                        [&](const std::string& key, const std::string* x, const std::string* y) {
                          differences.push_back({.what = fmt::format("{} {}", what, key),
                                                 .then = x == nullptr ? kMissing : *x,
                                                 .now = y == nullptr ? kMissing : *y,
                                                 .size = 0.0});
                        });
  };
  result.n_facts = then.facts.size();
  compare_texts("fact", then.facts, now.facts);
  compare_texts("bad track", bad_tracks_of(then), bad_tracks_of(now));
  const auto files = files_of(then);
  result.n_files = files.size();
  // Who ran the plan without a folder for files kept none; nothing was lost by that.
  if (!files.empty()) compare_texts("file", files, files_of(now));
  return result;
}

}  // namespace genrebench
