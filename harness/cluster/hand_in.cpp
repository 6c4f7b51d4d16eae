#include "harness/cluster/hand_in.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/subprocess.hpp"
#include "harness/cluster/job_scripts.hpp"
#include "harness/cluster/submission_state.hpp"
#include "harness/cluster/task_plan.hpp"
#include "harness/run/environment.hpp"
#include "harness/store/run_store.hpp"
#include "harness/workers/sweep.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

fs::path whole_path(const fs::path& path) {
  return path.empty() ? path : fs::absolute(path).lexically_normal();
}

[[noreturn]] void refuse_second(const Submission& earlier, const std::vector<QueuedTask>& queue) {
  std::set<std::string> jobs;
  for (const QueuedTask& task : queue) jobs.insert(task.job);
  throw DataError(fmt::format(
      "{} is already in the queue, submitted at {}: {} task{} (job {}); wait for it, cancel it "
      "(genrebench submit cancel {}), or use --again to submit what is neither done nor in the "
      "queue",
      earlier.experiment, earlier.created_at, queue.size(), queue.size() == 1 ? "" : "s",
      fmt::join(jobs, ", "), shell_word(earlier.folder.string())));
}

void merge_earlier(const Submission& earlier, Progress& progress) {
  const MergedShards merged = merge_shards(earlier);
  for (const std::string& failure : merged.failures)
    progress.message(fmt::format("not merged, its runs are submitted again: {}", failure));
  progress.message(fmt::format("{} shard{} of {} merged", merged.n_merged,
                               merged.n_merged == 1 ? "" : "s", earlier.folder.string()));
}

}  // namespace

std::set<std::string> settle_earlier(const fs::path& database, const std::string& experiment,
                                     bool again, Progress& progress) {
  std::set<std::string> in_queue;
  for (const Submission& earlier : submissions_of(database, experiment)) {
    if (const auto queue = slurm_queue(earlier.jobs()); !queue.empty()) {
      if (!again) refuse_second(earlier, queue);
      for (const std::string& run : frozen_runs(earlier)) in_queue.insert(run);
    } else if (!earlier.merged() && !earlier.shards().empty()) {
      merge_earlier(earlier, progress);
    }
  }
  return in_queue;
}

Plan runs_left(Plan plan, const std::set<std::string>& in_queue, const Registry& registry,
               const fs::path& database, bool record, Progress& progress) {
  std::unique_ptr<RunStore> store;
  if (record) {
    store = RunStore::open(database, RunStore::Mode::write);
    record_plan(plan, *store, registry, progress);
  } else if (std::error_code error; fs::exists(database, error)) {
    store = RunStore::open(database, RunStore::Mode::read);
  }
  std::erase_if(plan.runs, [&](const PlannedRun& run) {
    const auto known = store ? store->run(run.id) : std::nullopt;
    return !run.not_applicable.empty() || (known && known->status == RunStatus::done) ||
           in_queue.contains(run.id);
  });
  return plan;
}

Submission write_submission(const Plan& plan, const SubmissionRequest& request,
                            const Registry& registry, Progress& progress) {
  const std::size_t n_runs = plan.runs.size();
  const std::size_t per_task = request.runs_per_task > 0
                                   ? request.runs_per_task
                                   : default_runs_per_task(n_runs, request.slurm.array_limit);
  const std::string now = utc_now();
  std::error_code error;
  Submission submission{
      .folder = make_submission_folder(request.database, plan.experiment.name, now),
      .experiment = plan.experiment.name,
      .created_at = now,
      .program = fs::read_symlink("/proc/self/exe", error),
      .version = version_text(),
      .working_folder = fs::current_path(),
      .database = whole_path(request.database),
      .cache_folder = whole_path(request.cache_folder),
      .n_runs = n_runs,
      .n_tasks = (n_runs + per_task - 1) / per_task,
      .max_array_size = request.max_array_size,
      .options = request.slurm,
      .arrays = {},
      .merge_job = {}};
  submission.arrays = divide_into_arrays(submission.n_tasks, submission.max_array_size);
  write_scripts(submission);
  freeze(plan, submission, registry, progress);
  save(submission);
  return submission;
}

void hand_in(Submission& submission) {
  try {
    for (std::size_t i = 0; i < submission.arrays.size(); ++i) {
      submission.arrays[i].job = slurm_submit(array_command(submission, i), submission.folder);
      save(submission);
    }
    submission.merge_job = slurm_submit(merge_command(submission), submission.folder);
    save(submission);
  } catch (const DataError& error) {
    std::string taken_back;
    if (const auto jobs = submission.jobs(); !jobs.empty()) {
      slurm_cancel(jobs);
      taken_back =
          fmt::format("; what was submitted was cancelled (job {})", fmt::join(jobs, ", "));
    }
    throw DataError(fmt::format("{}{}; the scripts stay in {}", error.what(), taken_back,
                                submission.folder.string()));
  }
}

}  // namespace genrebench
