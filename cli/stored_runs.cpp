#include "cli/stored_runs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/run_list.hpp"

namespace genrebench::cli {

void add_run(Arguments& arguments, std::string& prefix) {
  arguments.add({.name = "RUN", .help = "Its id, or the beginning of its id", .required = true},
                prefix);
}

RunRecord find_run(const RunStore& store, const std::string& prefix) {
  std::vector<std::string> found;
  for (const ListedRun& one : list_runs(store.file(), {}, {}).runs)
    if (one.run.id.starts_with(prefix)) found.push_back(one.run.id);
  if (found.size() > 1) {
    std::vector<std::string> ids;
    for (const std::string& id : found) ids.push_back(short_id(id, kLongerId));
    if (ids.size() > 5) ids.resize(5);
    throw ConfigError(fmt::format("{} runs' ids begin with '{}': {}; give more of the id",
                                  found.size(), prefix, fmt::join(ids, ", ")));
  }
  if (!found.empty())
    if (auto run = store.run(found.front())) return *std::move(run);
  throw ConfigError(
      fmt::format("no run's id begins with '{}'; `genrebench runs` lists them", prefix));
}

std::vector<std::string> genres_of(const RunRecord& run) { return facts::kGenres.of(run); }

nlohmann::ordered_json typed_json(const std::map<std::string, std::string>& values) {
  nlohmann::ordered_json result = nlohmann::ordered_json::object();
  for (const auto& [key, value] : values) {
    if (const auto list = value.starts_with('[') ? list_from(value) : std::nullopt)
      result[key] = *list;
    else
      result[key] = value;
  }
  return result;
}

std::optional<std::string> artifact_text(const RunStore& store, const RunFiles& files,
                                         const std::string& run_id, const std::string& name) {
  const std::vector<ArtifactRecord> artifacts = store.artifacts(run_id);
  const auto found = std::ranges::find(artifacts, name, &ArtifactRecord::name);
  if (found == artifacts.end()) return std::nullopt;
  const std::filesystem::path file = files.artifact(run_id, name);
  if (const std::string problem = files.problem_of(run_id, *found); !problem.empty())
    throw DataError(fmt::format("{}: not the file that the run left: {}", file.string(), problem));
  return read_file_text(file);
}

nlohmann::ordered_json run_json(const RunStore& store, const RunRecord& run) {
  return {{"id", run.id},
          {"identity_version", run.identity_version},
          {"status", to_string(run.status)},
          {"origin", to_string(run.origin)},
          {"message", run.message},
          {"seed", run.seed},
          {"dataset_fingerprint", run.dataset_fingerprint},
          {"started_at", run.started_at},
          {"wall_s", run.wall_s},
          {"parameters", run.parameters},
          {"facts", typed_json(run.facts)},
          {"environment", typed_json(store.environment(run.id))}};
}

}  // namespace genrebench::cli
