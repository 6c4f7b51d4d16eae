#pragma once
// A folder that goes to Zenodo or beside a paper: everything about some runs, described for people
// and machines.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "exports/bundle/ro_crate.hpp"
#include "harness/plugin/document.hpp"
#include "harness/records/store_reader.hpp"

namespace genrebench {

struct BundleContent {
  std::filesystem::path store;
  std::vector<RunRecord> runs;  ///< at least one
  std::vector<std::filesystem::path> experiment_files;
  std::vector<Document> reports;
  BundleTitle title;
  std::function<bool()> interrupted = {};  ///< true ends it
};

struct Bundle {
  std::size_t n_files = 0;
  std::uintmax_t bytes = 0;
  std::vector<std::string> notes;  ///< what is left out, and what to look at before publishing
};

/// Writes, into a folder of its own:
///
/// - `README.md`: what is where, and the commands that reproduce it;
/// - `experiments/`: the experiment files;
/// - `runs.db`: the runs alone, out of the store, with the files that they kept; without the paths
///   of sound files. `genrebench reproduce RUN --db runs.db` works on it;
/// - `csv/`: the same as tables (write_csv_tables());
/// - `report/`: the reports in every format;
/// - `environment.json`: the programs, libraries and machines, each with its runs;
/// - `dataset/NAME/`: `tracks.csv` and its description in Croissant;
/// - `checklist.md`: reproducibility_checklist();
/// - `ro-crate-metadata.json`.
///
/// The folder appears whole or not at all. A bundle that is there already is replaced.
/// @throws ConfigError  if the folder exists and is neither empty nor a bundle
/// @throws DataError    naming the file that cannot be read or written
/// @throws Interrupted  if `interrupted` said so
Bundle write_bundle(const std::filesystem::path& folder, const StoreReader& store,
                    const BundleContent& content);

}  // namespace genrebench
