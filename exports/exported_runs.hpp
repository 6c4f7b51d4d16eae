#pragma once
// The runs that leave a store for another tool, with names that stay the same from one export to
// the next.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "harness/plugin/report.hpp"
#include "harness/records/store_reader.hpp"

namespace genrebench {

struct ExportedRun {
  RunRecord run;
  std::string experiment;  ///< the first of those in scope that has the run
  /// Digest of the configuration without what repeats it (seed, fold): 32 hexadecimal digits. Runs
  /// of one experiment and configuration belong together.
  std::string configuration;
  std::string title;  ///< of the configuration: its method, and what tells it from the others
  /// The run's name within the experiment: "knn_neighbours_3_seed_0_4a9ed3d1b2c3". It is a slug();
  /// no other run has it.
  std::string name;
};

struct ExportedRuns {
  std::vector<ExportedRun> runs;  ///< that were started, in the order of the plans
  std::size_t n_waiting = 0;      ///< planned, or lost and to be taken again: nothing to tell yet
  std::size_t n_skipped = 0;      ///< their configuration cannot apply
};

/// The runs of the scope's experiments, each once.
/// @throws ConfigError  if the store has no such experiment, or no runs
ExportedRuns exported_runs(const StoreReader& store, const ReportScope& scope);

/// Seconds since 1970 of a time in UTC as the store has it ("2026-11-28T18:45:00Z"); 0 if it is
/// none.
double seconds_of(const std::string& time);

/// @throws Interrupted  if `interrupted` says so; it may be empty
void check_interrupted(const std::function<bool()>& interrupted);

}  // namespace genrebench
