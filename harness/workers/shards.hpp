#pragma once
// Stores of their own for workers, where they cannot share one: on network file systems, or by
// choice.

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

/// Shards of a store: `DATABASE.shards/HOST-PID/shard_N.db`, each a whole run store with a part of
/// the runs that are to be done. They belong to the process that made them; what one that died left
/// behind is joined by the next.
class Shards {
 public:
  /// Deals the runs out that the store has still to do, one after the other in the order given, so
  /// that every shard has cheap ones and dear ones.
  /// @param plans  recorded in the store
  /// @throws DataError  if they cannot be written
  Shards(const RunStore& store, const std::vector<Plan>& plans, const Registry& registry,
         std::size_t n, RunOrder order, Progress& progress);

  const std::vector<std::unique_ptr<RunStore>>& stores() const { return stores_; }

  /// Joins them to the store, and removes them.
  /// @throws DataError  if that cannot be done; they are kept
  void join(Progress& progress);

 private:
  std::filesystem::path database_;
  std::filesystem::path folder_;
  std::vector<std::unique_ptr<RunStore>> stores_;
};

/// Joins the shards of processes that have ended to their store, and removes them. Waits for
/// workers that are about to end. Those of processes that live, or of which nothing can be known
/// from here, are left alone; the latter are named.
/// @throws DataError  if a shard cannot be joined; it is kept
void join_left_shards(const std::filesystem::path& database, Progress& progress,
                      const std::function<bool()>& interrupted);

}  // namespace genrebench
