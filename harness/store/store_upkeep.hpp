#pragma once
// Keeps a run store in order: looks for damage, copies it, deletes runs so that they can be brought
// back, and gives space back.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/store/merge.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// What a store takes on the disk.
struct StoreSize {
  std::uintmax_t database_bytes = 0;  ///< with its log
  std::uintmax_t files_bytes = 0;     ///< of the runs' files beside it
  std::uintmax_t deleted_bytes = 0;   ///< of deleted runs that can be brought back

  std::uintmax_t total() const { return database_bytes + files_bytes + deleted_bytes; }
};

struct StoreCondition {
  int schema_version = 0;
  bool counted = false;  ///< whether the next three were: not where the store is damaged or of an
                         ///< older schema
  std::map<RunStatus, std::size_t> runs;  ///< how many have which status
  std::size_t n_workers = 0;              ///< that have neither left nor been declared lost
  std::size_t n_experiments = 0;
  StoreSize size;
  std::vector<std::string> problems;  ///< a line each: damage, runs whose worker is gone, done runs
                                      ///< without a result, files
  std::vector<std::string> notes;     ///< what is no problem, and worth knowing
};

/// Looks at everything and changes nothing. Of a store of an older schema, only whether it is
/// damaged.
/// @throws DataError  if the file is missing, not a store, of a newer schema, or too damaged to be
/// opened
StoreCondition check_store(const std::filesystem::path& file);

struct StoreCopy {
  std::filesystem::path file;
  std::uintmax_t bytes = 0;
  std::size_t runs = 0;
  std::size_t files = 0;              ///< of runs, that were copied
  std::size_t files_left_out = 0;     ///< that were not, because nobody asked for them
  std::vector<std::string> warnings;  ///< a line for each file that is missing or changed
};

/// Copies a store as of its last commit, while others write.
/// @param out         a new file; empty: `FILE.backup-TIME`
/// @param with_files  copy the runs' files too, to `OUT.files`
/// @throws DataError    if the store cannot be read or the copy not be written; nothing is left of
/// it then
/// @throws ConfigError  if `out` is there already
StoreCopy back_up_store(const std::filesystem::path& file, const std::filesystem::path& out,
                        bool with_files);

/// Which runs are meant: those for which all that is said here holds.
struct RunFilter {
  std::vector<std::string> run_ids;          ///< one of these; empty: any
  std::string experiment;                    ///< in its plan; empty: any
  std::string status;                        ///< empty: any
  std::map<std::string, std::string> where;  ///< with these values of parameters, or of facts

  bool empty() const {
    return run_ids.empty() && experiment.empty() && status.empty() && where.empty();
  }
};

/// The store's runs that a filter means. @throws ConfigError  for names that the store does not
/// know
std::vector<RunRecord> filtered_runs(const StoreReader& store, const RunFilter& filter);

struct DeletedRuns {
  std::filesystem::path archive;      ///< the store that holds them now; empty: none were deleted
  std::vector<std::string> warnings;  ///< a line for each file that was missing
};

/// Moves runs, with their results and files, into a new store `FILE.deleted/TIME-N.db`. They are
/// there before they are gone here, whenever the process ends. An experiment goes with the last run
/// of its plan.
/// @throws DataError  if one of them is running (nothing is deleted), or the store cannot be
/// written
DeletedRuns delete_runs(const std::filesystem::path& file, const std::vector<std::string>& run_ids);

struct RestoredRuns {
  std::filesystem::path archive;  ///< which is gone now
  MergeSummary merge;
};

/// Brings back the runs that were deleted last. Where such a run is in the store again, the one
/// with more of a result is kept, and the present one if both are done.
/// @throws DataError  if there are none
RestoredRuns undo_delete(const std::filesystem::path& file);

struct VacuumSummary {
  StoreSize before, after;
  std::size_t archives = 0;  ///< of deleted runs
  std::size_t workers = 0;   ///< that have ended
  std::size_t folders = 0;   ///< beside the store, of no run
};

/// Forgets deleted runs for good and removes what belongs to no run.
/// @throws DataError  if the store cannot be written
VacuumSummary vacuum_store(const std::filesystem::path& file);

}  // namespace genrebench
