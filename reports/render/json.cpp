#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "reports/render/pictures.hpp"
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
            {"svg", figure.picture.svg()},
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

/// JSON escapes whatever a text holds; only what is no UTF-8 is replaced.
std::string dumped(const Json& json) {
  return json.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

/// Whether a text stands in JSON as it is.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

void append_text(const std::string& text, std::string& json) {
  if (!is_plain(text)) {
    json += dumped(text);
    return;
  }
  json += '"';
  json += text;
  json += '"';
}

/// A cell of a data table: a number where it is one, null where it is empty. What is marked numeric
/// but is not a finite number stays text, so that nothing is lost.
void append_value(const Cell& cell, std::string& json) {
  if (cell.text.empty()) {
    json += "null";
    return;
  }
  std::int64_t integer = 0;
  double number = 0.0;
  if (cell.numeric && parse(cell.text, integer))
    json += std::to_string(integer);
  else if (cell.numeric && parse(cell.text, number) && std::isfinite(number))
    json += dumped(number);
  else
    append_text(cell.text, json);
}

/// The records of a data table, as dumped() has them at this depth. There may be a million, so they
/// are written without making them JSON values first.
void append_records(const Table& table, std::string& json) {
  std::vector<std::string> begins;  // of the lines of a record
  for (const std::string& column : table.columns)
    begins.push_back((begins.empty() ? "\n          " : ",\n          ") + dumped(column) + ": ");
  const Cell missing;
  json += '[';
  bool first = true;
  for (const std::vector<Cell>& row : table.rows) {
    json += first ? "\n        {" : ",\n        {";
    first = false;
    for (std::size_t c = 0; c < begins.size(); ++c) {
      json += begins[c];
      append_value(c < row.size() ? row[c] : missing, json);
    }
    json += begins.empty() ? "}" : "\n        }";
  }
  json += first ? "]" : "\n      ]";
}

/// A member of an object, but for its value.
void append_key(const char* before, const char* key, std::string& json) {
  json += before;
  json += '"';
  json += key;
  json += "\": ";
}

/// A value on several lines, deeper by some spaces.
std::string indented(const Json& value, std::string_view indent) {
  std::string result;
  for (const char c : dumped(value)) {
    result += c;
    if (c == '\n') result += indent;
  }
  return result;
}

void append_data_table(const Table& table, std::string& json) {
  json += "\n    {";
  append_key("\n      ", "id", json);
  append_text(table.id, json);
  append_key(",\n      ", "title", json);
  append_text(table.title, json);
  append_key(",\n      ", "columns", json);
  json += indented(texts(table.columns), "      ");
  append_key(",\n      ", "records", json);
  append_records(table, json);
  append_key(",\n      ", "notes", json);
  json += indented(texts(table.notes), "      ");
  json += "\n    }";
}

}  // namespace

std::string render_json(const Document& document) {
  draw_pictures({&document}, {PictureFormat::svg});
  Json shown = {{"name", document.name}, {"title", document.title}, {"body", Json::array()}};
  for (const auto& part : document.body) shown["body"].push_back(std::visit(JsonWriter(), part));
  std::string result = dumped(shown);
  result.resize(result.size() - 2);  // without "\n}"
  append_key(",\n  ", "data", result);
  result += '[';
  for (std::size_t t = 0; t < document.data.size(); ++t) {
    if (t > 0) result += ',';
    append_data_table(document.data[t], result);
  }
  result += document.data.empty() ? "]" : "\n  ]";
  return result + "\n}\n";
}

}  // namespace genrebench
