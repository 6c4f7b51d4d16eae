#pragma once
// What the harness asks of Slurm, by its own programs: sbatch, squeue, scontrol and scancel.

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace genrebench {

/// What tasks ask the cluster for. Empty texts leave the choice to the cluster.
struct SlurmOptions {
  std::size_t array_limit = 0;  ///< so many tasks run at once at most, over all arrays; 0: as many
                                ///< as the cluster lets
  std::string partition;
  std::string time;    ///< limit of a task, as sbatch reads it: minutes, H:M:S, D-H
  std::string gpus;    ///< of a task: "1", "a100:2"
  std::string memory;  ///< of a task: "8G"
  std::string account;
  std::string qos;
  int cpus_per_task = 1;  ///< threads of a task
  /// So long before the limit training is asked to stop after its batch. Slurm may send the signal
  /// up to 60 s earlier.
  int checkpoint_signal_s = 120;
  /// A task that was asked to stop is put into the queue again so often at most: one that never
  /// gets to its next checkpoint must end.
  int max_requeues = 100;
  std::vector<std::string> others;  ///< options of sbatch, as they are

  bool operator==(const SlurmOptions&) const = default;
};

/// A job, or a task of an array, that Slurm has not finished.
struct QueuedTask {
  std::string job;                   ///< the array's id, or the job's
  std::optional<std::size_t> index;  ///< in the array
  std::string state;                 ///< "PENDING", "RUNNING", "COMPLETING"
  std::string reason;                ///< why it waits
};

/// The largest array, one more than the largest index. @throws DataError  if there is no Slurm
/// here, or it does not answer
std::size_t slurm_max_array_size();

/// Hands in a job. @param command  of sbatch with --parsable
/// @return  the job's id
/// @throws DataError  with what sbatch says
std::string slurm_submit(const std::vector<std::string>& command,
                         const std::filesystem::path& folder);

/// Those of these jobs that are waiting or running. @throws DataError
std::vector<QueuedTask> slurm_queue(const std::vector<std::string>& jobs);

/// @throws DataError
void slurm_cancel(const std::vector<std::string>& jobs);

/// "90", "1:30:00", "2-12" in seconds; nothing where it is not a time.
std::optional<double> slurm_time_s(const std::string& text);

// The texts that they print, for those above and for tests.

/// @param configuration  of `scontrol show config`
std::optional<std::size_t> max_array_size_of(const std::string& configuration);
/// @param lines  of `squeue --array --noheader --format=%F|%K|%T|%r`
std::vector<QueuedTask> queue_of(const std::string& lines);

}  // namespace genrebench
