#include "harness/workers/pool_watch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "harness/workers/heartbeat.hpp"
#include "harness/workers/worker_pool.hpp"

namespace genrebench {
namespace {

using Tally = std::map<RunStatus, std::size_t>;

/// What the plans' runs come to, over all the stores that the workers write.
Tally tally_of(const std::vector<Plan>& plans, const std::vector<RunStore*>& stores) {
  Tally sum;
  for (const RunStore* store : stores)
    for (const Plan& plan : plans)
      for (const auto& [status, count] : store->tally(plan.experiment.name)) sum[status] += count;
  return sum;
}

std::size_t n_settled(const Tally& tally) {
  std::size_t n = 0;
  for (const RunStatus status :
       {RunStatus::done, RunStatus::failed, RunStatus::skipped, RunStatus::pruned})
    if (const auto found = tally.find(status); found != tally.end()) n += found->second;
  return n;
}

std::string in_words(Tally tally) {
  std::string text = fmt::format("{} running", tally[RunStatus::running]);
  for (const RunStatus status : {RunStatus::failed, RunStatus::pruned, RunStatus::lost})
    if (tally[status] > 0) text += fmt::format(", {} {}", tally[status], to_string(status));
  return text;
}

/// What each worker is told, in the pool's order.
std::vector<std::string> inputs_of(const std::vector<Plan>& plans,
                                   const std::vector<RunStore*>& stores,
                                   const PoolSettings& settings) {
  PoolWorkerSettings told{
      .experiments = {}, .database = {}, .pool_pid = ::getpid(), .runner = settings.runner};
  for (const Plan& plan : plans) told.experiments.push_back(plan.experiment.name);
  told.runner.threads = std::max(1, settings.runner.threads / settings.workers);
  const bool shared = stores.size() == 1;
  if (!shared) told.runner.order = RunOrder::listed;  // what is dealt out is in its order already
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i < static_cast<std::size_t>(settings.workers); ++i) {
    told.database = stores[shared ? 0 : i]->file();
    inputs.push_back(to_json_text(told));
  }
  return inputs;
}

/// Watches over the workers, from their start to the end of the last.
class PoolWatch {
 public:
  PoolWatch(const std::vector<Plan>& plans, const std::vector<RunStore*>& stores,
            const PoolSettings& settings, Progress& progress)
      : plans_(plans),
        stores_(stores),
        settings_(settings),
        progress_(progress),
        tally_(tally_of(plans, stores)),
        detectors_(stores.size()) {
    for (const Plan& plan : plans)
      for (const PlannedRun& run : plan.runs) max_losses_[run.id] = run.spec.options.max_losses;
  }

  /// @return  false if a worker gave up
  bool watch() {
    const std::size_t n_settled_before = n_settled(tally_);
    std::size_t n_all = 0;
    for (const auto& [status, count] : tally_) n_all += count;
    if (n_settled_before == n_all) return true;
    WorkerPool pool({.inputs = inputs_of(plans_, stores_, settings_)});
    progress_.begin("runs", n_all - n_settled_before);
    bool well = true;
    while (true) {
      WorkerPool::News news = pool.look();
      well = well && !news.worker_failed;
      if (steady_now_s() - last_look_s_ > look_interval_s() || pool.n_running() == 0)
        look_at_stores(pool, news.incidents);
      say(news);
      draw(pool, n_settled(tally_) - n_settled_before);
      if (pool.n_running() == 0) break;
      stop_where_asked(pool);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    progress_.end();
    return well;
  }

 private:
  double look_interval_s() const {
    return std::min(0.25, LossDetector::look_interval_s(settings_.runner.heartbeat_s));
  }

  int max_losses_of(const std::string& run) const {
    const auto found = max_losses_.find(run);
    return found == max_losses_.end() ? RunOptions().max_losses : found->second;
  }

  void look_at_stores(WorkerPool& pool, std::vector<Incident>& incidents) {
    last_look_s_ = steady_now_s();
    for (std::size_t i = 0; i < stores_.size(); ++i)
      for (const std::string& lost :
           detectors_[i].look(*stores_[i], last_look_s_, /*self=*/0,
                              [this](const std::string& run) { return max_losses_of(run); }))
        incidents.push_back({.kind = "lost", .text = lost, .reason = lost});
    const std::size_t before = n_settled(tally_);
    tally_ = tally_of(plans_, stores_);
    if (n_settled(tally_) != before) pool.progress();
  }

  /// Every worker meets the same bad track: what several say is said once.
  void say(const WorkerPool::News& news) {
    for (const std::string& message : news.messages)
      if (told_.insert(message).second) progress_.message(message);
    for (const Incident& incident : news.incidents)
      if (told_.insert(incident.text).second) progress_.incident(incident);
  }

  void draw(const WorkerPool& pool, std::size_t n_done) {
    std::vector<std::string> lines;
    for (const std::string& now : pool.now())
      lines.push_back(fmt::format("  worker {}: {}", lines.size() + 1, now.empty() ? "-" : now));
    progress_.details(lines);
    progress_.advance(n_done, in_words(tally_));
  }

  void stop_where_asked(WorkerPool& pool) {
    const bool failed = settings_.runner.fail_fast && tally_[RunStatus::failed] > 0;
    if (stopping_ || !(failed || settings_.runner.interrupted())) return;
    stopping_ = true;
    pool.stop();
  }

  const std::vector<Plan>& plans_;
  const std::vector<RunStore*>& stores_;
  const PoolSettings& settings_;
  Progress& progress_;
  Tally tally_;
  std::vector<LossDetector> detectors_;  ///< one per store
  std::map<std::string, int> max_losses_;
  std::set<std::string> told_;
  double last_look_s_ = 0.0;
  bool stopping_ = false;
};

}  // namespace

bool work_with_pool(const std::vector<Plan>& plans, const std::vector<RunStore*>& stores,
                    const PoolSettings& settings, Progress& progress) {
  return PoolWatch(plans, stores, settings, progress).watch();
}

}  // namespace genrebench
