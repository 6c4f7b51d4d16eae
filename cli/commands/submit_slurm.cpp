// `genrebench submit slurm`: hands experiments in to Slurm.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/subprocess.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/cluster/hand_in.hpp"
#include "harness/cluster/job_scripts.hpp"
#include "harness/cluster/submission.hpp"

namespace genrebench::cli {
namespace {

namespace fs = std::filesystem;

/// Slurm's own default, for a dry run where there is no Slurm to ask.
constexpr std::size_t kUsualArraySize = 1001;

/// Slurm may send signals a minute early: with a short limit a task might do nothing but come and
/// go.
void warn_of_time(const SlurmOptions& options, Progress& progress) {
  const auto limit_s = slurm_time_s(options.time);
  if (limit_s && *limit_s <= options.checkpoint_signal_s + 60.0)
    progress.message(
        fmt::format("warning: with --time {} and --checkpoint-signal {} training may be asked to "
                    "stop as soon as it has begun: Slurm sends the signal up to 60 s early",
                    options.time, options.checkpoint_signal_s));
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
  std::string text =
      fmt::format("{}: {} in {}, {}", submission.experiment, counted(submission.n_runs, "run"),
                  counted(submission.n_tasks, "task"), counted(submission.arrays.size(), "array"));
  if (n_already_done > 0) text += fmt::format("; {} done or in the queue already", n_already_done);
  write_out("{}\n  {}\n", text, submission.folder.string());
  if (dry_run) {
    write_out("  nothing was submitted; these commands would do it, in that folder:\n");
    for (std::size_t i = 0; i < submission.arrays.size(); ++i)
      write_out("  {}\n", shell_text(array_command(submission, i)));
    write_out("  {}\n", shell_text(merge_command(submission)));
    return;
  }
  std::vector<std::string> jobs = submission.jobs();
  const std::string merge_job = jobs.back();
  jobs.pop_back();
  write_out("  submitted as job {}; job {} merges what they do into {}\n", fmt::join(jobs, ", "),
            merge_job, submission.database.string());
}

class SubmitSlurmCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_experiments(arguments, words_);
    declare_resources(arguments);
    declare_division(arguments);
    arguments.add_flag({.name = "--again",
                        .help = "Submit even if an earlier submission of the experiment is still "
                                "in the queue"},
                       again_);
    arguments.add_flag({.name = "--dry-run",
                        .help = "Write the folder and its scripts, and print what would be "
                                "submitted"},
                       dry_run_);
    add_cache(arguments, context);
    add_quiet(arguments, context);
    add_database(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    std::vector<Experiment> experiments = load_experiments(words_, context.registry);
    const std::size_t max_array_size = array_size(context.progress());
    validate(slurm_);
    warn_of_time(slurm_, context.progress());
    FileHashes& hashes = context.hashes();
    if (!context.cache_folder.empty())
      context.cache_folder = fs::absolute(context.cache_folder).lexically_normal();
    std::vector<Plan> plans;  // every mistake shows before anything is submitted
    for (Experiment& experiment : experiments)
      plans.push_back(make_plan(std::move(experiment), context.registry, context.cache_folder,
                                hashes, context.progress()));
    for (const Plan& plan : plans)
      for (const std::string& note : plan.notes) context.progress().note(note);
    keep_messages_beside(context.database);
    std::optional<SubmissionLock> lock;
    if (!dry_run_) lock.emplace(context.database);
    nlohmann::ordered_json document = nlohmann::ordered_json::array();
    for (Plan& plan : plans) document.push_back(submit(std::move(plan), max_array_size, context));
    if (context.json) print_json(document);
    return kDone;
  }

 private:
  void declare_resources(Arguments& arguments) {
    arguments.add({.name = "--partition", .value = "NAME", .help = "Partition"}, slurm_.partition);
    arguments.add(
        {.name = "--time", .value = "TIME", .help = "Time limit per task: minutes, H:M:S or D-H"},
        slurm_.time);
    arguments.add(
        {.name = "--gpus", .value = "GPUS", .help = "GPUs per task: a number, or TYPE:NUMBER"},
        slurm_.gpus);
    arguments.add({.name = "--cpus-per-task",
                   .value = "N",
                   .help = "Processors per task, and its threads",
                   .minimum = 1,
                   .maximum = 1024},
                  slurm_.cpus_per_task);
    arguments.add({.name = "--mem", .value = "SIZE", .help = "Memory per task, such as 8G"},
                  slurm_.memory);
    arguments.add({.name = "--account", .value = "NAME", .help = "Account"}, slurm_.account);
    arguments.add({.name = "--qos", .value = "NAME", .help = "Quality of service"}, slurm_.qos);
    arguments.add({.name = "--sbatch",
                   .value = "OPTION",
                   .help = "Another option of sbatch for the tasks, passed on as it is: "
                           "--sbatch=--constraint=fast. May be given several times",
                   .one_per_use = true},
                  slurm_.others);
  }

  void declare_division(Arguments& arguments) {
    arguments.add({.name = "--array-limit",
                   .value = "N",
                   .help = "Maximum number of tasks that run at once, over all arrays; 0: as many "
                           "as the cluster allows",
                   .minimum = 0,
                   .maximum = 1000000},
                  slurm_.array_limit);
    arguments.add({.name = "--runs-per-task",
                   .value = "N",
                   .help = "Number of runs per task, one after the other. Without it: one, but at "
                           "most ten tasks for each that may run at once, or 1000 tasks",
                   .minimum = 1,
                   .maximum = 1000000,
                   .hide_default = true},
                  runs_per_task_);
    arguments.add({.name = "--checkpoint-signal",
                   .value = "SECONDS",
                   .help = "How long before the time limit training stops and the task goes back "
                           "into the queue; Slurm may do it up to 60 s earlier",
                   .minimum = 1,
                   .maximum = 65535},
                  slurm_.checkpoint_signal_s);
    arguments.add({.name = "--max-requeues",
                   .value = "N",
                   .help = "How many times a task may go back into the queue",
                   .minimum = 0,
                   .maximum = 1000000},
                  slurm_.max_requeues);
  }

  std::size_t array_size(Progress& progress) const {
    try {
      return slurm_max_array_size();
    } catch (const DataError& error) {
      if (!dry_run_) throw;
      progress.message(fmt::format("{}; arrays of {} are assumed", error.what(), kUsualArraySize));
      return kUsualArraySize;
    }
  }

  /// Submits what is left of a plan. @return  what --json prints of it
  nlohmann::ordered_json submit(Plan plan, std::size_t max_array_size, Context& context) const {
    const std::string name = plan.experiment.name;
    std::set<std::string> in_queue;
    if (!dry_run_) in_queue = settle_earlier(context.database, name, again_, context.progress());
    const auto n_applicable = static_cast<std::size_t>(
        std::count_if(plan.runs.begin(), plan.runs.end(),
                      [](const PlannedRun& run) { return run.not_applicable.empty(); }));
    const Plan left = runs_left(std::move(plan), in_queue, context.registry, context.database,
                                /*record=*/!dry_run_, context.progress());
    const std::size_t n_already_done = n_applicable - left.runs.size();
    if (left.runs.empty()) {
      if (!context.json)
        write_out("{}: all {} {}; nothing to submit\n", name, counted(n_already_done, "run"),
                  in_queue.empty() ? "done already" : "done or in the queue");
      return {
          {"experiment", name}, {"runs", 0}, {"done_before", n_already_done}, {"submitted", false}};
    }
    Submission submission = write_submission(left,
                                             {.database = context.database,
                                              .cache_folder = context.cache_folder,
                                              .slurm = slurm_,
                                              .runs_per_task = runs_per_task_,
                                              .max_array_size = max_array_size},
                                             context.registry, context.progress());
    if (!dry_run_) hand_in(submission);
    if (!context.json) print_submission(submission, n_already_done, dry_run_);
    return to_json(submission, n_already_done, dry_run_);
  }

  std::vector<std::string> words_;
  SlurmOptions slurm_;
  std::size_t runs_per_task_ = 0;  ///< 0: as default_runs_per_task() says
  bool again_ = false, dry_run_ = false;
};

}  // namespace

void command_submit_slurm(CommandList& commands) {
  commands.add<SubmitSlurmCommand>(
      {.name = "submit slurm",
       .group = CommandGroup::cluster,
       .position = 1,
       .summary = "Freeze the runs that are not done yet, and submit them to Slurm as job arrays"});
}

}  // namespace genrebench::cli
