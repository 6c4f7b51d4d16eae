#pragma once
// Some values of many runs, read without the rest. A store of 30 000 runs has millions of
// parameters, facts and metrics, of which a list shows a few.

#include <filesystem>
#include <string>
#include <vector>

#include "harness/records/run_records.hpp"

namespace genrebench {

/// What a key of a run names.
enum class RunKeyKind { field, parameter, fact, environment, metric };

/// What runs have besides parameters, facts, metrics and environment: "run" (its id), "status",
/// "message", "seed", "data" (the fingerprint), "started", "seconds", "identity" (version),
/// "origin" and "experiment" (all whose latest plans have the run).
const std::vector<std::string>& run_fields();

/// A value that is asked for.
struct WantedKey {
  /// One of run_fields(); "method.name" and other parameters, facts and rows of the environment by
  /// their names; final metrics as "test.accuracy".
  std::string name;
  std::string option;  ///< who asks, for messages: "--columns"; empty: nobody, so that a key which
                       ///< no run has is no mistake
};

struct ListedRun {
  RunRecord run;                    ///< without parameters and facts
  std::vector<std::string> values;  ///< one per key; empty: the run has none
};

struct RunList {
  std::vector<RunKeyKind> kinds;  ///< one per key
  /// In the order of the plan if an experiment was named, else in the order in which they started.
  std::vector<ListedRun> runs;
};

/// Reads runs with the values of some keys. Numbers of metrics are written with as many digits as
/// give the same number when they are read.
/// @param file        a store
/// @param experiment  only the runs of its latest plan; empty: all
/// @throws ConfigError  for a key that no run has: names the nearest. A store without runs knows
///                      every key
/// @throws DataError    if the store cannot be read
RunList list_runs(const std::filesystem::path& file, const std::string& experiment,
                  const std::vector<WantedKey>& keys);

}  // namespace genrebench
