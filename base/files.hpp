#pragma once
// Files that appear whole or not at all.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace genrebench {

/// Writes to a temporary file beside `file` and renames it: readers see the old content or the new,
/// and two writers do not mix. Makes the folder if need be.
/// @throws DataError  naming the file and the system's reason (no space, no permission)
void write_file_atomically(const std::filesystem::path& file, std::string_view content);

/// The same for content in pieces, which are written one after the other without being joined in
/// memory.
void write_file_atomically(const std::filesystem::path& file,
                           std::span<const std::string_view> pieces);

/// A whole file or pipe as bytes.
/// @throws DataError  where it is missing, a folder, a device or unreadable
std::string read_file_text(const std::filesystem::path& file);

/// True if the file (or, where it is not there yet, the folder that it would be in) lies on a file
/// system that other machines share: NFS, SMB, Lustre, BeeGFS and the like, where locks and shared
/// memory are not what SQLite's log needs.
bool on_network(const std::filesystem::path& file);

/// Where caches go: $GENREBENCH_CACHE, else $XDG_CACHE_HOME/genrebench, else ~/.cache/genrebench,
/// else, without a home, "cache" in the user_folder().
/// @throws DataError  as user_folder() does
std::filesystem::path default_cache_folder();

/// Makes the default cache folder, unless it is there or $GENREBENCH_CACHE names it, so that only
/// this user may enter it: it tells what music there is. Errors are left to those who write there.
void make_default_cache_private();

}  // namespace genrebench
