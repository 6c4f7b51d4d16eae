#pragma once
// Processes that work on a sweep for one that watches over them.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace genrebench {

/// Starts programs and starts them again where they die. Each is told the number of the process
/// that watches, and is to end with it.
class WorkerPool {
 public:
  struct Settings {
    std::string program = "/proc/self/exe";  ///< its file: this program's own, also where it was
                                             ///< replaced since it began
    std::vector<std::vector<std::string>> commands = {};  ///< one command line a worker; the first
                                                          ///< word is the program's name
    /// So many deaths in a row, without progress() in between, and no more are started.
    std::size_t patience = 50;
  };

  /// What workers said and what became of them since the last look.
  struct News {
    std::vector<std::string> messages;  ///< lines for the user, workers' own and about them
    bool worker_failed = false;  ///< one ended by itself without having done its work, and is not
                                 ///< started again
  };

  /// @throws DataError  if the first of them cannot be started
  explicit WorkerPool(Settings settings);
  /// Kills what still runs.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Reads what they say, and starts those again that were killed or crashed. Does not wait.
  News look();
  /// Something came of their work since the last call.
  void progress();
  /// What each is doing, as it said last; empty for one that has ended.
  std::vector<std::string> now() const;
  std::size_t n_running() const;
  /// How many were started because another had died.
  std::size_t n_replaced() const;
  /// Asks all to end after what they are about to do, and starts no more.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// How a worker tells its pool, through standard error, what it is doing: a line that begins with
/// this. Other lines are for the user.
inline constexpr char kNowMark = '\x01';

}  // namespace genrebench
