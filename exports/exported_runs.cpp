#include "exports/exported_runs.hpp"

#include <fmt/format.h>

#include <ctime>
#include <set>

#include "base/digest.hpp"
#include "harness/plugin/method.hpp"
#include "harness/records/short_id.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/runs.hpp"

namespace genrebench {
namespace {

std::string digest_of(const Parameters& parameters) {
  std::string text;
  for (const auto& [key, value] : parameters) text += fmt::format("{}={}\n", key, value);
  return content_hash(text);
}

/// "knn, neighbours=3": the method and what else tells the configuration from others.
std::string title_of(const Parameters& parameters, std::vector<std::string> keys) {
  std::erase(keys, "method.name");
  const std::string method = value_of(parameters, "method.name", "segmentation");
  const std::string more = describe(parameters, keys);
  return more.empty() ? method : method + ", " + more;
}

std::string name_of(const ExportedRun& exported) {
  const std::string fold = exported.run.parameter("split.fold");
  return fmt::format("{}{}_seed_{}_{}", slug(exported.title),
                     fold.empty() ? "" : "_fold_" + slug(fold), exported.run.seed,
                     short_id(exported.run.id, kLongerId));
}

}  // namespace

ExportedRuns exported_runs(const StoreReader& store, const ReportScope& scope) {
  const Scope loaded = load_scope(store, scope);
  ExportedRuns result;
  std::set<std::string> seen;
  for (const ExperimentRecord& experiment : loaded.experiments) {
    const std::vector<RunRecord> runs = store.runs(experiment.name);
    const std::vector<Parameters> of_runs = configurations(runs);
    const std::vector<std::string> keys = varying_keys(of_runs);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const RunStatus status = runs[i].status;
      if (!seen.insert(runs[i].id).second) continue;
      if (status == RunStatus::skipped) ++result.n_skipped;
      if (status == RunStatus::planned || status == RunStatus::lost) ++result.n_waiting;
      if (status == RunStatus::skipped || status == RunStatus::planned || status == RunStatus::lost)
        continue;
      ExportedRun exported{.run = runs[i],
                           .experiment = experiment.name,
                           .configuration = digest_of(of_runs[i]),
                           .title = title_of(of_runs[i], keys),
                           .name = {}};
      exported.name = name_of(exported);
      result.runs.push_back(std::move(exported));
    }
  }
  return result;
}

double seconds_of(const std::string& time) {
  std::tm parts{};
  const char* end = ::strptime(time.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  return end == nullptr ? 0.0 : static_cast<double>(::timegm(&parts));
}

void check_interrupted(const std::function<bool()>& interrupted) {
  if (interrupted && interrupted()) throw Interrupted();
}

}  // namespace genrebench
