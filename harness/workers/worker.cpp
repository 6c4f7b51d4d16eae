#include "harness/workers/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/profile.hpp"
#include "harness/run/environment.hpp"
#include "harness/run/provenance.hpp"
#include "harness/run/resources.hpp"
#include "harness/workers/run_queue.hpp"

namespace genrebench {
namespace {

using Clock = SteadyClock;

/// How many of the runs that wait for a GPU are looked at each time, without a GPU of our own:
/// another worker may have done them meanwhile.
constexpr std::size_t kLooksAhead = 16;

}  // namespace

/// One attempt at a run, and how it ended.
struct Worker::Attempt {
  enum class End { done, pruned, failed };

  std::string name;  ///< of the run, for people
  Clock::time_point begin = Clock::now();
  ResourceMeter meter = {};
  std::vector<MetricRecord> curves = {};  ///< points so far
  End end = End::done;
  Outcome outcome = {};     ///< of a run that is done
  RunFailure failure = {};  ///< of one that was pruned or failed
};

Worker::Worker(const Plan& plan, RunStore& store, const Registry& registry, FileHashes& hashes,
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
  const std::vector<const PlannedRun*> runs =
      ordered_runs(plan, RunEstimates(&store), settings.order);
  later_.emplace(runs);
  for (const PlannedRun* run : runs) {
    pending_.push_back(run);
    if (may_use_gpu(run->spec)) gpu_runs_.insert(run);
    if (run->clean != nullptr) clean_ids_.insert(run->clean->id);
  }
}

bool Worker::work() {
  n_pending_ = pending_.size();
  if (n_pending_ == 0) return false;
  heartbeat_.emplace(
      store_.file(),
      Heartbeat::Settings{
          .interval_s = settings_.heartbeat_s, .max_losses = [this](const std::string& id) {
            const auto found = max_losses_.find(id);
            return found == max_losses_.end() ? RunOptions().max_losses : found->second;
          }});
  if (settings_.profile) begin_profile();
  while (!pending_.empty() && !stopped()) {
    if (take_next()) continue;
    say_messages();
    if (pending_.empty() || stopped()) break;
    begin_drawing("waiting for runs of other workers");
    wait();
  }
  if (settings_.profile) end_profile();
  if (drawn_) progress_.end();
  heartbeat_.reset();
  return !pending_.empty();
}

bool Worker::stopped() const { return settings_.interrupted() || (settings_.fail_fast && failed_); }

/// True if the run under way cannot be finished.
bool Worker::in_vain() const { return settings_.interrupted() || heartbeat_->lost(); }

/// Takes a run that can be taken, and does it: first one whose model is at hand or that fits its
/// own. @return  false if there was none
bool Worker::take_next() {
  wait_s_ = 0.1;
  if (heartbeat_->lost()) heartbeat_->join_again();
  if (!gpu_ && !gpu_runs_.empty()) gpu_ = GpuSlot::take(settings_.workers_per_gpu);
  models_.clear();
  return take_first(/*fit_again=*/false) || (!clean_ids_.empty() && take_first(true));
}

/// Whether a run can be taken now: a deformed one only after its clean run is settled.
/// @param fit_again  also if its clean run would have to be fitted again, because it was done by
///                   another process and kept no model
bool Worker::may_take(const PlannedRun& run, bool fit_again) {
  if (run.clean == nullptr) return true;
  const std::string& id = run.clean->id;
  auto model = models_.find(id);
  if (model == models_.end()) {
    const auto find = [&] {
      if (fitted_.find(id) != nullptr) return Model::at_hand;
      const std::optional<RunRecord> record = store_.run(id);
      if (!record) return Model::to_fit;
      const bool settled =
          record->status == RunStatus::done || record->status == RunStatus::failed ||
          record->status == RunStatus::skipped || record->status == RunStatus::pruned;
      const bool in_plan = max_losses_.contains(id);
      if (!settled && in_plan) return Model::waits;
      return files_.enabled() && has_model(store_.artifacts(id)) ? Model::at_hand : Model::to_fit;
    };
    model = models_.emplace(id, find()).first;
  }
  return model->second == Model::at_hand || (fit_again && model->second == Model::to_fit);
}

/// Takes the first run that can be taken, and does it. @return  false if there was none
bool Worker::take_first(bool fit_again) {
  std::size_t n_without_gpu = 0;
  for (auto place = pending_.begin(); place != pending_.end();) {
    const PlannedRun& run = **place;
    if (!may_take(run, fit_again)) {
      ++place;
      continue;
    }
    const bool without_gpu = !gpu_ && gpu_runs_.contains(&run);
    if (without_gpu && ++n_without_gpu > kLooksAhead) {
      ++place;
      continue;
    }
    const Claim answer = claim(run, without_gpu);
    switch (answer.answer) {
      case Claim::Answer::taken:
        if (!attempt(run, answer.lease)) return true;  // it is still pending
        pending_.erase(place);
        ++n_settled_;
        return true;
      case Claim::Answer::settled:
        failed_ = failed_ || answer.status == RunStatus::failed;
        place = pending_.erase(place);
        ++n_settled_;
        break;
      case Claim::Answer::waits:
        wait_s_ = std::min(wait_s_, answer.wait_s);
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

/// Claims a run. One that could be taken but needs a GPU, which this process has not, is treated as
/// held.
Claim Worker::claim(const PlannedRun& run, bool without_gpu) {
  const ProfileSpan span("store");
  Claim claim = store_.look(run.id);
  if (claim.answer != Claim::Answer::free) return claim;
  alone_ = claim.status == RunStatus::lost;
  if (!without_gpu)
    return store_.claim(run.id, heartbeat_->worker(), with_versions(environment_, run, registry_));
  claim.answer = Claim::Answer::held;
  return claim;
}

void Worker::wait() const {
  const ProfileSpan span("waiting for other workers");
  const Clock::time_point begin = Clock::now();
  while (seconds_since(begin) < std::min(std::max(wait_s_, 0.01), settings_.heartbeat_s / 5.0) &&
         !settings_.interrupted())
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

/// @return  true if the run is settled
bool Worker::attempt(const PlannedRun& run, const Lease& lease) {
  const std::string name = title(run);
  heartbeat_->say(name);
  try {
    const Prepared& prepared = prepared_for(run);
    if (in_vain()) throw Interrupted();
    const PreparedTest test = run.clean == nullptr ? PreparedTest{} : test_of(run);
    begin_drawing(name);
    Attempt attempt{.name = name};
    try_run(run, lease, prepared, deformed_test(run, test), attempt);
    return record(run, lease, attempt);
  } catch (const Interrupted&) {
    if (!heartbeat_->lost()) store_.release(lease, "interrupted; run again to go on");
  } catch (const LeaseLost& error) {
    progress_.incident({.kind = "lost", .text = error.what(), .reason = error.what()});
  }
  return false;
}

MethodCache Worker::method_cache() {
  return {.folder = method_cache_folder(settings_.cache_folder),
          .warn = [this](const std::string& message) {
            if (told_.insert(message).second) progress_.message("warning: " + message);
          }};
}

/// The deformed features of a run's test part.
PreparedTest Worker::test_of(const PlannedRun& run) {
  if (drawn_) progress_.end();
  drawn_ = false;
  PreparedTest test = prepare_test(run, registry_, hashes_, preparation_settings(run), progress_);
  if (in_vain()) throw Interrupted();  // it may lack tracks
  if (test.tracks) {
    tell_of(*test.tracks);
    std::vector<std::string> errors = test.tracks->errors;
    std::erase_if(errors, [](const std::string& error) { return error.empty(); });
    tell_bad_tracks(errors);
  }
  return test;
}

/// What a deformed run needs; nothing for another.
DeformedTest Worker::deformed_test(const PlannedRun& run, const PreparedTest& test) {
  if (run.clean == nullptr) return {};
  DeformedTest deformed{.test = &test, .fitted = fitted_.find(run.clean->id)};
  if (deformed.fitted == nullptr)
    deformed.fitted = load_fitted_run(*run.clean, store_, files_, registry_, method_cache());
  if (deformed.fitted != nullptr)
    fitted_.remember(run.clean->id, deformed.fitted);
  else if (const auto record = store_.run(run.clean->id);
           record && record->status == RunStatus::done)
    deformed.clean_predictions = store_.predictions(run.clean->id, to_string(Part::test));
  return deformed;
}

FitSettings Worker::fit_settings(const PlannedRun& run, const Lease& lease, Attempt& attempt) {
  return {.threads = settings_.threads,
          .checkpoint_folder = files_.checkpoints(run.id),
          .log_file = files_.log_of(lease),
          .interrupted = [this] { return in_vain(); },
          .cache = method_cache(),
          .progress =
              [this, &attempt](const std::string& now) {
                heartbeat_->say(attempt.name + ": " + now);
                progress_.advance(n_settled_, attempt.name + ": " + now);
              },
          .curves =
              [this, &run, &lease, &attempt](const std::vector<MetricRecord>& points) {
                const ProfileSpan span("store");
                store_.add_curves(lease, points);
                attempt.curves.insert(attempt.curves.end(), points.begin(), points.end());
                prune_where_due(run, points);
              }};
}

/// @throws Pruned  if the last of these points is at a rung of the run, and the run is not among
/// the best there
void Worker::prune_where_due(const PlannedRun& run, const std::vector<MetricRecord>& points) const {
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

/// Does the run. Exceptions that end the run become the attempt's end; those that end this worker's
/// hold on the run go on.
void Worker::try_run(const PlannedRun& run, const Lease& lease, const Prepared& prepared,
                     const DeformedTest& deformed, Attempt& attempt) {
  const KeepModel keep = [&](const Method& method, const Preprocessing& preprocessing) {
    return files_.keep(lease, method, preprocessing);
  };
  try {
    attempt.outcome = run_once(run, prepared, registry_, fit_settings(run, lease, attempt),
                               files_.enabled() ? keep : KeepModel(), deformed);
    const std::string& fitted_by = run.clean != nullptr ? run.clean->id : run.id;
    if (clean_ids_.contains(fitted_by)) fitted_.remember(fitted_by, attempt.outcome.fitted);
  } catch (const Interrupted&) {
    throw;
  } catch (const LeaseLost&) {
    throw;
  } catch (const StoreGone&) {
    throw;
  } catch (const Pruned& reason) {
    attempt.end = Attempt::End::pruned;
    attempt.failure = failure_of(run, prepared, deformed.test, reason);
  } catch (const std::exception& error) {
    attempt.end = Attempt::End::failed;
    attempt.failure = failure_of(run, prepared, deformed.test, error);
  }
}

/// @return  true if the run is settled
bool Worker::record(const PlannedRun& run, const Lease& lease, Attempt& attempt) {
  switch (attempt.end) {
    case Attempt::End::done:
      record_done(run, lease, attempt);
      return true;
    case Attempt::End::pruned:
      record_pruned(run, lease, attempt);
      return true;
    case Attempt::End::failed:
      return record_failed(run, lease, attempt);
  }
  return false;
}

void Worker::record_done(const PlannedRun& run, const Lease& lease, Attempt& attempt) {
  RunResult& result = attempt.outcome.result;
  if (auto log = files_.log_record(lease)) result.artifacts.push_back(*std::move(log));
  for (const std::string& warning : attempt.outcome.warnings)
    progress_.incident({.kind = "warning",
                        .text = fmt::format("warning: {}: {}", attempt.name, warning),
                        .reason = warning});
  result.wall_s = seconds_since(attempt.begin);
  result.resources.merge(attempt.meter.since());
  result.resources.merge(decodings_.next());  // with those of runs before it that have no result
  if (settings_.profile && files_.enabled())
    result.artifacts.push_back(files_.keep_profile(lease, end_profile()));
  if (settings_.profile) begin_profile();
  const ProfileSpan span("store");  // in the profile of the next run
  store_.finish(lease, result, [&] { files_.publish(lease, result.artifacts); });
  files_.clean(run.id);
  progress_.advance(n_settled_ + 1, attempt.name);
}

void Worker::record_pruned(const PlannedRun& run, const Lease& lease, Attempt& attempt) {
  RunResult so_far;
  so_far.metrics = std::move(attempt.curves);
  so_far.bad_tracks = std::move(attempt.failure.bad_tracks);
  so_far.resources = attempt.meter.since();
  so_far.wall_s = seconds_since(attempt.begin);
  store_.prune(lease, attempt.failure.message, so_far);
  files_.clean(run.id);
  progress_.incident({.kind = "pruned",
                      .text = fmt::format("pruned: {}: {}", attempt.name, attempt.failure.message),
                      .reason = attempt.failure.message,
                      .harmless = true});
}

/// @return  true if the run is not tried again
bool Worker::record_failed(const PlannedRun& run, const Lease& lease, const Attempt& attempt) {
  const RunOptions& options = run.spec.options;
  const std::filesystem::path log = files_.failed_log(lease);
  const std::string message =
      log.empty() ? attempt.failure.message
                  : fmt::format("{}; what it printed: {}", attempt.failure.message, log.string());
  const RunStatus status =
      store_.fail(lease, message, attempt.failure.bad_tracks,
                  {.retries = options.retries, .backoff_s = options.retry_backoff_s});
  files_.keep_failed_log(lease);
  const bool again = status == RunStatus::planned;
  const std::string kind = again ? "will be tried again" : "failed";
  progress_.incident({.kind = kind,
                      .text = fmt::format("{}: {}: {}", kind, attempt.name, message),
                      .reason = attempt.failure.message});
  failed_ = failed_ || !again;
  return !again;
}

/// Features and sections of a run: those of the run before, if they are the same.
const Prepared& Worker::prepared_for(const PlannedRun& run) {
  const std::string key = preparation_key(run);
  if (prepared_ && prepared_key_ == key &&
      (prepared_->unreadable.empty() || !is_readable(prepared_->unreadable)))
    return *prepared_;
  if (drawn_) progress_.end();
  drawn_ = false;
  prepared_.reset();  // its memory is needed for the next
  Prepared prepared = prepare(run, registry_, hashes_, preparation_settings(run), progress_);
  if (in_vain()) throw Interrupted();  // it may lack tracks
  for (const std::optional<ExtractedTracks>* tracks : {&prepared.tracks, &prepared.copies})
    if (*tracks) tell_of(**tracks);
  tell_bad_tracks(prepared.bad_tracks());
  prepared_key_ = key;
  return prepared_.emplace(std::move(prepared));
}

/// A run that another worker was lost with is prepared alone: it may be the preparation of another
/// run that kills workers.
PreparationSettings Worker::preparation_settings(const PlannedRun& run) {
  const auto is_settled = [this](const PlannedRun& one) {
    return store_.look(one.id).answer == Claim::Answer::settled;
  };
  return {.cache_folder = settings_.cache_folder,
          .threads = settings_.threads,
          .track_order = static_cast<std::uint64_t>(heartbeat_->worker()),
          .interrupted = [this] { return in_vain(); },
          .later = alone_ || settings_.cache_folder.empty() ? std::vector<const PlannedRun*>()
                                                            : later_->beside(run, is_settled),
          .memory = &memory_};
}

void Worker::tell_of(const ExtractedTracks& tracks) {
  if (!tracks.cache_error.empty() && told_.insert("cache").second)
    progress_.message(fmt::format("warning: features are not cached: {}", tracks.cache_error));
  for (const std::string& note : tracks.notes)
    if (told_.insert(note).second)
      progress_.incident(
          {.kind = "note", .text = "note: " + note, .reason = note, .harmless = true});
}

void Worker::tell_bad_tracks(const std::vector<std::string>& messages) {
  for (const std::string& message : messages) {
    if (!told_.insert(message).second) continue;
    const std::size_t name = message.find(": ");  // what is behind it is the reason
    progress_.incident({.kind = "bad track",
                        .text = "bad track: " + message,
                        .reason = name == std::string::npos ? message : message.substr(name + 2)});
  }
}

void Worker::begin_drawing(const std::string& now) {
  say_messages();
  if (!drawn_) {
    progress_.begin("runs", n_pending_);
    progress_.advance(n_settled_);
  }
  drawn_ = true;
  progress_.advance(n_settled_, now);
}

void Worker::say_messages() {
  for (const std::string& lost : heartbeat_->take_messages())
    progress_.incident({.kind = "lost", .text = lost, .reason = lost});
}

}  // namespace genrebench
