#include "cli/run_listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/closest_name.hpp"
#include "base/decimal.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/run_conditions.hpp"
#include "reports/render/render.hpp"
#include "reports/statistics/basic.hpp"

namespace genrebench::cli {
namespace {

struct SortKey {
  std::string name;
  bool largest_first = false;
};

/// Collects the keys that are to be read, each once.
class Keys {
 public:
  std::size_t add(const std::string& name, const std::string& option) {
    const auto known = std::find_if(all_.begin(), all_.end(),
                                    [&](const WantedKey& key) { return key.name == name; });
    if (known != all_.end()) {
      if (known->option.empty()) known->option = option;
      return static_cast<std::size_t>(known - all_.begin());
    }
    all_.push_back({name, option});
    return all_.size() - 1;
  }
  std::vector<std::size_t> add_all(const std::vector<std::string>& names,
                                   const std::string& option) {
    std::vector<std::size_t> places;
    for (const std::string& name : names) places.push_back(add(name, option));
    return places;
  }
  const std::vector<WantedKey>& all() const { return all_; }

 private:
  std::vector<WantedKey> all_;
};

std::vector<SortKey> sort_keys(const std::vector<std::string>& words) {
  std::vector<SortKey> keys;
  for (const std::string& word : comma_words(words, "--sort")) {
    const std::size_t colon = word.rfind(':');
    const std::string order = colon == std::string::npos ? "asc" : word.substr(colon + 1);
    if (order != "asc" && order != "desc")
      throw ConfigError(fmt::format(
          "--sort: expected a key, or key:desc for the largest first, found '{}'", word));
    keys.push_back({.name = word.substr(0, colon), .largest_first = order == "desc"});
  }
  return keys;
}

std::vector<Condition> conditions_of(const std::vector<std::string>& where) {
  std::vector<Condition> conditions;
  for (const std::string& text : where)
    for (Condition& condition : parse_run_conditions(text, "--where"))
      conditions.push_back(std::move(condition));
  return conditions;
}

void check_status(const std::string& status) {
  const std::vector<std::string> known = run_status_names();
  if (!status.empty() && std::find(known.begin(), known.end(), status) == known.end())
    throw ConfigError(unknown_name_message("status", status, "runs --status", known));
}

using Rows = std::vector<std::vector<std::string>>;

/// A value as it is sorted: numbers before texts, and what is missing last.
struct SortValue {
  explicit SortValue(const std::string& value)
      : text(value),
        number(decimal_number(value)),
        kind(value.empty() ? 2
             : number      ? 0
                           : 1) {}

  std::string_view text;
  std::optional<double> number;
  int kind;
};

bool comes_first(const SortValue& a, const SortValue& b, bool largest_first) {
  if (a.kind != b.kind)
    return (a.kind == 2 || b.kind == 2 || !largest_first) ? a.kind < b.kind : b.kind < a.kind;
  const SortValue &small = largest_first ? b : a, &large = largest_first ? a : b;
  return a.kind == 0 ? *small.number < *large.number : small.text < large.text;
}

/// The order of the rows by some columns; rows that are equal there keep theirs.
std::vector<std::size_t> order_of(const Rows& rows,
                                  const std::vector<std::pair<std::size_t, bool>>& by) {
  std::vector<std::vector<SortValue>> values(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (const auto& one : by) values[row].emplace_back(rows[row][one.first]);
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    for (std::size_t i = 0; i < by.size(); ++i) {
      const SortValue &x = values[a][i], &y = values[b][i];
      if (comes_first(x, y, by[i].second)) return true;
      if (comes_first(y, x, by[i].second)) return false;
    }
    return false;
  });
  return order;
}

/// Numbers by what they are: the id of a run is none, whatever its digits.
bool is_numeric(const Rows& rows, std::size_t column, const std::string& name) {
  static const std::set<std::string> texts = {"run", "data", "started", "message", "status"};
  if (texts.contains(name)) return false;
  bool any = false;
  for (const auto& row : rows) {
    if (row[column].empty()) continue;
    if (!decimal_number(row[column])) return false;
    any = true;
  }
  return any;
}

void sort_rows(Listing& listing, const std::vector<SortKey>& keys) {
  std::vector<std::pair<std::size_t, bool>> by;
  for (const SortKey& key : keys) {
    std::vector<std::string> names;
    for (const ListingColumn& column : listing.columns) names.push_back(column.name);
    // The mean of a column is meant where its groups are sorted by it.
    auto found = std::find(names.begin(), names.end(), key.name);
    if (found == names.end()) found = std::find(names.begin(), names.end(), key.name + ".mean");
    if (found == names.end())
      throw ConfigError(unknown_name_message("column", key.name, "--sort of groups", names));
    by.emplace_back(static_cast<std::size_t>(found - names.begin()), key.largest_first);
  }
  if (by.empty()) return;
  const std::vector<std::size_t> order = order_of(listing.rows, by);
  Listing sorted;
  for (const std::size_t row : order) {
    sorted.rows.push_back(std::move(listing.rows[row]));
    if (!listing.runs.empty()) sorted.runs.push_back(std::move(listing.runs[row]));
  }
  listing.rows = std::move(sorted.rows);
  listing.runs = std::move(sorted.runs);
}

void cut(Listing& listing, std::size_t limit) {
  listing.n_rows = listing.rows.size();
  if (limit == 0 || listing.n_rows <= limit) return;
  listing.rows.resize(limit);
  if (listing.runs.size() > limit) listing.runs.resize(limit);
}

/// What the runs of a group have in one column: its mean and deviation, or their common value.
std::vector<std::string> summary_of(const Rows& rows, const std::vector<std::size_t>& members,
                                    std::size_t column, bool numeric) {
  if (!numeric) {
    std::set<std::string> values;
    for (const std::size_t row : members) values.insert(rows[row][column]);
    return {values.size() == 1 ? *values.begin() : fmt::format("{} values", values.size())};
  }
  std::vector<double> numbers;
  for (const std::size_t row : members)
    if (const auto number = decimal_number(rows[row][column])) numbers.push_back(*number);
  const auto deviation = standard_deviation(numbers);
  return {numbers.empty() ? "" : fmt::format("{}", mean(numbers)),
          deviation ? fmt::format("{}", *deviation) : ""};
}

/// The columns of groups where none are asked for.
const std::vector<std::string>& usual_numbers() {
  static const std::vector<std::string> names = {"test.accuracy", "seconds"};
  return names;
}

/// Columns of a listing of runs that its groups are made of.
struct Grouping {
  std::vector<std::size_t> by, shown;
  std::size_t status = 0;
};

void group_rows(Listing& listing, const Grouping& grouping) {
  std::map<std::vector<std::string>, std::size_t> places;
  std::vector<std::pair<std::vector<std::string>, std::vector<std::size_t>>> groups;
  for (std::size_t row = 0; row < listing.rows.size(); ++row) {
    std::vector<std::string> key;
    for (const std::size_t column : grouping.by) key.push_back(listing.rows[row][column]);
    const auto [place, is_new] = places.emplace(key, groups.size());
    if (is_new) groups.emplace_back(std::move(key), std::vector<std::size_t>());
    groups[place->second].second.push_back(row);
  }
  std::vector<ListingColumn> columns;
  for (const std::size_t column : grouping.by) columns.push_back(listing.columns[column]);
  columns.push_back({"runs", RunKeyKind::field, true});
  columns.push_back({"done", RunKeyKind::field, true});
  for (const std::size_t column : grouping.shown) {
    const ListingColumn& of = listing.columns[column];
    if (!of.numeric) {
      columns.push_back(of);
      continue;
    }
    for (const char* what : {".mean", ".sd"})
      columns.push_back({of.name + what, RunKeyKind::metric, true});
  }
  Rows rows;
  for (auto& [key, members] : groups) {
    std::vector<std::string> row = std::move(key);
    row.push_back(std::to_string(members.size()));
    row.push_back(std::to_string(std::count_if(members.begin(), members.end(), [&](auto member) {
      return listing.rows[member][grouping.status] == "done";
    })));
    for (const std::size_t column : grouping.shown)
      for (std::string& value :
           summary_of(listing.rows, members, column, listing.columns[column].numeric))
        row.push_back(std::move(value));
    rows.push_back(std::move(row));
  }
  listing.columns = std::move(columns);
  listing.rows = std::move(rows);
  listing.runs.clear();
}

/// Leaves the columns of these places, in their order.
void choose_columns(Listing& listing, const std::vector<std::size_t>& places) {
  std::vector<ListingColumn> columns;
  for (const std::size_t place : places) columns.push_back(listing.columns[place]);
  for (std::vector<std::string>& row : listing.rows) {
    std::vector<std::string> chosen;
    for (const std::size_t place : places) chosen.push_back(row[place]);
    row = std::move(chosen);
  }
  listing.columns = std::move(columns);
}

/// Is it an accuracy, which people read in percent?
bool is_accuracy(const std::string& name) {
  return name.ends_with(".accuracy") || name.ends_with(".accuracy.mean") ||
         name.ends_with(".accuracy.sd");
}

std::string shown_value(const ListingColumn& column, const std::string& value) {
  if (column.name == "run") return short_id(value);
  const auto number = column.numeric ? decimal_number(value) : std::nullopt;
  if (!number) return value;
  if (column.kind == RunKeyKind::metric && is_accuracy(column.name))
    return fmt::format("{:.1f} %", 100.0 * *number);
  if (column.name.starts_with("seconds")) return fmt::format("{:.2f}", *number);
  if (column.kind == RunKeyKind::metric) return fmt::format("{:.4g}", *number);
  return value;
}

}  // namespace

std::vector<std::string> comma_words(const std::vector<std::string>& words,
                                     const std::string& option) {
  std::vector<std::string> names;
  for (const std::string& word : words)
    for (std::size_t begin = 0; begin <= word.size();) {
      const std::size_t end = std::min(word.find(',', begin), word.size());
      names.push_back(word.substr(begin, end - begin));
      if (names.back().empty())
        throw ConfigError(
            fmt::format("{}: expected keys with commas between them, such as "
                        "method.name,test.accuracy, found '{}'",
                        option, word));
      begin = end + 1;
    }
  return names;
}

const std::vector<std::string>& usual_columns() {
  static const std::vector<std::string> names = {
      "run",           "status",       "origin",     "method.name", "features.name",
      "excerpt.name",  "dataset.name", "split.kind", "split.leaky", "seed",
      "test.accuracy", "seconds",      "started",    "message"};
  return names;
}

Listing make_listing(const std::filesystem::path& store, const ListingRequest& request) {
  check_status(request.status);
  const std::vector<Condition> conditions = conditions_of(request.where);
  const std::vector<SortKey> sorted_by = sort_keys(request.sort);
  const bool grouped = !request.group.empty();
  Keys keys;
  Grouping grouping{.by = keys.add_all(comma_words(request.group, "--group"), "--group"),
                    .shown = keys.add_all(comma_words(request.columns, "--columns"), "--columns"),
                    .status = keys.add("status", "")};
  if (request.columns.empty())
    grouping.shown = keys.add_all(grouped ? usual_numbers() : usual_columns(), "");
  std::vector<std::size_t> tested;
  for (const Condition& condition : conditions)
    tested.push_back(keys.add(condition.key, "--where"));
  if (!grouped)
    for (const SortKey& key : sorted_by) keys.add(key.name, "--sort");

  RunList list = list_runs(store, request.experiment, keys.all());
  Listing listing;
  listing.n_of = list.runs.size();
  for (ListedRun& run : list.runs) {
    bool matches = request.status.empty() || run.values[grouping.status] == request.status;
    for (std::size_t i = 0; matches && i < conditions.size(); ++i)
      matches = holds(conditions[i], run.values[tested[i]]);
    if (!matches) continue;
    listing.rows.push_back(std::move(run.values));
    listing.runs.push_back(std::move(run.run));
  }
  listing.n_runs = listing.rows.size();
  for (std::size_t c = 0; c < keys.all().size(); ++c)
    listing.columns.push_back({.name = keys.all()[c].name,
                               .kind = list.kinds[c],
                               .numeric = is_numeric(listing.rows, c, keys.all()[c].name)});
  if (grouped) group_rows(listing, grouping);
  sort_rows(listing, sorted_by);
  cut(listing, request.limit);
  if (!grouped) choose_columns(listing, grouping.shown);
  return listing;
}

Table listing_table(const Listing& listing) {
  Table table;
  for (const ListingColumn& column : listing.columns) {
    std::string heading = column.name;  // of two words, which may stand in two lines
    for (const char* what : {".mean", ".sd"})
      if (column.name.ends_with(what)) heading[heading.rfind('.')] = ' ';
    table.columns.push_back(heading);
  }
  for (const std::vector<std::string>& row : listing.rows) {
    std::vector<Cell>& cells = table.rows.emplace_back();
    for (std::size_t c = 0; c < row.size(); ++c)
      cells.push_back(
          {.text = shown_value(listing.columns[c], row[c]), .numeric = listing.columns[c].numeric});
  }
  return table;
}

std::string listing_csv(const Listing& listing) {
  Table table;
  for (const ListingColumn& column : listing.columns) table.columns.push_back(column.name);
  for (const std::vector<std::string>& row : listing.rows) {
    std::vector<Cell>& cells = table.rows.emplace_back();
    for (std::size_t c = 0; c < row.size(); ++c)
      cells.push_back({.text = row[c], .numeric = listing.columns[c].numeric});
  }
  return render_csv(table);
}

nlohmann::ordered_json listing_json(const Listing& listing) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const std::vector<std::string>& row : listing.rows) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (std::size_t c = 0; c < row.size(); ++c) {
      const ListingColumn& column = listing.columns[c];
      const bool is_number =
          column.numeric && (column.kind == RunKeyKind::metric || column.kind == RunKeyKind::field);
      if (row[c].empty())
        object[column.name] = nullptr;
      else if (const auto whole = is_number ? decimal_integer(row[c]) : std::nullopt)
        object[column.name] = *whole;
      else if (const auto large = is_number ? decimal_unsigned(row[c]) : std::nullopt)
        object[column.name] = *large;
      else if (const auto number = is_number ? decimal_number(row[c]) : std::nullopt)
        object[column.name] = *number;
      else
        object[column.name] = row[c];
    }
    rows.push_back(std::move(object));
  }
  return rows;
}

}  // namespace genrebench::cli
