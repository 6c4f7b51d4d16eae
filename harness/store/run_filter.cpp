#include "harness/store/run_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "harness/records/find_experiment.hpp"

namespace genrebench {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool has(const std::map<std::string, std::string>& values, const std::string& key,
         const std::string& value) {
  const auto found = values.find(key);
  return found != values.end() && found->second == value;
}

bool matches(const RunRecord& run, const RunFilter& filter) {
  if (!filter.run_ids.empty() && !contains(filter.run_ids, run.id)) return false;
  if (!filter.status.empty() && to_string(run.status) != filter.status) return false;
  return std::all_of(filter.where.begin(), filter.where.end(), [&](const auto& condition) {
    const auto& [key, value] = condition;
    return has(run.parameters, key, value) || has(run.facts, key, value);
  });
}

void check_key(const std::vector<RunRecord>& runs, const std::string& key) {
  std::set<std::string> known;
  for (const RunRecord& run : runs) {
    for (const auto& parameter : run.parameters) known.insert(parameter.first);
    for (const auto& fact : run.facts) known.insert(fact.first);
  }
  if (known.contains(key)) return;
  const auto nearest = nearest_name(key, {known.begin(), known.end()});
  throw ConfigError(fmt::format(
      "--where: no run has a parameter '{}'; {}", key,
      nearest ? fmt::format("did you mean '{}'?", *nearest) : "`genrebench show RUN` lists them"));
}

/// @throws ConfigError  if a name in the filter is not known
void check_names(const StoreReader& store, const RunFilter& filter) {
  if (!filter.experiment.empty()) find_experiment(store, filter.experiment, "--experiment");
  const std::vector<std::string> statuses = run_status_names();
  if (!filter.status.empty() && !contains(statuses, filter.status))
    throw ConfigError(unknown_name_message("status", filter.status, "--status", statuses));
  if (!filter.where.empty()) {
    const std::vector<RunRecord> all = store.runs();
    for (const auto& condition : filter.where) check_key(all, condition.first);
  }
}

}  // namespace

std::vector<RunRecord> filtered_runs(const StoreReader& store, const RunFilter& filter) {
  check_names(store, filter);
  std::vector<RunRecord> runs = store.runs(filter.experiment);
  std::erase_if(runs, [&](const RunRecord& run) { return !matches(run, filter); });
  return runs;
}

}  // namespace genrebench
