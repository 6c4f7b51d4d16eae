#pragma once
// Copies a run store.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace genrebench {

struct StoreCopy {
  std::filesystem::path file;
  std::uintmax_t bytes = 0;
  std::size_t runs = 0;
  std::size_t files = 0;              ///< files of runs that were copied
  std::size_t files_left_out = 0;     ///< files of runs that were not copied, as asked
  std::vector<std::string> warnings;  ///< one line per file that is missing or changed
};

/// Copies a store as of its last commit. Other processes may write meanwhile.
/// @param out         a new file; empty: `FILE.backup-TIME`
/// @param with_files  copy the runs' files too, to `OUT.files`
/// @throws DataError    if the store cannot be read or the copy cannot be written; no part of the
/// copy is left then
/// @throws ConfigError  if `out` exists
StoreCopy back_up_store(const std::filesystem::path& file, const std::filesystem::path& out,
                        bool with_files);

}  // namespace genrebench
