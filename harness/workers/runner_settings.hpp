#pragma once
// How one worker works, and how a pool tells that to its worker processes.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/workers/run_queue.hpp"

namespace genrebench {

/// A new setting needs a member here, a line in visit_fields() below and, for the command line, a
/// line in cli/sweep_settings.cpp.
struct RunnerSettings {
  std::filesystem::path cache_folder = {};  ///< empty: features are not cached
  std::filesystem::path files_folder = {};  ///< checkpoints and fitted models
                                            ///< (harness/run/kept_models.hpp); empty: none are kept
  int threads = 1;         ///< for feature extraction, and for methods that use several
  bool fail_fast = false;  ///< stop after the first failed run
  RunOrder order = RunOrder::cheap;
  double heartbeat_s = 10.0;  ///< interval between heartbeats; after two missed intervals other
                              ///< workers may take over the run
  int workers_per_gpu = 1;    ///< maximum number of workers per GPU; further workers only take runs
                              ///< that need no GPU
  bool profile = false;       ///< keep with each run where its time went (base/profile.hpp)
  std::function<bool()> interrupted = [] { return false; };  ///< asked between tracks, runs and
                                                             ///< steps of training
};

/// Calls visit(name, member) for every setting that travels to another process: all but
/// `interrupted`.
template <typename Settings, typename Visitor>
void visit_fields(Settings& settings, Visitor&& visit) {
  visit("cache_folder", settings.cache_folder);
  visit("files_folder", settings.files_folder);
  visit("threads", settings.threads);
  visit("fail_fast", settings.fail_fast);
  visit("order", settings.order);
  visit("heartbeat_s", settings.heartbeat_s);
  visit("workers_per_gpu", settings.workers_per_gpu);
  visit("profile", settings.profile);
}

/// What a pool tells one of its worker processes.
struct PoolWorkerSettings {
  std::vector<std::string> experiments;  ///< names of recorded plans to work on
  std::filesystem::path database;        ///< the store that holds them
  std::int64_t pool_pid = 0;             ///< the pool's process; the worker ends with it
  RunnerSettings runner;
};

/// As a JSON object in one line.
std::string to_json_text(const PoolWorkerSettings& settings);

/// @throws ConfigError  if the text is not what to_json_text() writes
PoolWorkerSettings parse_pool_worker_settings(const std::string& text);

}  // namespace genrebench
