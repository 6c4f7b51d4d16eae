#pragma once
// A program that may start others, and that is ended together with all of them.

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace genrebench {

/// Starts a program without a shell, in a session of its own, and reads what it writes while it
/// runs. Its standard input is /dev/null. The kernel kills it if the thread that started it ends.
/// Calls come from one thread at a time.
///
/// Processes that it started are known by their session. Those that left it, as daemons do, are
/// known by a variable of their environment, GENREBENCH_TREE.
class ProcessTree {
 public:
  /// @param command      the program, looked for in PATH unless it has a slash, and its arguments
  /// @param environment  all variables that it gets; nothing of this process is added
  /// @throws DataError  if it cannot be started
  ProcessTree(const std::vector<std::string>& command,
              const std::map<std::string, std::string>& environment);
  /// Kills what still runs.
  ~ProcessTree();
  ProcessTree(const ProcessTree&) = delete;
  ProcessTree& operator=(const ProcessTree&) = delete;

  /// The process id of the program itself.
  pid_t id() const;

  struct Output {
    std::string out, err;  ///< what came on standard output and on standard error
    bool empty() const { return out.empty() && err.empty(); }
  };

  /// What was written since the last call.
  /// @param wait_ms  how long to wait for something, in milliseconds; the end of the program ends
  ///                 the wait
  /// @throws DataError  if the system refuses to read
  Output read(int wait_ms);

  /// True once the program itself has ended and read() has given all that it wrote.
  bool ended() const;

  /// Its exit code; 128 + the signal's number if a signal ended it. Call it after ended().
  int exit_code() const;

  /// Kills the program and all that it started, and waits until they are gone, two seconds at most.
  /// @return  the number of processes that ran, without the program itself
  std::size_t kill_all();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genrebench
