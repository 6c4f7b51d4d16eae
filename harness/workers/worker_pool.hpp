#pragma once
// Worker processes: starts them, reads what they say, and replaces those that die.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/progress.hpp"

namespace genrebench {

/// Each worker is a process of its own that gets its input on standard input, and ends when the
/// process that owns the pool ends.
class WorkerPool {
 public:
  struct Settings {
    /// Every worker's program. The default is this program, even if its file was replaced since it
    /// started.
    std::string program = "/proc/self/exe";
    std::vector<std::string> arguments = {"genrebench", "pool-worker"};  ///< the first is its name
    std::vector<std::string> inputs = {};  ///< one worker per entry: its standard input
    /// After more deaths in a row than this, without progress() in between, none are started.
    std::size_t patience = 50;
  };

  /// What workers said, and what became of them, since the last look.
  struct News {
    std::vector<std::string> messages;  ///< lines for the user: the workers' own
    std::vector<Incident> incidents;    ///< the workers' own, and about them
    bool worker_failed = false;         ///< a worker gave up, and is not started again
  };

  /// @throws DataError  if a worker cannot be started
  explicit WorkerPool(Settings settings);
  /// Kills the workers that still run.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Reads what the workers say, and starts those again that were killed or crashed. Does not wait.
  News look();
  /// Tells the pool that the workers have got something done since the last call.
  void progress();
  /// What each worker is doing, as it said last; empty if it has ended.
  std::vector<std::string> now() const;
  std::size_t n_running() const;
  /// Number of workers that were started because another had died.
  std::size_t n_replaced() const;
  /// Asks all workers to end after their present run, and starts no more.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A line on a worker's standard error that begins with this tells its pool what the worker is
/// doing. Other lines are for the user, or what pool_line() returns.
inline constexpr char kNowMark = '\x01';

/// An incident as the line by which a worker tells its pool.
std::string pool_line(const Incident& incident);

}  // namespace genrebench
