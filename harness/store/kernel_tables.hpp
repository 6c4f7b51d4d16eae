#pragma once
// Measurements of kernels in the store: sessions, their values, and notes on commits. They have
// tables of their own and refer to no run; deleting runs leaves them, merging stores joins them.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/records/kernel_records.hpp"

namespace genrebench {

class Connection;

/// The tables (schema 7).
extern const char* const kKernelTablesSql;

/// Adds a session, in one transaction. Makes the store if there is none, and migrates an older one.
/// @return  false if the store has the same session already
/// @throws DataError  if the store cannot be written
bool add_kernel_session(const std::filesystem::path& file, const KernelSession& session);

/// All sessions in the order of kernel_order(), and sessions of one time in that of recording.
/// @throws DataError  if a value is not what it should be
std::vector<KernelSession> read_kernel_sessions(const Connection& connection);

/// What people wrote on commits, by commit.
/// @throws DataError  as above
std::map<std::string, std::string> read_kernel_notes(const Connection& connection);

/// The same of a file.
/// @throws DataError  as above, or if there is no store
std::vector<KernelSession> kernel_sessions(const std::filesystem::path& file);
std::map<std::string, std::string> kernel_notes(const std::filesystem::path& file);

/// Writes a note on a commit in place of an earlier one; an empty text removes it.
/// @throws DataError  if there is no store, or it cannot be written
void set_kernel_note(const std::filesystem::path& file, const std::string& commit,
                     const std::string& text);

/// Reads every row of these tables.
/// @throws DataError  naming the first value that is not what it should be; or a session whose
/// content is not that which its id names
void check_kernel_rows(const Connection& connection);

/// Adds sessions of the attached database `source` that `main` does not have, and notes on commits
/// of which `main` has none. To be called inside a transaction.
void merge_kernel_rows(const Connection& connection);

}  // namespace genrebench
