// `genrebench submit`: experiments to a cluster, and how far they are.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/clock.hpp"
#include "base/subprocess.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/json_output.hpp"
#include "harness/cluster/job_scripts.hpp"
#include "harness/cluster/submission.hpp"
#include "harness/cluster/submission_state.hpp"
#include "harness/cluster/task_plan.hpp"
#include "harness/run/environment.hpp"
#include "harness/store/run_store.hpp"
#include "harness/workers/worker.hpp"

namespace genrebench::cli {
namespace {

namespace fs = std::filesystem;

/// Of a cluster that was not asked, in a dry run: Slurm's own default.
constexpr std::size_t kUsualArraySize = 1001;

fs::path whole_path(const fs::path& path) {
  return path.empty() ? path : fs::absolute(path).lexically_normal();
}

/// Signals may come a minute early: with a short limit a task might do nothing but come and go.
void warn_of_time(const SlurmOptions& options, Progress& progress) {
  const auto limit_s = slurm_time_s(options.time);
  if (limit_s && *limit_s <= options.checkpoint_signal_s + 60.0)
    progress.message(
        fmt::format("warning: with --time {} and --checkpoint-signal {} training may be asked to "
                    "stop as soon as it has begun: Slurm sends the signal up to 60 s early",
                    options.time, options.checkpoint_signal_s));
}

/// Brings in what earlier submissions have done.
/// @return  the runs of those that are still in the queue
/// @throws DataError  if there are such, and `again` is not said
std::set<std::string> settle_earlier(const CommonOptions& common, const std::string& experiment,
                                     bool again, Progress& progress) {
  std::set<std::string> in_queue;
  for (const Submission& earlier : submissions_of(common.database, experiment)) {
    if (const auto queue = slurm_queue(earlier.jobs()); !queue.empty()) {
      std::set<std::string> jobs;
      for (const QueuedTask& task : queue) jobs.insert(task.job);
      if (!again)
        throw DataError(
            fmt::format("{} is in the queue already, submitted at {}: {} (job {}); wait for it, "
                        "cancel it (genrebench submit cancel {}), or say --again to submit what is "
                        "neither done nor in the queue",
                        experiment, earlier.created_at, count_of(queue.size(), "task"),
                        fmt::join(jobs, ", "), shell_word(earlier.folder.string())));
      for (const std::string& run : frozen_runs(earlier)) in_queue.insert(run);
      continue;
    }
    if (earlier.merged() || earlier.shards().empty()) continue;
    const MergedShards merged = merge_shards(earlier);
    for (const std::string& failure : merged.failures)
      progress.message(fmt::format("not merged, its runs are submitted again: {}", failure));
    progress.message(fmt::format("{} of {} merged", count_of(merged.n_merged, "shard"),
                                 earlier.folder.string()));
  }
  return in_queue;
}

/// What the store has not done yet, and no task in the queue will do. Recorded there too, unless
/// nothing is to be changed.
Plan what_is_left(Plan plan, const std::set<std::string>& in_queue, const Registry& registry,
                  const CommonOptions& common, bool record, Progress& progress) {
  std::unique_ptr<RunStore> store;
  if (record) {
    store = RunStore::open(common.database, RunStore::Mode::write);
    record_plan(plan, *store, registry, progress);
  } else if (std::error_code error; fs::exists(common.database, error)) {
    store = RunStore::open(common.database, RunStore::Mode::read);
  }
  std::erase_if(plan.runs, [&](const PlannedRun& run) {
    const auto known = store ? store->run(run.id) : std::nullopt;
    return !run.not_applicable.empty() || (known && known->status == RunStatus::done) ||
           in_queue.contains(run.id);
  });
  return plan;
}

/// Hands in every job; all or none.
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

nlohmann::ordered_json to_json(const Submission& submission, std::size_t n_already_done,
                               bool dry_run) {
  nlohmann::ordered_json arrays = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < submission.arrays.size(); ++i)
    arrays.push_back({{"job", submission.arrays[i].job},
                      {"offset", submission.arrays[i].offset},
                      {"tasks", submission.arrays[i].n_tasks},
                      {"command", array_command(submission, i)}});
  return {{"experiment", submission.experiment},
          {"folder", submission.folder.string()},
          {"runs", submission.n_runs},
          {"done_before", n_already_done},
          {"tasks", submission.n_tasks},
          {"arrays", arrays},
          {"merge", {{"job", submission.merge_job}, {"command", merge_command(submission)}}},
          {"submitted", !dry_run}};
}

void print_submission(const Submission& submission, std::size_t n_already_done, bool dry_run) {
  std::string text = fmt::format(
      "{}: {} in {}, {}", submission.experiment, count_of(submission.n_runs, "run"),
      count_of(submission.n_tasks, "task"), count_of(submission.arrays.size(), "array"));
  if (n_already_done > 0) text += fmt::format("; {} done or in the queue already", n_already_done);
  fmt::print("{}\n  {}\n", text, submission.folder.string());
  if (dry_run) {
    fmt::print("  nothing was submitted; these commands would do it, in that folder:\n");
    for (std::size_t i = 0; i < submission.arrays.size(); ++i)
      fmt::print("  {}\n", shell_text(array_command(submission, i)));
    fmt::print("  {}\n", shell_text(merge_command(submission)));
    return;
  }
  std::vector<std::string> jobs = submission.jobs();
  const std::string merge_job = jobs.back();
  jobs.pop_back();
  fmt::print("  submitted as job {}; job {} merges what they do into {}\n", fmt::join(jobs, ", "),
             merge_job, submission.database.string());
}

std::vector<Submission> find_submissions(const CommonOptions& common, const std::string& which) {
  std::error_code error;
  if (!which.empty() && fs::is_directory(which, error)) return {read_submission(which)};
  auto found = submissions_of(common.database, which);
  if (found.empty())
    throw DataError(fmt::format("{}: no submissions{}; `genrebench submit slurm` makes them",
                                submissions_folder(common.database).string(),
                                which.empty() ? std::string() : fmt::format(" of {}", which)));
  return found;
}

/// What is known of one submission's jobs.
struct Queue {
  std::string failure;                       ///< why the queue is not known; empty: it is
  std::map<std::string, std::size_t> tasks;  ///< by state
  std::set<std::size_t> running;             ///< numbers of tasks
  std::string merge;                         ///< state of the merge job; empty: not in the queue
};

Queue queue_for(const Submission& submission) {
  Queue queue;
  try {
    for (const QueuedTask& task : slurm_queue(submission.jobs())) {
      if (task.job == submission.merge_job) {
        queue.merge = task.state;
        continue;
      }
      ++queue.tasks[task.state];
      for (const TaskArray& array : submission.arrays)
        if (array.job == task.job && task.index && task.state != "PENDING")
          queue.running.insert(array.offset + *task.index);
    }
  } catch (const DataError& error) {
    queue.failure = error.what();
  }
  return queue;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string queue_text(const Submission& submission, const Queue& queue) {
  if (submission.jobs().empty()) return "never submitted";
  if (!queue.failure.empty()) return "not known";
  std::vector<std::string> parts;
  for (const auto& [state, count] : queue.tasks)
    parts.push_back(fmt::format("{} {}", count, lower(state)));
  return parts.empty() ? "ended" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string merge_text(const Submission& submission, const Queue& queue) {
  if (submission.merged()) return "yes";
  return queue.merge.empty() ? "no"
                             : fmt::format("job {} {}", submission.merge_job, lower(queue.merge));
}

}  // namespace

int submit_slurm(const Registry& registry, const CommonOptions& common,
                 const SubmitArguments& arguments) {
  const auto progress = console_progress(common.quiet);
  std::vector<Experiment> experiments = load_experiments(arguments.words, registry);
  std::size_t max_array_size = kUsualArraySize;
  try {
    max_array_size = slurm_max_array_size();
  } catch (const DataError& error) {
    if (!arguments.dry_run) throw;
    progress->message(fmt::format("{}; arrays of {} are assumed", error.what(), max_array_size));
  }
  validate(arguments.slurm);
  warn_of_time(arguments.slurm, *progress);
  FileHashes hashes(common.cache_folder.empty() ? fs::path()
                                                : common.cache_folder / "content_hashes.tsv");
  std::vector<Plan> plans;  // every mistake shows before anything is submitted
  for (Experiment& experiment : experiments)
    plans.push_back(make_plan(std::move(experiment), registry, whole_path(common.cache_folder),
                              hashes, *progress));
  nlohmann::ordered_json document = nlohmann::ordered_json::array();
  for (Plan& plan : plans) {
    const std::string name = plan.experiment.name;
    std::set<std::string> in_queue;
    if (!arguments.dry_run) in_queue = settle_earlier(common, name, arguments.again, *progress);
    const auto n_applicable = static_cast<std::size_t>(
        std::count_if(plan.runs.begin(), plan.runs.end(),
                      [](const PlannedRun& run) { return run.not_applicable.empty(); }));
    const Plan left = what_is_left(std::move(plan), in_queue, registry, common,
                                   /*record=*/!arguments.dry_run, *progress);
    const std::size_t n_already_done = n_applicable - left.runs.size();
    if (left.runs.empty()) {
      if (!common.json)
        fmt::print("{}: all {} {}; nothing to submit\n", name, count_of(n_already_done, "run"),
                   in_queue.empty() ? "done already" : "done or in the queue");
      document.push_back({{"experiment", name},
                          {"runs", 0},
                          {"done_before", n_already_done},
                          {"submitted", false}});
      continue;
    }
    const std::size_t per_task =
        arguments.runs_per_task > 0
            ? arguments.runs_per_task
            : default_runs_per_task(left.runs.size(), arguments.slurm.array_limit);
    const std::string now = utc_now();
    std::error_code error;
    Submission submission{.folder = make_submission_folder(common.database, name, now),
                          .experiment = name,
                          .created_at = now,
                          .program = fs::read_symlink("/proc/self/exe", error),
                          .version = version_text(),
                          .working_folder = fs::current_path(),
                          .database = whole_path(common.database),
                          .cache_folder = whole_path(common.cache_folder),
                          .n_runs = left.runs.size(),
                          .n_tasks = (left.runs.size() + per_task - 1) / per_task,
                          .max_array_size = max_array_size,
                          .options = arguments.slurm,
                          .arrays = {},
                          .merge_job = {}};
    submission.arrays = divide_into_arrays(submission.n_tasks, max_array_size);
    write_scripts(submission);
    freeze(left, submission, registry, *progress);
    save(submission);
    if (!arguments.dry_run) hand_in(submission);
    if (!common.json) print_submission(submission, n_already_done, arguments.dry_run);
    document.push_back(to_json(submission, n_already_done, arguments.dry_run));
  }
  if (common.json) print_json(document);
  return 0;
}

int submit_status(const CommonOptions& common, const std::string& which) {
  Table table{.title = "Submissions",
              .columns = {"experiment", "submitted", "tasks", "queue", "runs", "done", "failed",
                          "running", "left", "merged"}};
  nlohmann::ordered_json document = nlohmann::ordered_json::array();
  std::set<std::string> failures;
  for (const Submission& submission : find_submissions(common, which)) {
    const Queue queue = queue_for(submission);
    SubmissionState state = state_of(submission);
    if (queue.failure.empty())  // who is no longer in the queue does nothing, whatever it said last
      std::erase_if(state.under_way, [&](const SubmissionState::Note& note) {
        return !queue.running.contains(note.task);
      });
    else
      failures.insert(queue.failure);
    if (!queue.tasks.empty()) state.unreadable.clear();  // one may just be being made
    const std::size_t n_running = std::min(state.under_way.size(), state.runs[RunStatus::running]);
    const std::size_t n_done = state.runs[RunStatus::done],
                      n_failed = state.runs[RunStatus::failed];
    const std::size_t n_pruned = state.runs[RunStatus::pruned];
    const std::size_t n_left =
        submission.n_runs - std::min(submission.n_runs, n_done + n_failed + n_pruned + n_running);
    const auto number = [](std::size_t n) {
      return Cell{.text = std::to_string(n), .numeric = true};
    };
    table.rows.push_back({{.text = submission.experiment},
                          {.text = submission.created_at},
                          number(submission.n_tasks),
                          {.text = queue_text(submission, queue)},
                          number(submission.n_runs),
                          number(n_done),
                          number(n_failed),
                          number(n_running),
                          number(n_left),
                          {.text = merge_text(submission, queue)}});
    table.notes.push_back(submission.folder.string());
    const auto add_notes = [&](const std::vector<SubmissionState::Note>& notes) {
      constexpr std::size_t kShown = 10;
      nlohmann::ordered_json items = nlohmann::ordered_json::array();
      for (const SubmissionState::Note& note : notes) {
        if (items.size() < kShown)
          table.notes.push_back(fmt::format("task {}: {}", note.task, note.text));
        items.push_back({{"task", note.task}, {"text", note.text}});
      }
      if (notes.size() > kShown)
        table.notes.push_back(fmt::format("and {} more", notes.size() - kShown));
      return items;
    };
    nlohmann::ordered_json entry = {{"experiment", submission.experiment},
                                    {"folder", submission.folder.string()},
                                    {"created_at", submission.created_at},
                                    {"jobs", submission.jobs()},
                                    {"tasks", submission.n_tasks},
                                    {"queue", nullptr},
                                    {"runs", submission.n_runs},
                                    {"done", n_done},
                                    {"failed", n_failed},
                                    {"pruned", n_pruned},
                                    {"running", n_running},
                                    {"left", n_left},
                                    {"merged", submission.merged()}};
    if (queue.failure.empty()) entry["queue"] = queue.tasks;
    entry["under_way"] = add_notes(state.under_way);
    entry["failures"] = add_notes(state.failures);
    entry["unreadable"] = add_notes(state.unreadable);
    document.push_back(entry);
  }
  for (const std::string& failure : failures)
    table.notes.push_back("the queue is not known: " + failure);
  if (common.json)
    print_json(document);
  else
    print_table(table);
  return 0;
}

int submit_cancel(const CommonOptions& common, const std::string& which) {
  nlohmann::ordered_json document = nlohmann::ordered_json::array();
  bool any = false;
  for (const Submission& submission : find_submissions(common, which)) {
    std::set<std::string> jobs;
    for (const QueuedTask& task : slurm_queue(submission.jobs()))
      if (task.job != submission.merge_job)
        jobs.insert(task.job);  // the merge job brings in what is done
    slurm_cancel({jobs.begin(), jobs.end()});
    if (!common.json && !jobs.empty())
      fmt::print("{}: cancelled job {}\n", submission.experiment, fmt::join(jobs, ", "));
    any = any || !jobs.empty();
    document.push_back({{"experiment", submission.experiment},
                        {"folder", submission.folder.string()},
                        {"cancelled", jobs}});
  }
  if (common.json)
    print_json(document);
  else if (!any)
    fmt::print("no task is in the queue\n");
  return 0;
}

}  // namespace genrebench::cli
