#pragma once
// Schema 6: rows refer to runs, texts, datasets and tracks by integers, and the predictions of a
// part are one row. Before, each row repeated the 64 digits of its run's id and its texts.

#include "harness/store/connection.hpp"

namespace genrebench {

/// Puts the old tables aside and makes the new ones.
extern const char* const kIntegerKeysSql;
/// Drops the old tables.
extern const char* const kDropTextKeysSql;

/// Moves all rows from the old tables to the new ones.
/// @throws DataError  if a row belongs to no run, or holds a value that no run of ours has: a text
/// that is none, predictions that cannot be packed
void move_rows_to_integer_keys(const Connection& connection);

}  // namespace genrebench
