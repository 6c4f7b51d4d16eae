#pragma once
// A whole copy of a store, while others work on it.

#include <filesystem>

namespace genrebench {

/// Copies a store as of its last commit into one new file, which is on the disk when this returns.
/// It appears whole or not at all; a file of that name is replaced. Works on stores of any schema,
/// and beside a transaction of another connection.
/// @throws DataError  naming the copy where that cannot be written, the store where that cannot be
/// read
void write_snapshot(const std::filesystem::path& file, const std::filesystem::path& copy);

}  // namespace genrebench
