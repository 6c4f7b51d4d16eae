#pragma once
// A store as CSV files, one per view, for people without SQL.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace genrebench {

struct CsvTables {
  std::vector<std::filesystem::path> files;
  std::size_t n_runs = 0;
};

/// Writes runs.csv, experiments.csv, parameters.csv (a row per parameter), parameters_wide.csv (a
/// column per parameter), facts.csv, environment.csv, metrics.csv, curves.csv, predictions.csv,
/// tracks.csv and bad_tracks.csv: the columns of the views of docs/how-to/read-the-store.md. The
/// paths of sound files are left out of tracks.csv. All files show one state of the store. Each is
/// written atomically, in UTF-8, with the rows in an order that depends on the content alone.
/// @param folder       made if it is missing
/// @param run_ids      the runs; those of tracks.csv are all tracks of their datasets
/// @param interrupted  true ends it
/// @throws DataError    naming the file that cannot be read or written
/// @throws Interrupted  if `interrupted` said so
CsvTables write_csv_tables(const std::filesystem::path& store, const std::filesystem::path& folder,
                           const std::vector<std::string>& run_ids,
                           const std::function<bool()>& interrupted);

}  // namespace genrebench
