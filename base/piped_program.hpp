#pragma once
// Another program whose output is read while it runs.

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace genrebench {

/// Starts a program without a shell and reads its standard output through a pipe, so that memory
/// does not grow with what it writes. Its standard input is /dev/null; of its standard error the
/// first 64 KiB are kept. Its threads are its own; calls come from one thread at a time.
class PipedProgram {
 public:
  /// @param command     the program, looked for in PATH unless it has a slash, and its arguments
  /// @param patience_s  processor time that it may take without writing or ending before it is
  ///                    taken to hang; ten times as long if it waits. Time in which this process
  ///                    itself is stopped does not count.
  /// @param cpu_s       processor time after which the system ends it, also without us; 0: no limit
  /// @throws DataError  if it cannot be started
  explicit PipedProgram(const std::vector<std::string>& command, double patience_s = 60.0,
                        int cpu_s = 0);
  /// Kills it if it still runs.
  ~PipedProgram();
  PipedProgram(PipedProgram&&) noexcept;
  PipedProgram& operator=(PipedProgram&&) noexcept;

  /// Its process id.
  pid_t id() const;

  /// Waits for the next bytes that it writes.
  /// @return  number of bytes written to `out`: out.size(), or fewer at the end of its output
  /// @throws DataError  if it hangs: it is killed
  std::size_t read(std::span<char> out);

  /// Waits for its end, after read() has come to the end of its output.
  /// @return  its exit code; 128 + the signal's number if a signal ended it
  /// @throws DataError  if it hangs: it is killed
  int finish();

  /// What it has written to standard error so far; complete after finish().
  const std::string& errors() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What a program writes, and how it ends.
struct ProgramOutput {
  int exit_code = 0;
  std::string out, err;
};

/// Runs a program to its end.
/// @param largest_output  bytes of output after which it is killed
/// @throws DataError  if it cannot be started, hangs (see PipedProgram) or writes more than that
ProgramOutput read_program(const std::vector<std::string>& command, double patience_s = 60.0,
                           std::size_t largest_output = std::size_t{1} << 24);

}  // namespace genrebench
