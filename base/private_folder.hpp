#pragma once
// Folders that only this user may enter.

#include <filesystem>

namespace genrebench {

/// Makes a folder that only this user may enter, or makes sure that the one which is there is such
/// a folder: this user's, no link, with no rights for others.
/// @throws DataError  naming the folder and what is wrong with it
void make_private_folder(const std::filesystem::path& folder);

/// "genrebench-UID" in the system's folder for temporary files, for what one user's processes
/// share: locks, and the cache where there is no home. It stays when the process ends.
/// @throws DataError  if another user has put something in its place
std::filesystem::path user_folder();

}  // namespace genrebench
