#pragma once
// Files and folders beside a run store, and what they take on the disk.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

class Connection;

/// Where a store is: the path itself, or where it leads if it is a link. SQLite keeps its log
/// beside that file too, so one store has one log and one folder of files, whatever it is called.
/// @throws DataError  if the link leads in a circle
std::filesystem::path real_store(const std::filesystem::path& database);

/// A file or folder beside a store: its name with an ending, such as ".files". What belongs to a
/// store that is a link lies beside the file that it leads to.
std::filesystem::path beside_store(const std::filesystem::path& database, std::string_view ending);

/// The folder of a store's checkpoints and fitted models: `runs.db` has `runs.db.files`.
std::filesystem::path files_folder_of(const std::filesystem::path& database);

/// The folder of a store's deleted runs: `runs.db` has `runs.db.deleted`.
std::filesystem::path deleted_folder_of(const std::filesystem::path& database);

/// The stores of deleted runs, oldest first. Their names are `TIME-N.db`, with N counting up.
/// @throws DataError  if a link lies in place of their folder: what is removed would be elsewhere
std::vector<std::filesystem::path> archives_of(const std::filesystem::path& database);

/// Removes a store of deleted runs with its files, and the folder if nothing else is in it.
void remove_archive(const std::filesystem::path& archive);

/// A new name for a store of deleted runs.
std::filesystem::path next_archive_of(const std::filesystem::path& database);

/// Folders beside the store that have the names of runs, or of runs on their way, and belong to
/// none of its runs. What has other names is not ours. Lock the store first if they are to be
/// removed.
std::vector<std::filesystem::path> ownerless_folders(const Connection& connection,
                                                     const std::filesystem::path& files);

/// The time in UTC as part of a file's name: "20261128T184500Z".
std::string time_for_names();

/// Size of a file, or of all files in a folder; 0 if there is none.
std::uintmax_t bytes_of(const std::filesystem::path& path);

/// What a store takes on the disk.
struct StoreSize {
  std::uintmax_t database_bytes = 0;  ///< with its log
  std::uintmax_t files_bytes = 0;     ///< files of the runs beside it
  std::uintmax_t deleted_bytes = 0;   ///< deleted runs that can be brought back

  std::uintmax_t total() const { return database_bytes + files_bytes + deleted_bytes; }
};
StoreSize size_of_store(const std::filesystem::path& database);

}  // namespace genrebench
