#pragma once
// One worker on one plan: prepares features once for all runs that share them, does one run after
// the other, and writes each result to the store.

#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/file_hashes.hpp"
#include "base/progress.hpp"
#include "harness/plan/plan.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/run/gpu_slot.hpp"
#include "harness/run/kept_models.hpp"
#include "harness/run/resources.hpp"
#include "harness/run/run_once.hpp"
#include "harness/store/run_store.hpp"
#include "harness/workers/heartbeat.hpp"
#include "harness/workers/later_runs.hpp"
#include "harness/workers/runner_settings.hpp"

namespace genrebench {

/// Any number of workers, in one process or in several, may work on one plan and one store: each
/// takes runs that no other worker has.
class Worker {
 public:
  /// @param plan  recorded in the store
  Worker(const Plan& plan, RunStore& store, const Registry& registry, FileHashes& hashes,
         const RunnerSettings& settings, Progress& progress);

  /// Works until every run of the plan is settled, by this worker or by another. Waits for runs
  /// that other workers hold, and takes them over if their worker is lost. A run that fails is
  /// recorded with its message, and the others go on.
  /// @return  true if it stopped earlier: interrupted, or by fail_fast
  /// @throws DataError  if the store cannot be written; what it already holds is kept
  bool work();

 private:
  struct Attempt;

  bool stopped() const;
  bool in_vain() const;

  bool take_next();
  bool take_first(bool fit_again);
  bool may_take(const PlannedRun& run, bool fit_again);
  Claim claim(const PlannedRun& run, bool without_gpu);
  void wait() const;

  bool attempt(const PlannedRun& run, const Lease& lease);
  FitSettings fit_settings(const PlannedRun& run, const Lease& lease, Attempt& attempt);
  void prune_where_due(const PlannedRun& run, const std::vector<MetricRecord>& points) const;
  void try_run(const PlannedRun& run, const Lease& lease, const Prepared& prepared,
               const DeformedTest& deformed, Attempt& attempt);
  bool record(const PlannedRun& run, const Lease& lease, Attempt& attempt);
  void record_done(const PlannedRun& run, const Lease& lease, Attempt& attempt);
  void record_pruned(const PlannedRun& run, const Lease& lease, Attempt& attempt);
  bool record_failed(const PlannedRun& run, const Lease& lease, const Attempt& attempt);

  const Prepared& prepared_for(const PlannedRun& run);
  PreparationSettings preparation_settings(const PlannedRun& run);
  void tell_of(const ExtractedTracks& tracks);
  void tell_bad_tracks(const std::vector<std::string>& messages);
  PreparedTest test_of(const PlannedRun& run);
  DeformedTest deformed_test(const PlannedRun& run, const PreparedTest& test);
  MethodCache method_cache();

  void begin_drawing(const std::string& now);
  void say_messages();

  const Plan& plan_;
  RunStore& store_;
  const Registry& registry_;
  FileHashes& hashes_;
  const RunnerSettings& settings_;
  Progress& progress_;
  KeptModels files_;
  std::map<std::string, std::string> environment_;
  std::unordered_map<std::string, int> max_losses_;
  std::list<const PlannedRun*> pending_;            ///< in the order in which they are asked for
  std::unordered_set<const PlannedRun*> gpu_runs_;  ///< those that would use a GPU
  std::size_t n_pending_ = 0;                       ///< at the beginning
  std::size_t n_settled_ = 0;                       ///< of them
  bool failed_ = false;                             ///< a run has failed, here or elsewhere
  bool drawn_ = false;                              ///< the progress of runs is on display
  double wait_s_ = 0.1;                             ///< before the runs are asked for again
  std::string prepared_key_;
  std::optional<Prepared> prepared_;
  std::optional<LaterRuns> later_;
  ExtractionMemory memory_;
  bool alone_ = false;  ///< the run in hand was lost by another worker
  DecodingMeter decodings_;
  std::set<std::string> told_;                 ///< of what many runs would tell: tracks, the cache
  std::unordered_set<std::string> clean_ids_;  ///< of the runs whose models others use
  FittedRuns fitted_;
  /// Of clean runs: whether deformed runs can use them now. Asked for once per round.
  enum class Model { waits, at_hand, to_fit };
  std::map<std::string, Model> models_;
  std::optional<GpuSlot> gpu_;  ///< taken when a run first needs it
  std::optional<Heartbeat> heartbeat_;
};

}  // namespace genrebench
