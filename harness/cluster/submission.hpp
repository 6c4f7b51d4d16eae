#pragma once
// A submission to a cluster: a folder that holds the frozen plan, the job scripts, their logs, and
// one run store per task, the shards.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "base/progress.hpp"
#include "harness/cluster/slurm.hpp"

namespace genrebench {

/// Consecutive tasks that are one job array: its index i is the task offset + i.
struct TaskArray {
  std::size_t offset = 0;
  std::size_t n_tasks = 0;
  std::string job;  ///< id of the array; empty: not submitted, or not known (handing_in)

  bool operator==(const TaskArray&) const = default;
};

/// The content of submission.json. All paths are absolute.
struct Submission {
  std::filesystem::path folder;  ///< of the submission
  std::string experiment;
  std::string created_at;  ///< UTC, ISO 8601
  std::filesystem::path program;
  std::string version;                   ///< of the program, with its commit
  std::filesystem::path working_folder;  ///< relative paths of the experiment start here
  std::filesystem::path database;        ///< the shards are merged into this one
  std::filesystem::path cache_folder;    ///< empty: no cache
  std::size_t n_runs = 0;
  std::size_t n_tasks = 0;
  std::size_t max_array_size = 0;  ///< of the cluster
  SlurmOptions options;
  std::vector<TaskArray> arrays;
  std::string merge_job;    ///< id of the job; empty: not submitted, or not known
  bool handing_in = false;  ///< jobs without an id may be in the queue: the process that submits
                            ///< them has not ended yet, was killed, or could not tell

  std::filesystem::path plan_file() const { return folder / "plan.db"; }
  std::filesystem::path task_script() const { return folder / "task.sh"; }
  std::filesystem::path merge_script() const { return folder / "merge.sh"; }
  std::filesystem::path shard(std::size_t task) const;
  /// Written once all shards are merged; its time is that of the merge's start.
  std::filesystem::path merged_mark() const { return folder / "merged"; }

  /// Numbers of the tasks that have made a shard so far, in their order.
  std::vector<std::size_t> started_tasks() const;
  /// Their shards.
  std::vector<std::filesystem::path> shards() const;
  /// Ids of the submitted jobs, the merge job last.
  std::vector<std::string> jobs() const;
  /// True if every shard is in the database as it is now.
  bool merged() const;
};

/// A text as part of the name of a file or a job: without slashes, quotes, '%' and blanks, and with
/// a hash in place of the end of a long one.
std::string file_and_job_name(std::string text);

/// The folder of a store's submissions: "runs.db.submissions".
std::filesystem::path submissions_folder(const std::filesystem::path& database);

/// Makes a folder for a submission, named after the experiment and the time. @throws DataError
std::filesystem::path make_submission_folder(const std::filesystem::path& database,
                                             const std::string& experiment,
                                             const std::string& created_at);

/// Writes submission.json, whole or not at all. @throws DataError
void save(const Submission& submission);

/// @throws DataError  if the folder holds no submission.json, or a damaged one, or one of another
/// version
Submission read_submission(const std::filesystem::path& folder);

/// The submissions of a store, oldest first. @param experiment  empty: of all experiments
std::vector<Submission> submissions_of(const std::filesystem::path& database,
                                       const std::string& experiment);

}  // namespace genrebench
