#include "harness/store/store_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "harness/records/timings.hpp"
#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/schema.hpp"

namespace genrebench {
namespace {

/// Runs whose parameters and metrics are read in one transaction.
constexpr std::size_t kRunsAtOnce = 1000;
/// Workers that have ended and are still listed.
constexpr int kEndedWorkers = 100;

std::vector<WatchedWorker> read_workers(const Connection& connection) {
  std::vector<WatchedWorker> result;
  const Query query = connection.query(fmt::format(
      "SELECT {}, coalesce(r.id, ''), ended FROM workers w LEFT JOIN runs r ON r.worker = w.id AND "
      "r.status = 'running' WHERE ended = '' OR w.id IN (SELECT id FROM workers WHERE ended <> '' "
      "ORDER BY id DESC LIMIT {}) ORDER BY w.id",
      kWorkerColumns, kEndedWorkers));
  const CheckedRow row(connection, query, "workers");
  while (query.next()) {
    result.push_back({.record = worker_of(row), .ended = row.text(12)});
    result.back().record.run_id = row.text(11);
  }
  return result;
}

std::vector<WatchedPlan> read_plans(const Connection& connection) {
  std::vector<WatchedPlan> result;
  const Query query = connection.query(
      "SELECT experiments.id, name, run FROM experiments LEFT JOIN experiment_runs ON "
      "experiment_id = experiments.id ORDER BY experiments.id, position");
  const CheckedRow row(connection, query, "experiment_runs");
  std::int64_t last = 0;
  while (query.next()) {
    const std::int64_t experiment = row.integer(0);
    if (result.empty() || experiment != last) result.push_back({.name = row.text(1), .runs = {}});
    last = experiment;
    if (!row.is_null(2)) result.back().runs.push_back(row.integer(2));
  }
  return result;
}

auto state_of_worker(const WatchedWorker& worker) {
  const WorkerRecord& record = worker.record;
  return std::tie(record.id, record.beat, record.seen_at, record.run_id, record.now, worker.ended);
}

auto state_of_run(const WatchedRun& run) {
  return std::tie(run.status, run.token, run.worker, run.started_at, run.wall_s, run.message);
}

template <typename List, typename State>
bool same(const List& a, const List& b, const State& state) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](const auto& x, const auto& y) { return state(x) == state(y); });
}

}  // namespace

/// What one transaction reads of all runs.
struct StoreWatch::Fresh {
  std::vector<WatchedRun> runs;
  std::vector<WatchedWorker> workers;
  std::vector<WatchedPlan> plans;
};

StoreWatch::StoreWatch(const std::filesystem::path& file) {
  check_exists(file);
  const ConnectionSettings settings{.mode = RunStore::Mode::read};
  connection_ = std::make_unique<Connection>(file, settings);
  prepare_schema(*connection_, settings);
}

StoreWatch::~StoreWatch() = default;

StoreWatch::Fresh StoreWatch::read_states() const {
  const ReadSnapshot snapshot(*connection_);
  Fresh result;
  result.runs.reserve(runs_.size());
  const Query query = connection_->query(
      "SELECT id, status, message, seed, started_at, wall_s, origin, key, token, coalesce(worker, "
      "0) AS worker FROM runs ORDER BY key");
  const CheckedRow row(*connection_, query, "runs");
  while (query.next()) {
    WatchedRun run;
    run.id = row.run_id(0);
    run.status = status_of(row, 1);
    run.message = row.text(2);
    run.seed = static_cast<std::uint64_t>(row.integer(3));
    run.started_at = row.text(4);
    run.wall_s = row.number(5, 0.0);
    run.origin = origin_of(row, 6);
    run.key = row.integer(7);
    run.token = row.integer(8, 0);
    run.worker = row.integer(9, 0);
    result.runs.push_back(std::move(run));
  }
  result.workers = read_workers(*connection_);
  result.plans = read_plans(*connection_);
  return result;
}

/// Takes over the states of runs. @return  the places of those whose details are to be read
std::vector<std::size_t> StoreWatch::take_states(std::vector<WatchedRun>&& fresh,
                                                 Changes& changes) {
  std::vector<std::size_t> places;
  const bool same_runs = std::equal(
      runs_.begin(), runs_.end(), fresh.begin(), fresh.end(),
      [](const WatchedRun& a, const WatchedRun& b) { return a.key == b.key && a.id == b.id; });
  if (same_runs) {
    for (std::size_t i = 0; i < fresh.size(); ++i) {
      WatchedRun& own = runs_[i];
      if (state_of_run(own) == state_of_run(fresh[i])) continue;
      fresh[i].parameters = std::move(own.parameters);
      own = std::move(fresh[i]);
      places.push_back(i);
      changes.runs.push_back(i);
    }
    return places;
  }
  changes.whole = true;
  std::unordered_map<std::string, WatchedRun*> known;
  for (WatchedRun& run : runs_) known.emplace(run.id, &run);
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    const auto own = known.find(fresh[i].id);
    if (own != known.end() && own->second->key == fresh[i].key &&
        state_of_run(*own->second) == state_of_run(fresh[i])) {
      fresh[i] = std::move(*own->second);
      continue;
    }
    places.push_back(i);
  }
  runs_ = std::move(fresh);
  return places;
}

/// Reads the parameters and final metrics of runs at these places, a part at a time.
void StoreWatch::read_details(const std::vector<std::size_t>& places) {
  const auto keep_text = [this](const CheckedRow& row, int column, std::int64_t key) {
    if (!texts_.contains(key)) texts_.emplace(key, row.shared_text(column));
  };
  for (std::size_t begin = 0; begin < places.size(); begin += kRunsAtOnce) {
    const std::size_t end = std::min(places.size(), begin + kRunsAtOnce);
    const ReadSnapshot snapshot(*connection_);
    const Query pairs =
        connection_->query(fmt::format("SELECT {} FROM parameters WHERE run = ?", kPairColumns));
    const CheckedRow pair(*connection_, pairs, "parameters");
    const Query finals = connection_->query(
        fmt::format("SELECT {} FROM metrics WHERE run = ? AND step = -1", kMetricColumns));
    const CheckedRow metric(*connection_, finals, "metrics");
    for (std::size_t i = begin; i < end; ++i) {
      WatchedRun& run = runs_[places[i]];
      run.parameters.clear();
      run.metrics.clear();
      run.last_step = 0;
      pairs->reset();
      pairs.with(run.key);
      while (pairs.next()) {
        const WatchedParameter one{.name = pair.integer(1), .value = pair.integer(2)};
        keep_text(pair, 1, one.name);
        keep_text(pair, 2, one.value);
        run.parameters.push_back(one);
      }
      finals->reset();
      finals.with(run.key);
      while (finals.next()) {
        const WatchedMetric one{
            .split = metric.integer(1), .name = metric.integer(2), .value = metric.number(4)};
        keep_text(metric, 1, one.split);
        keep_text(metric, 2, one.name);
        const auto listed = listed_names_.try_emplace(one.name, false);
        if (listed.second) {
          const std::string& name = texts_.at(one.name);
          listed.first->second = name.find('/') == std::string::npos && !is_timing_metric(name);
        }
        if (listed.first->second) run.metrics.push_back(one);
      }
    }
  }
}

/// Reads how far the curves of running runs have come.
void StoreWatch::read_steps(Changes& changes) {
  const ReadSnapshot snapshot(*connection_);
  const Query last = connection_->query("SELECT coalesce(max(step), 0) FROM metrics WHERE run = ?");
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    WatchedRun& run = runs_[i];
    if (run.status != RunStatus::running) continue;
    last->reset();
    last.with(run.key);
    if (!last.next()) continue;
    const std::int64_t step =
        std::max<std::int64_t>(0, CheckedRow(*connection_, last, "metrics").integer(0));
    if (std::exchange(run.last_step, step) != step) changes.runs.push_back(i);
  }
}

StoreWatch::Changes StoreWatch::look() {
  return connection_->guard([&] {
    Changes changes;
    connection_->check_in_place();
    const std::int64_t version =
        connection_->database().execAndGet("PRAGMA data_version").getInt64();
    if (version == data_version_) return changes;
    const bool first = data_version_ < 0;
    if (std::exchange(unfinished_, true)) runs_.clear();  // the last look came to no end
    Fresh fresh = read_states();
    const std::vector<std::size_t> places = take_states(std::move(fresh.runs), changes);
    // A run that is planned again may have got another configuration.
    std::vector<std::vector<WatchedParameter>> before;
    for (const std::size_t place : places) before.push_back(runs_[place].parameters);
    read_details(places);
    for (std::size_t i = 0; i < places.size(); ++i)
      changes.whole = changes.whole ||
                      !same(before[i], runs_[places[i]].parameters,
                            [](const WatchedParameter& p) { return std::pair(p.name, p.value); });
    read_steps(changes);
    changes.whole = changes.whole || first ||
                    !same(plans_, fresh.plans,
                          [](const WatchedPlan& plan) { return std::tie(plan.name, plan.runs); });
    changes.workers =
        !same(workers_, fresh.workers, [](const WatchedWorker& w) { return state_of_worker(w); });
    workers_ = std::move(fresh.workers);
    plans_ = std::move(fresh.plans);
    std::sort(changes.runs.begin(), changes.runs.end());
    changes.runs.erase(std::unique(changes.runs.begin(), changes.runs.end()), changes.runs.end());
    changes.any = changes.whole || changes.workers || !changes.runs.empty();
    data_version_ = version;
    unfinished_ = false;
    return changes;
  });
}

}  // namespace genrebench
