// `genrebench work`: a task of a submission, and the merge at its end. The job scripts start it.

#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "harness/cluster/submission.hpp"
#include "harness/cluster/submission_state.hpp"
#include "harness/cluster/task_plan.hpp"
#include "harness/store/store_places.hpp"
#include "harness/workers/worker.hpp"

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

}  // namespace

int work(const Registry& registry, const CommonOptions& common, const std::filesystem::path& folder,
         std::size_t task) {
  heed_cluster_signals();
  const Submission submission = read_submission(folder);
  const auto progress = console_progress(common.quiet);
  FileHashes hashes(submission.cache_folder.empty()
                        ? std::filesystem::path()
                        : submission.cache_folder / "content_hashes.tsv");
  const Plan plan = task_plan(submission, task, registry, hashes, *progress);
  const auto store = RunStore::open(submission.shard(task), RunStore::Mode::write);
  // Checkpoints and models beside the database: there the next turn, and the next submission, find
  // them.
  const RunnerSummary summary = execute(plan, *store, registry, hashes,
                                        {.cache_folder = submission.cache_folder,
                                         .files_folder = files_folder_of(submission.database),
                                         .threads = threads_of(submission),
                                         .interrupted = stop_requested},
                                        *progress);
  std::string text =
      fmt::format("{}, task {}: {}: {} done", submission.experiment, task,
                  count_of(summary.n_runs, "run"), summary.n_done + summary.n_already_done);
  if (summary.n_failed > 0) text += fmt::format(", {} failed", summary.n_failed);
  if (summary.n_pruned > 0) text += fmt::format(", {} pruned", summary.n_pruned);
  if (summary.n_left > 0) text += fmt::format(", {} left", summary.n_left);
  if (summary.interrupted)
    text += stop_signal() == SIGUSR1 ? ", stopped by the checkpoint signal"
                                     : fmt::format(", stopped by signal {}", stop_signal());
  fmt::print("{}\n", text);
  if (summary.n_left > 0 && stop_signal() == SIGUSR1) return kAnotherTurn;
  if (summary.n_left > 0 && stop_signal() != 0) return 128 + stop_signal();
  return summary.n_failed > 0 || summary.n_left > 0 ? 1 : 0;
}

int work_merge(const std::filesystem::path& folder) {
  const Submission submission = read_submission(folder);
  const MergedShards merged = merge_shards(submission);
  const auto progress = console_progress(/*quiet=*/true);
  for (const std::string& note : merged.notes) progress->message(note);
  for (const std::string& failure : merged.failures) progress->message("not merged: " + failure);
  fmt::print("{}: {} merged into {}\n", submission.experiment, count_of(merged.n_merged, "shard"),
             submission.database.string());
  return merged.failures.empty() ? 0 : 1;
}

}  // namespace genrebench::cli
