#include "harness/workers/worker_pool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "base/error.hpp"
#include "base/subprocess.hpp"

namespace genrebench {
namespace {

/// Exit codes of a worker that ended as it should: all done, or asked to stop.
bool ended_well(int status) {
  return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 130);
}

std::string death(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("was ended by signal {} ({})", WTERMSIG(status),
                       ::strsignal(WTERMSIG(status)));
  return fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

}  // namespace

struct WorkerPool::State {
  struct Worker {
    pid_t pid = -1;  ///< -1: has ended
    int pipe = -1;   ///< what it says; open until all is read
    std::string unread;
    std::string now;
  };

  explicit State(Settings s) : settings(std::move(s)), workers(settings.commands.size()) {}

  void start(std::size_t index) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
      throw DataError(fmt::format("cannot start a worker: {}", std::strerror(errno)));
    Worker& worker = workers[index];
    try {
      worker.pid = start_subprocess(
          settings.commands[index],
          {.program = settings.program, .folder = {}, .environment = {}, .err = ends[1]});
    } catch (...) {
      worker.pid = -1;
      ::close(ends[0]);
      ::close(ends[1]);
      throw;
    }
    ::close(ends[1]);
    if (worker.pipe >= 0) ::close(worker.pipe);
    worker.pipe = ends[0];
    worker.unread.clear();
    worker.now.clear();
    ::fcntl(worker.pipe, F_SETFL, O_NONBLOCK);
  }

  void read(Worker& worker, News& news) {
    std::array<char, 4096> block{};
    for (ssize_t n = 0;
         worker.pipe >= 0 && (n = ::read(worker.pipe, block.data(), block.size())) != 0;) {
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

WorkerPool::~WorkerPool() {
  for (State::Worker& worker : state_->workers) {
    if (worker.pid > 0) {
      ::kill(worker.pid, SIGKILL);
      ::waitpid(worker.pid, nullptr, 0);
    }
    if (worker.pipe >= 0) ::close(worker.pipe);
  }
}

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
    const std::string text =
        fmt::format("worker {} of {} {}", i + 1, state_->workers.size(), death(status));
    // What a worker says before it gives up is its own message; killed or crashed ones are
    // replaced.
    const bool crashed = WIFSIGNALED(status);
    if (!crashed || state_->stopping) {
      news.worker_failed = news.worker_failed || !state_->stopping;
      continue;
    }
    if (++state_->deaths > state_->settings.patience) {
      news.messages.push_back(
          fmt::format("{}; {} died one after the other and nothing came of it: no more are started",
                      text, state_->deaths));
      news.worker_failed = true;
      continue;
    }
    try {
      state_->start(i);
      ++state_->replaced;
      news.messages.push_back(text + "; another one takes its place");
    } catch (const DataError& error) {
      news.messages.push_back(fmt::format("{}; {}", text, error.what()));
      news.worker_failed = true;
    }
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
