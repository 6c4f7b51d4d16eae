#include "datasets/manifests/record_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/closest_name.hpp"
#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/text_file.hpp"
#include "datasets/folders/number_table.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr int kDeepest = 16;
constexpr std::size_t kMostColumns = 1000;  ///< every record gets a cell in each
constexpr const char* kKeyColumn = "key";
constexpr const char* kValueColumn = "value";

/// The name of a file in lower case, without ".gz".
std::string plain_name(const fs::path& file) {
  std::string name = file.filename().native();
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  return name;
}

/// Parses JSON that others may have made.
/// @param where  what messages call the text
json parse_json(std::string_view text, const std::string& where) {
  std::vector<std::set<std::string>> open;  // the names of members in each object that is open
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > kDeepest)
      throw DataError(
          fmt::format("{}: expected at most {} levels of lists and objects", where, kDeepest));
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end) open.pop_back();
    if (event == json::parse_event_t::key && !open.back().insert(parsed.get<std::string>()).second)
      throw DataError(fmt::format("{}: the member '{}' is there twice", where,
                                  utf8_name(parsed.get<std::string>()).substr(0, 60)));
    return true;
  };
  try {
    return json::parse(text, watch);
  } catch (const json::parse_error& error) {
    throw DataError(fmt::format("{}: expected JSON, found other text at byte {}", where,
                                error.byte == 0 ? 1 : error.byte));
  } catch (const json::exception&) {
    throw DataError(fmt::format("{}: the JSON has a number that is too large", where));
  }
}

/// A name without the blanks around it.
std::string without_blanks(const std::string& name) {
  const std::size_t begin = name.find_first_not_of(' ');
  return begin == std::string::npos ? name
                                    : name.substr(begin, name.find_last_not_of(' ') + 1 - begin);
}

std::string dumped(const json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace);
}

/// A value that is no object as the text of a cell.
std::string cell_of(const json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return dumped(value);
  if (std::any_of(value.begin(), value.end(),
                  [](const json& item) { return item.is_structured(); }))
    return dumped(value);
  std::string cell;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i > 0) cell += '\t';
    cell += cell_of(value[i]);
  }
  return cell;
}

using Cells = std::vector<std::pair<std::string, std::string>>;  // by column

void flatten(const json& object, const std::string& prefix, Cells& cells) {
  for (const auto& [name, value] : object.items()) {
    const std::string column = prefix + name;
    if (value.is_object())
      flatten(value, column + ".", cells);
    else
      cells.emplace_back(column, cell_of(value));
  }
}

/// Collects records whose columns become known one by one.
class Collector {
 public:
  explicit Collector(RecordTable& table) : table_(table) {}

  /// @throws DataError  two cells are of one column, or there are too many columns
  void add(std::size_t number, Cells cells) {
    Record record{.number = number, .cells = {}};
    std::set<std::size_t> taken;
    for (auto& [written, cell] : cells) {
      const std::string name = without_blanks(written);
      const auto [place, is_new] = place_of_.try_emplace(name, table_.columns.size());
      if (is_new) add_column(name);
      if (!taken.insert(place->second).second)
        throw DataError(fmt::format("{}: the column '{}' is there twice", table_.where(record),
                                    utf8_name(name).substr(0, 60)));
      if (record.cells.size() <= place->second) record.cells.resize(place->second + 1);
      record.cells[place->second] = std::move(cell);
    }
    table_.records.push_back(std::move(record));
  }

  /// Gives every record a cell in each column.
  void finish() {
    for (Record& record : table_.records) record.cells.resize(table_.columns.size());
  }

 private:
  void add_column(const std::string& name) {
    if (table_.columns.size() == kMostColumns)
      throw DataError(fmt::format(
          "{}: expected a list of tracks, found records with more than {} different members",
          table_.name, kMostColumns));
    table_.columns.push_back(name);
  }

  RecordTable& table_;
  std::map<std::string, std::size_t> place_of_;
};

/// @throws DataError  the value is no object
Cells cells_of_object(const json& value, const std::string& where) {
  if (!value.is_object())
    throw DataError(fmt::format("{}: expected an object that describes a track, found {}", where,
                                value.is_array() ? "a list" : dumped(value).substr(0, 60)));
  Cells cells;
  flatten(value, {}, cells);
  return cells;
}

void read_json_lines(std::string_view text, RecordTable& table) {
  Collector collector(table);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string where = fmt::format("{}:{}", table.name, number);
    collector.add(number, cells_of_object(parse_json(line, where), where));
  }
  collector.finish();
}

void read_json_document(std::string_view text, RecordTable& table) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
  const json document = parse_json(text, table.name);
  if (!document.is_structured())
    throw DataError(fmt::format("{}: expected a list of tracks or an object of them, found {}",
                                table.name, dumped(document).substr(0, 60)));
  Collector collector(table);
  std::size_t number = 0;
  for (const auto& [key, value] : document.items()) {
    const std::string where = fmt::format("{}: record {}", table.name, ++number);
    Cells cells;
    if (document.is_array() || value.is_object())
      cells = cells_of_object(value, where);
    else
      cells.emplace_back(kValueColumn, cell_of(value));
    if (document.is_object()) cells.emplace_back(kKeyColumn, key);
    collector.add(number, std::move(cells));
  }
  collector.finish();
}

RecordTable read_csv_records(const fs::path& file, const RecordOptions& options) {
  std::optional<char> separator = options.separator;
  if (!separator && plain_name(file).ends_with(".tsv")) separator = '\t';
  CsvTable table = read_table(file.native(), separator, options.wanted,
                              {.nameless_columns = true,
                               .header_rows = options.header_rows,
                               .rest_in_last = options.rest_in_last});
  RecordTable result;
  result.name = utf8_name(table.name);
  std::set<std::string> seen;
  for (const std::string& column : table.columns) {
    result.columns.push_back(without_blanks(column));
    if (!seen.insert(result.columns.back()).second)
      throw DataError(fmt::format("{}: the column '{}' is there twice", result.name,
                                  utf8_name(result.columns.back()).substr(0, 60)));
  }
  result.records.reserve(table.rows.size());
  for (CsvRow& row : table.rows) result.records.push_back({row.line, std::move(row.cells)});
  return result;
}

}  // namespace

std::size_t RecordTable::column(std::string_view name_of_column) const {
  const auto found = std::ranges::find(columns, name_of_column);
  if (found == columns.end())
    throw DataError(unknown_name_message("column", name_of_column, name, columns));
  return static_cast<std::size_t>(found - columns.begin());
}

bool RecordTable::has_column(std::string_view name_of_column) const {
  return std::ranges::find(columns, name_of_column) != columns.end();
}

std::string RecordTable::where(const Record& record) const {
  return lines ? fmt::format("{}:{}", name, record.number)
               : fmt::format("{}: record {}", name, record.number);
}

RecordFormat format_of_name(const fs::path& file) {
  const std::string name = plain_name(file);
  if (name.ends_with(".jsonl") || name.ends_with(".ndjson")) return RecordFormat::json_lines;
  return name.ends_with(".json") ? RecordFormat::json : RecordFormat::csv;
}

RecordTable parse_json_records(std::string_view text, std::string name, RecordFormat format) {
  text = without_byte_order_mark(text);
  RecordTable table;
  table.name = std::move(name);
  table.lines = format == RecordFormat::json_lines;
  if (table.lines)
    read_json_lines(text, table);
  else
    read_json_document(text, table);
  return table;
}

RecordTable read_records(const fs::path& file, const RecordOptions& options) {
  const RecordFormat format = options.format.value_or(format_of_name(file));
  RecordTable table =
      format == RecordFormat::csv
          ? read_csv_records(file, options)
          : parse_json_records(read_text_file(file), utf8_name(file.native()), format);
  const std::string name = file.filename().native();
  table.stem = name.substr(0, name.find('.', 1));
  return table;
}

}  // namespace genrebench
