#pragma once
// Tables of separated values as RFC 4180 describes them, read whole, with messages that name file
// and line.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

/// How a table is written.
struct CsvFormat {
  char separator = ',';  ///< between cells; may also be ';', '|' or a tab
  /// A column without a name gets one as pandas gives it, "Unnamed: 0" for the first column. False:
  /// it is an error.
  bool nameless_columns = false;
  /// Number of lines of the header. The names that they give to one column are joined by points,
  /// empty ones left out: "track" above "genre_top" is "track.genre_top", as pandas writes columns
  /// of several levels.
  int header_rows = 1;
  /// A row may have more cells than the header: the last column then holds them all, with the
  /// separators between them.
  bool rest_in_last = false;
};

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

  /// The place of a column. Blanks around the names do not matter where no column has the very
  /// name.
  /// @throws DataError  naming the nearest column and some that there are
  std::size_t column(std::string_view column_name) const;

  /// The same; nothing where there is no such column.
  std::optional<std::size_t> find(std::string_view column_name) const;

  /// "file:line", for messages.
  std::string where(const CsvRow& row) const;
};

/// Reads a table: cells may be quoted and then hold separators, line breaks and doubled quotes;
/// lines end in LF, CRLF or CR; a byte order mark and blank lines are skipped.
/// @param name  what messages call the text
/// @throws DataError  no header, a column name that is empty or there twice, a row with another
///                    number of cells, a quote that is not closed or stands inside an unquoted
///                    cell, a NUL byte (not a text file)
CsvTable parse_csv(std::string_view text, std::string name, const CsvFormat& format = {});

/// The columns alone, without their rows. @throws DataError  as parse_csv
CsvTable parse_csv_header(std::string_view text, std::string name, const CsvFormat& format = {});

/// As parse_csv, of a file that read_text_file() reads.
/// @throws DataError  also where the file is missing, a folder, unreadable or no text
CsvTable read_csv(const std::filesystem::path& file);

/// A cell as it is written: quoted where it holds a comma, a quote or a line break.
std::string csv_cell(std::string_view text);

}  // namespace genrebench
