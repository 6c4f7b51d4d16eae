#include "harness/workers/heartbeat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <utility>

#include "base/error.hpp"
#include "harness/records/short_id.hpp"

namespace genrebench {
namespace {

/// A worker is lost after this many of its intervals without a heartbeat. With a look every fifth
/// of an interval the loss is known within two intervals.
constexpr double kPatience = 1.6;

}  // namespace

double steady_now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

LossDetector::Seen LossDetector::seen_now(const WorkerRecord& worker,
                                          double since_last_look_s) const {
  const auto before = seen_.find(worker.id);
  if (before == seen_.end() || before->second.beat != worker.beat) return {.beat = worker.beat};
  // After a long pause of this process (the machine slept, or all were stopped together) the
  // others have had no chance either.
  return {.beat = worker.beat,
          .still_s = before->second.still_s +
                     std::min(since_last_look_s, 2.0 * look_interval_s(worker.heartbeat_s))};
}

std::vector<std::string> LossDetector::look(RunStore& store, double now_s, std::int64_t self,
                                            const MaxLosses& max_losses) {
  std::vector<std::string> messages;
  std::map<std::int64_t, Seen> seen;
  const double since_last_look_s = last_look_s_ < 0.0 ? 0.0 : now_s - last_look_s_;
  last_look_s_ = now_s;
  for (const WorkerRecord& worker : store.workers()) {
    if (worker.id == self) continue;
    const Seen one = seen_now(worker, since_last_look_s);
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

Pulse::Pulse(const std::filesystem::path& store, HeartbeatSettings settings, double now_s)
    : settings_(std::move(settings)),
      next_beat_s_(now_s + settings_.interval_s),
      store_(RunStore::open(store, RunStore::Mode::write_existing)) {
  worker_ = store_->join(this_process(), settings_.interval_s);
}

Pulse::~Pulse() {
  try {
    store_->leave(worker_);
  } catch (const std::exception&) {  // then the others find out
  }
}

void Pulse::beat(double now_s) {
  std::string text;
  {
    const std::lock_guard lock(words_);
    if (!failure_.empty()) return;
    text = now_;
  }
  try {
    const std::lock_guard lock(writing_);
    if (now_s >= next_beat_s_ || text != told_) {
      if (!store_->beat(worker_, text)) lost_ = true;
      told_ = text;
      next_beat_s_ = now_s + settings_.interval_s;
    }
    std::vector<std::string> found = detector_.look(*store_, now_s, worker_, settings_.max_losses);
    const std::lock_guard lock_words(words_);
    messages_.insert(messages_.end(), found.begin(), found.end());
  } catch (const StoreGone& error) {
    const std::lock_guard lock(words_);
    failure_ = error.what();
    lost_ = true;
  } catch (const DataError&) {
    // A full disk, for one, may pass. If it does not, the worker's own writes report it.
  }
}

void Pulse::say(const std::string& now) {
  const std::lock_guard lock(words_);
  now_ = now;
}

std::vector<std::string> Pulse::take_messages() {
  const std::lock_guard lock(words_);
  return std::exchange(messages_, {});
}

void Pulse::join_again() {
  {
    const std::lock_guard lock(words_);
    if (!failure_.empty()) throw StoreGone(failure_);
  }
  const std::lock_guard lock(writing_);
  worker_ = store_->join(this_process(), settings_.interval_s);
  lost_ = false;
}

Heartbeat::Heartbeat(const std::filesystem::path& store, Settings settings)
    : pulse_(store, settings, steady_now_s()) {
  const std::chrono::duration<double> pause(LossDetector::look_interval_s(settings.interval_s));
  thread_ = std::jthread([this, pause](const std::stop_token& stop) {
    std::mutex waiting;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
      {
        std::unique_lock lock(waiting);
        wake.wait_for(lock, stop, pause, [] { return false; });
      }
      if (!stop.stop_requested()) pulse_.beat(steady_now_s());
    }
  });
}

Heartbeat::~Heartbeat() {
  thread_.request_stop();
  thread_.join();
}

}  // namespace genrebench
