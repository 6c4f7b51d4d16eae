#pragma once
// Hands an experiment in to Slurm: what earlier submissions have done, what is left, and the jobs.

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>

#include "base/progress.hpp"
#include "harness/cluster/slurm.hpp"
#include "harness/cluster/submission.hpp"
#include "harness/plan/plan.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// Keeps other processes from submitting runs of the same store. Where the file system has no
/// locks, it does nothing.
class SubmissionLock {
 public:
  /// @throws DataError  if another process holds it
  explicit SubmissionLock(const std::filesystem::path& database);
  ~SubmissionLock();
  SubmissionLock(const SubmissionLock&) = delete;
  SubmissionLock& operator=(const SubmissionLock&) = delete;

 private:
  int descriptor_ = -1;
};

/// Looks in the queue, by their names, for jobs of a submission that may be there although their
/// ids are not recorded. Those that are found get their ids, in the object only.
/// @return  true if there were such jobs to look for
/// @throws DataError  if the queue cannot be asked
bool find_lost_jobs(Submission& submission);

/// Merges what earlier submissions of an experiment have done.
/// @param again  allow earlier submissions that are still in the queue
/// @return  ids of the runs of arrays that are still in the queue
/// @throws DataError  if there are such submissions, and `again` is false
std::set<std::string> settle_earlier(const std::filesystem::path& database,
                                     const std::string& experiment, bool again, Progress& progress);

/// The plan without the runs that are done, that a task in the queue will do, or that cannot apply.
/// @param record  record the plan in the store; otherwise the store is only read, if it exists
Plan runs_left(Plan plan, const std::set<std::string>& in_queue, const Registry& registry,
               const std::filesystem::path& database, bool record, Progress& progress);

/// How a plan is divided into tasks, and where they belong.
struct SubmissionRequest {
  std::filesystem::path database;
  std::filesystem::path cache_folder;  ///< empty: no cache
  SlurmOptions slurm;
  std::size_t runs_per_task = 0;   ///< 0: as default_runs_per_task() says
  std::size_t max_array_size = 0;  ///< of the cluster
};

/// Writes a submission's folder: the frozen plan, the job scripts and submission.json.
/// @throws DataError
Submission write_submission(const Plan& plan, const SubmissionRequest& request,
                            const Registry& registry, Progress& progress);

/// Submits every job of a submission, and records their ids. A job whose number sbatch does not
/// tell, or that may be in the queue although sbatch failed, is looked up by its name. If one is
/// refused, or cannot be found, those submitted before are cancelled.
/// @throws DataError  with what Slurm says
void hand_in(Submission& submission);

}  // namespace genrebench
