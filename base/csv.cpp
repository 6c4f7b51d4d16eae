#include "base/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/text_file.hpp"

namespace genrebench {
namespace {

/// As much of a text as messages show; the errors make one line of it.
std::string_view shown(std::string_view text) { return text.substr(0, 60); }

class Parser {
 public:
  Parser(std::string_view text, const std::string& name, char separator)
      : text_(without_byte_order_mark(text)), name_(name), separator_(separator) {
    if (text_.find('\0') != std::string_view::npos)
      throw DataError(
          fmt::format("{}: holds a zero byte: expected a CSV file, not a binary file", name_));
  }

  /// @return  false at the end of the text
  bool next(CsvRow& row) {
    while (at_ < text_.size() && (text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n")))
      end_of_line();
    if (at_ >= text_.size()) return false;
    row.line = line_;
    row.cells.clear();
    while (true) {
      row.cells.push_back(cell());
      if (at_ >= text_.size()) return true;
      if (text_[at_] == separator_) {
        ++at_;
        continue;
      }
      end_of_line();
      return true;
    }
  }

 private:
  void end_of_line() {
    if (text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  std::string cell() {
    if (at_ < text_.size() && text_[at_] == '"') return quoted();
    const std::size_t begin = at_;
    while (!ends_a_cell()) {
      if (text_[at_] == '"')
        throw DataError(
            fmt::format("{}:{}: a quote inside the unquoted cell '{}': quote the whole cell and "
                        "double the quotes in it",
                        name_, line_, shown(text_.substr(begin, at_ + 1 - begin))));
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted() {
    const std::size_t first_line = line_;
    std::string result;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          ++at_;
        } else {
          ++at_;
          if (!ends_a_cell())
            throw DataError(
                fmt::format("{}:{}: found '{}' after the closing quote of '{}': expected '{}' or "
                            "the end of the line",
                            name_, line_, shown(rest_of_cell()), shown(result),
                            separator_ == '\t' ? "tab" : std::string_view(&separator_, 1)));
          return result;
        }
      }
      if (c == '\n') ++line_;
      result += c;
    }
    throw DataError(
        fmt::format("{}:{}: the quote that opens here is never closed", name_, first_line));
  }

  std::string_view rest_of_cell() const {
    const std::string_view rest = text_.substr(at_);
    return rest.substr(0, rest.find_first_of(std::string("\r\n") + separator_));
  }

  bool ends_a_cell() const {
    return at_ >= text_.size() || text_[at_] == separator_ || text_[at_] == '\n' ||
           text_[at_] == '\r';
  }

  std::string_view text_;
  const std::string& name_;
  char separator_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<std::size_t> find_column(const std::vector<std::string>& columns,
                                       std::string_view name) {
  auto found = std::ranges::find(columns, name);
  if (found == columns.end())
    found = std::ranges::find(columns, without_blanks(name), &without_blanks);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

/// Adds the names of one more line of the header.
void join_names(const CsvRow& row, CsvTable& table) {
  if (row.cells.size() != table.columns.size())
    throw DataError(fmt::format("{}:{}: expected {} names as in the line above, found {}",
                                table.name, row.line, table.columns.size(), row.cells.size()));
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    std::string& column = table.columns[i];
    if (!column.empty() && !row.cells[i].empty()) column += '.';
    column += row.cells[i];
  }
}

/// Takes the header from the parser.
void read_header(Parser& parser, const CsvFormat& format, CsvTable& table) {
  CsvRow row;
  if (!parser.next(row))
    throw DataError(fmt::format("{}: is empty: expected a line of column names", table.name));
  table.columns = std::move(row.cells);
  for (int i = 1; i < format.header_rows; ++i) {
    if (!parser.next(row))
      throw DataError(fmt::format("{}: expected a header of {} lines, found {}", table.name,
                                  format.header_rows, i));
    join_names(row, table);
  }
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::string& column = table.columns[i];
    if (column.empty() && format.nameless_columns) column = fmt::format("Unnamed: {}", i);
    if (column.empty())
      throw DataError(fmt::format("{}:{}: column {} has no name", table.name, row.line, i + 1));
    if (!seen.insert(column).second)
      throw DataError(fmt::format("{}:{}: the column '{}' is there twice", table.name, row.line,
                                  shown(column)));
  }
}

/// Puts what is beyond the header into the last column.
void join_rest(CsvRow& row, std::size_t n_columns, char separator) {
  std::string& last = row.cells[n_columns - 1];
  for (std::size_t i = n_columns; i < row.cells.size(); ++i) {
    last += separator;
    last += row.cells[i];
  }
  row.cells.resize(n_columns);
}

}  // namespace

std::size_t CsvTable::column(std::string_view column_name) const {
  if (const auto place = find(column_name)) return *place;
  throw DataError(unknown_name_message("column", column_name, name, columns));
}

std::optional<std::size_t> CsvTable::find(std::string_view column_name) const {
  return find_column(columns, column_name);
}

std::string CsvTable::where(const CsvRow& row) const {
  return fmt::format("{}:{}", name, row.line);
}

CsvTable parse_csv(std::string_view text, std::string name, const CsvFormat& format) {
  CsvTable table{.name = std::move(name), .columns = {}, .rows = {}};
  Parser parser(text, table.name, format.separator);
  read_header(parser, format, table);
  CsvRow row;
  while (parser.next(row)) {
    if (format.rest_in_last && row.cells.size() > table.columns.size())
      join_rest(row, table.columns.size(), format.separator);
    if (row.cells.size() != table.columns.size())
      throw DataError(fmt::format("{}:{}: expected {} cells as in the header, found {}", table.name,
                                  row.line, table.columns.size(), row.cells.size()));
    table.rows.push_back(std::move(row));
  }
  return table;
}

CsvTable parse_csv_header(std::string_view text, std::string name, const CsvFormat& format) {
  CsvTable table{.name = std::move(name), .columns = {}, .rows = {}};
  Parser parser(text, table.name, format.separator);
  read_header(parser, format, table);
  return table;
}

CsvTable read_csv(const std::filesystem::path& file) {
  return parse_csv(read_text_file(file), file.string());
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos && !text.starts_with(kByteOrderMark))
    return std::string(text);
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

}  // namespace genrebench
