#pragma once
// Rows of a query as text and as CSV.

#include <string>
#include <vector>

#include "harness/store/store_queries.hpp"

namespace genrebench {

/// NULL is empty, a blob is its bytes in hex, and a real number has as many digits as give the same
/// number when it is read.
std::string query_text(const QueryValue& value);

/// Cells joined by commas, with the line feed. Cells are quoted as RFC 4180 says. NULL is an empty
/// cell, and an empty text is `""`.
std::string csv_line(const std::vector<QueryValue>& row);
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace genrebench
