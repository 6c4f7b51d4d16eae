#include "base/csv.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace genrebench {
namespace {

class Parser {
 public:
  Parser(std::string_view text, const std::string& name) : text_(text), name_(name) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    if (text_.find('\0') != std::string_view::npos)
      throw DataError(fmt::format(
          "{}: holds a zero byte: expected a CSV file in UTF-8, not a binary file or UTF-16",
          name_));
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
      if (text_[at_] == ',') {
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
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r') {
      if (text_[at_] == '"')
        throw DataError(
            fmt::format("{}:{}: a quote inside the unquoted cell '{}': quote the whole cell and "
                        "double the quotes in it",
                        name_, line_, text_.substr(begin, at_ + 1 - begin)));
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
          if (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r')
            throw DataError(
                fmt::format("{}:{}: '{}' after the closing quote of '{}': expected a comma or the "
                            "end of the line",
                            name_, line_, text_[at_], result.substr(0, 40)));
          return result;
        }
      }
      if (c == '\n') ++line_;
      result += c;
    }
    throw DataError(
        fmt::format("{}:{}: the quote that opens here is never closed", name_, first_line));
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

std::size_t CsvTable::column(std::string_view column_name) const {
  const auto found = std::find(columns.begin(), columns.end(), column_name);
  if (found == columns.end())
    throw DataError(unknown_name_message("column", column_name, name, columns));
  return static_cast<std::size_t>(found - columns.begin());
}

std::string CsvTable::where(const CsvRow& row) const {
  return fmt::format("{}:{}", name, row.line);
}

CsvTable parse_csv(std::string_view text, std::string name) {
  CsvTable table;
  table.name = std::move(name);
  Parser parser(text, table.name);
  CsvRow row;
  if (!parser.next(row))
    throw DataError(fmt::format("{}: is empty: expected a line of column names", table.name));
  table.columns = std::move(row.cells);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].empty())
      throw DataError(fmt::format("{}:{}: column {} has no name", table.name, row.line, i + 1));
    if (std::find(table.columns.begin(), table.columns.begin() + static_cast<std::ptrdiff_t>(i),
                  table.columns[i]) != table.columns.begin() + static_cast<std::ptrdiff_t>(i))
      throw DataError(fmt::format("{}:{}: the column '{}' is there twice", table.name, row.line,
                                  table.columns[i]));
  }
  while (parser.next(row)) {
    if (row.cells.size() != table.columns.size())
      throw DataError(fmt::format("{}:{}: expected {} cells as in the header, found {}", table.name,
                                  row.line, table.columns.size(), row.cells.size()));
    table.rows.push_back(std::move(row));
  }
  return table;
}

CsvTable read_csv(const std::filesystem::path& file) {
  return parse_csv(read_file_text(file), file.string());
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

}  // namespace genrebench
