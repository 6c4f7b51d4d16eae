#pragma once
// Text with the cells of a record in it: "{genre}/{id:06}.mp3".

#include <cstddef>
#include <string>
#include <vector>

#include "datasets/manifests/record_table.hpp"

namespace genrebench {

/// A pattern of text and columns in braces:
///
/// - {COLUMN} is the record's cell;
/// - {COLUMN:WIDTH} is the cell with zeros before it, up to WIDTH characters;
/// - {COLUMN:WIDTH:FIRST} is the first FIRST characters of that;
/// - {COLUMN:stem} is the cell without the extension of a file's name;
/// - {file}, where no column is called so, is the list's file name without extensions;
/// - {{ and }} are braces.
///
/// WIDTH and FIRST are whole numbers from 0 to 100. Text without a brace is the name of a column.
class CellPattern {
 public:
  /// @param option  the option that gives the text, for messages: "dataset manifest: option 'path'"
  /// @throws ConfigError  a brace is not closed or stands alone, a number is none
  CellPattern(const std::string& text, const std::string& option);

  /// Whether it is the name of one column, without braces.
  bool is_column() const { return is_column_; }

  /// The columns that it names, in their order; "file" is not among them where the table has none.
  std::vector<std::string> columns_in(const RecordTable& table) const;

  /// The text for one record. @throws DataError  a column that the table does not have
  std::string operator()(const RecordTable& table, const Record& record) const;

 private:
  struct Piece {
    std::string text = {};  ///< as it stands; empty: a cell
    std::string column = {};
    std::size_t width = 0;
    std::size_t first = std::string::npos;
    bool stem = false;
  };

  static Piece field(const std::string& inside, const std::string& text, const std::string& option);

  std::vector<Piece> pieces_;
  bool is_column_ = false;
};

}  // namespace genrebench
