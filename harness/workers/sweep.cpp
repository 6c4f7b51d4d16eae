#include "harness/workers/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

#include "harness/plan/dataset_records.hpp"
#include "harness/run/run_once.hpp"
#include "harness/workers/worker.hpp"

namespace genrebench {
namespace {

PlanRules rules_of(const Plan& plan) {
  return {.retry_failed = true,
          .retry_pruned = std::none_of(plan.runs.begin(), plan.runs.end(),
                                       [](const PlannedRun& run) { return run.spec.prune.on(); })};
}

}  // namespace

std::size_t record_plan(const Plan& plan, RunStore& store, const Registry& registry,
                        Progress& progress) {
  store.plan(plan.record(), plan.records(registry), rules_of(plan));
  store.add_tracks(dataset_records(plan));
  for (const PlannedRun& run : plan.runs) {
    if (run.not_applicable.empty()) continue;
    store.skip(run.id, run.not_applicable);
    progress.incident({.kind = "skipped",
                       .text = fmt::format("skipped: {}: {}", title(run), run.not_applicable),
                       .reason = run.not_applicable,
                       .harmless = true});
  }
  return store.tally(plan.experiment.name)[RunStatus::done];
}

std::size_t plan_again(const Plan& plan, RunStore& store) {
  store.plan_again(plan.experiment.name, rules_of(plan));
  return store.tally(plan.experiment.name)[RunStatus::done];
}

bool work_on(const Plan& plan, RunStore& store, const Registry& registry, FileHashes& hashes,
             const RunnerSettings& settings, Progress& progress) {
  return Worker(plan, store, registry, hashes, settings, progress).work();
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
  const auto begin = std::chrono::steady_clock::now();
  const std::size_t already_done = record_plan(plan, store, registry, progress);
  const bool stopped = work_on(plan, store, registry, hashes, settings, progress);
  RunnerSummary summary = summarise(plan, store, already_done);
  summary.interrupted = stopped && settings.interrupted();
  summary.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return summary;
}

}  // namespace genrebench
