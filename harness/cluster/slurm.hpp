#pragma once
// Access to Slurm through its own programs: sbatch, squeue, scontrol and scancel.

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace genrebench {

/// What the tasks of a submission request from the cluster. An empty text leaves the choice to the
/// cluster.
struct SlurmOptions {
  /// Maximum number of tasks that run at once, over all arrays; 0: as many as the cluster allows.
  std::size_t array_limit = 0;
  std::string partition;
  std::string time;    ///< limit per task in a form that sbatch reads: minutes, H:M:S, D-H
  std::string gpus;    ///< per task: "1", "a100:2"
  std::string memory;  ///< per task: "8G"
  std::string account;
  std::string qos;
  int cpus_per_task = 1;  ///< number of threads per task
  /// Seconds before the time limit at which training is asked to stop after its batch. Slurm may
  /// send the signal up to 60 s earlier.
  int checkpoint_signal_s = 120;
  /// Maximum number of times that a stopped task goes back into the queue. The limit ends a task
  /// that never reaches its next checkpoint.
  int max_requeues = 100;
  std::vector<std::string> others;  ///< further options for sbatch, passed on unchanged

  bool operator==(const SlurmOptions&) const = default;
};

/// @throws ConfigError  if an option cannot be written into a job script
void validate(const SlurmOptions& options);

/// A job's id is its number, or "number;cluster" where sbatch names the cluster.
/// @throws DataError  unless the text is one
void check_job_id(const std::string& job);
/// "123" of "123;cluster".
std::string job_number(const std::string& job);
/// "cluster" of "123;cluster"; empty: the cluster of this machine.
std::string job_cluster(const std::string& job);

/// The clusters that `--clusters` or `-M` among the options names; empty: none.
std::string clusters_of(const SlurmOptions& options);

/// A job, or a task of an array, that Slurm has not finished.
struct QueuedTask {
  std::string job;                   ///< id of the array, or of the job
  std::optional<std::size_t> index;  ///< in the array
  std::string state;                 ///< "PENDING", "RUNNING", "COMPLETING"
  std::string reason;                ///< why it is waiting
};

/// Size of the largest array that the cluster allows: one more than its largest index.
/// @throws DataError  if this machine has no Slurm, or Slurm does not answer
std::size_t slurm_max_array_size();

/// What sbatch says of a job that it was given.
struct SubmitAnswer {
  bool accepted = false;  ///< its exit code says that the job is in the queue
  std::string job = {};   ///< the job's id; empty: it cannot be told from what was printed
  bool alone = false;     ///< nothing else was printed
  std::string says = {};  ///< what was printed
};

/// Submits a job.
/// @param command  sbatch with --parsable
/// @throws DataError  if sbatch cannot be started
SubmitAnswer slurm_submit(const std::vector<std::string>& command,
                          const std::filesystem::path& folder);

/// Ids of jobs by name: those that wait, run, or ended lately. With accounting, all of them.
/// @param clusters  to ask, as `--clusters` takes them; empty: the one of this machine
/// @param since     date of the oldest job, "2026-11-28"
/// @throws DataError  if the queue cannot be asked
std::vector<std::string> slurm_jobs_called(const std::string& name, const std::string& clusters,
                                           const std::string& since);

/// Takes the jobs of this name out of the queue. @throws DataError
void slurm_cancel_by_name(const std::string& name, const std::string& clusters);

/// The tasks of these jobs that are waiting or running. @throws DataError
std::vector<QueuedTask> slurm_queue(const std::vector<std::string>& jobs);

/// True if the queue knows one of these jobs, ended lately or not. A job that was submitted a
/// moment ago and is not known is one that a slow queue does not show yet. @throws DataError
bool slurm_knows(const std::vector<std::string>& jobs);

/// @throws DataError
void slurm_cancel(const std::vector<std::string>& jobs);

/// A time limit ("90", "1:30:00", "2-12") in seconds; nothing if the text is not a time, or a
/// number in it has more than nine digits.
std::optional<double> slurm_time_s(const std::string& text);

// Parsers of what these programs print.

/// @param configuration  of `scontrol show config`
std::optional<std::size_t> max_array_size_of(const std::string& configuration);
/// @param printed  by `sbatch --parsable`, with whatever the site prints around it
/// @return         nothing if there is no line that is a job's id, or there are several
std::optional<std::string> job_of(const std::string& printed);
/// @param lines  of `squeue --array --noheader --format=%F|%K|%T|%r`, for several clusters with a
/// line "CLUSTER: name" before the jobs of each
std::vector<QueuedTask> queue_of(const std::string& lines);

}  // namespace genrebench
