#pragma once
// What all viewers of the live view see: one look at the store for everybody, and the changes since
// any earlier one.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "harness/store/store_watch.hpp"

namespace genrebench::cli {

/// look() is called from one thread, the rest from any.
class RunBoard {
 public:
  /// Reads the whole store.
  /// @throws DataError  if it cannot be read
  explicit RunBoard(const std::filesystem::path& store);

  /// Looks whether the store has changed. A store that cannot be read now is tried again next time;
  /// viewers see why.
  /// @param now_s  on a clock that never jumps
  void look(double now_s);

  /// All runs, workers and plans as JSON, with the "version" that they are of.
  std::shared_ptr<const std::string> list();

  /// Events as text/event-stream: what has changed since a version.
  /// @param version  of what the viewer knows; set to what it knows then
  /// @param most     how long to wait for a change
  /// @return  empty if there was none
  std::string events_since(std::int64_t& version, std::chrono::milliseconds most);

  /// Wakes those who wait.
  void wake();

  /// How often a run was claimed; nothing if there is no such run.
  std::optional<std::int64_t> claims_of(const std::string& run_id);

  /// Number of runs.
  std::size_t size();

 private:
  struct Event {
    std::int64_t version = 0;
    std::string data;  ///< JSON
  };
  /// A worker's heartbeats as seen from here.
  struct Seen {
    std::int64_t beat = -1;
    double changed_s = 0.0;
  };

  std::string workers_json(double now_s);
  void add_event(std::string data);

  std::mutex mutex_;
  std::condition_variable changed_;
  StoreWatch watch_;
  std::int64_t version_ = 1;
  bool woken_ = false;
  std::deque<Event> events_;  ///< the latest, oldest first
  std::shared_ptr<const std::string> list_;
  std::map<std::int64_t, Seen> seen_;
  std::string workers_;  ///< as JSON
  std::string problem_;  ///< why the store could not be read at the last look
};

}  // namespace genrebench::cli
