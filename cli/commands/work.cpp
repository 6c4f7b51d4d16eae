// `genrebench work`: a task of a submission, or the merge at its end. The job scripts start it.

#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/cluster/submission.hpp"
#include "harness/cluster/submission_state.hpp"
#include "harness/cluster/task_plan.hpp"
#include "harness/store/store_places.hpp"
#include "harness/workers/sweep.hpp"

namespace genrebench::cli {
namespace {

/// EX_TEMPFAIL: the job script puts the task back into the queue.
constexpr int kAnotherTurn = 75;

/// Slurm says how many processors the task really has.
int threads_of(const Submission& submission) {
  const char* text = std::getenv("SLURM_CPUS_PER_TASK");
  int threads = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), threads);
  return threads > 0 ? threads : submission.options.cpus_per_task;
}

std::string in_words(const Submission& submission, std::size_t task, const RunnerSummary& summary) {
  std::string text =
      fmt::format("{}, task {}: {}: {} done", submission.experiment, task,
                  counted(summary.n_runs, "run"), summary.n_done + summary.n_already_done);
  if (summary.n_failed > 0) text += fmt::format(", {} failed", summary.n_failed);
  if (summary.n_pruned > 0) text += fmt::format(", {} pruned", summary.n_pruned);
  if (summary.n_left > 0) text += fmt::format(", {} left", summary.n_left);
  if (summary.interrupted)
    text += stop_signal() == SIGUSR1 ? ", stopped by the checkpoint signal"
                                     : fmt::format(", stopped by signal {}", stop_signal());
  return text;
}

class WorkCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "FOLDER",
                   .help = "The folder of the submission",
                   .required = true,
                   .completes = Completion::folder},
                  folder_);
    task_argument_ = &arguments.add({.name = "--task",
                                     .value = "N",
                                     .help = "Do the runs of this task",
                                     .minimum = 0,
                                     .maximum = 1000000000,
                                     .hide_default = true},
                                    task_);
    arguments.exclude(
        arguments.add_flag({.name = "--merge", .help = "Merge what all tasks have done"}, merge_),
        *task_argument_);
    add_quiet(arguments, context);
  }

  int run(Context& context) override {
    if (!task_argument_->given() && !merge_) throw UsageError("--task or --merge is required");
    return merge_ ? merge() : work(context);
  }

 private:
  int work(Context& context) const {
    heed_cluster_signals();
    const Submission submission = read_submission(folder_);
    keep_messages_beside(submission.shard(task_));
    context.cache_folder = submission.cache_folder;
    const Plan plan =
        task_plan(submission, task_, context.registry, context.hashes(), context.progress());
    const auto store = RunStore::open(submission.shard(task_), RunStore::Mode::write);
    // Checkpoints and models lie beside the database, where the task's next turn and the next
    // submission find them.
    const RunnerSettings settings{.cache_folder = submission.cache_folder,
                                  .files_folder = files_folder_of(submission.database),
                                  .threads = threads_of(submission),
                                  .interrupted = stop_requested};
    const RunnerSummary summary =
        execute(plan, *store, context.registry, context.hashes(), settings, context.progress());
    context.progress().tell_counts();
    write_out("{}\n", in_words(submission, task_, summary));
    if (summary.n_left > 0 && stop_signal() == SIGUSR1) return kAnotherTurn;
    if (summary.n_left > 0 && stop_signal() != 0) return 128 + stop_signal();
    return summary.n_failed > 0 || summary.n_left > 0 ? kNotDone : kDone;
  }

  int merge() const {
    const Submission submission = read_submission(folder_);
    const MergedShards merged = merge_shards(submission);
    const auto progress = console_progress(/*quiet=*/true);
    for (const std::string& note : merged.notes) progress->message(note);
    for (const std::string& failure : merged.failures) progress->message("not merged: " + failure);
    write_out("{}: {} merged into {}\n", submission.experiment, counted(merged.n_merged, "shard"),
              submission.database.string());
    return merged.failures.empty() ? kDone : kNotDone;
  }

  std::filesystem::path folder_;
  std::size_t task_ = 0;
  const Argument* task_argument_ = nullptr;
  bool merge_ = false;
};

}  // namespace

void command_work(CommandList& commands) {
  commands.add<WorkCommand>(
      {.name = "work",
       .group = CommandGroup::cluster,
       .summary = "Do one task of a submission; its job scripts start this",
       .details = "Exit code 75 if the checkpoint signal stopped the task: it then needs another "
                  "turn."});
}

}  // namespace genrebench::cli
