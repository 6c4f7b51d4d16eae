#pragma once
// A whole copy of a store that other processes may be using.

#include <filesystem>

namespace genrebench {

/// Copies a store as of its last commit into one new file, which is on the disk when this returns.
/// The copy appears whole or not at all, and replaces a file of that name. Works for stores of any
/// schema, and during a transaction of another connection.
/// @throws DataError  naming the copy if it cannot be written, or the store if it cannot be read
void write_snapshot(const std::filesystem::path& file, const std::filesystem::path& copy);

}  // namespace genrebench
