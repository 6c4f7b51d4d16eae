#pragma once
// Says for a worker that it lives, while it computes, and looks after the others.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/store/run_store.hpp"

namespace genrebench {

/// Watches the workers of a store from one process. A worker is dead if its process is known to
/// have ended, or if its count of heartbeats stands still for 1.6 of its intervals while this
/// process looked on. Clocks are not compared, and time in which this process itself stood still
/// does not count.
class LossDetector {
 public:
  /// Looks once, and declares lost what is dead. To be called every look_interval_s().
  /// @param now          seconds on a clock that does not jump
  /// @param self         a worker that is not looked at; 0: none
  /// @param max_losses   of a run
  /// @return  what is to be said of it, a line each
  std::vector<std::string> look(RunStore& store, double now, std::int64_t self,
                                const std::function<int(const std::string& run_id)>& max_losses);

  /// With intervals of heartbeats of so many seconds.
  static double look_interval_s(double heartbeat_s) { return heartbeat_s / 5.0; }

 private:
  struct Seen {
    std::int64_t beat = -1;
    double still_s = 0.0;  ///< how long the count was seen to stand still
  };
  std::map<std::int64_t, Seen> seen_;
  double last_look_ = -1.0;
};

/// A worker's place in a store: joins when made, leaves when destroyed. A thread of its own, with a
/// connection of its own, sends the heartbeats and watches the other workers, so that neither a
/// long computation nor a long transaction holds them up.
class Heartbeat {
 public:
  struct Settings {
    double interval_s = 10.0;
    /// Called from the thread.
    std::function<int(const std::string& run_id)> max_losses = [](const std::string&) {
      return 10;
    };
  };

  /// @throws DataError  if the store cannot be written
  Heartbeat(const std::filesystem::path& store, Settings settings);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  std::int64_t worker() const;
  /// What the worker is doing, in words: told within a fifth of an interval.
  void say(const std::string& now);
  /// Lines for the user that came up since the last call: other workers were lost.
  std::vector<std::string> take_messages();
  /// True where work is in vain: the worker was declared lost, or the store is gone.
  bool lost() const;
  /// After a loss: joins again as a new worker.
  /// @throws StoreGone
  void join_again();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genrebench
