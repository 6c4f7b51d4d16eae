#include "base/process_tree.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/program_start.hpp"
#include "base/unfinished_file.hpp"

namespace genrebench {
namespace {

constexpr const char* kMark = "GENREBENCH_TREE";
constexpr std::size_t kMostBytes = std::size_t{1} << 20;  // that one read() takes from a pipe
constexpr double kLongestKill_s = 2.0;

/// All that the new process needs. It shares our memory until it executes the program, so it may
/// only make system calls.
struct Launch {
  const char* program = nullptr;
  char* const* argv = nullptr;
  char* const* envp = nullptr;
  int in = -1, out = -1, err = -1;
  int failure = -1;  ///< receives the error number if the program cannot be executed
  pid_t parent = 0;
  sigset_t signals = {};  ///< those that are blocked in the program
};

/// What the new process does. Sanitizers would take it for a thread of ours.
__attribute__((no_sanitize("address", "thread", "undefined"))) int execute(void* argument) {
  const Launch& launch = *static_cast<const Launch*>(argument);
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launch.parent) ::_exit(127);  // it has died meanwhile
  // We may ignore these, and other programs expect them to end them.
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGXFSZ, SIG_DFL);
  ::dup2(launch.in, STDIN_FILENO);
  ::dup2(launch.out, STDOUT_FILENO);
  ::dup2(launch.err, STDERR_FILENO);
  ::sigprocmask(SIG_SETMASK, &launch.signals, nullptr);
  ::execvpe(launch.program, launch.argv, launch.envp);
  const int error = errno;
  const ssize_t ignored = ::write(launch.failure, &error, sizeof error);
  static_cast<void>(ignored);
  ::_exit(127);
}

// The thread sanitizer keeps its account of a thread in our memory. A process that shares it would
// leave there what it does, and the sanitizer would miss the locks of the thread from then on.
#ifdef __SANITIZE_THREAD__
constexpr int kSharedMemory = 0;
#else
constexpr int kSharedMemory = CLONE_VM;
#endif

/// Starts a process that shares our memory until it executes the program, as posix_spawn does. That
/// cannot ask the kernel to end the program with us.
/// @return  its process id; -1: the system refused
pid_t start_process(Launch& launch) {
  std::vector<std::max_align_t> stack((std::size_t{1} << 18) / sizeof(std::max_align_t));
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &launch.signals);
  const pid_t child =
      ::clone(execute, stack.data() + stack.size(), kSharedMemory | CLONE_VFORK | SIGCHLD, &launch);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &launch.signals, nullptr);
  errno = error;
  return child;
}

/// What the kernel says of a process.
struct ProcessFacts {
  char state = 'Z';
  pid_t session = 0;
  bool gone() const { return state == 'Z' || state == 'X'; }
};

ProcessFacts facts_of(const std::filesystem::path& folder) {
  std::ifstream file(folder / "stat");
  std::string text;
  std::getline(file, text, '\0');
  ProcessFacts facts;
  // The name, in parentheses, may hold anything.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return facts;
  std::istringstream rest(text.substr(name_end + 1));
  pid_t parent = 0, group = 0;
  if (!(rest >> facts.state >> parent >> group >> facts.session)) return {};
  return facts;
}

bool has_mark(const std::filesystem::path& folder, const std::string& mark) {
  std::ifstream file(folder / "environ", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return text.find(mark) != std::string::npos;
}

/// Processes of a session, and those whose environment has the mark.
std::vector<pid_t> members(pid_t session, const std::string& mark) {
  std::vector<pid_t> result;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    pid_t id = 0;
    const auto [stop, bad] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (bad != std::errc() || stop != name.data() + name.size() || id == ::getpid()) continue;
    const ProcessFacts facts = facts_of(entry->path());
    if (!facts.gone() && (facts.session == session || has_mark(entry->path(), mark)))
      result.push_back(id);
  }
  return result;
}

}  // namespace

struct ProcessTree::State {
  State(const std::vector<std::string>& command, std::map<std::string, std::string> environment)
      : name(command.front()) {
    environment[kMark] = unguessable_digits();
    mark = fmt::format("{}={}", kMark, environment[kMark]);
    std::vector<std::string> words = command, variables;
    for (const auto& [key, value] : environment)
      variables.push_back(fmt::format("{}={}", key, value));
    const std::vector<char*> argv = pointers_to(words), envp = pointers_to(variables);
    const Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    Pipe failure;
    Launch launch{.program = words.front().c_str(),
                  .argv = argv.data(),
                  .envp = envp.data(),
                  .in = nothing.number(),
                  .out = out.writing.number(),
                  .err = err.writing.number(),
                  .failure = failure.writing.number(),
                  .parent = ::getpid()};
    child = start_process(launch);
    if (child < 0) refuse(errno);
    session = child;
    out.writing.close();
    err.writing.close();
    failure.writing.close();
    int error = 0;
    ssize_t n = 0;
    while ((n = ::read(failure.reading.number(), &error, sizeof error)) < 0 && errno == EINTR) {
    }
    if (n == static_cast<ssize_t>(sizeof error)) {
      reap(0);
      refuse(error);
    }
    for (const Pipe* pipe : {&out, &err}) ::fcntl(pipe->reading.number(), F_SETFL, O_NONBLOCK);
  }

  ~State() { kill_all(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[noreturn]] void refuse(int error) const {
    throw DataError(fmt::format("{} cannot be started: {}", name, std::strerror(error)));
  }

  /// Looks whether the program has ended. @param options  those of waitpid
  void reap(int options) {
    if (child < 0) return;
    int status = 0;
    pid_t ended = 0;
    while ((ended = ::waitpid(child, &status, options)) < 0 && errno == EINTR) {
    }
    if (ended == 0) return;
    child = -1;
    if (ended > 0) exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  /// Reads what there is. The end of the output closes the pipe.
  void take(Pipe& pipe, std::string& into) const {
    std::array<char, 1 << 14> block{};
    while (into.size() < kMostBytes) {
      const ssize_t n = ::read(pipe.reading.number(), block.data(), block.size());
      if (n > 0) {
        into.append(block.data(), static_cast<std::size_t>(n));
        continue;
      }
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno == EAGAIN) return;
      if (n < 0)
        throw DataError(fmt::format("cannot read from {}: {}", name, std::strerror(errno)));
      pipe.reading.close();
      return;
    }
  }

  bool open() const { return out.reading.number() >= 0 || err.reading.number() >= 0; }

  Output read(int wait_ms) {
    reap(WNOHANG);
    const bool was_running = child >= 0;
    Output result;
    if (open()) {
      std::array<pollfd, 2> ends = {
          pollfd{.fd = out.reading.number(), .events = POLLIN, .revents = 0},
          pollfd{.fd = err.reading.number(), .events = POLLIN, .revents = 0}};
      if (::poll(ends.data(), ends.size(), was_running ? wait_ms : 0) > 0) {
        if (ends[0].revents != 0) take(out, result.out);
        if (ends[1].revents != 0) take(err, result.err);
      }
    } else if (was_running) {
      std::this_thread::sleep_for(std::chrono::milliseconds(std::min(wait_ms, 5)));
    }
    // Others may hold the pipes open, so the end of the program decides.
    if (!was_running && result.empty()) drained = true;
    reap(WNOHANG);
    return result;
  }

  std::size_t kill_all() {
    if (std::exchange(all_killed, true)) return 0;
    std::set<pid_t> found;
    // The number of a group may be another's once we know that the program has ended.
    if (child > 0) ::kill(-session, SIGKILL);
    const SteadyClock::time_point begin = SteadyClock::now();
    for (std::vector<pid_t> running = members(session, mark);
         !running.empty() && seconds_since(begin) < kLongestKill_s;
         running = members(session, mark)) {
      for (const pid_t id : running) {
        ::kill(id, SIGKILL);
        if (id != child) found.insert(id);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    reap(0);
    return found.size();
  }

  std::string name, mark;
  Pipe out, err;
  pid_t child = -1;  ///< -1: has ended
  pid_t session = -1;
  int exit_code = 0;
  bool drained = false;  ///< all that it wrote has been read
  bool all_killed = false;
};

ProcessTree::ProcessTree(const std::vector<std::string>& command,
                         const std::map<std::string, std::string>& environment)
    : state_(std::make_unique<State>(command, environment)) {}

ProcessTree::~ProcessTree() = default;

pid_t ProcessTree::id() const { return state_->session; }

ProcessTree::Output ProcessTree::read(int wait_ms) { return state_->read(wait_ms); }

bool ProcessTree::ended() const {
  return state_->child < 0 && (state_->drained || !state_->open());
}

int ProcessTree::exit_code() const { return state_->exit_code; }

std::size_t ProcessTree::kill_all() { return state_->kill_all(); }

}  // namespace genrebench
