// `genrebench pool-worker`: one worker process of a pool (harness/workers/pool_watch.hpp). The pool
// starts it and tells it on standard input, as JSON, what to do.

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <iterator>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "harness/plan/stored_plan.hpp"
#include "harness/workers/sweep.hpp"

namespace genrebench::cli {
namespace {

class PoolWorkerCommand final : public Command {
 public:
  void declare(Arguments& /*arguments*/, Context& /*context*/) override {}

  int run(Context& context) override {
    // From here signals end after the run under way. Where the pool dies, SIGTERM comes once for
    // each of its threads, so that a second one must not end this process at once.
    heed_cluster_signals();
    PoolWorkerSettings settings = parse_pool_worker_settings(
        {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()});
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != settings.pool_pid) return kInterrupted;  // the pool has died meanwhile
    settings.runner.interrupted = stop_requested;
    context.database = settings.database;
    context.cache_folder = settings.runner.cache_folder;
    const auto progress = pool_progress();
    std::vector<Plan> plans;
    {
      const auto store = context.store_to_read();
      for (const std::string& name : settings.experiments)
        plans.push_back(stored_plan(*store, name, context.registry, context.cache_folder,
                                    context.hashes(), *progress));
    }
    const auto store = RunStore::open(context.database, RunStore::Mode::write_existing);
    for (const Plan& plan : plans)
      if (work_on(plan, *store, context.registry, context.hashes(), settings.runner, *progress))
        return kInterrupted;
    return kDone;
  }
};

}  // namespace

void command_pool_worker(CommandList& commands) {
  commands.add<PoolWorkerCommand>(
      {.name = "pool-worker",
       .group = CommandGroup::hidden,
       .summary = "A worker process of a pool; reads its settings from standard input"});
}

}  // namespace genrebench::cli
