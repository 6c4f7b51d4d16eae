#include "harness/cluster/task_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "harness/plan/same_runs.hpp"
#include "harness/store/run_store.hpp"
#include "harness/workers/sweep.hpp"

namespace genrebench {
namespace {

std::size_t divided_up(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

/// The runs of a submission's plan file. @throws DataError  if their number is not as submitted
std::vector<RunRecord> read_frozen(const RunStore& store, const Submission& submission) {
  std::vector<RunRecord> frozen = store.runs(submission.experiment);
  if (frozen.size() != submission.n_runs)
    throw DataError(fmt::format("{}: expected {} runs of {}, found {}",
                                submission.plan_file().string(), submission.n_runs,
                                submission.experiment, frozen.size()));
  return frozen;
}

}  // namespace

std::size_t default_runs_per_task(std::size_t n_runs, std::size_t array_limit) {
  return std::max<std::size_t>(1, divided_up(n_runs, array_limit == 0 ? 1000 : 10 * array_limit));
}

std::vector<std::size_t> runs_of_task(std::size_t n_runs, std::size_t n_tasks, std::size_t task) {
  std::vector<std::size_t> result;
  for (std::size_t position = task; position < n_runs; position += n_tasks)
    result.push_back(position);
  return result;
}

std::vector<TaskArray> divide_into_arrays(std::size_t n_tasks, std::size_t max_array_size) {
  std::vector<TaskArray> result;
  for (std::size_t offset = 0; offset < n_tasks; offset += max_array_size)
    result.push_back(
        {.offset = offset, .n_tasks = std::min(max_array_size, n_tasks - offset), .job = {}});
  return result;
}

void freeze(const Plan& plan, const Submission& submission, const Registry& registry,
            Progress& progress) {
  record_plan(plan, *RunStore::open(submission.plan_file(), RunStore::Mode::write), registry,
              progress);
}

std::vector<std::string> frozen_runs(const Submission& submission) {
  std::vector<std::string> ids;
  for (const RunRecord& run :
       RunStore::open(submission.plan_file(), RunStore::Mode::read)->runs(submission.experiment))
    ids.push_back(run.id);
  return ids;
}

Plan task_plan(const Submission& submission, std::size_t task, const Registry& registry,
               FileHashes& hashes, Progress& progress) {
  if (task >= submission.n_tasks)
    throw ConfigError(fmt::format("{}: no task {}: its tasks are 0 to {}",
                                  submission.folder.string(), task, submission.n_tasks - 1));
  const auto store = RunStore::open(submission.plan_file(), RunStore::Mode::read);
  const std::vector<RunRecord> frozen = read_frozen(*store, submission);
  const ExperimentRecord record = store->experiments().front();
  Experiment experiment{.name = record.name,
                        .description = record.description,
                        .source_file = record.source_file,
                        .reports = {},
                        .runs = {}};
  std::vector<RunRecord> expected;
  for (const std::size_t position : runs_of_task(submission.n_runs, submission.n_tasks, task)) {
    const RunRecord& run = expected.emplace_back(frozen[position]);
    experiment.runs.push_back(RunSpec::from_parameters(run.parameters, run.seed, registry));
  }
  Plan plan = make_plan(std::move(experiment), registry, submission.cache_folder, hashes, progress);
  same_runs_or_throw(plan.runs, expected, submission.folder.string(), "submit again");
  return plan;
}

}  // namespace genrebench
