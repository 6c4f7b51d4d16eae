#pragma once
// The run store: one SQLite file that holds every experiment, run, metric and prediction.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/process_identity.hpp"
#include "harness/records/run_records.hpp"
#include "harness/records/store_reader.hpp"

namespace genrebench {

class Connection;  // connection.hpp; hides SQLite

/// A process that works on the store's runs.
struct WorkerRecord {
  std::int64_t id = 0;
  ProcessIdentity process;
  double heartbeat_s = 0.0;  ///< interval between two heartbeats
  std::int64_t beat = 0;     ///< number of heartbeats so far
  std::string started_at;    ///< UTC, ISO 8601
  /// Time of the last heartbeat by the worker's own clock. It is only shown to people; no decision
  /// depends on it.
  std::string seen_at;
  std::string run_id;  ///< the run that the worker holds; empty: none
  std::string now;     ///< what the worker is doing, in words
};

/// The time that done runs of one kind took.
struct RunKindTime {
  std::string method, excerpt, features;  ///< names of plug-ins; empty where the task has none
  double wall_s = 0.0;                    ///< sum over these runs
  int count = 0;                          ///< number of these runs
};

/// A worker's right to write to one run. Each time a run is claimed its token grows by one, and
/// only the holder of the latest token may write. A worker that was declared lost but is still
/// computing therefore cannot overwrite the results of its successor.
struct Lease {
  std::string run_id;
  std::int64_t token = 0;
};

/// A write was refused: another worker holds the run now, or this worker was declared lost.
class LeaseLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The store's file was deleted, moved or replaced while it was in use. Further writes would be
/// lost.
class StoreGone : public DataError {
 public:
  using DataError::DataError;
};

/// The result of trying to claim a run.
struct Claim {
  enum class Answer {
    free,     ///< look(): a worker may claim the run
    taken,    ///< claim(): the caller holds the run now, by `lease`
    settled,  ///< no worker is needed: done, failed, skipped, pruned, or not in the store
    held,     ///< another worker holds the run
    waits     ///< an attempt failed; the next one may start in `wait_s`
  };
  Answer answer = Answer::settled;
  RunStatus status = RunStatus::done;  ///< current status of the run
  Lease lease = {};                    ///< the caller's if taken, else the latest one of the run
  double wait_s = 0.0;
};

/// What planning does with runs that are in the store already. Done runs stay done.
struct PlanRules {
  bool retry_failed = true;  ///< plan failed runs again and count their attempts from zero
  bool retry_pruned = true;  ///< plan pruned runs again, for an experiment that does not prune
};

/// What happens to a run after a failed attempt.
struct RetryRules {
  int retries = 0;         ///< number of retries; after the last one the run is `failed`
  double backoff_s = 0.0;  ///< pause before the first retry; doubles before each further one
};

/// A run whose predictions were made elsewhere, with what they come to.
struct ImportedRun {
  RunRecord run;  ///< with its parameters; origin imported
  RunResult result;
  std::map<std::string, std::string> environment;  ///< of the program that scored it
};

/// What became of imported runs.
struct ImportSummary {
  std::size_t added = 0;
  std::size_t present = 0;   ///< were in the store already, with the same predictions
  std::size_t replaced = 0;  ///< runs of the experiment that they take the place of
};

/// Read and write access to a store. An object is one connection: use it from one thread at a time.
/// Several processes may open the same file. Every write is one immediate transaction, so a killed
/// process leaves either a whole result or none.
///
/// Workers: a process joins, sends heartbeats, and claims runs. Any worker that finds another one
/// dead declares it lost, which frees the run that it held. A worker is dead if its process is
/// known to have ended, or if its number of heartbeats does not grow while the observer waits.
/// Clocks of different machines are never compared.
class RunStore final : public StoreReader {
 public:
  enum class Mode { read, write, write_existing };

  /// Opens the file. The write modes migrate an older schema after a backup beside the file.
  /// `write` creates a missing file; `write_existing` refuses it, for those who work on a store
  /// that another process may have deleted meanwhile.
  /// @throws DataError  if the file is not SQLite, is not a genrebench store, has a newer schema,
  /// is missing (all but `write`), has an older schema (read mode), or cannot be written
  static std::unique_ptr<RunStore> open(const std::filesystem::path& file, Mode mode);
  ~RunStore() override;

  /// The file, as it was opened.
  std::filesystem::path file() const;

  // Reading (run_store_reading.cpp).

  std::vector<ExperimentRecord> experiments() const override;
  std::optional<RunRecord> run(const std::string& id) const override;
  std::vector<RunRecord> runs(const std::string& experiment = {}) const override;
  std::vector<MetricRecord> metrics(const std::string& run_id) const override;
  std::optional<double> metric(const std::string& run_id, const std::string& split,
                               const std::string& name) const override;
  std::vector<PredictionRecord> predictions(const std::string& run_id,
                                            const std::string& split) const override;
  void each_prediction(const std::string& run_id, const std::string& split,
                       const std::function<void(const PredictionView&)>& see) const override;
  std::vector<BadTrackRecord> bad_tracks(const std::string& run_id) const override;
  std::vector<ArtifactRecord> artifacts(const std::string& run_id) const override;
  std::map<std::string, std::string> environment(const std::string& run_id) const override;
  std::vector<TrackRecord> tracks(const std::string& dataset_fingerprint) const override;
  std::vector<KernelSession> kernel_sessions() const override;
  std::map<std::string, std::string> kernel_notes() const override;

  /// Number of runs of a plan by status.
  std::map<RunStatus, std::size_t> tally(const std::string& experiment) const;
  /// Times of all done runs, by kind.
  std::vector<RunKindTime> run_times() const;
  /// One point of a curve, from every run of a plan that has it. Pruning compares these values.
  std::vector<double> curve_points(const std::string& experiment, const std::string& split,
                                   const std::string& name, std::int64_t step) const;
  /// Workers that have neither left nor been declared lost.
  std::vector<WorkerRecord> workers() const;
  /// Whether a run can be claimed now. Changes nothing.
  Claim look(const std::string& run_id) const;

  // Plans and workers (run_store.cpp).

  /// Records an experiment's plan. Runs that the store does not know are added as `planned`. Runs
  /// that are neither done nor running take over the new configuration: the location of the data
  /// and the number of retries may have changed.
  /// @throws ConfigError  if the experiment of that name has imported runs
  void plan(const ExperimentRecord& experiment, const std::vector<RunRecord>& runs,
            const PlanRules& rules = {});
  /// Records the tracks of datasets (run_store_tracks.cpp). Those that the store knows are written
  /// again only if their files are elsewhere now.
  void add_tracks(const std::vector<DatasetRecord>& datasets);
  /// Applies only the rules to a plan that is recorded already.
  void plan_again(const std::string& experiment, const PlanRules& rules);
  /// Records that a planned run cannot apply. Does nothing to a run that is held or settled.
  void skip(const std::string& run_id, const std::string& reason);

  /// Records runs that were made elsewhere, all or none, and adds them to an experiment, which is
  /// made if need be (run_store_imports.cpp). A run takes the place of the experiment's run of the
  /// same data, division and seed, which stays in the store.
  /// @throws ConfigError  if the experiment has runs that were computed
  ImportSummary add_imported(const ExperimentRecord& experiment,
                             const std::vector<ImportedRun>& runs);

  /// Adds a worker. @return  its id
  std::int64_t join(const ProcessIdentity& process, double heartbeat_s);
  /// Records a heartbeat. @return  false if the worker has been declared lost; it then holds no run
  bool beat(std::int64_t worker, const std::string& now);
  /// Ends a worker. A run that it still holds is planned again.
  void leave(std::int64_t worker);
  /// Declares a worker dead. Its run becomes `lost`, or `failed` after more than `max_losses` lost
  /// workers. Does nothing if the worker has sent a heartbeat since `beat`, or has ended.
  /// @return  true if this call declared it lost
  bool declare_lost(std::int64_t worker, std::int64_t beat, const std::string& reason,
                    int max_losses);

  // Claims, and writes of the worker that holds a run (run_store_leases.cpp). All but claim() throw
  // LeaseLost if the lease is no longer valid.

  /// Claims a run if it is free; its status is then `running`.
  Claim claim(const std::string& run_id, std::int64_t worker,
              const std::map<std::string, std::string>& environment);
  /// Adds points of curves while a run is under way, so that users and pruning see them. The write
  /// that ends the attempt replaces or removes them.
  void add_curves(const Lease& lease, const std::vector<MetricRecord>& points);
  /// Records the result of a run that is done.
  /// @param publish  called inside the transaction, once the lease is known to be valid: makes
  /// files visible
  void finish(
      const Lease& lease, const RunResult& result, const std::function<void()>& publish = [] {});
  /// Records a failed attempt. @return  `planned` if the run is retried, else `failed`
  RunStatus fail(const Lease& lease, const std::string& message,
                 const std::vector<BadTrackRecord>& bad_tracks, const RetryRules& rules);
  /// Gives an interrupted run back: it is planned again, and this does not count as an attempt.
  void release(const Lease& lease, const std::string& message);
  /// Records that a run was stopped early. Its curves are kept.
  void prune(const Lease& lease, const std::string& reason, const RunResult& result);

 private:
  explicit RunStore(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
};

/// Version of the SQLite library that this process uses.
std::string sqlite_version();

}  // namespace genrebench
