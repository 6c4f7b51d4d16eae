#include "datasets/folders/number_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/text_file.hpp"

namespace genrebench {
namespace {

constexpr std::array kSeparators = {',', ';', '\t', '|'};

/// Excel's first line "sep=;", which is no row of the table.
std::optional<char> take_separator_line(std::string& text) {
  const std::string_view start = without_byte_order_mark(text);
  constexpr std::string_view kSep = "sep=";
  if (!start.starts_with(kSep) || start.size() < 6) return std::nullopt;
  const char separator = start[kSep.size()];
  const std::string_view rest = start.substr(kSep.size() + 1);
  const std::size_t end = rest.starts_with("\r\n") ? 2 : rest.starts_with('\n') ? 1 : 0;
  if (end == 0) return std::nullopt;
  // The line stays, empty, so that messages count lines as an editor does.
  text = std::string(rest.substr(end - 1));
  return separator;
}

/// The columns that the format gives; none if it gives no table.
std::optional<CsvTable> header_by(const CsvFormat& format, const std::string& text,
                                  const std::string& file) {
  try {
    return parse_csv_header(text, file, format);
  } catch (const DataError&) {
    return std::nullopt;
  }
}

char choose_separator(const std::string& text, const std::string& file, const std::string& wanted,
                      CsvFormat format) {
  std::vector<char> fitting;
  char richest = ',';
  std::size_t most_columns = 1;
  for (const char separator : kSeparators) {
    format.separator = separator;
    const auto header = header_by(format, text, file);
    if (!header) continue;
    if (header->find(wanted) && (separator == ',' || header->columns.size() > 1))
      fitting.push_back(separator);
    if (header->columns.size() > most_columns) {
      most_columns = header->columns.size();
      richest = separator;
    }
  }
  if (fitting.empty()) return richest;
  if (fitting.front() == ',' || fitting.size() == 1) return fitting.front();
  throw DataError(
      fmt::format("{}: several separators give the column '{}': expected one of comma, "
                  "semicolon, tab and pipe in dataset.separator",
                  file, wanted));
}

/// The number in a text; nothing if it is none. Text that is too small for a double is zero.
std::optional<double> number_in(std::string_view text, bool& too_large) {
  double value = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || stop != text.data() + text.size() || error == std::errc::invalid_argument)
    return std::nullopt;
  too_large = error == std::errc::result_out_of_range &&
              text.find("e-") == std::string_view::npos &&
              text.find("E-") == std::string_view::npos;
  return value;
}

}  // namespace

CsvTable read_table(const std::string& file, std::optional<char> separator,
                    const std::string& wanted, CsvFormat format) {
  std::string text = read_text_file(file);
  const std::optional<char> stated = take_separator_line(text);
  if (!separator) separator = stated;
  if (!separator) separator = choose_separator(text, file, wanted, format);
  format.separator = *separator;
  return parse_csv(text, file, format);
}

float parse_number(const CsvTable& table, const CsvRow& row, std::size_t column,
                   bool decimal_comma) {
  const std::string& cell = row.cells[column];
  const auto refuse = [&](std::string_view expected, std::string_view advice = {}) {
    throw DataError(fmt::format("{}: column '{}': expected {}, found '{}'{}", table.where(row),
                                utf8_name(table.columns[column]).substr(0, 60), expected,
                                utf8_name(cell).substr(0, 60), advice));
  };
  std::string text = cell;
  const std::size_t begin = text.find_first_not_of(' ');
  text = begin == std::string::npos ? std::string()
                                    : text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
  if (text.starts_with('+') && !text.starts_with("+-")) text.erase(0, 1);
  bool too_large = false;
  if (decimal_comma && text.find('.') != std::string::npos)
    refuse("a number with a decimal comma (dataset.decimal is comma)");
  const std::optional<double> as_written = number_in(text, too_large);
  std::ranges::replace(text, ',', '.');
  const std::optional<double> with_comma = number_in(text, too_large);
  const std::optional<double> value = decimal_comma ? with_comma : as_written;
  if (!value && with_comma)
    refuse("a number", "; if commas are decimal marks, set dataset.decimal to comma");
  if (!value) refuse("a number", "; name a column that is no feature in dataset.ignore_columns");
  if (too_large) refuse("a number within single precision");
  if (!std::isfinite(*value)) refuse("a finite number");
  if (std::abs(*value) > static_cast<double>(std::numeric_limits<float>::max()))
    refuse("a number within single precision");
  return static_cast<float>(*value);
}

}  // namespace genrebench
