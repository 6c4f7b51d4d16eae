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
#include "harness/data/stored_numbers.hpp"
#include "harness/experiment/experiment.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/plugin/split.hpp"
#include "harness/records/run_records.hpp"

namespace genrebench {

/// A file that a method reads, with the content_hash() that it had when the run was planned.
struct ContentFile {
  std::filesystem::path file;
  std::string hash;
};

/// One run of a plan: its options, its data and its id.
struct PlannedRun {
  RunSpec spec;
  std::string id;  ///< see Identity
  std::shared_ptr<const OpenDataset> data;
  std::shared_ptr<const Split> split;  ///< null for task segmentation
  std::string not_applicable;          ///< why these plug-ins do not go together; empty: they do
  /// The files whose content decides the result (RunSpec::content_files()), by dotted key, with the
  /// content that the id covers.
  std::map<std::string, ContentFile> content_files = {};
  /// What the files of a StoredFeature held; the id covers it. Null: the feature has none.
  std::shared_ptr<const StoredContent> stored = {};
  /// The run whose model this one uses, if its test part is deformed; null: it fits its own.
  std::shared_ptr<const PlannedRun> clean = {};
};

struct Plan {
  Experiment experiment;         ///< without its runs, which are below
  std::vector<PlannedRun> runs;  ///< no two have the same id
  /// Dataset::notes() of the datasets: "dataset folder: 1 folder holds no audio …".
  std::vector<std::string> notes;

  // What the store keeps of the plan.
  ExperimentRecord record() const;
  std::vector<RunRecord> records(const Registry& registry) const;
};

/// Opens the experiment's datasets, draws every split, and checks that the plug-ins go together. Of
/// runs with the same id, as two roots of equal content give, the first stays; `progress` is told
/// how many were left out, and why.
/// @param cache_folder  where generated datasets are made; empty: the default one
/// @throws ConfigError  if a split cannot be drawn or leaves a part empty, excerpts are longer than
///                      every track, an option has no use, or no run at all is applicable
/// @throws DataError    if a dataset cannot be read
Plan make_plan(Experiment experiment, const Registry& registry,
               const std::filesystem::path& cache_folder, FileHashes& hashes, Progress& progress);

}  // namespace genrebench
