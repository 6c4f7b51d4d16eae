#include "cli/serve/run_board.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/serve/json_text.hpp"
#include "cli/serve/run_columns.hpp"
#include "harness/workers/heartbeat.hpp"

namespace genrebench::cli {
namespace {

/// Changes of that many runs at once are not told one by one: the viewer reads the list again.
constexpr std::size_t kMostChanges = 500;
/// Events that are kept for viewers whose connection broke.
constexpr std::size_t kKeptEvents = 300;
/// As in LossDetector: workers are taken for lost after this many intervals without a heartbeat.
constexpr double kPatience = 1.6;

constexpr const char* kReload = "{\"reload\":true}";

std::string event_text(std::int64_t version, const std::string& data) {
  return fmt::format("id: {}\ndata: {}\n\n", version, data);
}

}  // namespace

RunBoard::RunBoard(const std::filesystem::path& store) : watch_(store) {
  watch_.look();
  workers_ = workers_json(steady_now_s());
}

/// A worker is "lost" once another worker has declared it so, and already before if its process is
/// known to have ended or its heartbeat stands still: nobody else may be there to declare it.
std::string RunBoard::workers_json(double now_s) {
  fmt::memory_buffer out;
  std::map<std::int64_t, Seen> seen;
  add_list(out, watch_.workers(), [&](const WatchedWorker& worker) {
    const WorkerRecord& record = worker.record;
    std::string state = worker.ended.empty() ? "at work" : worker.ended;
    if (worker.ended.empty()) {
      const auto before = seen_.find(record.id);
      const bool same = before != seen_.end() && before->second.beat == record.beat;
      const Seen now{.beat = record.beat, .changed_s = same ? before->second.changed_s : now_s};
      seen[record.id] = now;
      if (state_of(record.process) == ProcessState::ended ||
          now_s - now.changed_s > kPatience * record.heartbeat_s)
        state = "lost";
    }
    add_text(out,
             fmt::format("{{\"id\":{},\"state\":\"{}\",\"host\":{},\"process\":{},\"heartbeat_"
                         "s\":{},\"beat\":{},\"started\":{},\"seen\":{},\"run\":{},\"now\":{}}}",
                         record.id, state, json_quoted(record.process.host), record.process.pid,
                         record.heartbeat_s, record.beat, json_quoted(record.started_at),
                         json_quoted(record.seen_at), json_quoted(record.run_id),
                         json_quoted(record.now)));
  });
  seen_ = std::move(seen);
  return fmt::to_string(out);
}

void RunBoard::add_event(std::string data) {
  events_.push_back({.version = ++version_, .data = std::move(data)});
  if (events_.size() > kKeptEvents) events_.pop_front();
  list_.reset();
  changed_.notify_all();
}

void RunBoard::look(double now_s) {
  const std::lock_guard lock(mutex_);
  StoreWatch::Changes changes;
  std::string problem;
  try {
    changes = watch_.look();
  } catch (const DataError& error) {
    problem = error.what();
  }
  const bool new_problem = std::exchange(problem_, problem) != problem;
  std::string workers = workers_json(now_s);
  const bool new_workers = std::exchange(workers_, workers) != workers;
  if (!changes.any && !new_problem && !new_workers) return;
  if (changes.whole || changes.runs.size() > kMostChanges) {
    add_event(kReload);
    return;
  }
  fmt::memory_buffer data;
  fmt::format_to(std::back_inserter(data), "{{\"clock\":\"{}\",\"problem\":{},\"runs\":", utc_now(),
                 json_quoted(problem_));
  add_list(data, changes.runs,
           [&](std::size_t place) { add_text(data, run_change(watch_, place)); });
  add_text(data, ",\"workers\":");
  add_text(data, workers_);
  data.push_back('}');
  add_event(fmt::to_string(data));
}

std::shared_ptr<const std::string> RunBoard::list() {
  const std::lock_guard lock(mutex_);
  if (!list_)
    list_ = std::make_shared<const std::string>(
        fmt::format("{{\"version\":{},\"clock\":\"{}\",\"problem\":{},\"workers\":{},{}}}",
                    version_, utc_now(), json_quoted(problem_), workers_, run_columns(watch_)));
  return list_;
}

std::string RunBoard::events_since(std::int64_t& version, std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, most, [&] { return version_ != version || woken_; });
  if (version == version_) return {};
  const bool known = version <= version_ &&
                     version + 1 >= (events_.empty() ? version_ + 1 : events_.front().version);
  std::string text;
  if (!known)
    text = event_text(version_, kReload);
  else
    for (const Event& event : events_)
      if (event.version > version) text += event_text(event.version, event.data);
  version = version_;
  return text;
}

void RunBoard::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

std::optional<std::int64_t> RunBoard::claims_of(const std::string& run_id) {
  const std::lock_guard lock(mutex_);
  for (const WatchedRun& run : watch_.runs())
    if (run.id == run_id) return run.token;
  return std::nullopt;
}

std::size_t RunBoard::size() {
  const std::lock_guard lock(mutex_);
  return watch_.runs().size();
}

}  // namespace genrebench::cli
