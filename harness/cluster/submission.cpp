#include "harness/cluster/submission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/subprocess.hpp"
#include "harness/store/merge.hpp"
#include "harness/store/run_store.hpp"
#include "harness/workers/sweep.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr const char* kDescription = "submission.json";
constexpr const char* kMerged = "merged";

std::size_t divided_up(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

/// A name that can be a file's and a job's.
std::string plain(std::string name) {
  for (char& c : name)
    if (std::string_view("/\\'\"%").find(c) != std::string_view::npos ||
        static_cast<unsigned char>(c) <= ' ')
      c = '_';
  return name;
}

ordered_json to_json(const Submission& submission) {
  const SlurmOptions& options = submission.options;
  ordered_json arrays = ordered_json::array();
  for (const TaskArray& array : submission.arrays)
    arrays.push_back({{"job", array.job}, {"offset", array.offset}, {"tasks", array.n_tasks}});
  return {{"format", kFormat},
          {"experiment", submission.experiment},
          {"created_at", submission.created_at},
          {"program", submission.program.string()},
          {"version", submission.version},
          {"working_folder", submission.working_folder.string()},
          {"database", submission.database.string()},
          {"cache_folder", submission.cache_folder.string()},
          {"runs", submission.n_runs},
          {"tasks", submission.n_tasks},
          {"slurm",
           {{"max_array_size", submission.max_array_size},
            {"array_limit", options.array_limit},
            {"partition", options.partition},
            {"time", options.time},
            {"gpus", options.gpus},
            {"memory", options.memory},
            {"account", options.account},
            {"qos", options.qos},
            {"cpus_per_task", options.cpus_per_task},
            {"checkpoint_signal_s", options.checkpoint_signal_s},
            {"max_requeues", options.max_requeues},
            {"others", options.others}}},
          {"arrays", arrays},
          {"merge_job", submission.merge_job}};
}

fs::path absolute_path(const nlohmann::json& value) {
  const fs::path path = value.get<std::string>();
  if (!path.is_absolute())
    throw DataError(fmt::format("expected an absolute path, found '{}'", path.string()));
  return path;
}

Submission from_json(const nlohmann::json& document) {
  if (document.at("format") != kFormat)
    throw DataError(
        fmt::format("expected format {}, found {}: another version of genrebench wrote it", kFormat,
                    document.at("format").dump()));
  Submission submission;
  submission.experiment = document.at("experiment");
  submission.created_at = document.at("created_at");
  submission.program = absolute_path(document.at("program"));
  submission.version = document.at("version");
  submission.working_folder = absolute_path(document.at("working_folder"));
  submission.database = absolute_path(document.at("database"));
  if (document.at("cache_folder") != "")
    submission.cache_folder = absolute_path(document.at("cache_folder"));
  submission.n_runs = document.at("runs");
  submission.n_tasks = document.at("tasks");
  const auto& slurm = document.at("slurm");
  submission.max_array_size = slurm.at("max_array_size");
  submission.options = {.array_limit = slurm.at("array_limit"),
                        .partition = slurm.at("partition"),
                        .time = slurm.at("time"),
                        .gpus = slurm.at("gpus"),
                        .memory = slurm.at("memory"),
                        .account = slurm.at("account"),
                        .qos = slurm.at("qos"),
                        .cpus_per_task = slurm.at("cpus_per_task"),
                        .checkpoint_signal_s = slurm.at("checkpoint_signal_s"),
                        .max_requeues = slurm.at("max_requeues"),
                        .others = slurm.at("others")};
  std::size_t n_tasks = 0;
  for (const auto& array : document.at("arrays")) {
    submission.arrays.push_back(
        {.offset = array.at("offset"), .n_tasks = array.at("tasks"), .job = array.at("job")});
    if (submission.arrays.back().offset != n_tasks)
      throw DataError("its arrays do not follow one another");
    n_tasks += submission.arrays.back().n_tasks;
  }
  if (n_tasks != submission.n_tasks || n_tasks == 0 || n_tasks > submission.n_runs)
    throw DataError(fmt::format("its arrays have {} tasks, it has {} for {} runs", n_tasks,
                                submission.n_tasks, submission.n_runs));
  submission.merge_job = document.at("merge_job");
  return submission;
}

/// A line that tells sbatch an option. It reads quotes as a shell does.
std::string directive(const std::string& option) {
  if (option.find_first_of("\n\r'") != std::string::npos)
    throw ConfigError(
        fmt::format("'{}' cannot stand in a job script: it holds a quote or a line break", option));
  return fmt::format("#SBATCH {}\n", shell_word(option));
}

/// What every job of a submission asks for.
std::string common_directives(const Submission& submission, const std::string& kind) {
  const SlurmOptions& options = submission.options;
  std::string text =
      directive(fmt::format("--job-name=genrebench-{}-{}", kind, plain(submission.experiment)));
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
# Written by `genrebench submit`. task.sh OFFSET does the task OFFSET + its index in the array: its runs, into a store of its own in shards/.
# Before the time limit Slurm sends SIGUSR1, where something else ends the task SIGTERM; the program stops after the batch at hand, and
# checkpoints are kept. Its exit code 75 asks for another turn: the task goes back into the queue, and goes on from there.
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
    echo "task $task was put back into the queue $SLURM_RESTART_COUNT times and is not done; give it more time (--time)" >&2
    exit 1
  fi
  trap '' TERM # by which Slurm ends what it puts back
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
  std::error_code ignored;  // sbatch reads it, executable or not
  fs::permissions(file, fs::perms::owner_exec, fs::perm_options::add, ignored);
}

std::string id_or_name(const TaskArray& array, std::size_t number) {
  return array.job.empty() ? fmt::format("ARRAY_{}", number + 1) : array.job;
}

}  // namespace

fs::path Submission::shard(std::size_t task) const {
  return folder / "shards" / fmt::format("task_{}.db", task);
}

std::vector<fs::path> Submission::shards() const {
  std::vector<fs::path> result;
  for (std::size_t task = 0; task < n_tasks; ++task) {
    std::error_code error;
    if (const auto size = fs::file_size(shard(task), error); !error && size > 0)
      result.push_back(shard(task));  // empty: killed as it was made
  }
  return result;
}

std::vector<std::string> Submission::jobs() const {
  std::vector<std::string> result;
  for (const TaskArray& array : arrays)
    if (!array.job.empty()) result.push_back(array.job);
  if (!merge_job.empty()) result.push_back(merge_job);
  return result;
}

bool Submission::merged() const {
  std::error_code error;
  const auto time = fs::last_write_time(folder / kMerged, error);
  if (error) return false;
  const auto all = shards();
  const auto newer = [&](const fs::path& file) {
    const auto written = fs::last_write_time(file, error);
    return !error && written > time && fs::file_size(file, error) > 0;  // who reads leaves an empty
                                                                        // log
  };
  return std::none_of(all.begin(), all.end(), [&](const fs::path& shard) {
    return newer(shard) || newer(shard.string() + "-wal");
  });
}

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

fs::path submissions_folder(const fs::path& database) { return database.string() + ".submissions"; }

fs::path make_submission_folder(const fs::path& database, const std::string& experiment,
                                const std::string& created_at) {
  std::string name = plain(experiment) + "-" + created_at;
  std::erase(name, ':');
  const fs::path parent = fs::absolute(submissions_folder(database)).lexically_normal();
  std::error_code error;
  fs::create_directories(parent, error);
  for (int attempt = 1; !error; ++attempt) {  // two may be made in one second
    const fs::path folder = parent / (attempt == 1 ? name : fmt::format("{}-{}", name, attempt));
    if (!fs::create_directory(folder, error)) continue;
    for (const char* inner : {"logs", "shards"})
      if (!error) fs::create_directory(folder / inner, error);
    if (!error) return folder;
  }
  throw DataError(fmt::format("{}: cannot make the folder: {}", parent.string(), error.message()));
}

void save(const Submission& submission) {
  write_file_atomically(submission.folder / kDescription, to_json(submission).dump(2) + "\n");
}

Submission read_submission(const fs::path& folder) {
  const fs::path file = folder / kDescription;
  std::error_code error;
  if (!fs::exists(file, error))
    throw DataError(fmt::format("{}: not the folder of a submission: it has no {}", folder.string(),
                                kDescription));
  const std::string text = read_file_text(file);
  try {
    Submission submission = from_json(nlohmann::json::parse(text));
    submission.folder = fs::absolute(folder).lexically_normal();
    if (!submission.folder.has_filename()) submission.folder = submission.folder.parent_path();
    return submission;
  } catch (const nlohmann::json::exception& damage) {
    throw DataError(fmt::format("{}: damaged: {}", file.string(), damage.what()));
  } catch (const DataError& damage) {
    throw DataError(fmt::format("{}: {}", file.string(), damage.what()));
  }
}

std::vector<Submission> submissions_of(const fs::path& database, const std::string& experiment) {
  std::vector<Submission> result;
  std::error_code error;
  for (fs::directory_iterator entry(submissions_folder(database), error), end;
       !error && entry != end; entry.increment(error)) {
    if (!fs::exists(entry->path() / kDescription, error)) continue;  // being made, or given up
    Submission submission = read_submission(entry->path());
    if (experiment.empty() || submission.experiment == experiment)
      result.push_back(std::move(submission));
  }
  std::sort(result.begin(), result.end(), [](const Submission& a, const Submission& b) {
    return std::pair(a.created_at, a.folder) < std::pair(b.created_at, b.folder);
  });
  return result;
}

void check_options(const SlurmOptions& options) {
  Submission submission;
  submission.options = options;
  task_text(submission);
}

void write_scripts(const Submission& submission) {
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
  const auto frozen = store->runs(submission.experiment);
  if (frozen.size() != submission.n_runs)
    throw DataError(fmt::format("{}: expected {} runs of {}, found {}",
                                submission.plan_file().string(), submission.n_runs,
                                submission.experiment, frozen.size()));
  const ExperimentRecord record = store->experiments().front();
  Experiment experiment{.name = record.name,
                        .description = record.description,
                        .source_file = record.source_file,
                        .reports = {},
                        .runs = {}};
  const auto positions = runs_of_task(submission.n_runs, submission.n_tasks, task);
  for (const std::size_t position : positions)
    experiment.runs.push_back(
        RunSpec::from_parameters(frozen[position].parameters, frozen[position].seed, registry));
  Plan plan = make_plan(std::move(experiment), registry, submission.cache_folder, hashes, progress);
  if (plan.runs.size() != positions.size())
    throw DataError(fmt::format("{}: runs that were different are one run now; submit again",
                                submission.folder.string()));
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const RunRecord& expected = frozen[positions[i]];
    const PlannedRun& found = plan.runs[i];
    if (found.id == expected.id) continue;
    const bool same_data = found.data->fingerprint == expected.dataset_fingerprint;
    throw DataError(fmt::format(
        "{}: run {} is now another one ({}): {} since the plan was frozen; submit again",
        submission.folder.string(), expected.id.substr(0, 12), found.id.substr(0, 12),
        same_data ? "the program, or a file that the configuration names, changed"
                  : "the dataset changed"));
  }
  return plan;
}

MergedShards merge_shards(const Submission& submission) {
  const std::vector<fs::path> shards = submission.shards();
  for (const fs::path& shard : shards) {
    try {
      RunStore::open(shard, RunStore::Mode::write);  // a task that was killed may have left its
                                                     // last words in the log, or no tables yet
    } catch (const DataError&) {
      // said below
    }
  }
  const fs::path begun = submission.folder / "merging";
  write_file_atomically(begun, "");  // its time becomes that of the mark: what is written meanwhile
                                     // is newer
  MergedShards result;
  for (const fs::path& shard : shards) {
    try {
      const MergeSummary summary = merge_store(submission.database, shard);
      ++result.n_merged;
      result.notes.insert(result.notes.end(), summary.warnings.begin(), summary.warnings.end());
      result.notes.insert(result.notes.end(), summary.differences.begin(),
                          summary.differences.end());
    } catch (const DataError& error) {
      result.failures.push_back(error.what());
    }
  }
  std::error_code error;
  if (result.failures.empty()) fs::rename(begun, submission.folder / kMerged, error);
  if (error)
    throw DataError(fmt::format("{}: cannot be renamed: {}", begun.string(), error.message()));
  return result;
}

SubmissionState state_of(const Submission& submission) {
  SubmissionState state;
  std::size_t n_known = 0;
  for (std::size_t task = 0; task < submission.n_tasks; ++task) {
    std::error_code error;
    if (const auto size = fs::file_size(submission.shard(task), error); error || size == 0)
      continue;
    try {
      const auto store = RunStore::open(submission.shard(task), RunStore::Mode::read);
      for (const RunRecord& run : store->runs(submission.experiment)) {
        ++state.runs[run.status];
        ++n_known;
        if (run.status == RunStatus::failed)
          state.failures.push_back(
              {task, fmt::format("run {}: {}", run.id.substr(0, 8), run.message)});
      }
      for (const WorkerRecord& worker : store->workers())
        if (!worker.run_id.empty())
          state.under_way.push_back({task, worker.now.empty()
                                               ? fmt::format("run {}", worker.run_id.substr(0, 8))
                                               : worker.now});
    } catch (const DataError& damage) {
      state.unreadable.push_back({task, damage.what()});
    }
  }
  state.runs[RunStatus::planned] += submission.n_runs - std::min(n_known, submission.n_runs);
  return state;
}

}  // namespace genrebench
