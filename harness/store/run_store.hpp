#pragma once
// The run store: one SQLite file that holds every experiment, run, metric and prediction.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/process_identity.hpp"
#include "harness/records/run_records.hpp"
#include "harness/records/store_reader.hpp"

namespace genrebench {

/// A process that works on the store's runs.
struct WorkerRecord {
  std::int64_t id = 0;
  ProcessIdentity process;
  double heartbeat_s = 0.0;  ///< how often it says that it lives
  std::int64_t beat = 0;     ///< how often it has said so
  std::string started_at;    ///< UTC, ISO 8601
  std::string seen_at;  ///< when it last said so, by its own clock: for people, nothing is decided
                        ///< by it
  std::string run_id;   ///< the run that it holds; empty: none
  std::string now;      ///< what it is doing, in words
};

/// What done runs of one kind took.
struct RunKindTime {
  std::string method, excerpt, features;  ///< names of plug-ins; empty where the task has none
  double wall_s = 0.0;                    ///< of all together
  int count = 0;
};

/// A run that a worker has taken. Every taking of a run has a higher token than the one before, and
/// only the highest may write: what a worker says that was thought dead, and is not, is refused.
struct Lease {
  std::string run_id;
  std::int64_t token = 0;
};

/// A write was refused: another worker has the run now, or the store was told that this worker is
/// dead.
class LeaseLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The store's file was deleted, moved or replaced while it was in use: whatever is written goes
/// nowhere.
class StoreGone : public DataError {
 public:
  using DataError::DataError;
};

/// What became of the wish to take a run.
struct Claim {
  enum class Answer {
    taken,    ///< it is ours: `lease` says so
    settled,  ///< it needs no worker: done, failed, skipped or pruned, or no longer in the store
    held,     ///< a worker has it
    waits     ///< it failed and is tried again in `wait_s`
  };
  Answer answer = Answer::settled;
  RunStatus status = RunStatus::done;  ///< that the run has now
  Lease lease = {};  ///< ours, where it is taken; else with the number of the last
  double wait_s = 0.0;
};

/// What planning does with runs that the store knows already. What is done stays done.
struct PlanRules {
  bool retry_failed = true;  ///< failed runs are planned again, and their attempts counted anew
  bool retry_pruned = true;  ///< so are pruned ones: the experiment does not ask for pruning
};

/// What becomes of a run whose attempt failed.
struct RetryRules {
  int retries = 0;         ///< so many further attempts; then it is `failed`
  double backoff_s = 0.0;  ///< pause before the first of them, doubled before each further one
};

/// Read and write access. One connection: for one thread at a time. Several processes may have the
/// same file open; every write is one immediate transaction, so a killed process leaves whole runs
/// or none.
///
/// Workers: a process joins, says regularly that it lives, and takes runs. Whoever sees that it
/// does not live any more declares it lost, which frees its run. No clock is compared with another
/// one: a worker is dead if its process is known to have ended, or if its count of heartbeats
/// stands still while the observer waits.
class RunStore : public StoreReader {
 public:
  enum class Mode { read, write };

  /// Opens the file; write mode creates it and migrates an older schema (after a backup beside it).
  /// @throws DataError  if the file is not SQLite, not a genrebench store, has a newer schema, is
  /// missing
  ///                    (read mode) or cannot be written (write mode)
  static std::unique_ptr<RunStore> open(const std::filesystem::path& file, Mode mode);

  /// The file, as it was opened.
  virtual std::filesystem::path file() const = 0;

  /// Records an experiment's plan: adds the runs that the store does not know as `planned`. Of
  /// those that it knows and that are not done, it takes over the configuration, because where data
  /// lie and how often a run is tried may be other than before.
  virtual void plan(const ExperimentRecord& experiment, const std::vector<RunRecord>& runs,
                    const PlanRules& rules = {}) = 0;
  /// The same for a plan that is recorded already: only what the rules say.
  virtual void plan_again(const std::string& experiment, const PlanRules& rules) = 0;
  /// Records that a planned run cannot apply. Runs that are taken or settled are left alone.
  virtual void skip(const std::string& run_id, const std::string& reason) = 0;
  /// How many runs of a plan have which status.
  virtual std::map<RunStatus, std::size_t> tally(const std::string& experiment) const = 0;

  /// Over all done runs.
  virtual std::vector<RunKindTime> run_times() const = 0;

  /// A new worker. @return  its id
  virtual std::int64_t join(const ProcessIdentity& process, double heartbeat_s) = 0;
  /// It lives. @return  false: it was declared lost, and holds nothing any more
  virtual bool beat(std::int64_t worker, const std::string& now) = 0;
  /// It ends; a run that it still holds is planned again.
  virtual void leave(std::int64_t worker) = 0;
  /// Those that have neither left nor been declared lost.
  virtual std::vector<WorkerRecord> workers() const = 0;
  /// A worker is dead: its run is `lost`, or `failed` where more than `max_losses` workers were
  /// lost with it. Does nothing where the worker has said something after `beat`, or is gone
  /// already.
  /// @return  true if it was declared lost by this call
  virtual bool declare_lost(std::int64_t worker, std::int64_t beat, const std::string& reason,
                            int max_losses) = 0;

  /// What claim() would answer now; nothing is taken.
  virtual Claim look(const std::string& run_id) const = 0;
  /// Takes a run, if it is there to be taken; its status is then `running`.
  virtual Claim claim(const std::string& run_id, std::int64_t worker,
                      const std::map<std::string, std::string>& environment) = 0;

  // Writes of the holder of a run. @throws LeaseLost

  /// Points of curves of a run that is under way, for those who watch; finish() and give_up()
  /// replace them.
  virtual void add_curves(const Lease& lease, const std::vector<MetricRecord>& points) = 0;
  /// @param publish  called inside the transaction, when it is certain that the lease holds: makes
  /// files visible
  virtual void finish(
      const Lease& lease, const RunResult& result,
      const std::function<void()>& publish = [] {}) = 0;
  /// An attempt failed. @return  `planned` where the run is tried again, else `failed`
  virtual RunStatus fail(const Lease& lease, const std::string& message,
                         const std::vector<BadTrackRecord>& bad_tracks,
                         const RetryRules& rules) = 0;
  /// The run was interrupted: it is planned again, and nothing of it counts as an attempt.
  virtual void release(const Lease& lease, const std::string& message) = 0;
  /// The run was stopped early; its curves are kept.
  virtual void prune(const Lease& lease, const std::string& reason, const RunResult& result) = 0;

  /// One point of a curve of every run of a plan that has it: what pruning compares.
  virtual std::vector<double> curve_points(const std::string& experiment, const std::string& split,
                                           const std::string& name, std::int64_t step) const = 0;
};

}  // namespace genrebench
