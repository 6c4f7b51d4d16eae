#include "harness/cluster/job_scripts.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/files.hpp"
#include "base/subprocess.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// A line that gives sbatch an option. sbatch reads quotes as a shell does.
std::string directive(const std::string& option) {
  return fmt::format("#SBATCH {}\n", shell_word(option));
}

/// Options of every job of a submission.
std::string common_directives(const Submission& submission, const std::string& kind) {
  const SlurmOptions& options = submission.options;
  std::string text = directive(
      fmt::format("--job-name=genrebench-{}-{}", kind, file_and_job_name(submission.experiment)));
  for (const auto& [name, value] : {std::pair{"partition", options.partition},
                                    {"account", options.account},
                                    {"qos", options.qos},
                                    {"time", options.time}})
    if (!value.empty()) text += directive(fmt::format("--{}={}", name, value));
  return text;
}

std::string task_text(const Submission& submission) {
  const SlurmOptions& options = submission.options;
  std::string text = "#!/usr/bin/env bash\n" + common_directives(submission, "task");
  text += directive("--output=logs/array_%A_task_%a.log") + directive("--open-mode=append") +
          directive("--requeue");
  text += directive(fmt::format("--signal=B:USR1@{}", options.checkpoint_signal_s));
  text += directive(fmt::format("--cpus-per-task={}", options.cpus_per_task));
  if (!options.gpus.empty()) text += directive("--gres=gpu:" + options.gpus);
  if (!options.memory.empty()) text += directive("--mem=" + options.memory);
  for (const std::string& option : options.others) text += directive(option);
  text += fmt::format(R"script(#
# Written by `genrebench submit`. `task.sh OFFSET` does the task OFFSET + its index in the array:
# it does the runs of the task, and records them in the task's own store in shards/.
# Slurm sends SIGUSR1 before the time limit, and SIGTERM when something else ends the task. The
# program then stops after the current batch and keeps its checkpoints. Its exit code 75 asks for
# another turn: the task goes back into the queue and continues from the checkpoint.
set -u
program={}
submission={}
cd {} || exit 1

task=$(($1 + SLURM_ARRAY_TASK_ID))
"$program" work "$submission" --task "$task" &
child=$!
signal=
trap 'signal=USR1; kill -USR1 "$child" 2>/dev/null' USR1
trap 'signal=TERM; kill -TERM "$child" 2>/dev/null' TERM
wait "$child"
code=$?
while [ -n "$signal" ]; do # a signal ends `wait` before the program ends
  signal=
  wait "$child"
  code=$?
done

# 138: the signal came before the program was ready for it.
if [ "$code" -eq 75 ] || [ "$code" -eq 138 ]; then
  if [ "${{SLURM_RESTART_COUNT:-0}}" -ge {} ]; then
    echo "task $task was put back into the queue $SLURM_RESTART_COUNT times and is not done;" \
      "give it more time (--time)" >&2
    exit 1
  fi
  trap '' TERM # Slurm sends it to a task that it puts back
  exec scontrol requeue "${{SLURM_ARRAY_JOB_ID}}_$SLURM_ARRAY_TASK_ID"
fi
exit "$code"
)script",
                      shell_word(submission.program), shell_word(submission.folder),
                      shell_word(submission.working_folder), options.max_requeues);
  return text;
}

std::string merge_text(const Submission& submission) {
  std::string text = "#!/usr/bin/env bash\n" + common_directives(submission, "merge");
  text += directive("--output=logs/merge_%j.log") + directive("--cpus-per-task=1");
  text += fmt::format(R"script(#
# Written by `genrebench submit`. Merges the stores of all tasks into {}
exec {} work {} --merge
)script",
                      submission.database.string(), shell_word(submission.program),
                      shell_word(submission.folder));
  return text;
}

void write_script(const fs::path& file, const std::string& text) {
  write_file_atomically(file, text);
  std::error_code ignored;  // sbatch does not need the script to be executable
  fs::permissions(file, fs::perms::owner_exec, fs::perm_options::add, ignored);
}

std::string id_or_name(const TaskArray& array, std::size_t number) {
  return array.job.empty() ? fmt::format("ARRAY_{}", number + 1) : array.job;
}

}  // namespace

void write_scripts(const Submission& submission) {
  validate(submission.options);
  write_script(submission.task_script(), task_text(submission));
  write_script(submission.merge_script(), merge_text(submission));
}

std::vector<std::string> array_command(const Submission& submission, std::size_t array) {
  const TaskArray& tasks = submission.arrays[array];
  const std::size_t limit = submission.options.array_limit;
  std::vector<std::string> command = {
      "sbatch", "--parsable",
      fmt::format("--array=0-{}{}", tasks.n_tasks - 1, limit > 0 ? fmt::format("%{}", limit) : "")};
  if (limit > 0 && array > 0)
    command.push_back("--dependency=afterany:" +
                      id_or_name(submission.arrays[array - 1], array - 1));
  command.push_back(submission.task_script().filename());
  command.push_back(std::to_string(tasks.offset));
  return command;
}

std::vector<std::string> merge_command(const Submission& submission) {
  std::string after = "--dependency=afterany";
  for (std::size_t i = 0; i < submission.arrays.size(); ++i)
    after += ":" + id_or_name(submission.arrays[i], i);
  return {"sbatch", "--parsable", after, submission.merge_script().filename()};
}

}  // namespace genrebench
