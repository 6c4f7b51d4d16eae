#pragma once
// The changes that lead from one version of a store's schema to the next.

#include <span>

#include "harness/store/connection.hpp"

namespace genrebench {

/// One change of the schema.
struct Migration {
  const char* sql;  ///< makes tables, indices and views, and moves rows where SQL can do so
  /// Moves rows where SQL alone cannot; null: there are none.
  /// @throws DataError  naming a value that cannot be taken over
  void (*move_rows)(const Connection& connection) = nullptr;
  const char* end = "";  ///< SQL that drops what the rows were moved from
};

/// All changes in order. The version of a store is the number of changes that it has.
std::span<const Migration> migrations();

}  // namespace genrebench
