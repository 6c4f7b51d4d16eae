#pragma once
// Looks at a store again and again while others write to it, and tells what has changed. Made for
// the live view: a store with tens of thousands of runs is read whole once, and after that only
// what is new.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/store/run_store.hpp"

namespace genrebench {

/// The final value of a metric.
struct WatchedMetric {
  std::int64_t split = 0, name = 0;  ///< keys of texts
  double value = 0.0;
};

/// A parameter of a run.
struct WatchedParameter {
  std::int64_t name = 0, value = 0;  ///< keys of texts
};

/// A run as a list of many runs shows it.
struct WatchedRun {
  std::int64_t key = 0;
  std::string id;
  RunStatus status = RunStatus::planned;
  RunOrigin origin = RunOrigin::computed;
  std::uint64_t seed = 0;
  std::string message;
  std::string started_at;  ///< UTC, ISO 8601; empty where it has not started
  double wall_s = 0.0;
  std::int64_t token = 0;      ///< number of claims so far
  std::int64_t worker = 0;     ///< that holds the run; 0: none
  std::int64_t last_step = 0;  ///< of its curves while it is running; 0: none yet
  std::vector<WatchedParameter> parameters = {};
  std::vector<WatchedMetric> metrics = {};  ///< those of single genres and of time left out
};

/// A worker, at work or not.
struct WatchedWorker {
  WorkerRecord record;
  std::string ended;  ///< "" at work, "left", "lost"
};

/// The plan of an experiment.
struct WatchedPlan {
  std::string name;
  std::vector<std::int64_t> runs;  ///< keys, in the order of the plan
};

/// Use an object from one thread at a time. It only reads, and each of its transactions is short,
/// so that no writer waits for it and the log can be taken back into the file.
class StoreWatch {
 public:
  /// @throws DataError  as RunStore::open() does in read mode
  explicit StoreWatch(const std::filesystem::path& file);
  ~StoreWatch();

  /// What a look has found.
  struct Changes {
    bool any = false;
    bool whole = false;  ///< runs came or went, were configured anew or planned anew
    std::vector<std::size_t> runs = {};  ///< positions in runs() of those that changed
    bool workers = false;
  };

  /// Reads what others have committed since the last look. The first look reads everything.
  /// @throws DataError  if the store cannot be read, was deleted or replaced, or a value in it is
  /// not what it should be
  Changes look();

  /// In the order in which they were added to the store.
  const std::vector<WatchedRun>& runs() const { return runs_; }
  /// Those at work, and the latest that have ended.
  const std::vector<WatchedWorker>& workers() const { return workers_; }
  const std::vector<WatchedPlan>& plans() const { return plans_; }
  /// The text of a key that runs() refers to.
  const std::string& text(std::int64_t key) const { return texts_.at(key); }

 private:
  struct Fresh;

  Fresh read_states() const;
  void read_details(const std::vector<std::size_t>& places);
  std::vector<std::size_t> take_states(std::vector<WatchedRun>&& fresh, Changes& changes);
  void read_steps(Changes& changes);

  std::unique_ptr<Connection> connection_;
  std::int64_t data_version_ = -1;
  bool unfinished_ = false;
  std::vector<WatchedRun> runs_;
  std::vector<WatchedWorker> workers_;
  std::vector<WatchedPlan> plans_;
  std::unordered_map<std::int64_t, std::string> texts_;
  std::unordered_map<std::int64_t, bool> listed_names_;  ///< whether a metric of the name is kept
};

}  // namespace genrebench
