#pragma once
// From an experiment to its exact runs: datasets opened and fingerprinted, splits drawn, runs named.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/configuration.hpp"
#include "harness/digest.hpp"
#include "harness/progress.hpp"
#include "harness/registry.hpp"
#include "harness/split.hpp"
#include "harness/store.hpp"

namespace genrebench {

/// A dataset as opened for a plan.
struct OpenDataset {
  std::unique_ptr<Dataset> dataset;
  std::string fingerprint;  ///< of ids, genres, groups and the content of every file
  TrackContents content;    ///< hash of each track's file or features, empty where unreadable
};

/// One run that a plan names.
struct PlannedRun {
  RunSpec spec;
  std::string id;
  std::shared_ptr<const OpenDataset> data;
  std::shared_ptr<const Split> split;  ///< null for task segmentation
  std::string not_applicable;  ///< why these plug-ins do not go together; empty: they do
};

/// The plug-ins that a run uses and the evaluation, with their versions: {"method svm 1", …}. Part of the run's id.
std::vector<std::string> versions_of(const RunSpec& spec, const Registry& registry);

struct Plan {
  Experiment experiment;  ///< without its runs: they are here
  std::vector<PlannedRun> runs;

  /// What the store keeps of it.
  ExperimentRecord record() const;
  std::vector<RunRecord> records(const Registry& registry) const;
};

/// Opens one dataset. A generated dataset without a root is first made in the cache folder.
/// @throws ConfigError, DataError
std::shared_ptr<const OpenDataset> open_dataset(const PluginChoice& choice, const Registry& registry,
                                                const std::filesystem::path& cache_folder, FileHashes& hashes, Progress& progress);

/// Opens the experiment's datasets, draws every split and checks that the plug-ins go together.
/// @throws ConfigError  if a split cannot be drawn, or no run at all is applicable
/// @throws DataError    if a dataset cannot be read
Plan make_plan(Experiment experiment, const Registry& registry, const std::filesystem::path& cache_folder, FileHashes& hashes,
               Progress& progress);

}  // namespace genrebench
