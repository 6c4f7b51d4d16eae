#pragma once
// Ends the program when a decoder does not come back. A library cannot be interrupted from outside,
// and one damaged file would otherwise hold a sweep up for ever.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace genrebench::cli {

struct WatchdogSettings {
  double cpu_limit_s = 30.0;  ///< processor time of one call of a decoder; it needs milliseconds
  double stop_grace_s = 5.0;  ///< how long a decoder may hold up the end after Ctrl-C
  std::function<bool()> stopping;  ///< whether the user asked to stop
};

/// While it exists, a thread looks at busy_decoders(). If one takes too long, or holds up the end,
/// the thread says so and ends the process at once. What the store holds then is as after a crash:
/// whole runs only.
class Watchdog {
 public:
  explicit Watchdog(WatchdogSettings settings);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void watch();

  WatchdogSettings settings_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;  ///< guarded by mutex_
  std::thread thread_;
};

}  // namespace genrebench::cli
