#include "exports/mlflow/mlflow_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/digest.hpp"
#include "base/short_name.hpp"
#include "exports/curve_points.hpp"
#include "harness/run/provenance.hpp"

namespace genrebench {
namespace {

std::int64_t milliseconds(double seconds) {
  return static_cast<std::int64_t>(std::llround(1000.0 * seconds));
}

std::string status_of(RunStatus status) {
  switch (status) {
    case RunStatus::done:
      return "FINISHED";
    case RunStatus::failed:
      return "FAILED";
    case RunStatus::pruned:
      return "KILLED";
    default:
      return "RUNNING";
  }
}

/// Keys that MLflow allows, each once: names that differ only in what it does not allow get
/// numbers. The order of the names decides, so the same names give the same keys.
std::map<std::string, std::string> keys_of(const std::set<std::string>& names) {
  std::map<std::string, std::string> keys;
  std::set<std::string> taken;
  for (const std::string& name : names) {
    const std::string wish = mlflow_key(name);
    std::string key = wish;
    for (int n = 2; !taken.insert(key).second; ++n) key = fmt::format("{}_{}", wish, n);
    keys[name] = key;
  }
  return keys;
}

std::map<std::string, std::string> params_of(const std::map<std::string, std::string>& values) {
  std::set<std::string> names;
  for (const auto& [name, value] : values) names.insert(name);
  const auto keys = keys_of(names);
  std::map<std::string, std::string> params;
  for (const auto& [name, value] : values) params[keys.at(name)] = mlflow_value(value);
  return params;
}

void add_if_known(std::map<std::string, std::string>& tags, const std::string& key,
                  const std::string& value) {
  if (!value.empty()) tags[key] = mlflow_value(value);
}

std::vector<MlflowPoint> points_of(const std::vector<MetricRecord>& metrics, const RunRecord& run) {
  std::set<std::string> names;
  const std::vector<TimedPoint> curves = curve_points(metrics, seconds_of(run.started_at));
  for (const TimedPoint& point : curves) names.insert(point.tag);
  for (const MetricRecord& metric : metrics)
    if (metric.step < 0) names.insert(final_tag(metric));
  const auto keys = keys_of(names);
  std::vector<MlflowPoint> points;
  for (const TimedPoint& point : curves)
    points.push_back({.key = keys.at(point.tag),
                      .step = point.step,
                      .time_ms = milliseconds(point.time),
                      .value = point.value});
  const std::int64_t end = milliseconds(seconds_of(run.started_at) + run.wall_s);
  for (const MetricRecord& metric : metrics)
    if (metric.step < 0)
      points.push_back(
          {.key = keys.at(final_tag(metric)), .step = 0, .time_ms = end, .value = metric.value});
  return points;
}

}  // namespace

std::string MlflowRun::digest() const {
  std::string text = fmt::format("{}\n{}\n{}\n{}\n", name, status, start_ms, end_ms);
  for (const auto* pairs : {&tags, &params})
    for (const auto& [key, value] : *pairs) text += fmt::format("{}={}\n", key, value);
  for (const MlflowPoint& point : points)
    text += fmt::format("{} {} {} {}\n", point.key, point.step, point.time_ms, point.value);
  return content_hash(text);
}

MlflowRun mlflow_run(const StoreReader& store, const ExportedRun& exported) {
  const RunRecord& run = exported.run;
  MlflowRun result{.name = exported.name,
                   .status = status_of(run.status),
                   .start_ms = milliseconds(seconds_of(run.started_at)),
                   .end_ms = 0,
                   .tags = {},
                   .params = {},
                   .points = points_of(store.metrics(run.id), run)};
  if (result.status != "RUNNING")
    result.end_ms = milliseconds(seconds_of(run.started_at) + run.wall_s);
  std::map<std::string, std::string> values = run.parameters;
  values["seed"] = std::to_string(run.seed);
  result.params = params_of(values);
  result.tags = {{kRunTag, run.id},
                 {"genrebench.experiment", exported.experiment},
                 {"genrebench.status", to_string(run.status)},
                 {"genrebench.dataset_fingerprint", run.dataset_fingerprint},
                 {"mlflow.source.name", "genrebench"},
                 {"mlflow.source.type", "LOCAL"}};
  add_if_known(result.tags, "genrebench.message", run.message);
  add_if_known(result.tags, "genrebench.program", program_of(store.environment(run.id)));
  if (run.origin == RunOrigin::imported) result.tags["genrebench.origin"] = to_string(run.origin);
  return result;
}

MlflowRun mlflow_parent(const std::vector<const ExportedRun*>& runs) {
  const ExportedRun& first = *runs.front();
  MlflowRun result{.name = first.title,
                   .status = "FINISHED",
                   .start_ms = 0,
                   .end_ms = 0,
                   .tags = {},
                   .params = {},
                   .points = {}};
  std::map<std::string, std::string> common = first.run.parameters;
  for (const ExportedRun* one : runs) {
    std::erase_if(common,
                  [&](const auto& pair) { return one->run.parameter(pair.first) != pair.second; });
    const double start = seconds_of(one->run.started_at);
    if (result.start_ms == 0 || milliseconds(start) < result.start_ms)
      result.start_ms = milliseconds(start);
    result.end_ms = std::max(result.end_ms, milliseconds(start + one->run.wall_s));
    if (status_of(one->run.status) == "RUNNING") result.status = "RUNNING";
  }
  if (result.status == "RUNNING") result.end_ms = 0;
  result.tags = {{kConfigurationTag, first.configuration},
                 {"genrebench.experiment", first.experiment},
                 {"mlflow.source.name", "genrebench"},
                 {"mlflow.source.type", "LOCAL"}};
  result.params = params_of(common);
  return result;
}

std::string mlflow_key(const std::string& name) {
  std::string key;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool allowed = byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == ' ' ||
                         c == '/';
    key += allowed ? c : '_';
  }
  std::string result;
  for (std::size_t begin = 0; begin <= key.size();) {
    const std::size_t end = std::min(key.find('/', begin), key.size());
    const std::string part = key.substr(begin, end - begin);
    if (begin > 0) result += '/';
    result += part.empty() || part == "." || part == ".." ? "_" : part;
    begin = end + 1;
  }
  constexpr std::size_t kLongest = 250;
  return shortened_name(result, kLongest, name);
}

std::string mlflow_value(const std::string& value) {
  constexpr std::size_t kLongest = 6000;
  if (value.size() <= kLongest) return value;
  std::size_t end = kLongest - 3;
  while (end > 0 && (static_cast<unsigned char>(value[end]) >> 6) == 2) --end;
  return value.substr(0, end) + "…";
}

}  // namespace genrebench
