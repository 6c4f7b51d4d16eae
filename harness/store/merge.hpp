#pragma once
// Joins run stores: shards of one experiment, colleagues' databases.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace genrebench {

struct MergeOptions {
  /// Only these runs, and of the experiments' plans only their places; nothing: everything.
  std::optional<std::vector<std::string>> runs = {};
  /// The target is one file without a log beside it, and on the disk when the merge is done. For
  /// stores that are put away.
  bool one_file = false;
};

/// What became of the runs of one source.
struct MergeSummary {
  std::size_t added = 0;      ///< the target did not have them
  std::size_t improved = 0;   ///< the target had them, with less of a result
  std::size_t present = 0;    ///< the target has as much of them, or the same
  std::size_t different = 0;  ///< both have a result, and not the same; the target's is kept
  std::size_t files = 0;      ///< that were copied, or linked
  std::vector<std::string> differences;  ///< a line for each run that is different
  std::vector<std::string> warnings;     ///< a line for each file that is missing
};

/// Takes over every run of another store that is not in this one, or has more of a result there:
/// done before pruned, failed, skipped, lost and planned. A run that somebody computes is planned
/// in the target; one that is computed for the target is left alone, unless the source has it done.
/// Experiments are joined by name: a run keeps its position in the plan where that is free, else it
/// comes last. The files of the runs come along, checked against their SHA-256.
///
/// One transaction on the target: it has all of the source or nothing of it, whenever the process
/// ends. Merging again changes nothing. The source is only read. Where its schema is older, a copy
/// of it is migrated.
///
/// @param target  made if missing; a store of an older schema is migrated
/// @throws DataError  if the source is missing, damaged, not a store, of a newer schema, or the
/// target itself; if the target cannot be written
MergeSummary merge_store(const std::filesystem::path& target, const std::filesystem::path& source,
                         const MergeOptions& options = {});

}  // namespace genrebench
