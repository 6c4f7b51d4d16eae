#include "cli/commands/sweep.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "cli/console.hpp"
#include "cli/json_output.hpp"
#include "harness/run/provenance.hpp"
#include "harness/store/store_places.hpp"
#include "harness/workers/heartbeat.hpp"
#include "harness/workers/shards.hpp"
#include "harness/workers/worker.hpp"
#include "harness/workers/worker_pool.hpp"

namespace genrebench::cli {
namespace {

using Clock = SteadyClock;

std::filesystem::path files_of(const CommonOptions& common, const SweepArguments& arguments) {
  return arguments.files.empty() ? files_folder_of(common.database) : arguments.files;
}

RunnerSettings runner_settings(const CommonOptions& common, const SweepArguments& arguments) {
  return {.cache_folder = common.cache_folder,
          .files_folder = files_of(common, arguments),
          .threads = common.threads,
          .fail_fast = arguments.fail_fast,
          .order = arguments.order,
          .heartbeat_s = arguments.heartbeat_s,
          .workers_per_gpu = arguments.workers_per_gpu,
          .interrupted = stop_requested};
}

/// The command line of one worker of a pool.
std::vector<std::string> worker_command(const std::vector<Plan>& plans,
                                        const std::filesystem::path& store, RunOrder order,
                                        const CommonOptions& common,
                                        const SweepArguments& arguments) {
  std::vector<std::string> words = {"genrebench", "resume"};
  for (const Plan& plan : plans) words.push_back(plan.experiment.name);
  const auto option = [&](const char* name, const std::string& value) {
    words.emplace_back(name);
    words.push_back(value);
  };
  option("--db", store.string());
  option("--files", files_of(common, arguments).string());
  if (common.cache_folder.empty())
    words.emplace_back("--no-cache");
  else
    option("--cache", common.cache_folder.string());
  option("--threads", std::to_string(std::max(1, common.threads / arguments.workers)));
  option("--order", order == RunOrder::cheap ? "cheap" : "listed");
  option("--heartbeat", fmt::format("{}", arguments.heartbeat_s));
  option("--workers-per-gpu", std::to_string(arguments.workers_per_gpu));
  option("--pool", std::to_string(::getpid()));
  if (arguments.fail_fast) words.emplace_back("--fail-fast");
  return words;
}

/// What the plans' runs come to, over all the stores that the workers write.
std::map<RunStatus, std::size_t> tally_of(const std::vector<Plan>& plans,
                                          const std::vector<RunStore*>& stores) {
  std::map<RunStatus, std::size_t> sum;
  for (const RunStore* store : stores)
    for (const Plan& plan : plans)
      for (const auto& [status, count] : store->tally(plan.experiment.name)) sum[status] += count;
  return sum;
}

std::size_t settled(std::map<RunStatus, std::size_t> tally) {
  return tally[RunStatus::done] + tally[RunStatus::failed] + tally[RunStatus::skipped] +
         tally[RunStatus::pruned];
}

std::string in_words(std::map<RunStatus, std::size_t> tally) {
  std::string text = fmt::format("{} running", tally[RunStatus::running]);
  for (const RunStatus status : {RunStatus::failed, RunStatus::pruned, RunStatus::lost})
    if (tally[status] > 0) text += fmt::format(", {} {}", tally[status], to_string(status));
  return text;
}

/// Watches over worker processes until they have ended.
/// @param stores  one that they share, or one for each
/// @return  false where one gave up
bool work_with_pool(const std::vector<Plan>& plans, const std::vector<RunStore*>& stores,
                    const CommonOptions& common, const SweepArguments& arguments,
                    Progress& progress) {
  std::map<std::string, int> max_losses;
  for (const Plan& plan : plans)
    for (const PlannedRun& run : plan.runs) max_losses[run.id] = run.spec.options.max_losses;
  const auto losses_of = [&](const std::string& run) {
    const auto found = max_losses.find(run);
    return found == max_losses.end() ? RunOptions().max_losses : found->second;
  };
  auto tally = tally_of(plans, stores);
  const std::size_t settled_before = settled(tally);
  std::size_t n_all = 0;
  for (const auto& [status, count] : tally) n_all += count;
  if (settled_before == n_all) return true;
  WorkerPool::Settings settings;
  for (std::size_t i = 0; i < static_cast<std::size_t>(arguments.workers); ++i) {
    const bool shared = stores.size() == 1;  // what is dealt out is in its order already
    settings.commands.push_back(worker_command(plans, stores[shared ? 0 : i]->file(),
                                               shared ? arguments.order : RunOrder::listed, common,
                                               arguments));
  }
  WorkerPool pool(std::move(settings));
  std::vector<LossDetector> detectors(stores.size());
  std::set<std::string> told;
  bool stopping = false, well = true;
  progress.begin("runs", n_all - settled_before);
  for (Clock::time_point last_look;;) {
    WorkerPool::News news = pool.look();
    well = well && !news.worker_failed;
    if (seconds_since(last_look) >
            std::min(0.25, LossDetector::look_interval_s(arguments.heartbeat_s)) ||
        pool.n_running() == 0) {
      last_look = Clock::now();
      for (std::size_t i = 0; i < stores.size(); ++i)
        for (std::string& message : detectors[i].look(
                 *stores[i], std::chrono::duration<double>(last_look.time_since_epoch()).count(), 0,
                 losses_of))
          news.messages.push_back(std::move(message));
      const std::size_t before = settled(tally);
      tally = tally_of(plans, stores);
      if (settled(tally) != before) pool.progress();
    }
    for (const std::string& message : news.messages)
      if (told.insert(message).second)
        progress.message(message);  // workers meet the same bad track each
    std::vector<std::string> lines;
    for (const std::string& now : pool.now())
      lines.push_back(fmt::format("  worker {}: {}", lines.size() + 1, now.empty() ? "-" : now));
    progress.details(lines);
    progress.advance(settled(tally) - settled_before, in_words(tally));
    if (pool.n_running() == 0) break;
    if (!stopping && (stop_requested() || (arguments.fail_fast && tally[RunStatus::failed] > 0))) {
      stopping = true;
      pool.stop();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  progress.end();
  return well;
}

/// One line, and what --json prints of it.
/// @param programs  other_programs() of the runs that were done before
std::string in_words(const std::string& experiment, const RunnerSummary& summary,
                     const std::string& programs) {
  std::string text = fmt::format("{}: {}", experiment, count_of(summary.n_runs, "run"));
  if (summary.n_already_done == summary.n_runs)
    return text + fmt::format(", all done already{}; nothing to do", programs);
  text += fmt::format(": {} done", summary.n_done);
  if (summary.n_already_done > 0)
    text += fmt::format(", {} done before{}", summary.n_already_done,
                        programs.empty() ? "" : " (" + programs.substr(2) + ")");
  if (summary.n_failed > 0) text += fmt::format(", {} failed", summary.n_failed);
  if (summary.n_skipped > 0) text += fmt::format(", {} skipped", summary.n_skipped);
  if (summary.n_pruned > 0) text += fmt::format(", {} pruned", summary.n_pruned);
  if (summary.n_left > 0) text += fmt::format(", {} left", summary.n_left);
  if (summary.interrupted) text += ", interrupted (run the same command to go on)";
  text += fmt::format(", in {}", duration_text(summary.wall_s));
  if (summary.n_bad_tracks > 0)
    text += fmt::format("; {} left out, see above", count_of(summary.n_bad_tracks, "bad track"));
  return text;
}

/// A worker of a pool: what is to be done is in the store already, and what became of it is said by
/// the pool.
int work_for_pool(const Registry& registry, const CommonOptions& common,
                  const SweepArguments& arguments, const PlanMaker& make_plans) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != arguments.pool) return 130;  // it has died meanwhile
  const auto progress = pool_progress();
  FileHashes hashes(common.cache_folder.empty() ? std::filesystem::path()
                                                : common.cache_folder / "content_hashes.tsv");
  const std::vector<Plan> plans = make_plans(hashes, *progress);
  const auto store = RunStore::open(common.database, RunStore::Mode::write);
  for (const Plan& plan : plans)
    if (work_on(plan, *store, registry, hashes, runner_settings(common, arguments), *progress))
      return 130;
  return 0;
}

}  // namespace

int sweep(const Registry& registry, const CommonOptions& common, const SweepArguments& arguments,
          PlanSource source, const PlanMaker& make_plans) {
  stop_requested();  // from here Ctrl-C ends after what is under way
  if (arguments.pool > 0) return work_for_pool(registry, common, arguments, make_plans);
  const auto progress = console_progress(common.quiet);
  FileHashes hashes(common.cache_folder.empty() ? std::filesystem::path()
                                                : common.cache_folder / "content_hashes.tsv");
  const std::vector<Plan> plans = make_plans(hashes, *progress);
  const auto store = RunStore::open(common.database, RunStore::Mode::write);

  const Clock::time_point begin = Clock::now();
  const bool network = on_network(common.database);
  const bool sharded = arguments.store == SweepArguments::Store::sharded ||
                       (arguments.store == SweepArguments::Store::automatic && network);
  if (sharded && network && arguments.store == SweepArguments::Store::automatic)
    progress->message(
        fmt::format("{} is on a network file system: each worker writes a store of its own, and "
                    "they are joined at the end (--store sharded)",
                    common.database.string()));
  join_left_shards(common.database, *progress, stop_requested);
  std::vector<std::size_t> already_done;
  std::vector<std::string> programs;  // of those
  for (const Plan& plan : plans) {
    if (const std::string older = older_ids(store->runs(plan.experiment.name),
                                            fmt::format("of '{}'", plan.experiment.name));
        !older.empty())
      progress->message(older);
    already_done.push_back(source == PlanSource::files
                               ? record_plan(plan, *store, registry, *progress)
                               : plan_again(plan, *store));
    programs.push_back(
        already_done.back() == 0 ? "" : other_programs(*store, store->runs(plan.experiment.name)));
  }
  std::vector<double> wall_s(plans.size(), 0.0);
  bool well = true;
  if (sharded) {
    Shards shards(*store, plans, registry, static_cast<std::size_t>(arguments.workers),
                  arguments.order, *progress);
    std::vector<RunStore*> stores;
    for (const auto& shard : shards.stores()) stores.push_back(shard.get());
    well = work_with_pool(plans, stores, common, arguments, *progress);
    shards.join(*progress);
    std::fill(wall_s.begin(), wall_s.end(), seconds_since(begin));
  } else if (arguments.workers > 1) {
    well = work_with_pool(plans, {store.get()}, common, arguments, *progress);
    std::fill(wall_s.begin(), wall_s.end(), seconds_since(begin));
  } else {
    for (std::size_t i = 0; i < plans.size() && !stop_requested(); ++i) {
      const Clock::time_point plan_begin = Clock::now();
      const bool stopped = work_on(plans[i], *store, registry, hashes,
                                   runner_settings(common, arguments), *progress);
      wall_s[i] = seconds_since(plan_begin);
      if (stopped) break;
    }
  }

  nlohmann::ordered_json document = nlohmann::ordered_json::array();
  int code = well ? 0 : 1;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    RunnerSummary summary = summarise(plans[i], *store, already_done[i]);
    summary.wall_s = wall_s[i];
    summary.interrupted = stop_requested() && summary.n_left > 0;
    if (!common.json)
      fmt::print("{} ({})\n", in_words(plans[i].experiment.name, summary, programs[i]),
                 common.database.string());
    document.push_back({{"experiment", plans[i].experiment.name},
                        {"database", common.database.string()},
                        {"runs", summary.n_runs},
                        {"done", summary.n_done},
                        {"done_before", summary.n_already_done},
                        {"failed", summary.n_failed},
                        {"skipped", summary.n_skipped},
                        {"pruned", summary.n_pruned},
                        {"left", summary.n_left},
                        {"bad_tracks", summary.n_bad_tracks},
                        {"interrupted", summary.interrupted},
                        {"wall_s", summary.wall_s}});
    if (code == 0 && (summary.n_failed > 0 || summary.n_left > 0)) code = 1;
    if (summary.interrupted) code = 130;
  }
  if (common.json) print_json(document);
  return code;
}

}  // namespace genrebench::cli
