#include "harness/store/query_text.hpp"

#include <fmt/format.h>

#include "base/csv.hpp"

namespace genrebench {

std::string query_text(const QueryValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *integer);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  std::string hex;
  if (const auto* blob = std::get_if<Blob>(&value))
    for (const char byte : blob->bytes)
      hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return hex;
}

std::string csv_line(const std::vector<QueryValue>& row) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string text = query_text(row[i]);
    // A line of one empty cell would be a blank line, which readers skip.
    const bool empty_text =
        text.empty() && (row.size() == 1 || std::holds_alternative<std::string>(row[i]));
    line += (i == 0 ? "" : ",") + (empty_text ? std::string("\"\"") : csv_cell(text));
  }
  return line + "\n";
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i == 0 ? "" : ",") + csv_cell(cells[i]);
  return line + "\n";
}

}  // namespace genrebench
