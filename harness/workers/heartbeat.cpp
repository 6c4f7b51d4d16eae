#include "harness/workers/heartbeat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "harness/records/short_id.hpp"

namespace genrebench {
namespace {

/// A worker is dead after so many of its intervals without a heartbeat. With looks every fifth of
/// an interval it is known within two.
constexpr double kPatience = 1.6;

double steady_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

std::vector<std::string> LossDetector::look(
    RunStore& store, double now, std::int64_t self,
    const std::function<int(const std::string& run_id)>& max_losses) {
  std::vector<std::string> messages;
  std::map<std::int64_t, Seen> seen;
  const double since_last = last_look_ < 0.0 ? 0.0 : now - last_look_;
  last_look_ = now;
  for (const WorkerRecord& worker : store.workers()) {
    if (worker.id == self) continue;
    Seen one;
    if (const auto before = seen_.find(worker.id);
        before != seen_.end() && before->second.beat == worker.beat)
      one = before->second;
    // After a long pause of this process (the machine slept, or all were stopped together) the
    // others have had no chance either.
    if (one.beat == worker.beat)
      one.still_s += std::min(since_last, 2.0 * look_interval_s(worker.heartbeat_s));
    one.beat = worker.beat;
    const bool ended = state_of(worker.process) == ProcessState::ended;
    if (!ended && one.still_s < kPatience * worker.heartbeat_s) {
      seen[worker.id] = one;
      continue;
    }
    const std::string who = fmt::format("worker {} (process {} on {})", worker.id,
                                        worker.process.pid, worker.process.host);
    const std::string reason =
        ended ? fmt::format("{} ended without a word", who)
              : fmt::format("{} has not been heard of for {:.1f} s", who, one.still_s);
    if (store.declare_lost(worker.id, worker.beat, reason,
                           worker.run_id.empty() ? 0 : max_losses(worker.run_id)) &&
        !worker.run_id.empty())
      messages.push_back(
          fmt::format("lost: {}; run {} will be taken again", reason, short_id(worker.run_id)));
  }
  seen_ = std::move(seen);
  return messages;
}

struct Heartbeat::State {
  State(const std::filesystem::path& file, Settings s)
      : settings(std::move(s)), store(RunStore::open(file, RunStore::Mode::write)) {
    worker = store->join(this_process(), settings.interval_s);
    thread = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }

  void work(const std::stop_token& stop) {
    LossDetector detector;
    double next_beat = steady_s() + settings.interval_s;
    std::string told;
    std::mutex waiting;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
      {
        std::unique_lock lock(waiting);
        wake.wait_for(
            lock, stop,
            std::chrono::duration<double>(LossDetector::look_interval_s(settings.interval_s)),
            [] { return false; });
      }
      if (stop.stop_requested()) return;
      std::string text;
      {
        const std::lock_guard lock(words);
        text = now;
        if (!failure.empty()) continue;
      }
      try {
        const std::lock_guard lock(writing);
        if (steady_s() >= next_beat || text != told) {
          if (!store->beat(worker, text)) lost = true;
          told = text;
          next_beat = steady_s() + settings.interval_s;
        }
        std::vector<std::string> found =
            detector.look(*store, steady_s(), worker, settings.max_losses);
        const std::lock_guard lock_words(words);
        messages.insert(messages.end(), found.begin(), found.end());
      } catch (const StoreGone& error) {
        const std::lock_guard lock(words);
        failure = error.what();
        lost = true;
      } catch (const DataError&) {
        // A full disk, for one, may pass; if it does not, whoever writes results says so.
      }
    }
  }

  Settings settings;
  std::mutex writing;  ///< of the store
  std::unique_ptr<RunStore> store;
  std::atomic<std::int64_t> worker = 0;
  std::atomic<bool> lost = false;
  std::mutex words;  ///< of what follows
  std::string now;
  std::string failure;
  std::vector<std::string> messages;
  std::jthread thread;  ///< last: it ends first
};

Heartbeat::Heartbeat(const std::filesystem::path& store, Settings settings)
    : state_(std::make_unique<State>(store, std::move(settings))) {}

Heartbeat::~Heartbeat() {
  state_->thread.request_stop();
  state_->thread.join();
  try {
    state_->store->leave(state_->worker);
  } catch (const std::exception&) {  // then the others find out
  }
}

std::int64_t Heartbeat::worker() const { return state_->worker; }

void Heartbeat::say(const std::string& now) {
  const std::lock_guard lock(state_->words);
  state_->now = now;
}

std::vector<std::string> Heartbeat::take_messages() {
  const std::lock_guard lock(state_->words);
  return std::exchange(state_->messages, {});
}

bool Heartbeat::lost() const { return state_->lost; }

void Heartbeat::join_again() {
  {
    const std::lock_guard lock(state_->words);
    if (!state_->failure.empty()) throw StoreGone(state_->failure);
  }
  const std::lock_guard lock(state_->writing);
  state_->worker = state_->store->join(this_process(), state_->settings.interval_s);
  state_->lost = false;
}

}  // namespace genrebench
