#include "harness/workers/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <set>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "harness/run/environment.hpp"
#include "harness/run/gpu_slot.hpp"
#include "harness/run/kept_models.hpp"
#include "harness/run/provenance.hpp"
#include "harness/run/resources.hpp"
#include "harness/run/run_once.hpp"
#include "harness/workers/heartbeat.hpp"
#include "harness/workers/run_queue.hpp"

namespace genrebench {
namespace {

using Clock = SteadyClock;

/// Of runs that wait for a GPU that others have, so many are looked at each time: they may have
/// been done meanwhile.
constexpr std::size_t kLooksAhead = 16;

/// One worker on one plan.
class Worker {
 public:
  Worker(const Plan& plan, RunStore& store, const Registry& registry, FileHashes& hashes,
         const RunnerSettings& settings, Progress& progress)
      : plan_(plan),
        store_(store),
        registry_(registry),
        hashes_(hashes),
        settings_(settings),
        progress_(progress),
        files_(settings.files_folder),
        environment_(describe_environment(settings.threads)) {
    for (const PlannedRun& run : plan.runs) max_losses_[run.id] = run.spec.options.max_losses;
    for (const PlannedRun* run : ordered_runs(plan, RunEstimates(&store), settings.order)) {
      pending_.push_back(run);
      if (may_use_gpu(run->spec)) gpu_runs_.insert(run);
    }
  }

  /// @return  true if it stopped before everything was settled
  bool operator()() {
    n_pending_ = pending_.size();
    if (n_pending_ == 0) return false;
    heartbeat_.emplace(
        store_.file(),
        Heartbeat::Settings{
            .interval_s = settings_.heartbeat_s, .max_losses = [this](const std::string& id) {
              const auto found = max_losses_.find(id);
              return found == max_losses_.end() ? RunOptions().max_losses : found->second;
            }});
    while (!pending_.empty() && !stopped()) {
      if (take_next()) continue;
      say_messages();
      if (pending_.empty() || stopped()) break;
      progress_.advance(n_settled_, "waiting for runs that others do");
      wait();
    }
    if (drawn_) progress_.end();
    heartbeat_.reset();
    return !pending_.empty();
  }

 private:
  bool stopped() const { return settings_.interrupted() || (settings_.fail_fast && failed_); }
  bool in_vain() const { return settings_.interrupted() || heartbeat_->lost(); }

  /// Takes the first run that can be taken, and does it. @return  false: there was none
  bool take_next() {
    wait_s_ = 0.1;
    if (heartbeat_->lost()) heartbeat_->join_again();
    if (!gpu_ && !gpu_runs_.empty()) gpu_ = GpuSlot::take(settings_.workers_per_gpu);
    std::size_t n_without_gpu = 0;
    for (auto place = pending_.begin(); place != pending_.end();) {
      const PlannedRun& run = **place;
      const bool without_gpu = !gpu_ && gpu_runs_.contains(&run);
      if (without_gpu && ++n_without_gpu > kLooksAhead) {
        ++place;
        continue;
      }
      Claim claim = store_.look(run.id);
      if (claim.answer == Claim::Answer::free) {
        if (without_gpu)
          claim.answer = Claim::Answer::held;  // by whoever has the GPU, as it were
        else
          claim = store_.claim(run.id, heartbeat_->worker(),
                               with_versions(environment_, run.spec, registry_));
      }
      switch (claim.answer) {
        case Claim::Answer::taken:
          if (!attempt(run, claim.lease)) return true;  // it is pending still
          pending_.erase(place);
          ++n_settled_;
          return true;
        case Claim::Answer::settled:
          failed_ = failed_ || claim.status == RunStatus::failed;
          place = pending_.erase(place);
          ++n_settled_;
          break;
        case Claim::Answer::waits:
          wait_s_ = std::min(wait_s_, claim.wait_s);
          ++place;
          break;
        case Claim::Answer::held:
        case Claim::Answer::free:  // never after claim()
          ++place;
          break;
      }
    }
    return false;
  }

  void wait() const {
    const Clock::time_point begin = Clock::now();
    while (seconds_since(begin) < std::min(std::max(wait_s_, 0.01), settings_.heartbeat_s / 5.0) &&
           !settings_.interrupted())
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

  /// @return  true if the run is settled
  bool attempt(const PlannedRun& run, const Lease& lease) {
    const std::string name = title(run);
    heartbeat_->say(name);
    try {
      const Prepared& prepared = prepared_for(run);
      if (in_vain()) throw Interrupted();
      begin_drawing(name);
      return do_run(run, lease, prepared, name);
    } catch (const Interrupted&) {
      if (!heartbeat_->lost()) store_.release(lease, "interrupted; run again to go on");
    } catch (const LeaseLost& error) {
      progress_.message(error.what());
    }
    return false;
  }

  /// @throws Pruned  if the last of these points is at a rung of the run, and it is not among the
  /// best there
  void prune_where_due(const PlannedRun& run, const std::vector<MetricRecord>& points) const {
    const PruneOptions& options = run.spec.prune;
    if (!options.on()) return;
    const auto last = std::find_if(points.rbegin(), points.rend(), [&](const MetricRecord& p) {
      return p.split == "valid" && p.name == to_string(options.metric);
    });
    if (last == points.rend() || !is_rung(options, last->step)) return;
    if (last->step >= std::get<std::int64_t>(run.spec.method.options.at("epochs")))
      return;  // nothing is left to save
    const std::vector<double> values =
        store_.curve_points(plan_.experiment.name, last->split, last->name, last->step);
    if (const auto reason = why_prune(options, last->step, last->value, values))
      throw Pruned(*reason);
  }

  bool do_run(const PlannedRun& run, const Lease& lease, const Prepared& prepared,
              const std::string& name) {
    std::vector<MetricRecord> curves;
    const FitSettings fit{.threads = settings_.threads,
                          .checkpoint_folder = files_.checkpoints(run.id),
                          .interrupted = [this] { return in_vain(); },
                          .progress =
                              [&](const std::string& now) {
                                heartbeat_->say(name + ": " + now);
                                progress_.advance(n_settled_, name + ": " + now);
                              },
                          .curves =
                              [&](const std::vector<MetricRecord>& points) {
                                store_.add_curves(lease, points);
                                curves.insert(curves.end(), points.begin(), points.end());
                                prune_where_due(run, points);
                              }};
    const KeepModel keep = [&](const Method& method, const Preprocessing& preprocessing) {
      return files_.keep(lease, method, preprocessing);
    };
    const Clock::time_point begin = Clock::now();
    const ResourceMeter meter;
    std::optional<Outcome> outcome;
    std::optional<RunFailure> failure;
    bool pruned = false;
    try {
      outcome = run_once(run, prepared, registry_, fit, files_.enabled() ? keep : KeepModel());
    } catch (const Interrupted&) {
      throw;
    } catch (const LeaseLost&) {
      throw;
    } catch (const StoreGone&) {
      throw;
    } catch (const Pruned& reason) {
      pruned = true;
      failure = failure_of(run, prepared, reason);
    } catch (const std::exception& error) {
      failure = failure_of(run, prepared, error);
    }
    if (pruned) {
      RunResult so_far;
      so_far.metrics = std::move(curves);
      so_far.bad_tracks = std::move(failure->bad_tracks);
      so_far.resources = meter.since();
      so_far.wall_s = seconds_since(begin);
      store_.prune(lease, failure->message, so_far);
      files_.clean(run.id);
      progress_.message(fmt::format("pruned: {}: {}", name, failure->message));
      return true;
    }
    if (failure) {
      const RunOptions& options = run.spec.options;
      const RunStatus status =
          store_.fail(lease, failure->message, failure->bad_tracks,
                      {.retries = options.retries, .backoff_s = options.retry_backoff_s});
      const bool again = status == RunStatus::planned;
      progress_.message(fmt::format("{}: {}: {}", again ? "will be tried again" : "failed", name,
                                    failure->message));
      failed_ = failed_ || !again;
      return !again;
    }
    for (const std::string& warning : outcome->warnings)
      say_once(warning, fmt::format("warning: {}: {}", name, warning));
    outcome->result.wall_s = seconds_since(begin);
    outcome->result.resources = meter.since();
    store_.finish(lease, outcome->result,
                  [&] { files_.publish(lease, outcome->result.artifacts); });
    files_.clean(run.id);
    progress_.advance(n_settled_ + 1, name);
    return true;
  }

  const Prepared& prepared_for(const PlannedRun& run) {
    const std::string key = preparation_key(run);
    if (prepared_ && prepared_key_ == key &&
        (prepared_->unreadable.empty() || !is_readable(prepared_->unreadable)))
      return *prepared_;
    if (drawn_) progress_.end();
    drawn_ = false;
    prepared_.reset();  // its memory is needed for the next
    Prepared prepared = prepare(run, registry_, hashes_,
                                {.cache_folder = settings_.cache_folder,
                                 .threads = settings_.threads,
                                 .track_order = static_cast<std::uint64_t>(heartbeat_->worker()),
                                 .interrupted = [this] { return in_vain(); }},
                                progress_);
    if (in_vain()) throw Interrupted();  // it may lack tracks
    if (prepared.tracks && !prepared.tracks->cache_error.empty())
      say_once("cache",
               fmt::format("warning: features are not cached: {}", prepared.tracks->cache_error));
    for (const std::string& message : prepared.bad_tracks())
      say_once(message, "bad track: " + message);
    prepared_key_ = key;
    return prepared_.emplace(std::move(prepared));
  }

  void begin_drawing(const std::string& now) {
    say_messages();
    if (!drawn_) {
      progress_.begin("runs", n_pending_);
      progress_.advance(n_settled_);
    }
    drawn_ = true;
    progress_.advance(n_settled_, now);
  }

  void say_messages() {
    for (const std::string& message : heartbeat_->take_messages()) progress_.message(message);
  }

  void say_once(const std::string& key, const std::string& text) {
    if (told_.insert(key).second) progress_.message(text);
  }

  const Plan& plan_;
  RunStore& store_;
  const Registry& registry_;
  FileHashes& hashes_;
  const RunnerSettings& settings_;
  Progress& progress_;
  RunFiles files_;
  std::map<std::string, std::string> environment_;
  std::unordered_map<std::string, int> max_losses_;
  std::list<const PlannedRun*> pending_;            ///< in the order in which they are asked for
  std::unordered_set<const PlannedRun*> gpu_runs_;  ///< those that would use a GPU
  std::size_t n_pending_ = 0;                       ///< at the beginning
  std::size_t n_settled_ = 0;                       ///< of them
  bool failed_ = false;
  bool drawn_ = false;
  double wait_s_ = 0.1;
  std::string prepared_key_;
  std::optional<Prepared> prepared_;
  std::set<std::string> told_;  ///< what needs saying once
  std::optional<GpuSlot> gpu_;  ///< once a run needed it
  std::optional<Heartbeat> heartbeat_;
};

PlanRules rules_of(const Plan& plan) {
  return {.retry_failed = true,
          .retry_pruned = std::none_of(plan.runs.begin(), plan.runs.end(),
                                       [](const PlannedRun& run) { return run.spec.prune.on(); })};
}

}  // namespace

std::size_t record_plan(const Plan& plan, RunStore& store, const Registry& registry,
                        Progress& progress) {
  store.plan(plan.record(), plan.records(registry), rules_of(plan));
  for (const PlannedRun& run : plan.runs) {
    if (run.not_applicable.empty()) continue;
    store.skip(run.id, run.not_applicable);
    progress.message(fmt::format("skipped: {}: {}", title(run), run.not_applicable));
  }
  return store.tally(plan.experiment.name)[RunStatus::done];
}

std::size_t plan_again(const Plan& plan, RunStore& store) {
  store.plan_again(plan.experiment.name, rules_of(plan));
  return store.tally(plan.experiment.name)[RunStatus::done];
}

bool work_on(const Plan& plan, RunStore& store, const Registry& registry, FileHashes& hashes,
             const RunnerSettings& settings, Progress& progress) {
  return Worker(plan, store, registry, hashes, settings, progress)();
}

RunnerSummary summarise(const Plan& plan, const RunStore& store, std::size_t already_done) {
  const auto tally = store.tally(plan.experiment.name);
  const auto count = [&](RunStatus status) {
    const auto found = tally.find(status);
    return found == tally.end() ? std::size_t{0} : found->second;
  };
  RunnerSummary summary{.n_runs = 0, .n_already_done = already_done};
  for (const auto& [status, n] : tally) summary.n_runs += n;
  summary.n_done = count(RunStatus::done) - already_done;
  summary.n_failed = count(RunStatus::failed);
  summary.n_skipped = count(RunStatus::skipped);
  summary.n_pruned = count(RunStatus::pruned);
  summary.n_left = count(RunStatus::planned) + count(RunStatus::running) + count(RunStatus::lost);
  if (summary.n_done > 0) {
    std::set<std::string> bad;
    for (const PlannedRun& run : plan.runs)
      for (const BadTrackRecord& track : store.bad_tracks(run.id)) bad.insert(track.track);
    summary.n_bad_tracks = bad.size();
  }
  return summary;
}

RunnerSummary execute(const Plan& plan, RunStore& store, const Registry& registry,
                      FileHashes& hashes, const RunnerSettings& settings, Progress& progress) {
  const Clock::time_point begin = Clock::now();
  const std::size_t already_done = record_plan(plan, store, registry, progress);
  const bool stopped = work_on(plan, store, registry, hashes, settings, progress);
  RunnerSummary summary = summarise(plan, store, already_done);
  summary.interrupted = stopped && settings.interrupted();
  summary.wall_s = seconds_since(begin);
  return summary;
}

}  // namespace genrebench
