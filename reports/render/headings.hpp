#pragma once
// Headings of tables in one or two levels.

#include <cstddef>
#include <string>
#include <vector>

#include "harness/plugin/document.hpp"

namespace genrebench {

/// Neighbouring columns under one heading of the upper level.
struct HeadingGroup {
  std::string title;  ///< empty: these columns have no heading above their names
  std::size_t first = 0;
  std::size_t n_columns = 0;
};

/// The upper level, from left to right over all columns; empty for tables with one level.
std::vector<HeadingGroup> heading_groups(const Table& table);

/// What stands right above a column.
std::string lower_heading(const Table& table, std::size_t column);

}  // namespace genrebench
