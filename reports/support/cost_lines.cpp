#include "reports/support/cost_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "harness/records/facts.hpp"
#include "harness/records/run_cost.hpp"

namespace genrebench::cost {
namespace {

using Environment = std::map<std::string, std::string>;

/// A run that was done here, with what it took and where.
struct CostedRun {
  const RunRecord* run = nullptr;
  RunCost cost = {};
  Machine machine = {};
  std::string host = {};
};

CostedRun costed(const StoreReader& store, const RunRecord& run) {
  const Environment environment = store.environment(run.id);
  CostedRun result{.run = &run, .cost = cost_of(environment)};
  result.machine = {.cpu = value_of(environment, "cpu"),
                    .threads = value_of(environment, "threads")};
  if (const std::string device = facts::kDevice.of(run); !device.empty() && device != "cpu")
    result.machine.gpu = value_of(environment, "gpu", device);
  result.host = value_of(environment, "host");
  return result;
}

/// Equal for runs with the same features of the same tracks on one kind of processor.
using FeatureKey = std::tuple<std::string, std::string, std::string, Parameters>;

FeatureKey feature_key(const CostedRun& one) {
  return {one.machine.cpu, one.machine.threads, one.run->dataset_fingerprint,
          with_prefix(one.run->parameters, {"excerpt.", "features."})};
}

using FeatureTimes = std::map<FeatureKey, std::vector<double>>;

/// The quantity of each run that tells it.
template <typename Of>
std::optional<Spread> spread(const std::vector<CostedRun>& runs, const Of& of) {
  std::vector<double> values;
  for (const CostedRun& one : runs)
    if (const std::optional<double> value = of(one.cost)) values.push_back(*value);
  return spread_of(std::move(values));
}

void add_feature_time(const std::vector<CostedRun>& runs, const FeatureTimes& times, Line& line) {
  std::vector<double> found;
  bool cached = false, recorded = false;
  for (const CostedRun& one : runs) {
    if (const auto own = times.find(feature_key(one)); own != times.end()) found = own->second;
    cached = cached || one.cost.features.n_cached > 0 || one.cost.features.n > 0;
    recorded = recorded || one.cost.fit_s.has_value();
  }
  line.features_s = spread_of(std::move(found));
  line.feature_time = line.features_s ? FeatureTime::measured
                      : cached        ? FeatureTime::cached
                      : recorded      ? FeatureTime::given
                                      : FeatureTime::unknown;
}

Line make_line(const RunGroup& group, const Measured& accuracy, const std::vector<CostedRun>& runs,
               const FeatureTimes& times) {
  Line line{.group = &group, .accuracy = accuracy};
  for (const CostedRun& one : runs) line.runs.push_back(one.run);
  add_feature_time(runs, times, line);
  line.predict_s = spread(runs, [](const RunCost& c) { return c.predict.seconds_each(); });
  line.fit_s = spread(runs, [](const RunCost& c) { return c.fit_s; });
  line.parameters = spread(runs, [](const RunCost& c) { return c.parameters; });
  line.multiply_adds = spread(runs, [](const RunCost& c) { return c.multiply_adds_per_track(); });
  line.peak_memory_bytes = spread(runs, [](const RunCost& c) { return c.peak_memory_bytes; });
  return line;
}

/// Three digits, without an exponent.
std::string three_digits(double value) {
  const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f}", value, decimals);
}

}  // namespace

std::string to_string(const Machine& machine) {
  if (machine.cpu.empty() && machine.threads.empty()) return "an unknown machine";
  std::string text = machine.gpu.empty() ? machine.cpu : machine.gpu + " beside " + machine.cpu;
  if (!machine.threads.empty())
    text += fmt::format("{}{} thread{}", text.empty() ? "" : ", ", machine.threads,
                        machine.threads == "1" ? "" : "s");
  return text;
}

std::optional<Spread> spread_of(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return Spread{.median = (values[(n - 1) / 2] + values[n / 2]) / 2.0,
                .least = values.front(),
                .most = values.back(),
                .n = n};
}

std::optional<double> Line::whole_s() const {
  if (!predict_s) return std::nullopt;
  if (feature_time == FeatureTime::given) return predict_s->median;
  return features_s ? std::optional(features_s->median + predict_s->median) : std::nullopt;
}

std::vector<Board> make_boards(const Scores& scores, const std::vector<RunGroup>& groups,
                               double level) {
  FeatureTimes times;
  std::vector<std::vector<CostedRun>> of_group;
  for (const RunGroup& group : groups) {
    std::vector<CostedRun>& runs = of_group.emplace_back();
    for (const RunRecord* run : group.runs) {
      if (run->status != RunStatus::done || run->origin != RunOrigin::computed) continue;
      runs.push_back(costed(scores.store(), *run));
      if (const auto seconds = runs.back().cost.features_s_per_track())
        times[feature_key(runs.back())].push_back(*seconds);
    }
  }

  std::map<std::tuple<std::string, Protocol, Machine>, Board> boards;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (of_group[g].empty()) continue;
    const RunGroup& group = groups[g];
    const Measured accuracy = measure(scores, group.runs, "test", "accuracy", level);
    std::map<Machine, std::vector<CostedRun>> of_machine;
    for (const CostedRun& one : of_group[g]) of_machine[one.machine].push_back(one);
    for (const auto& [machine, runs] : of_machine) {
      Board& board = boards[{group.runs.front()->dataset_fingerprint, group.protocol, machine}];
      board.machine = machine;
      board.protocol = group.protocol;
      board.dataset = dataset_title(group.parameters);
      std::set<std::string> hosts(board.hosts.begin(), board.hosts.end());
      for (const CostedRun& one : runs)
        if (!one.host.empty()) hosts.insert(one.host);
      board.hosts.assign(hosts.begin(), hosts.end());
      board.lines.push_back(make_line(group, accuracy, runs, times));
    }
  }
  std::vector<Board> result;
  for (auto& [key, board] : boards) {
    std::stable_sort(board.lines.begin(), board.lines.end(), [](const Line& a, const Line& b) {
      const auto score = [](const Line& line) {
        return line.accuracy.values.empty() ? -1.0 : line.accuracy.mean;
      };
      return score(a) > score(b);
    });
    result.push_back(std::move(board));
  }
  return result;
}

std::string format_short_time(double seconds) {
  if (seconds <= 0.0) return "0 s";
  if (seconds < 999.5e-9) return three_digits(seconds * 1e9) + " ns";
  if (seconds < 999.5e-6) return three_digits(seconds * 1e6) + " µs";
  if (seconds < 999.5e-3) return three_digits(seconds * 1e3) + " ms";
  return three_digits(seconds) + " s";
}

std::string format_count(double count) {
  if (count < 999.5) return fmt::format("{:.0f}", count);
  constexpr std::pair<double, const char*> kUnits[] = {
      {1e3, "k"}, {1e6, "M"}, {1e9, "G"}, {1e12, "T"}, {1e15, "P"}};
  for (const auto& [unit, name] : kUnits)
    if (count < 999.5 * unit || unit == 1e15)
      return fmt::format("{} {}", three_digits(count / unit), name);
  return {};
}

std::string format_bytes(double bytes) {
  const bool giga = bytes >= 999.5e6;
  return fmt::format("{} {}", three_digits(bytes / (giga ? 1e9 : 1e6)), giga ? "GB" : "MB");
}

}  // namespace genrebench::cost
