#include "datasets/manifests/cell_pattern.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

#include "base/decimal.hpp"
#include "base/error.hpp"

namespace genrebench {
namespace {

constexpr const char* kFile = "file";
constexpr std::string_view kStem = ":stem";
constexpr std::uint64_t kLargest = 100;

/// "41/241" of "41/241.mp3".
std::string without_extension(const std::string& file) {
  const std::size_t dot = file.rfind('.'), slash = file.rfind('/');
  const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
  return dot == std::string::npos || dot <= begin ? file : file.substr(0, dot);
}

bool is_file_name(const std::string& column, const RecordTable& table) {
  return column == kFile && !table.has_column(column);
}

}  // namespace

CellPattern::CellPattern(const std::string& text, const std::string& option) {
  if (text.find_first_of("{}") == std::string::npos) {
    is_column_ = true;
    pieces_.push_back({.column = text});
    return;
  }
  std::string plain;
  const auto end_plain = [&] {
    if (!plain.empty()) pieces_.push_back({.text = plain});
    plain.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '{' && c != '}') {
      plain += c;
    } else if (i + 1 < text.size() && text[i + 1] == c) {
      plain += c;
      ++i;
    } else {
      const std::size_t end = text.find('}', i);
      if (c == '}' || end == std::string::npos)
        throw ConfigError(fmt::format(
            "{}: '{}' stands alone in '{}'; expected {{column}}, and {{{{ or }}}} for a brace",
            option, c, text));
      end_plain();
      pieces_.push_back(field(text.substr(i + 1, end - i - 1), text, option));
      i = end;
    }
  }
  end_plain();
}

CellPattern::Piece CellPattern::field(const std::string& inside, const std::string& text,
                                      const std::string& option) {
  // The numbers are taken off the end: names of columns may have colons, as "group:band".
  std::string column = inside;
  const bool stem = column.ends_with(kStem);
  if (stem) column.resize(column.size() - kStem.size());
  std::vector<std::uint64_t> numbers;
  while (!stem && numbers.size() < 2) {
    const std::size_t colon = column.rfind(':');
    if (colon == std::string::npos) break;
    const auto number = decimal_unsigned(column.substr(colon + 1));
    if (!number) break;
    if (*number > kLargest)
      throw ConfigError(fmt::format("{}: expected a number from 0 to {} in '{}', found {}", option,
                                    kLargest, text, *number));
    numbers.insert(numbers.begin(), *number);
    column.resize(colon);
  }
  if (column.empty())
    throw ConfigError(
        fmt::format("{}: expected the name of a column in '{{{}}}' of '{}'", option, inside, text));
  Piece piece{.column = column, .stem = stem};
  if (!numbers.empty()) piece.width = numbers.front();
  if (numbers.size() == 2) piece.first = numbers.back();
  return piece;
}

std::vector<std::string> CellPattern::columns_in(const RecordTable& table) const {
  std::vector<std::string> columns;
  for (const Piece& piece : pieces_)
    if (piece.text.empty() && !is_file_name(piece.column, table)) columns.push_back(piece.column);
  return columns;
}

std::string CellPattern::operator()(const RecordTable& table, const Record& record) const {
  std::string result;
  for (const Piece& piece : pieces_) {
    if (!piece.text.empty()) {
      result += piece.text;
      continue;
    }
    std::string cell =
        is_file_name(piece.column, table) ? table.stem : record.cells[table.column(piece.column)];
    if (piece.stem) cell = without_extension(cell);
    if (cell.size() < piece.width) cell.insert(0, piece.width - cell.size(), '0');
    result += cell.substr(0, piece.first);
  }
  return result;
}

}  // namespace genrebench
