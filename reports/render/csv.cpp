#include "base/csv.hpp"

#include <cassert>

#include "reports/render/render.hpp"

namespace genrebench {
std::string render_csv(const Table& table) {
  std::string result;
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    result += (c > 0 ? "," : "") + csv_cell(table.columns[c]);
  result += "\r\n";
  for (const std::vector<Cell>& row : table.rows) {
    assert(row.size() <= table.columns.size());
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      result += (c > 0 ? "," : "") + (c < row.size() ? csv_cell(row[c].text) : std::string());
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
