#include "cli/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/run_profiles.hpp"
#include "harness/plan/stored_plan.hpp"
#include "harness/run/provenance.hpp"
#include "harness/store/store_places.hpp"
#include "harness/workers/pool_watch.hpp"
#include "harness/workers/shards.hpp"
#include "harness/workers/sweep.hpp"
#include "reports/support/profile_tables.hpp"

namespace genrebench::cli {
namespace {

using Clock = SteadyClock;

/// A plan, and what the sweep knows of it beside its runs.
struct SweptPlan {
  std::size_t n_already_done = 0;
  std::string programs;  ///< other_programs() of the runs that were done before
  double wall_s = 0.0;
};

/// One line on a plan.
std::string in_words(const std::string& experiment, const RunnerSummary& summary,
                     const std::string& programs) {
  std::string text = fmt::format("{}: {}", experiment, counted(summary.n_runs, "run"));
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
    text += fmt::format("; {} left out, see above", counted(summary.n_bad_tracks, "bad track"));
  return text;
}

nlohmann::ordered_json to_json(const std::string& experiment, const RunnerSummary& summary,
                               const std::filesystem::path& database) {
  return {{"experiment", experiment},
          {"database", database.string()},
          {"runs", summary.n_runs},
          {"done", summary.n_done},
          {"done_before", summary.n_already_done},
          {"failed", summary.n_failed},
          {"skipped", summary.n_skipped},
          {"pruned", summary.n_pruned},
          {"left", summary.n_left},
          {"bad_tracks", summary.n_bad_tracks},
          {"interrupted", summary.interrupted},
          {"wall_s", summary.wall_s}};
}

class Sweep {
 public:
  Sweep(Context& context, const SweepSettings& settings, std::vector<Plan> plans)
      : context_(context),
        settings_(settings),
        plans_(std::move(plans)),
        swept_(plans_.size()),
        store_(context.store_to_write()),
        sharded_(decide_sharding()) {}

  /// Records the plans in the store.
  void record(PlanSource source) {
    join_left_shards(context_.database, context_.progress(), stop_requested);
    std::set<std::string> said;
    for (const Plan& plan : plans_)
      for (const std::string& note : plan.notes)
        if (said.insert(note).second) context_.progress().note(note);
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      const std::string& name = plans_[i].experiment.name;
      if (const std::string older = older_ids(store_->runs(name), fmt::format("of '{}'", name));
          !older.empty())
        context_.progress().message(older);
      swept_[i].n_already_done =
          source == PlanSource::files
              ? record_plan(plans_[i], *store_, context_.registry, context_.progress())
              : plan_again(plans_[i], *store_);
      if (swept_[i].n_already_done > 0)
        swept_[i].programs = other_programs(*store_, store_->runs(name));
    }
  }

  /// @return  false if a worker gave up
  bool work() {
    if (sharded_ || settings_.workers > 1) return work_with_processes();
    for (std::size_t i = 0; i < plans_.size() && !stop_requested(); ++i) {
      const Clock::time_point begin = Clock::now();
      const bool stopped = work_on(plans_[i], *store_, context_.registry, context_.hashes(),
                                   settings_.runner, context_.progress());
      swept_[i].wall_s = seconds_since(begin);
      if (stopped) break;
    }
    return true;
  }

  /// Prints what became of the plans. @return  the exit code
  int print(bool well) const {
    nlohmann::ordered_json document = nlohmann::ordered_json::array();
    int code = well ? kDone : kNotDone;
    std::size_t n_failed = 0;
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      const std::string& name = plans_[i].experiment.name;
      RunnerSummary summary = summarise(plans_[i], *store_, swept_[i].n_already_done);
      summary.wall_s = swept_[i].wall_s;
      summary.interrupted = stop_requested() && summary.n_left > 0;
      if (!context_.json)
        tell(fmt::format("{} ({})", in_words(name, summary, swept_[i].programs),
                         context_.database.string()));
      n_failed += summary.n_failed;
      document.push_back(to_json(name, summary, context_.database));
      if (code == kDone && (summary.n_failed > 0 || summary.n_left > 0)) code = kNotDone;
      if (summary.interrupted) code = kInterrupted;
    }
    if (context_.json)
      print_json(document);
    else if (settings_.runner.profile)
      print_profile();
    if (n_failed > 0)
      context_.progress().note(
          fmt::format("`genrebench runs --failed --db {}` lists the runs that failed",
                      shell_word(context_.database.string())));
    return code;
  }

 private:
  /// Prints where the time of all runs went that have a profile. A profile that cannot be read is
  /// left out with a warning: the runs are done all the same.
  void print_profile() const {
    const RunFiles files(settings_.runner.files_folder);
    Profile profile;
    std::size_t n_runs = 0, n_unread = 0;
    std::string why;
    for (const Plan& plan : plans_)
      for (const PlannedRun& run : plan.runs) {
        try {
          const auto own = profile_of(*store_, files, run.id);
          if (own) profile.add(*own);
          n_runs += own ? 1 : 0;
        } catch (const DataError& error) {
          if (++n_unread == 1) why = error.what();
        }
      }
    if (n_unread > 0)
      context_.progress().message(
          fmt::format("warning: the times of {} are left out: {}", counted(n_unread, "run"), why));
    if (n_runs == 0) return;
    profile.root.name = counted(n_runs, "run");
    print_table(profile_table(profile, n_runs));
  }

  /// Prints a line on standard output, or where messages go if that is impossible.
  static void tell(const std::string& line) {
    write_text(line + "\n");
    if (output_failure() != 0) keep_message(line);
  }

  bool decide_sharding() const {
    if (settings_.store != StoreSharing::automatic) return settings_.store == StoreSharing::sharded;
    if (!on_network(context_.database)) return false;
    context_.progress().note(
        fmt::format("{} is on a network file system: each worker writes its own store, and they "
                    "are merged at the end (--store sharded)",
                    context_.database.string()));
    return true;
  }

  bool work_with_processes() {
    const PoolSettings pool{.workers = settings_.workers, .runner = settings_.runner};
    bool well = true;
    if (sharded_) {
      Shards shards(*store_, plans_, context_.registry, static_cast<std::size_t>(settings_.workers),
                    settings_.runner.order, context_.progress());
      std::vector<RunStore*> stores;
      for (const auto& shard : shards.stores()) stores.push_back(shard.get());
      well = work_with_pool(plans_, stores, pool, context_.progress());
      shards.join(context_.progress());
    } else {
      well = work_with_pool(plans_, {store_.get()}, pool, context_.progress());
    }
    for (SweptPlan& plan : swept_) plan.wall_s = seconds_since(begin_);
    return well;
  }

  Context& context_;
  const SweepSettings& settings_;
  std::vector<Plan> plans_;
  std::vector<SweptPlan> swept_;  ///< one per plan
  std::unique_ptr<RunStore> store_;
  Clock::time_point begin_ = Clock::now();
  bool sharded_;
};

/// Experiments of a store that have something left to do, in its order.
std::vector<std::string> unfinished(const RunStore& store) {
  std::vector<std::string> names;
  for (const ExperimentRecord& record : store.experiments()) {
    const auto tally = store.tally(record.name);
    for (const RunStatus status :
         {RunStatus::planned, RunStatus::running, RunStatus::failed, RunStatus::lost})
      if (tally.contains(status)) {
        names.push_back(record.name);
        break;
      }
  }
  return names;
}

}  // namespace

int sweep(Context& context, SweepSettings settings, PlanSource source,
          const PlanMaker& make_plans) {
  stop_requested();  // from here Ctrl-C ends after the run under way
  keep_messages_beside(context.database);
  RunnerSettings& runner = settings.runner;
  if (runner.files_folder.empty()) runner.files_folder = files_folder_of(context.database);
  runner.cache_folder = context.cache_folder;
  runner.threads = context.threads;
  runner.interrupted = stop_requested;
  Sweep sweep(context, settings, make_plans());
  sweep.record(source);
  const bool well = sweep.work();
  context.progress().tell_counts();
  return sweep.print(well);
}

std::vector<Plan> stored_plans(Context& context, const std::vector<std::string>& names) {
  const auto store = context.store_to_read();
  std::vector<Plan> plans;
  for (const std::string& name : names.empty() ? unfinished(*store) : names)
    plans.push_back(stored_plan(*store, name, context.registry, context.cache_folder,
                                context.hashes(), context.progress()));
  if (plans.empty())
    context.progress().note(
        fmt::format("{}: every run is done already; nothing to do", context.database.string()));
  return plans;
}

}  // namespace genrebench::cli
