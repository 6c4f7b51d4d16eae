#pragma once
// What the cells of a list of tracks say, one kind each. Every function throws a DataError that
// names the file, the line, the column, what was expected and what was found.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/manifests/record_table.hpp"

namespace genrebench {

/// A cell, for messages.
struct CellPlace {
  const RecordTable& table;
  const Record& record;
  std::size_t column = 0;

  const std::string& text() const { return record.cells[column]; }

  /// @throws DataError  always
  [[noreturn]] void refuse(std::string_view expected) const;
};

/// Whether a cell holds blanks alone.
bool is_blank(std::string_view cell);

/// The different texts between a separator, without blanks around them and without empty ones.
std::vector<std::string> cell_items(std::string_view cell, char separator);

/// Seconds, from 0 to ten million; an empty cell is 0.
double seconds_in(const CellPlace& cell);

/// A finite number of single precision.
float feature_in(const CellPlace& cell);

/// 32 hexadecimal digits in lower case; an empty cell stays empty.
std::string md5_in(const CellPlace& cell);

/// "train", "valid", "test", or empty.
std::string part_in(const CellPlace& cell);

}  // namespace genrebench
