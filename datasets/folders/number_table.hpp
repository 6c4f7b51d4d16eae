#pragma once
// Tables of numbers as spreadsheets and data frames write them.

#include <cstddef>
#include <optional>
#include <string>

#include "base/csv.hpp"

namespace genrebench {

/// Reads a table of any separator and encoding.
/// @param separator  nothing: that of comma, semicolon, tab and bar by which the header has the
///                   wanted column; a comma is preferred
/// @param wanted     a column that the table must have
/// @param format     the rest of how the table is written; its separator does not count
/// @throws DataError  as read_csv(); several other separators give the wanted column
CsvTable read_table(const std::string& file, std::optional<char> separator,
                    const std::string& wanted, CsvFormat format = {.nameless_columns = true});

/// A cell as a number.
/// @param decimal_comma  numbers are written as "1,5", not "1.5"
/// @throws DataError  naming file, line, column and the text: it is no number, or none that is
///                    finite in single precision
float parse_number(const CsvTable& table, const CsvRow& row, std::size_t column,
                   bool decimal_comma);

}  // namespace genrebench
