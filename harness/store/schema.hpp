#pragma once
// The tables of a store, and how a store of an earlier version gets them.

#include <filesystem>
#include <string>
#include <vector>

#include "harness/store/connection.hpp"

namespace genrebench {

/// How many changes the schema has seen: the version of a store that is up to date.
int schema_version();

/// The version that a store has; 0: a database without any table.
/// @throws DataError  if the file is another application's or of a newer version
int stored_schema_version(const Connection& connection);

/// The tables, but for the plans of experiments, whose rows belong to one run each and go with it.
std::vector<std::string> tables_of_runs(const Connection& connection);

/// Makes a new store, or brings an older one up to date (write mode), and sets what must be set for
/// every connection. Before an older store is changed, a whole copy of it is left beside it,
/// `FILE.schemaN.bak`, or `FILE.schemaN.bak.2` and so on where there is another one of that name
/// already.
/// @throws DataError  if the file is another application's, of a newer version, or (read mode) of
/// an older one
void prepare_schema(const Connection& connection, const ConnectionSettings& settings);

/// A connection for changes to a store that exists, with its schema up to date.
/// @throws DataError  if the file is missing, or as prepare_schema() does
Connection open_for_changes(const std::filesystem::path& file);

}  // namespace genrebench
