#include "harness/plan/stored_plan.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/records/find_experiment.hpp"
#include "harness/records/short_id.hpp"

namespace genrebench {

ExperimentRecord stored_experiment(const RunStore& store, const std::string& experiment) {
  return find_experiment(store, experiment, store.file().string());
}

Plan stored_plan(const RunStore& store, const std::string& name, const Registry& registry,
                 const std::filesystem::path& cache_folder, FileHashes& hashes,
                 Progress& progress) {
  const ExperimentRecord record = stored_experiment(store, name);
  Experiment experiment{.name = record.name,
                        .description = record.description,
                        .source_file = record.source_file,
                        .reports = {},
                        .runs = {}};
  std::vector<RunRecord> runs = store.runs(name);
  std::erase_if(runs, [](const RunRecord& run) {
    return run.status == RunStatus::done || run.status == RunStatus::skipped;
  });
  StoredRunReader read(registry);
  for (const RunRecord& run : runs) experiment.runs.push_back(read(run.parameters, run.seed));
  Plan plan = make_plan(std::move(experiment), registry, cache_folder, hashes, progress);
  if (plan.runs.size() != runs.size())
    throw DataError(
        fmt::format("{}: runs of {} that were different would be one run now; give the "
                    "experiment's file to `genrebench run`",
                    store.file().string(), name));
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (plan.runs[i].id == runs[i].id) continue;
    const bool data = plan.runs[i].data->fingerprint != runs[i].dataset_fingerprint;
    throw DataError(fmt::format(
        "{}: run {} of {} would be another one now ({}): {}; give the experiment's file to "
        "`genrebench run`",
        store.file().string(), short_id(runs[i].id, kLongerId), name,
        short_id(plan.runs[i].id, kLongerId),
        data ? "the dataset has changed since it was planned"
             : "this version of genrebench or a file that it reads is another one"));
  }
  return plan;
}

}  // namespace genrebench
