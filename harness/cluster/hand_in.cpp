#include "harness/cluster/hand_in.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/installation.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"
#include "harness/cluster/job_scripts.hpp"
#include "harness/cluster/submission_state.hpp"
#include "harness/cluster/task_plan.hpp"
#include "harness/run/environment.hpp"
#include "harness/store/run_store.hpp"
#include "harness/workers/sweep.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// Of what sbatch printed, in a message.
constexpr std::size_t kShownOfAnswer = 200;

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
  progress.note(
      fmt::format("{} of {} merged", counted(merged.n_merged, "shard"), earlier.folder.string()));
}

/// Adds the runs of the arrays that were submitted. Others there are if the process that submitted
/// them was killed.
void add_submitted_runs(const Submission& earlier, std::set<std::string>& in_queue) {
  const std::vector<std::string> runs = frozen_runs(earlier);
  for (const TaskArray& array : earlier.arrays) {
    if (array.job.empty()) continue;
    for (std::size_t task = array.offset; task < array.offset + array.n_tasks; ++task)
      for (const std::size_t position : runs_of_task(runs.size(), earlier.n_tasks, task))
        in_queue.insert(runs[position]);
  }
}

/// True if its jobs were submitted a moment ago and have not begun: a queue that does not show them
/// may be behind. Slurm itself shows jobs for minutes after their end.
bool is_new(const Submission& submission) {
  std::error_code error;
  if (submission.jobs().empty() || !fs::is_empty(submission.folder / "logs", error)) return false;
  const auto written = fs::last_write_time(submission.folder / "submission.json", error);
  return !error && fs::file_time_type::clock::now() - written < std::chrono::minutes(2);
}

/// The jobs of this name; empty: there are none.
std::vector<std::string> look_up(const Submission& submission, const std::string& name) {
  constexpr std::size_t kDateLength = 10;  // of "2026-11-28T18:45:00Z"
  return slurm_jobs_called(name, clusters_of(submission.options),
                           submission.created_at.substr(0, kDateLength));
}

/// True if a job may be in the queue although sbatch failed, or though its number is not known.
bool may_be_queued(const SubmitAnswer& answer) {
  const auto says = [&](const char* text) { return answer.says.find(text) != std::string::npos; };
  return answer.accepted || says("timed out") || says("Zero Bytes") || says("onnection");
}

/// The number that stood among other lines, or the one that the queue knows, if it answers: a
/// banner may have a line with nothing but a number.
std::string checked(const std::string& job, const Submission& submission, const std::string& name) {
  try {
    const std::vector<std::string> jobs = look_up(submission, name);
    return jobs.empty() || std::count(jobs.begin(), jobs.end(), job) > 0 ? job : jobs.back();
  } catch (const DataError&) {
    return job;
  }
}

/// Hands in one job.
/// @param unsure  receives its name if it may be in the queue although this throws
/// @return        its id
std::string hand_in_job(const Submission& submission, const std::vector<std::string>& command,
                        const std::string& name, std::vector<std::string>& unsure) {
  const SubmitAnswer answer = slurm_submit(command, submission.folder);
  if (!answer.job.empty()) return answer.alone ? answer.job : checked(answer.job, submission, name);
  const std::string what = answer.accepted
                               ? fmt::format("sbatch: expected the number of a job, found '{}'",
                                             single_line(answer.says).substr(0, kShownOfAnswer))
                               : answer.says;
  unsure.push_back(name);
  try {
    for (const int pause_ms : may_be_queued(answer) ? std::vector{0, 300, 700} : std::vector{0}) {
      std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
      const std::vector<std::string> jobs = look_up(submission, name);
      if (jobs.empty()) continue;
      unsure.pop_back();
      return jobs.back();
    }
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}; {}", what, error.what()));
  }
  if (may_be_queued(answer)) throw DataError(fmt::format("{}; no job is called {}", what, name));
  unsure.pop_back();
  throw DataError(what);
}

/// Cancels what was submitted. @return  what to say of it
std::string take_back(Submission& submission, const std::vector<std::string>& unsure) {
  const std::vector<std::string> jobs = submission.jobs();
  try {
    slurm_cancel(jobs);
    for (const std::string& name : unsure)
      slurm_cancel_by_name(name, clusters_of(submission.options));
  } catch (const DataError& error) {
    return fmt::format(
        "; jobs of it may be in the queue, for they could not be cancelled: {}; `genrebench submit "
        "status` looks for them",
        error.what());
  }
  submission.handing_in = false;
  save(submission);
  if (jobs.empty() && unsure.empty()) return {};
  return fmt::format("; what was submitted was cancelled (job {})",
                     fmt::join(jobs.empty() ? unsure : jobs, ", "));
}

}  // namespace

SubmissionLock::SubmissionLock(const fs::path& database) {
  const fs::path folder = submissions_folder(database);
  std::error_code error;
  fs::create_directories(folder, error);
  const std::string file = folder / "lock";
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor_ < 0) descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
    return;
  ::close(descriptor_);
  throw DataError(fmt::format(
      "{}: another process is submitting runs of this store; try again when it has ended", file));
}

SubmissionLock::~SubmissionLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool find_lost_jobs(Submission& submission) {
  if (!submission.handing_in) return false;
  const auto find = [&](const std::string& name) {
    const std::vector<std::string> jobs = look_up(submission, name);
    return jobs.empty() ? std::string() : jobs.back();
  };
  for (std::size_t i = 0; i < submission.arrays.size(); ++i)
    if (submission.arrays[i].job.empty())
      submission.arrays[i].job = find(array_name(submission, i));
  if (submission.merge_job.empty()) submission.merge_job = find(merge_name(submission));
  return true;
}

std::set<std::string> settle_earlier(const fs::path& database, const std::string& experiment,
                                     bool again, Progress& progress) {
  std::set<std::string> in_queue;
  for (Submission& earlier : submissions_of(database, experiment)) {
    if (find_lost_jobs(earlier)) {
      earlier.handing_in = false;
      save(earlier);
    }
    if (const auto queue = slurm_queue(earlier.jobs()); !queue.empty()) {
      if (!again) refuse_second(earlier, queue);
      add_submitted_runs(earlier, in_queue);
    } else if (!earlier.merged() && !earlier.shards().empty()) {
      merge_earlier(earlier, progress);
    } else if (!again && is_new(earlier) && !slurm_knows(earlier.jobs())) {
      throw DataError(fmt::format(
          "{} was submitted at {} (job {}), and the queue does not know it yet; try again in two "
          "minutes, or use --again to submit it a second time",
          experiment, earlier.created_at, fmt::join(earlier.jobs(), ", ")));
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
  Submission submission{
      .folder = make_submission_folder(request.database, plan.experiment.name, now),
      .experiment = plan.experiment.name,
      .created_at = now,
      .program = this_installation().program,
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
  std::vector<std::string> unsure;
  try {
    submission.handing_in = true;
    save(submission);
    for (std::size_t i = 0; i < submission.arrays.size(); ++i) {
      submission.arrays[i].job =
          hand_in_job(submission, array_command(submission, i), array_name(submission, i), unsure);
      save(submission);
    }
    submission.merge_job =
        hand_in_job(submission, merge_command(submission), merge_name(submission), unsure);
    submission.handing_in = false;
    save(submission);
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}{}; the scripts stay in {}", error.what(),
                                take_back(submission, unsure), submission.folder.string()));
  }
}

}  // namespace genrebench
