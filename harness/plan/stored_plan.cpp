#include "harness/plan/stored_plan.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/experiment/stored_run_reader.hpp"
#include "harness/plan/same_runs.hpp"
#include "harness/records/find_experiment.hpp"

namespace genrebench {

Plan stored_plan(const RunStore& store, const std::string& name, const Registry& registry,
                 const std::filesystem::path& cache_folder, FileHashes& hashes,
                 Progress& progress) {
  const ExperimentRecord record = find_experiment(store, name, store.file().string());
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
  same_runs_or_throw(plan.runs, runs, fmt::format("{}: {}", store.file().string(), name),
                     "give the experiment's file to `genrebench run`");
  return plan;
}

}  // namespace genrebench
