#pragma once
// A submission to a cluster: a folder that holds the frozen plan, the scripts of its jobs, their
// logs, and a run store of each task's own.

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "base/progress.hpp"
#include "harness/cluster/slurm.hpp"
#include "harness/plan/plan.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// Consecutive tasks that are one job array: its index i is the task offset + i.
struct TaskArray {
  std::size_t offset = 0;
  std::size_t n_tasks = 0;
  std::string job;  ///< its id; empty: not submitted

  bool operator==(const TaskArray&) const = default;
};

/// What submission.json holds. All paths are absolute.
struct Submission {
  std::filesystem::path folder;  ///< the submission's own
  std::string experiment;
  std::string created_at;  ///< UTC, ISO 8601
  std::filesystem::path program;
  std::string version;                   ///< of the program, with its commit
  std::filesystem::path working_folder;  ///< to which relative paths of the experiment refer
  std::filesystem::path database;        ///< into which the shards are merged
  std::filesystem::path cache_folder;    ///< empty: no cache
  std::size_t n_runs = 0;
  std::size_t n_tasks = 0;
  std::size_t max_array_size = 0;  ///< of the cluster
  SlurmOptions options;
  std::vector<TaskArray> arrays;
  std::string merge_job;  ///< its id; empty: not submitted

  std::filesystem::path plan_file() const { return folder / "plan.db"; }
  std::filesystem::path task_script() const { return folder / "task.sh"; }
  std::filesystem::path merge_script() const { return folder / "merge.sh"; }
  std::filesystem::path shard(std::size_t task) const;
  /// Shards that tasks have made so far, in order of the tasks.
  std::vector<std::filesystem::path> shards() const;
  /// Ids of its jobs, the merge job last.
  std::vector<std::string> jobs() const;
  /// True once every shard is in the database as it is now.
  bool merged() const;
};

/// How many runs a task does where nothing is said: one, but no more than ten tasks for each that
/// may run at once, or 1000 tasks.
std::size_t default_runs_per_task(std::size_t n_runs, std::size_t array_limit);

/// Which runs of the frozen plan a task does: those whose position leaves this remainder.
std::vector<std::size_t> runs_of_task(std::size_t n_runs, std::size_t n_tasks, std::size_t task);

/// Tasks in arrays of at most max_array_size.
std::vector<TaskArray> divide_into_arrays(std::size_t n_tasks, std::size_t max_array_size);

/// Where submissions of a store are: "runs.db.submissions".
std::filesystem::path submissions_folder(const std::filesystem::path& database);

/// A new folder for a submission, named after the experiment and the time. @throws DataError
std::filesystem::path make_submission_folder(const std::filesystem::path& database,
                                             const std::string& experiment,
                                             const std::string& created_at);

/// Writes submission.json, whole or not at all. @throws DataError
void save(const Submission& submission);

/// @throws DataError  if the folder holds none, or it is damaged or of a newer version
Submission read_submission(const std::filesystem::path& folder);

/// Those of a store, oldest first. @param experiment  empty: of all
std::vector<Submission> submissions_of(const std::filesystem::path& database,
                                       const std::string& experiment);

/// @throws ConfigError  if an option cannot stand in a job script
void check_options(const SlurmOptions& options);

/// Writes the job scripts. @throws DataError
void write_scripts(const Submission& submission);

/// The command that hands in an array. Where the number of tasks at once is limited, it starts when
/// the array before it has ended.
std::vector<std::string> array_command(const Submission& submission, std::size_t array);
/// The command that hands in the job that merges, after all arrays.
std::vector<std::string> merge_command(const Submission& submission);

/// Freezes a plan: writes those of its runs that are asked for to the submission's plan file.
void freeze(const Plan& plan, const Submission& submission, const Registry& registry,
            Progress& progress);

/// Ids of the frozen runs.
std::vector<std::string> frozen_runs(const Submission& submission);

/// The part of the frozen plan that a task does.
/// @throws DataError  if the runs are no longer those that were frozen: data, or the program,
/// changed
Plan task_plan(const Submission& submission, std::size_t task, const Registry& registry,
               FileHashes& hashes, Progress& progress);

/// Merges the shards into the database, and remembers that where it could merge all of them. A
/// damaged one does not keep the others out.
struct MergedShards {
  std::size_t n_merged = 0;
  std::vector<std::string> failures;  ///< a line for each shard that could not be merged
  std::vector<std::string> notes;     ///< other lines for the user
};
MergedShards merge_shards(const Submission& submission);

/// How far a submission is, by its shards.
struct SubmissionState {
  struct Note {
    std::size_t task = 0;
    std::string text;
  };
  std::map<RunStatus, std::size_t> runs;  ///< `planned`: not begun, or put back into the queue
  std::vector<Note> under_way;  ///< what workers say that they do; one that was killed said it last
  std::vector<Note> failures;
  std::vector<Note> unreadable;  ///< shards
};
SubmissionState state_of(const Submission& submission);

}  // namespace genrebench
