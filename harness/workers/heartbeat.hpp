#pragma once
// Sends a worker's heartbeat from a background thread and detects workers that have stopped.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "harness/store/run_store.hpp"

namespace genrebench {

/// Seconds on a clock that never jumps.
double steady_now_s();

/// How many workers a run may lose before it counts as failed.
using MaxLosses = std::function<int(const std::string& run_id)>;

/// Watches the workers of a store from one process. A worker is lost if its process is known to
/// have ended, or if its heartbeat has not changed for 1.6 of its intervals while this process
/// watched. Clocks of machines are not compared, and time in which this process itself stood still
/// does not count.
class LossDetector {
 public:
  /// Looks once, and declares lost what is lost. To be called every look_interval_s().
  /// @param now_s  on a clock that never jumps
  /// @param self   a worker that is not looked at; 0: none
  /// @return  messages for the user, one line each
  std::vector<std::string> look(RunStore& store, double now_s, std::int64_t self,
                                const MaxLosses& max_losses);

  /// How often to look, for heartbeats with this interval.
  static double look_interval_s(double heartbeat_s) { return heartbeat_s / 5.0; }

 private:
  struct Seen {
    std::int64_t beat = -1;
    double still_s = 0.0;  ///< for how long the heartbeat was seen not to change
  };
  Seen seen_now(const WorkerRecord& worker, double since_last_look_s) const;

  std::map<std::int64_t, Seen> seen_;
  double last_look_s_ = -1.0;
};

struct HeartbeatSettings {
  double interval_s = 10.0;
  MaxLosses max_losses = [](const std::string&) { return 10; };
};

/// A worker's place in a store, without a thread: it joins when made, and leaves when destroyed.
/// beat() may be called from one thread while others call the rest.
class Pulse {
 public:
  /// @throws DataError  if the store cannot be written
  Pulse(const std::filesystem::path& store, HeartbeatSettings settings, double now_s);
  ~Pulse();
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

  /// Sends the heartbeat if it is due or the worker does something else now, and looks after the
  /// other workers. A store that cannot be written is tried again next time.
  void beat(double now_s);

  std::int64_t worker() const { return worker_; }
  void say(const std::string& now);
  std::vector<std::string> take_messages();
  bool lost() const { return lost_; }
  void join_again();

 private:
  HeartbeatSettings settings_;
  LossDetector detector_;
  double next_beat_s_;
  std::string told_;    ///< what the store was told that the worker does
  std::mutex writing_;  ///< of the store
  std::unique_ptr<RunStore> store_;
  std::atomic<std::int64_t> worker_ = 0;
  std::atomic<bool> lost_ = false;
  std::mutex words_;  ///< of the members below
  std::string now_;
  std::string failure_;  ///< why the store is gone
  std::vector<std::string> messages_;
};

/// A worker's place in a store. A thread with its own connection to the store sends the heartbeats
/// and watches the other workers, so that neither a long computation nor a long transaction delays
/// them.
class Heartbeat {
 public:
  using Settings = HeartbeatSettings;

  /// @throws DataError  if the store cannot be written
  Heartbeat(const std::filesystem::path& store, Settings settings);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  std::int64_t worker() const { return pulse_.worker(); }
  /// What the worker is doing, in words. The store knows within a fifth of an interval.
  void say(const std::string& now) { pulse_.say(now); }
  /// Messages for the user since the last call: other workers were lost.
  std::vector<std::string> take_messages() { return pulse_.take_messages(); }
  /// True if further work is in vain: the worker was declared lost, or the store is gone.
  bool lost() const { return pulse_.lost(); }
  /// After a loss: joins again as a new worker.
  /// @throws StoreGone
  void join_again() { pulse_.join_again(); }

 private:
  Pulse pulse_;
  std::jthread thread_;  ///< last: it ends first
};

}  // namespace genrebench
