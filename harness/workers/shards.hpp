#pragma once
// One store per worker, for workers that cannot share one: on network file systems, or by choice.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "harness/plan/plan.hpp"
#include "harness/store/run_store.hpp"
#include "harness/workers/run_queue.hpp"

namespace genrebench {

/// The shards of a store: `DATABASE.shards/HOST-PID/shard_N.db`, each a complete run store with a
/// part of the runs to do. They belong to the process that made them. If it dies, the next sweep
/// joins them.
class Shards {
 public:
  /// Deals out the runs that the store has still to do, in turn and in the given order, so that
  /// every shard gets fast and slow ones.
  /// @param plans  recorded in the store
  /// @throws DataError  if they cannot be written
  Shards(const RunStore& store, const std::vector<Plan>& plans, const Registry& registry,
         std::size_t n, RunOrder order, Progress& progress);

  const std::vector<std::unique_ptr<RunStore>>& stores() const { return stores_; }

  /// Merges the shards into the store and removes them.
  /// @throws DataError  if that cannot be done; the shards are kept
  void join(Progress& progress);

 private:
  std::filesystem::path database_;
  std::filesystem::path folder_;
  std::vector<std::unique_ptr<RunStore>> stores_;
};

/// Merges the shards of processes that have ended into their store and removes them. Waits for
/// workers that are about to end. Shards of running processes are left alone. So are those of
/// processes on other machines, which cannot be checked from here; a message names them.
/// @throws DataError  if a shard cannot be joined; it is kept
void join_left_shards(const std::filesystem::path& database, Progress& progress,
                      const std::function<bool()>& interrupted);

}  // namespace genrebench
