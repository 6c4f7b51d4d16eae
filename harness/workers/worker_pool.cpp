#include "harness/workers/worker_pool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/program_start.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

/// True if a worker ended as it should: all done, or asked to stop.
bool ended_well(int status) {
  return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 130);
}

std::string death(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("was ended by signal {} ({})", WTERMSIG(status),
                       ::strsignal(WTERMSIG(status)));
  return fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

DataError cannot_start(int error) {
  return DataError(fmt::format("cannot start a worker: {}", std::strerror(error)));
}

/// A file without a name that holds the text, to be read from its beginning. Unlike a pipe it takes
/// any length at once, whether or not the worker reads it.
Descriptor file_with(const std::string& text) {
  Descriptor file(::memfd_create("genrebench worker", MFD_CLOEXEC));
  if (file.number() < 0) throw cannot_start(errno);
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(file.number(), text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw cannot_start(errno);
    done += static_cast<std::size_t>(n);
  }
  if (::lseek(file.number(), 0, SEEK_SET) < 0) throw cannot_start(errno);
  return file;
}

constexpr char kIncidentMark = '\x02', kFieldMark = '\x1f';

/// @param line  as pool_line() returns it
Incident incident_in(const std::string& line) {
  std::array<std::string, 4> fields;
  std::size_t n = 0;
  for (const char c : std::string_view(line).substr(1)) {
    if (c != kFieldMark)
      fields[n] += c;
    else if (++n == fields.size())
      break;
  }
  return {
      .kind = fields[0], .text = fields[1], .reason = fields[2], .harmless = !fields[3].empty()};
}

}  // namespace

std::string pool_line(const Incident& incident) {
  return kIncidentMark + single_line(incident.kind) + kFieldMark + single_line(incident.text) +
         kFieldMark + single_line(incident.reason) + kFieldMark + (incident.harmless ? "1" : "");
}

struct WorkerPool::State {
  struct Worker {
    pid_t pid = -1;   ///< -1: has ended
    Descriptor pipe;  ///< what it says
    std::string unread;
    std::string now;
  };

  explicit State(Settings s) : settings(std::move(s)), workers(settings.inputs.size()) {}
  ~State() {
    for (const Worker& worker : workers) {
      if (worker.pid <= 0) continue;
      ::kill(worker.pid, SIGKILL);
      ::waitpid(worker.pid, nullptr, 0);
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void start(std::size_t index) {
    const Descriptor input = file_with(settings.inputs[index]);
    std::array<int, 2> numbers{};
    if (::pipe2(numbers.data(), O_CLOEXEC) != 0) throw cannot_start(errno);
    Descriptor ours(numbers[0]);
    const Descriptor theirs(numbers[1]);
    Worker& worker = workers[index];
    worker.pid = start_subprocess(settings.arguments, {.program = settings.program,
                                                       .folder = {},
                                                       .environment = {},
                                                       .in = input.number(),
                                                       .err = theirs.number()});
    ::fcntl(ours.number(), F_SETFL, O_NONBLOCK);
    worker.pipe = std::move(ours);
    worker.unread.clear();
    worker.now.clear();
  }

  /// A worker that was killed or crashed is replaced, unless too many were.
  void replace(std::size_t index, const std::string& what, News& news) {
    if (++deaths > settings.patience) {
      news.messages.push_back(fmt::format(
          "{}; {} workers died in a row without a result: no more are started", what, deaths));
      news.worker_failed = true;
      return;
    }
    try {
      start(index);
      ++replaced;
      const std::string text = what + "; another one takes its place";
      news.incidents.push_back({.kind = "worker died", .text = text, .reason = text});
    } catch (const DataError& error) {
      news.messages.push_back(fmt::format("{}; {}", what, error.what()));
      news.worker_failed = true;
    }
  }

  void read(Worker& worker, News& news) {
    std::array<char, 4096> block{};
    for (ssize_t n = 0; (n = ::read(worker.pipe.number(), block.data(), block.size())) != 0;) {
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) break;
      worker.unread.append(block.data(), static_cast<std::size_t>(n));
    }
    for (std::size_t end = worker.unread.find('\n'); end != std::string::npos;
         end = worker.unread.find('\n')) {
      const std::string line = worker.unread.substr(0, end);
      worker.unread.erase(0, end + 1);
      if (line.empty()) continue;
      if (line.front() == kNowMark)
        worker.now = line.substr(1);
      else if (line.front() == kIncidentMark)
        news.incidents.push_back(incident_in(line));
      else
        news.messages.push_back(line);
    }
  }

  Settings settings;
  std::vector<Worker> workers;
  std::size_t deaths = 0;  ///< in a row
  std::size_t replaced = 0;
  bool stopping = false;
};

WorkerPool::WorkerPool(Settings settings) : state_(std::make_unique<State>(std::move(settings))) {
  for (std::size_t i = 0; i < state_->workers.size(); ++i) state_->start(i);
}

WorkerPool::~WorkerPool() = default;

WorkerPool::News WorkerPool::look() {
  News news;
  for (std::size_t i = 0; i < state_->workers.size(); ++i) {
    State::Worker& worker = state_->workers[i];
    if (worker.pid < 0) continue;
    int status = 0;
    const bool ended = ::waitpid(worker.pid, &status, WNOHANG) == worker.pid;
    state_->read(worker, news);
    if (!ended) continue;
    worker.pid = -1;
    worker.now.clear();
    if (ended_well(status)) continue;
    // A worker that gives up has said why. Those that were killed or crashed are replaced.
    if (!WIFSIGNALED(status) || state_->stopping)
      news.worker_failed = news.worker_failed || !state_->stopping;
    else
      state_->replace(
          i, fmt::format("worker {} of {} {}", i + 1, state_->workers.size(), death(status)), news);
  }
  return news;
}

void WorkerPool::progress() { state_->deaths = 0; }

std::vector<std::string> WorkerPool::now() const {
  std::vector<std::string> result;
  for (const State::Worker& worker : state_->workers) result.push_back(worker.now);
  return result;
}

std::size_t WorkerPool::n_running() const {
  std::size_t n = 0;
  for (const State::Worker& worker : state_->workers) n += worker.pid > 0;
  return n;
}

std::size_t WorkerPool::n_replaced() const { return state_->replaced; }

void WorkerPool::stop() {
  state_->stopping = true;
  for (const State::Worker& worker : state_->workers)
    if (worker.pid > 0) ::kill(worker.pid, SIGTERM);
}

}  // namespace genrebench
