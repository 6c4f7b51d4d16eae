#include "base/csv.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <string_view>

#include "reports/render/render.hpp"

namespace genrebench {
namespace {

bool is_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && stop == text.data() + text.size();
}

/// Whether a spreadsheet would compute a text rather than show it.
/// Source: OWASP, CSV Injection
bool is_formula(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  if (text.empty() || is_number(text)) return false;
  if (text.front() == '\t' || text.front() == '\r' || text.front() == '\n') return true;
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  // The signs that spreadsheets know, and their full-width forms.
  for (const std::string_view sign : {"=", "+", "-", "@", "＝", "＋", "－", "＠"})
    if (text.starts_with(sign)) return true;
  return false;
}

/// Whether a cell that is marked as a number holds nothing but digits, signs and units.
bool is_harmless(const Cell& cell) {
  return cell.numeric && cell.text.find_first_of("=@|!('\"\t\r\n") == std::string::npos;
}

/// Text as a spreadsheet shows it: with an apostrophe before what it would take for a formula.
std::string text_cell_of_csv(const std::string& text) {
  return csv_cell(is_formula(text) ? "'" + text : text);
}

}  // namespace

std::string render_csv(const Table& table) {
  std::string result;
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    result += (c > 0 ? "," : "") + text_cell_of_csv(table.columns[c]);
  result += "\r\n";
  for (const std::vector<Cell>& row : table.rows) {
    assert(row.size() <= table.columns.size());
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (c > 0) result += ',';
      if (c >= row.size()) continue;
      result += is_harmless(row[c]) ? csv_cell(row[c].text) : text_cell_of_csv(row[c].text);
    }
    result += "\r\n";
  }
  return result;
}

std::map<std::string, std::string> render_csv_files(const Document& document) {
  std::map<std::string, std::string> result;
  for (const auto& part : document.body)
    if (const auto* table = std::get_if<Table>(&part))
      result[table->id + ".csv"] = render_csv(*table);
  for (const Table& table : document.data) result[table.id + ".csv"] = render_csv(table);
  return result;
}

}  // namespace genrebench
