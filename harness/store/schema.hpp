#pragma once
// The tables of a store, and the migration of stores of earlier versions.

#include <filesystem>

#include "harness/store/connection.hpp"

namespace genrebench {

/// The version of a store that is up to date: the number of changes of the schema.
int schema_version();

/// The first version in which rows refer to runs and texts by integers.
inline constexpr int kFirstWithIntegerKeys = 6;

/// The version that a store has; 0: a database without any table. Its tables are exactly those of
/// that version: views, triggers and tables of others are refused.
/// @throws DataError  if the file is another application's, of a newer version or of another
/// schema, or if it was copied without its log
int stored_schema_version(const Connection& connection);

/// Makes the tables of a new store, migrates an older one (write mode), and sets what each
/// connection needs. The ids of all runs are looked at. Before a migration the whole store is
/// copied to `FILE.schemaN.bak`, or to `FILE.schemaN.bak.2` and so on if the name is taken.
/// @throws DataError  if the file belongs to another application, has a newer schema, or (read
/// mode) an older one
void prepare_schema(const Connection& connection, const ConnectionSettings& settings);

/// A connection for changes to a store that exists, with its schema up to date.
/// @throws DataError  if the file is missing, or as prepare_schema() does
Connection open_for_changes(const std::filesystem::path& file);

}  // namespace genrebench
