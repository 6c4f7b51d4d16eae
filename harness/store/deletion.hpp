#pragma once
// Deletes runs of a store so that they can be brought back.

#include <filesystem>
#include <string>
#include <vector>

#include "harness/store/merge.hpp"

namespace genrebench {

struct DeletedRuns {
  std::filesystem::path archive;      ///< the store that holds them now; empty: none were deleted
  std::vector<std::string> warnings;  ///< one line per file that was missing
};

/// Moves runs, with their results and files, into a new store `FILE.deleted/TIME-N.db`. They are
/// written there before they are removed here, so a killed process loses nothing. An experiment is
/// moved with the last run of its plan.
/// @throws DataError  if one of them is running (then nothing is deleted), or the store cannot be
/// written
DeletedRuns delete_runs(const std::filesystem::path& file, const std::vector<std::string>& run_ids);

struct RestoredRuns {
  std::filesystem::path archive;  ///< the store that held them; it is removed
  MergeSummary merge;
};

/// Brings back the runs that were deleted last. If such a run is in the store again, the one with
/// more of a result is kept, and the present one if both are done.
/// @throws DataError  if no runs were deleted
RestoredRuns undo_delete(const std::filesystem::path& file);

}  // namespace genrebench
