#include "base/piped_program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/program_start.hpp"
#include "base/subprocess.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kKeptErrors = std::size_t{1} << 16;

/// Processor time of a process so far; 0 if it is not known.
double cpu_seconds(pid_t process) {
  clockid_t clock = 0;
  timespec time{};
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0.0;
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Tells a program that hangs from one that is slow, or that a busy machine does not let run.
class Patience {
 public:
  Patience(pid_t process, double patience_s)
      : process_(process), patience_s_(patience_s), cpu_begin_s_(cpu_seconds(process)) {}

  /// How long to wait before exhausted() is asked again.
  static constexpr int kSlice_ms = 200;

  /// To be called after each slice. @return  seconds without a sign of life; 0: wait on
  double exhausted() {
    // A slice that took longer is time in which we were stopped, or a machine that was asleep.
    waited_s_ += std::min(seconds_since(slice_begin_), 2e-3 * kSlice_ms);
    slice_begin_ = SteadyClock::now();
    if (cpu_seconds(process_) - cpu_begin_s_ > patience_s_) return patience_s_;
    return waited_s_ > 10.0 * patience_s_ ? 10.0 * patience_s_ : 0.0;
  }

 private:
  pid_t process_;
  double patience_s_, cpu_begin_s_;
  double waited_s_ = 0.0;
  SteadyClock::time_point slice_begin_ = SteadyClock::now();
};

}  // namespace

struct PipedProgram::State {
  State(const std::vector<std::string>& command, double patience)
      : name(command.front()), patience_s(patience) {
    child = start_subprocess(command, {.program = {},
                                       .folder = {},
                                       .environment = {},
                                       .out = out.writing.number(),
                                       .err = err.writing.number()});
    out.writing.close();
    err.writing.close();
  }

  ~State() { kill(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void kill() {
    if (child < 0) return;
    ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    child = -1;
  }

  /// Kills the program if it hangs.
  void check(Patience& patience, std::string_view what) {
    const double silent_s = patience.exhausted();
    if (silent_s == 0.0) return;
    kill();
    throw DataError(fmt::format("{} {} for {:g} s and was ended", name, what, silent_s));
  }

  /// Waits until the output or its end can be read. Reads errors meanwhile.
  void await_output() {
    Patience patience(child, patience_s);
    while (true) {
      std::array<pollfd, 2> ends = {
          pollfd{.fd = out.reading.number(), .events = POLLIN, .revents = 0},
          pollfd{.fd = err.reading.number(), .events = POLLIN, .revents = 0}};
      const int ready = ::poll(ends.data(), ends.size(), Patience::kSlice_ms);
      if (ready < 0 && errno != EINTR)
        throw DataError(fmt::format("cannot read from {}: {}", name, std::strerror(errno)));
      if (ready > 0 && ends[1].revents != 0) read_errors();
      if (ready > 0 && ends[0].revents != 0) return;
      check(patience, "wrote nothing");
    }
  }

  /// Reads what there is on standard error. @return  false at its end
  bool read_errors() {
    std::array<char, 4096> block{};
    const ssize_t n = ::read(err.reading.number(), block.data(), block.size());
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (n <= 0) {
      err.reading.close();
      return false;
    }
    errors.append(block.data(), std::min(static_cast<std::size_t>(n), kKeptErrors - errors.size()));
    return true;
  }

  std::size_t read_some(std::span<char> to) {
    while (true) {
      await_output();
      const ssize_t n = ::read(out.reading.number(), to.data(), to.size());
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR)
        throw DataError(fmt::format("cannot read from {}: {}", name, std::strerror(errno)));
    }
  }

  std::string name;
  double patience_s;
  Pipe out, err;
  pid_t child = -1;  ///< -1: has ended
  int exit_code = 0;
  std::string errors;
};

PipedProgram::PipedProgram(const std::vector<std::string>& command, double patience_s, int cpu_s)
    : state_(std::make_unique<State>(command, patience_s)) {
  if (cpu_s <= 0) return;
  // Outlives us if we are killed: a program that hangs must not run for ever.
  const rlimit limit{.rlim_cur = static_cast<rlim_t>(cpu_s),
                     .rlim_max = static_cast<rlim_t>(cpu_s)};
  ::prlimit(state_->child, RLIMIT_CPU, &limit, nullptr);
}

PipedProgram::~PipedProgram() = default;
PipedProgram::PipedProgram(PipedProgram&&) noexcept = default;
PipedProgram& PipedProgram::operator=(PipedProgram&&) noexcept = default;

pid_t PipedProgram::id() const { return state_->child; }

std::size_t PipedProgram::read(std::span<char> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const std::size_t n = state_->read_some(out.subspan(done));
    if (n == 0) break;
    done += n;
  }
  return done;
}

int PipedProgram::finish() {
  State& state = *state_;
  for (Patience patience(state.child, state.patience_s); state.child > 0;) {
    int status = 0;
    const pid_t ended = ::waitpid(state.child, &status, WNOHANG);
    if (ended == state.child) {
      state.child = -1;
      state.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      break;
    }
    if (ended < 0 && errno != EINTR)
      throw DataError(fmt::format("cannot wait for {}: {}", state.name, std::strerror(errno)));
    if (state.err.reading.number() >= 0) {  // it may wait for room in the pipe of its errors
      pollfd end{.fd = state.err.reading.number(), .events = POLLIN, .revents = 0};
      if (::poll(&end, 1, 5) > 0) state.read_errors();
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    state.check(patience, "did not end");
  }
  // What is in the pipe still; a program that it started may hold the other end.
  for (pollfd end{.fd = state.err.reading.number(), .events = POLLIN, .revents = 0};
       state.err.reading.number() >= 0 && ::poll(&end, 1, 0) > 0;)
    if (!state.read_errors()) break;
  return state.exit_code;
}

const std::string& PipedProgram::errors() const { return state_->errors; }

ProgramOutput read_program(const std::vector<std::string>& command, double patience_s,
                           std::size_t largest_output) {
  PipedProgram program(command, patience_s);
  ProgramOutput result;
  std::vector<char> block(std::size_t{1} << 14);
  while (const std::size_t n = program.read(block)) {
    result.out.append(block.data(), n);
    if (result.out.size() > largest_output)
      throw DataError(fmt::format("{} wrote more than {} bytes", command.front(), largest_output));
  }
  result.exit_code = program.finish();
  result.err = program.errors();
  return result;
}

}  // namespace genrebench
