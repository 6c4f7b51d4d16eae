#pragma once
// The tables of a store, and how a store of an earlier version gets them.

#include "harness/store/connection.hpp"

namespace genrebench {

/// How many changes the schema has seen: the version of a store that is up to date.
int schema_version();

/// Makes a new store, or brings an older one up to date (write mode), and sets what must be set for every connection.
/// Before an older store is changed, a whole copy of it is left beside it, `FILE.schemaN.bak`.
/// @throws DataError  if the file is another application's, of a newer version, or (read mode) of an older one
void prepare_schema(const Connection& connection, const ConnectionSettings& settings);

}  // namespace genrebench
