#pragma once
// Lists of tracks as people write them: CSV and TSV, JSON Lines, and JSON.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

enum class RecordFormat { csv, json_lines, json };

/// How a list is written.
struct RecordOptions {
  std::optional<RecordFormat> format = {};  ///< nothing: as the file's name says
  /// CSV: what stands between cells; nothing: a tab where the name ends in ".tsv", otherwise the
  /// sign by which the header has the column `wanted`.
  std::optional<char> separator = {};
  int header_rows = 1;        ///< CSV: CsvFormat::header_rows
  bool rest_in_last = false;  ///< CSV: CsvFormat::rest_in_last
  std::string wanted = {};    ///< a column that the list has
};

/// One track of a list.
struct Record {
  std::size_t number = 0;          ///< of its line, or of the record in a JSON file; from 1
  std::vector<std::string> cells;  ///< one per column
};

/// A list of tracks as a table.
struct RecordTable {
  std::string name;   ///< the file, for messages
  bool lines = true;  ///< records are numbered by their lines
  std::string stem;   ///< the file's name without extensions: "fold00"
  std::vector<std::string> columns;
  std::vector<Record> records;

  /// The place of a column. @throws DataError  naming the nearest column and some that there are
  std::size_t column(std::string_view name_of_column) const;

  /// Whether there is a column of exactly this name.
  bool has_column(std::string_view name_of_column) const;

  /// "tracks.csv:3" or "fold00.json: record 3", for messages.
  std::string where(const Record& record) const;
};

/// The format that a file's name says: ".jsonl" and ".ndjson" are JSON Lines, ".json" is JSON, all
/// others are CSV. ".gz" behind it does not count.
RecordFormat format_of_name(const std::filesystem::path& file);

/// Reads a list.
///
/// - CSV and TSV: a header, then one row per track; compressed by gzip or not, UTF-8 or UTF-16.
/// - JSON Lines: one object per line. Its members are cells.
/// - JSON: a list of objects; or an object whose members are the tracks. The latter's names are in
///   the column "key". A member that is an object gives the other cells; any other is in the column
///   "value".
///
/// Blanks around the names of columns do not count. Of JSON, a member within a member is the column
/// "outer.inner". null, and a member that a record lacks, are empty cells. The items of a list are
/// separated by tabs, as `rest_in_last` does it for a TSV. Lists of lists or objects are cells of
/// JSON text.
/// @throws DataError  naming the file and the line or the record: as read_table(); the text is no
///                    JSON, is nested deeper than 16 levels, is no object where one is expected, or
///                    names a member twice
RecordTable read_records(const std::filesystem::path& file, const RecordOptions& options = {});

/// The same for text. JSON and JSON Lines only. @param name  what messages call it
RecordTable parse_json_records(std::string_view text, std::string name, RecordFormat format);

}  // namespace genrebench
