#pragma once
// A run in MLflow's terms.

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "exports/exported_runs.hpp"

namespace genrebench {

/// A point of a metric. Points are equal if they are to the last bit.
struct MlflowPoint {
  std::string key;
  std::int64_t step = 0;
  std::int64_t time_ms = 0;  ///< since 1970
  double value = 0.0;

  /// What tells two points of a run apart. Servers may round the value, never the step.
  std::pair<std::string, std::int64_t> place() const { return {key, step}; }
};

struct MlflowRun {
  std::string name, status;  ///< "RUNNING", "FINISHED", "FAILED" or "KILLED"
  std::int64_t start_ms = 0, end_ms = 0;
  std::map<std::string, std::string> tags, params;
  std::vector<MlflowPoint> points;  ///< each place once, ordered by step and key

  /// Changes when anything above does.
  std::string digest() const;
};

/// Tags of ours. kRunTag holds the run's id, kConfigurationTag the configuration's digest, and
/// kExportedTag the digest of what was exported once all of it is there.
inline constexpr const char* kRunTag = "genrebench.run_id";
inline constexpr const char* kConfigurationTag = "genrebench.configuration";
inline constexpr const char* kExportedTag = "genrebench.exported";

/// Curves are "loss/train" by epoch, final values "test/accuracy" at step 0, as in TensorBoard.
MlflowRun mlflow_run(const StoreReader& store, const ExportedRun& exported);

/// The run that holds the runs of one configuration: their common parameters, without results.
/// @param runs  of one experiment and configuration, at least one
MlflowRun mlflow_parent(const std::vector<const ExportedRun*>& runs);

/// A name as MLflow allows it for metrics and parameters: letters, digits, '_', '-', '.', ' ' and
/// '/', at most 250 bytes, no empty part between slashes. Other characters become '_'.
/// Source: mlflow/utils/validation.py
std::string mlflow_key(const std::string& name);

/// A value of a parameter: at most 6000 characters, the rest replaced by "…".
std::string mlflow_value(const std::string& value);

}  // namespace genrebench
