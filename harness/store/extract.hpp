#pragma once
// A store of some runs of another one, to be given away.

#include <filesystem>
#include <string>
#include <vector>

namespace genrebench {

/// Copies runs, with their places in plans, their datasets' tracks and the files that they kept,
/// into a new store in one file. The paths of sound files are left out, as are workers. The store
/// that is read may be in use.
/// @param target  must not exist
/// @return        one line per file of a run that is missing
/// @throws DataError  if the store cannot be read or the new one cannot be written
std::vector<std::string> extract_runs(const std::filesystem::path& target,
                                      const std::filesystem::path& store,
                                      const std::vector<std::string>& run_ids);

}  // namespace genrebench
