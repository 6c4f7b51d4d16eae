#pragma once
// Brings the runs of a store to an MLflow server.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "exports/exported_runs.hpp"
#include "exports/mlflow/mlflow_server.hpp"

namespace genrebench {

struct MlflowOptions {
  std::string prefix;                              ///< before the names of experiments
  bool files = true;                               ///< also files: predictions, what runs have kept
  std::filesystem::path files_folder;              ///< what runs have kept beside the store
  std::function<bool()> interrupted = {};          ///< true ends the export between two runs
  std::function<void(std::size_t)> progress = {};  ///< called with the number of runs looked at
};

struct MlflowSummary {
  std::size_t n_new = 0;       ///< runs that the server did not have
  std::size_t n_updated = 0;   ///< runs that got more
  std::size_t n_replaced = 0;  ///< runs with other values than ours: deleted there, and made anew
  std::size_t n_same = 0;
  std::size_t n_files = 0;  ///< that were sent
  std::vector<std::string> notes;
};

/// Makes an experiment per experiment, in it a run per configuration, and nested in that a run per
/// seed and fold. A run is found again by its tag, and only the points that the server lacks are
/// sent, so an export may be repeated while a sweep is under way, and after it was killed: nothing
/// is there twice. What users add to runs stays.
/// @throws DataError    if the server cannot be reached or refuses
/// @throws Interrupted  if `interrupted` said so
MlflowSummary export_mlflow(MlflowServer& server, const StoreReader& store,
                            const std::vector<ExportedRun>& runs, const MlflowOptions& options);

}  // namespace genrebench
