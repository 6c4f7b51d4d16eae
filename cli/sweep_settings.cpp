// The command line of a sweep's settings.

#include "cli/shared_arguments.hpp"
#include "cli/sweep.hpp"

namespace genrebench::cli {

void add_sweep(Arguments& arguments, SweepSettings& settings, Context& context) {
  RunnerSettings& runner = settings.runner;
  arguments.add({.name = "--workers",
                 .value = "N",
                 .help = "Number of worker processes, which share the threads. A worker that dies "
                         "is replaced",
                 .minimum = 1,
                 .maximum = 1024},
                settings.workers);
  arguments.add_choice({.name = "--order",
                        .help = "Which runs come first. cheap: those that took least time in "
                                "earlier runs; listed: as the experiment lists them"},
                       runner.order, run_orders());
  arguments.add_flag({.name = "--fail-fast", .help = "Stop after the first run that fails"},
                     runner.fail_fast);
  arguments.add({.name = "--heartbeat",
                 .value = "SECONDS",
                 .help = "Interval between a worker's heartbeats. A worker that misses two loses "
                         "its run to another",
                 .minimum = 0.05,
                 .maximum = 3600},
                runner.heartbeat_s);
  arguments.add_choice<StoreSharing>(
      {.name = "--store",
       .help = "Where workers write. shared: all into one store; sharded: each into its own, "
               "merged at the end; auto: sharded on a network file system"},
      settings.store,
      {{"auto", StoreSharing::automatic},
       {"shared", StoreSharing::shared},
       {"sharded", StoreSharing::sharded}});
  arguments.add({.name = "--workers-per-gpu",
                 .value = "N",
                 .help = "Maximum number of workers that compute on one GPU at once",
                 .minimum = 1,
                 .maximum = 64},
                runner.workers_per_gpu);
  arguments.add_flag({.name = "--profile",
                      .help = "Keep with each run where its time went; `genrebench profile RUN` "
                              "shows it"},
                     runner.profile);
  arguments.add({.name = "--files",
                 .value = "FOLDER",
                 .help = "Folder of checkpoints and models. Without it: the store's name with "
                         ".files, such as runs.db.files",
                 .completes = Completion::folder},
                runner.files_folder);
  add_database(arguments, context);
  add_work(arguments, context);
  add_json(arguments, context);
}

}  // namespace genrebench::cli
