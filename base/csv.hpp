#pragma once
// Comma-separated tables as RFC 4180 describes them, read whole, with messages that name file and
// line.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

/// One row below the header.
struct CsvRow {
  std::size_t line = 0;  ///< line of the file on which the row begins, from 1
  std::vector<std::string> cells;
};

/// A table with a header; every row has as many cells as the header.
struct CsvTable {
  std::string name;  ///< the file, for messages
  std::vector<std::string> columns;
  std::vector<CsvRow> rows;

  /// The place of a column. @throws DataError  naming the nearest column and listing those there
  /// are
  std::size_t column(std::string_view column_name) const;

  /// "file:line", for messages.
  std::string where(const CsvRow& row) const;
};

/// Reads a table: cells may be quoted and then hold commas, line breaks and doubled quotes; lines
/// end in LF or CRLF; a byte order mark and blank lines are skipped.
/// @param name  what messages call the text
/// @throws DataError  no header, a column name that is empty or there twice, a row with another
/// number of cells, a
///                    quote that is not closed or stands inside an unquoted cell, a NUL byte (not a
///                    text file)
CsvTable parse_csv(std::string_view text, std::string name);

/// As parse_csv. @throws DataError  also where the file is missing, a folder or unreadable
CsvTable read_csv(const std::filesystem::path& file);

/// A cell as it is written: quoted where it holds a comma, a quote or a line break.
std::string csv_cell(std::string_view text);

}  // namespace genrebench
