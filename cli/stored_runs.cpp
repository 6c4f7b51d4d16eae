#include "cli/stored_runs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"

namespace genrebench::cli {

RunRecord find_run(const StoreReader& store, const std::string& prefix) {
  std::vector<RunRecord> found;
  for (RunRecord& run : store.runs())
    if (run.id.starts_with(prefix)) found.push_back(std::move(run));
  if (found.empty())
    throw ConfigError(
        fmt::format("no run's id begins with '{}'; `genrebench runs` lists them", prefix));
  if (found.size() > 1) {
    std::vector<std::string> ids;
    for (const RunRecord& run : found) ids.push_back(short_id(run.id, kLongerId));
    if (ids.size() > 5) ids.resize(5);
    throw ConfigError(fmt::format("{} runs' ids begin with '{}': {}; say more of it", found.size(),
                                  prefix, fmt::join(ids, ", ")));
  }
  return found.front();
}

std::vector<std::string> genres_of(const RunRecord& run) { return facts::kGenres.of(run); }

}  // namespace genrebench::cli
