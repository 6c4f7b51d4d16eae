#include "harness/cluster/job_scripts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTaskLog = "logs/array_%A_task_%a.log";
constexpr const char* kMergeLog = "logs/merge_%j.log";

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
  text += directive(fmt::format("--output={}", kTaskLog)) + directive("--open-mode=append") +
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
  text += directive(fmt::format("--output={}", kMergeLog)) + directive("--cpus-per-task=1");
  text += fmt::format(R"script(#
# Written by `genrebench submit`. Merges the stores of all tasks.
exec {} work {} --merge
)script",
                      shell_word(submission.program), shell_word(submission.folder));
  return text;
}

void write_script(const fs::path& file, const std::string& text) {
  write_file_atomically(file, text);
  std::error_code ignored;  // sbatch does not need the script to be executable
  fs::permissions(file, fs::perms::owner_exec, fs::perm_options::add, ignored);
}

std::string id_or_name(const TaskArray& array, std::size_t number) {
  return array.job.empty() ? fmt::format("ARRAY_{}", number + 1) : job_number(array.job);
}

/// Letters, digits, '-', '_' and '.': what every version of Slurm takes in a list of names.
std::string plain_name(const std::string& text) {
  constexpr std::size_t kLongest = 40;
  std::string name = text.substr(0, kLongest);
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '.') c = '_';
  return name;
}

/// The last name that the user's own options give the tasks; empty: none.
std::string own_name(const SlurmOptions& options) {
  std::string name;
  for (const std::string& option : options.others)
    for (const std::string_view prefix : {"--job-name=", "--job-name ", "-J ", "-J"})
      if (option.starts_with(prefix)) {
        name = option.substr(prefix.size());
        break;
      }
  return name;
}

/// A name that no other submission uses: the folder is the store's only one of its name.
std::string unique_name(const Submission& submission, const std::string& beginning,
                        const std::string& part) {
  const std::string place =
      submission.database.string() + '\n' + submission.folder.filename().string();
  return fmt::format("{}-{}-{}", plain_name(beginning), content_hash(place).substr(0, 8), part);
}

/// Slurm replaces "%j" and the like in the path of the folder too. There, the log is named by its
/// whole path, with "%%" for each '%'.
void add_log(std::vector<std::string>& command, const Submission& submission,
             const std::string& log) {
  const std::string folder = submission.folder.string();
  if (folder.find('%') == std::string::npos) return;
  command.push_back("--output=" +
                    replace_each(folder,
                                 [](char c) -> std::string_view {
                                   return c == '%' ? std::string_view("%%") : std::string_view();
                                 }) +
                    "/" + log);
}

bool names_a_log(const SlurmOptions& options) {
  return std::any_of(options.others.begin(), options.others.end(), [](const std::string& option) {
    return option.starts_with("--output") || option.starts_with("-o");
  });
}

}  // namespace

void write_scripts(const Submission& submission) {
  validate(submission.options);
  if (submission.folder.string().find('\\') != std::string::npos)
    throw ConfigError(fmt::format(
        "{}: Slurm writes no logs to a folder with a backslash in its path; use a store "
        "elsewhere (--db)",
        submission.folder.string()));
  write_script(submission.task_script(), task_text(submission));
  write_script(submission.merge_script(), merge_text(submission));
}

std::string array_name(const Submission& submission, std::size_t array) {
  const std::string own = own_name(submission.options);
  return unique_name(submission, own.empty() ? "genrebench-" + submission.experiment : own,
                     std::to_string(array + 1));
}

std::string merge_name(const Submission& submission) {
  return unique_name(submission, "genrebench-" + submission.experiment, "merge");
}

std::vector<std::string> array_command(const Submission& submission, std::size_t array) {
  const TaskArray& tasks = submission.arrays[array];
  const std::size_t limit = submission.options.array_limit;
  std::vector<std::string> command = {
      "sbatch", "--parsable", "--job-name=" + array_name(submission, array),
      fmt::format("--array=0-{}{}", tasks.n_tasks - 1, limit > 0 ? fmt::format("%{}", limit) : "")};
  if (limit > 0 && array > 0)
    command.push_back("--dependency=afterany:" +
                      id_or_name(submission.arrays[array - 1], array - 1));
  if (!names_a_log(submission.options)) add_log(command, submission, kTaskLog);
  command.push_back(submission.task_script().filename());
  command.push_back(std::to_string(tasks.offset));
  return command;
}

std::vector<std::string> merge_command(const Submission& submission) {
  std::string after = "--dependency=afterany";
  for (std::size_t i = 0; i < submission.arrays.size(); ++i)
    after += ":" + id_or_name(submission.arrays[i], i);
  std::vector<std::string> command = {"sbatch", "--parsable",
                                      "--job-name=" + merge_name(submission), after};
  // Jobs can only wait for jobs of their own cluster.
  const std::string cluster =
      submission.arrays.empty() ? "" : job_cluster(submission.arrays[0].job);
  if (const std::string clusters = cluster.empty() ? clusters_of(submission.options) : cluster;
      !clusters.empty())
    command.push_back("--clusters=" + clusters);
  add_log(command, submission, kMergeLog);
  command.push_back(submission.merge_script().filename());
  return command;
}

}  // namespace genrebench
