#pragma once
// From an experiment to its exact runs: datasets opened and fingerprinted, splits drawn, runs
// named.

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "base/progress.hpp"
#include "harness/data/open_dataset.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/plugin/split.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// A file that a method reads, with the content_hash() that it had when the run was planned.
struct ContentFile {
  std::filesystem::path file;
  std::string hash;
};

/// One run that a plan names.
struct PlannedRun {
  RunSpec spec;
  std::string id;
  std::shared_ptr<const OpenDataset> data;
  std::shared_ptr<const Split> split;  ///< null for task segmentation
  std::string not_applicable;          ///< why these plug-ins do not go together; empty: they do
  /// The files whose content decides the result (RunSpec::content_files()), by dotted key, as the
  /// id has them.
  std::map<std::string, ContentFile> content_files = {};
};

/// The plug-ins that a run uses and the evaluation, with their versions: {"method svm 1", …}. Part
/// of the run's id.
std::vector<std::string> versions_of(const RunSpec& spec, const Registry& registry);

struct Plan {
  Experiment experiment;         ///< without its runs: they are here
  std::vector<PlannedRun> runs;  ///< no two of one id

  /// What the store keeps of it.
  ExperimentRecord record() const;
  std::vector<RunRecord> records(const Registry& registry) const;
};

/// Opens one dataset and hashes its files. A generated dataset without a root is first made in the
/// cache folder, unless one of the same recipe is there: versions, options, and the content of the
/// dataset that it is built from.
/// @throws ConfigError, DataError
/// @throws FileChanged  if a file is written to while it is being read
std::shared_ptr<const OpenDataset> open_dataset(const PluginChoice& choice,
                                                const Registry& registry,
                                                const std::filesystem::path& cache_folder,
                                                FileHashes& hashes, Progress& progress);

/// Opens the experiment's datasets, draws every split and checks that the plug-ins go together. Of
/// runs with one id, as two roots of equal content give, the first stays, and `progress` is told
/// how many were left out, and why.
/// @throws ConfigError  if a split cannot be drawn, or no run at all is applicable
/// @throws DataError    if a dataset cannot be read
Plan make_plan(Experiment experiment, const Registry& registry,
               const std::filesystem::path& cache_folder, FileHashes& hashes, Progress& progress);

}  // namespace genrebench
