#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/render/render.hpp"

namespace genrebench {
namespace {

using Json = nlohmann::ordered_json;

template <typename Number>
bool parse(const std::string& text, Number& value) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && rest == end;
}

/// A cell of a data table: a number where it is one, null where it is empty. What is marked numeric
/// but is not a finite number stays text, so that nothing is lost.
Json value_of(const Cell& cell) {
  if (cell.text.empty()) return nullptr;
  if (cell.numeric) {
    std::int64_t integer = 0;
    if (parse(cell.text, integer)) return integer;
    double number = 0.0;
    if (parse(cell.text, number) && std::isfinite(number)) return number;
  }
  return cell.text;
}

Json texts(const std::vector<std::string>& lines) {
  Json result = Json::array();
  for (const std::string& line : lines) result.push_back(line);
  return result;
}

struct JsonWriter {
  Json operator()(const Paragraph& paragraph) const {
    return {{"type", "paragraph"}, {"text", paragraph.text}};
  }

  Json operator()(const Figure& figure) const {
    return {{"type", "figure"},
            {"id", figure.id},
            {"title", figure.title},
            {"svg", figure.svg},
            {"notes", texts(figure.notes)}};
  }

  Json operator()(const Table& table) const {
    Json rows = Json::array();
    for (const std::vector<Cell>& row : table.rows) {
      Json cells = Json::array();
      for (const Cell& cell : row) {
        Json object = {{"text", cell.text}};
        if (cell.numeric) object["numeric"] = true;
        if (cell.strong) object["strong"] = true;
        if (cell.caution) object["caution"] = true;
        cells.push_back(std::move(object));
      }
      rows.push_back(std::move(cells));
    }
    return {{"type", "table"},         {"id", table.id},
            {"title", table.title},    {"columns", texts(table.columns)},
            {"rows", std::move(rows)}, {"notes", texts(table.notes)}};
  }
};

Json data_table(const Table& table) {
  Json records = Json::array();
  for (const std::vector<Cell>& row : table.rows) {
    Json record = Json::object();
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      record[table.columns[c]] = c < row.size() ? value_of(row[c]) : Json(nullptr);
    records.push_back(std::move(record));
  }
  return {{"id", table.id},
          {"title", table.title},
          {"columns", texts(table.columns)},
          {"records", std::move(records)},
          {"notes", texts(table.notes)}};
}

}  // namespace

std::string render_json(const Document& document) {
  Json result = {{"name", document.name},
                 {"title", document.title},
                 {"body", Json::array()},
                 {"data", Json::array()}};
  for (const auto& part : document.body) result["body"].push_back(std::visit(JsonWriter(), part));
  for (const Table& table : document.data) result["data"].push_back(data_table(table));
  // JSON escapes whatever a text holds; only what is no UTF-8 is replaced.
  return result.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

}  // namespace genrebench
