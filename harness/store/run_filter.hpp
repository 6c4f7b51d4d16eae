#pragma once
// Selects runs of a store by their properties.

#include <map>
#include <string>
#include <vector>

#include "harness/records/run_records.hpp"
#include "harness/records/store_reader.hpp"

namespace genrebench {

/// Selects runs: a run must match every field that is set.
struct RunFilter {
  std::vector<std::string> run_ids;          ///< one of these; empty: any
  std::string experiment;                    ///< in the plan of this one; empty: any
  std::string status;                        ///< empty: any
  std::map<std::string, std::string> where;  ///< parameters or facts that have these values

  bool empty() const {
    return run_ids.empty() && experiment.empty() && status.empty() && where.empty();
  }
};

/// The store's runs that match. @throws ConfigError  for names that the store does not know
std::vector<RunRecord> filtered_runs(const StoreReader& store, const RunFilter& filter);

}  // namespace genrebench
