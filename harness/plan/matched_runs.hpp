#pragma once
// Which stored runs are those of an experiment as its file is now.

#include <cstddef>
#include <vector>

#include "harness/experiment/experiment.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/records/run_records.hpp"
#include "harness/records/store_reader.hpp"

namespace genrebench {

struct MatchedRuns {
  /// In the order of the experiment. A run that the store does not have stands among them with the
  /// status `planned`.
  std::vector<RunRecord> runs;
  std::size_t n_missing = 0;  ///< number of runs that the store does not have
  /// Number of runs of the latest plan of that name that have another configuration.
  std::size_t n_other = 0;
  /// Number of runs of the same configuration on other data.
  std::size_t n_other_data = 0;
  /// Number of runs of the same configuration and data with another id: by an earlier version of
  /// the program or its plug-ins, or from other weights.
  std::size_t n_other_ids = 0;

  bool none() const { return n_missing == runs.size(); }
};

/// Finds the runs of an experiment by configuration and seed, in whatever plan they are. No data
/// are needed. If the store has several runs of one configuration, it takes those that name the
/// same places; of these, those of the latest plan of that name; of these, those on the data that
/// were used last.
MatchedRuns match_runs(const StoreReader& store, const Experiment& experiment,
                       const Registry& registry);

}  // namespace genrebench
