#pragma once
// A store as it is while a sweep goes on, and what is exported of it.

#include <string>
#include <vector>

#include "exports/exported_runs.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::testing {

inline RunRecord run_of(const RunStore& store, const std::string& id) { return *store.run(id); }

/// What is exported of one run.
inline ExportedRun exported_run(const RunStore& store, const std::string& id) {
  for (ExportedRun& one : exported_runs(store, {}).runs)
    if (one.run.id == id) return std::move(one);
  throw std::out_of_range("the run is not exported");
}

/// The losses of an epoch.
inline std::vector<MetricRecord> epoch(std::int64_t number) {
  const double loss = 1.0 / static_cast<double>(number);
  return {{"train", "loss", number, loss},
          {"valid", "loss", number, loss + 0.125},
          {"train", "seconds", number, 0.5}};
}

}  // namespace genrebench::testing
