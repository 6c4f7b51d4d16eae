#pragma once
// Joins run stores: shards of one experiment, colleagues' databases.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace genrebench {

struct MergeOptions {
  /// Merge only these runs, with their places in the plans of experiments; not set: everything.
  std::optional<std::vector<std::string>> runs = {};
  /// Keep the target in one file without a log beside it, and on the disk when the merge is done.
  /// For stores that are put away.
  bool one_file = false;
  /// Take rows whose values are not what they should be, instead of refusing the source. For moving
  /// runs of a store into another one of the same user, where they can do no more harm than here.
  bool unchecked = false;
};

/// What became of the runs of one source.
struct MergeSummary {
  std::size_t added = 0;      ///< the target did not have them
  std::size_t improved = 0;   ///< the target had them, with less of a result
  std::size_t present = 0;    ///< the target has the same result, or more of one
  std::size_t different = 0;  ///< both are done with different results; the target's are kept
  std::size_t files = 0;      ///< files of runs that were copied or linked
  std::vector<std::string> differences;  ///< one line per run with different results
  std::vector<std::string> warnings;     ///< one line per file that is missing
};

/// Adds every run of another store that the target does not have, and replaces runs of which the
/// source has more of a result: done before pruned, failed, skipped, lost and planned.
///
/// A run that is being computed for the source is planned in the target. A run that is being
/// computed for the target is left alone, unless the source has it done. Experiments are merged by
/// name: a run keeps its position in the plan if that is free, otherwise it is put last. The files
/// of the runs are merged too, and checked against their SHA-256.
///
/// The merge is one transaction on the target: a killed process leaves all of it or nothing.
/// Merging again changes nothing. The source is only read; if its schema is older, a copy of it is
/// migrated.
///
/// @param target  made if missing; a store of an older schema is migrated
/// @throws DataError  if the source is missing, damaged, not a store, of a newer schema, or the
/// target itself, or a value in it is not what it should be; if the target cannot be written
MergeSummary merge_store(const std::filesystem::path& target, const std::filesystem::path& source,
                         const MergeOptions& options = {});

}  // namespace genrebench
