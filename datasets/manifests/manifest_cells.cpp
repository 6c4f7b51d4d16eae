#include "datasets/manifests/manifest_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "base/decimal.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "datasets/manifests/manifest_options.hpp"

namespace genrebench {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr double kLongest_s = 1e7;
constexpr std::size_t kMd5Digits = 32;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

}  // namespace

void CellPlace::refuse(std::string_view expected) const {
  throw DataError(fmt::format(
      "{}: column '{}': expected {}, found {}", table.where(record),
      utf8_name(table.columns[column]).substr(0, 60), expected,
      is_blank(text()) ? "an empty cell" : fmt::format("'{}'", utf8_name(text()).substr(0, 60))));
}

bool is_blank(std::string_view cell) {
  return cell.find_first_not_of(kBlanks) == std::string_view::npos;
}

std::vector<std::string> cell_items(std::string_view cell, char separator) {
  std::vector<std::string> items;
  for (std::size_t begin = 0; begin <= cell.size();) {
    const std::size_t end = std::min(cell.find(separator, begin), cell.size());
    const std::string item(trimmed(cell.substr(begin, end - begin)));
    if (!item.empty() && std::ranges::find(items, item) == items.end()) items.push_back(item);
    begin = end + 1;
  }
  return items;
}

double seconds_in(const CellPlace& cell) {
  const std::string_view text = trimmed(cell.text());
  if (text.empty()) return 0.0;
  const auto number = decimal_number(text);
  if (!number || *number < 0.0 || *number > kLongest_s) cell.refuse("seconds from 0 to 10000000");
  return *number;
}

float feature_in(const CellPlace& cell) {
  const std::string_view text = trimmed(cell.text());
  float value = 0.0F;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || stop != text.data() + text.size() || error != std::errc() ||
      !std::isfinite(value))
    cell.refuse("a finite number of single precision");
  return value;
}

std::string md5_in(const CellPlace& cell) {
  std::string digits(trimmed(cell.text()));
  for (char& c : digits) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  if (!digits.empty() && (digits.size() != kMd5Digits ||
                          digits.find_first_not_of("0123456789abcdef") != std::string::npos))
    cell.refuse("an MD5 sum of 32 hexadecimal digits, or nothing");
  return digits;
}

std::string part_in(const CellPlace& cell) {
  if (is_blank(cell.text())) return {};
  const auto part = part_of_word(trimmed(cell.text()));
  if (!part) cell.refuse("train, valid or test, or nothing");
  return *part;
}

}  // namespace genrebench
