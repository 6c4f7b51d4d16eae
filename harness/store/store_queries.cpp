#include "harness/store/store_queries.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "harness/plugin/method.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/schema.hpp"

namespace genrebench {
namespace {

constexpr std::string_view kWideView = "v_parameters_wide";

/// Steps of SQLite's virtual machine between two looks at `interrupted`: about a millisecond.
constexpr int kStepsPerLook = 10000;

/// PRAGMAs that tell what there is and change nothing.
bool is_harmless_pragma(const char* name, const char* value) {
  constexpr std::array<std::string_view, 5> kOfNames = {"table_info", "table_xinfo", "table_list",
                                                        "index_list", "index_info"};
  constexpr std::array<std::string_view, 2> kWithoutValue = {"user_version", "schema_version"};
  const std::string_view asked = name == nullptr ? "" : name;
  return std::find(kOfNames.begin(), kOfNames.end(), asked) != kOfNames.end() ||
         (value == nullptr &&
          std::find(kWithoutValue.begin(), kWithoutValue.end(), asked) != kWithoutValue.end());
}

/// SQLite asks this for everything that a statement would do.
int allow_reading(void*, int action, const char* first, const char* second, const char*,
                  const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
    case SQLITE_FUNCTION:
      return SQLITE_OK;
    case SQLITE_PRAGMA:
      return is_harmless_pragma(first, second) ? SQLITE_OK : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

int ask_interrupted(void* interrupted) {
  return (*static_cast<std::function<bool()>*>(interrupted))() ? 1 : 0;
}

struct StatementEnd {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, StatementEnd>;

std::string quoted_name(const std::string& name) {
  return '"' +
         replace_each(name,
                      [](char c) -> std::string_view {
                        return c == '"' ? std::string_view("\"\"") : std::string_view();
                      }) +
         '"';
}

QueryValue value_of(sqlite3_stmt* row, int column) {
  const auto bytes = [&](const void* begin) {
    return std::string(static_cast<const char*>(begin),
                       static_cast<std::size_t>(sqlite3_column_bytes(row, column)));
  };
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(row, column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(row, column);
    case SQLITE_TEXT:
      return bytes(sqlite3_column_text(row, column));
    case SQLITE_BLOB: {
      const void* begin = sqlite3_column_blob(row, column);
      return Blob{begin == nullptr ? std::string() : bytes(begin)};
    }
    default:
      return std::monostate();
  }
}

/// True if nothing but blanks, semicolons and comments follow a statement.
bool is_blank(sqlite3* handle, const char* rest) {
  while (*rest != '\0') {
    sqlite3_stmt* next = nullptr;
    const char* end = rest;
    const int code = sqlite3_prepare_v2(handle, rest, -1, &next, &end);
    const Statement owner(next);
    if (code != SQLITE_OK || next != nullptr) return false;
    if (end == rest) return true;
    rest = end;
  }
  return true;
}

}  // namespace

struct StoreQueries::State {
  State(const std::filesystem::path& file, std::function<bool()> stop)
      : connection(file, {.mode = RunStore::Mode::read}), interrupted(std::move(stop)) {
    if (!interrupted) interrupted = [] { return false; };
    prepare_schema(connection, {.mode = RunStore::Mode::read});
    handle = connection.database().getHandle();
    connection.guard([&] {
      names = list(
          "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT "
          "LIKE 'sqlite%' ORDER BY type = 'table', name");
    });
    names.emplace_back(kWideView);
    // prepare_schema() has compared the views with ours, so they can do no harm. SQLite does not
    // count json_group_object(), which v_runs uses, among the functions that are harmless.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, nullptr);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    connection.guard([&] { connection.database().exec("BEGIN"); });
    // SQLite asks for more than reading when one of its own tables is used for the first time.
    connection.guard([&] {
      for (const char* table : {"json_each('[]')", "json_tree('[]')", "pragma_table_info('runs')"})
        list(fmt::format("SELECT 1 FROM {}", table));
    });
    // In place of the connection's limit: a query of a user may take as long as the user likes.
    sqlite3_progress_handler(handle, kStepsPerLook, ask_interrupted, &interrupted);
    sqlite3_set_authorizer(handle, allow_reading, nullptr);
  }

  std::vector<std::string> list(const std::string& sql) const {
    std::vector<std::string> result;
    SQLite::Statement rows(connection.database(), sql);
    while (rows.executeStep()) result.push_back(rows.getColumn(0).getString());
    return result;
  }

  /// SQL cannot name columns by what is in a table, so the view is made for this connection, with
  /// the names that there are now.
  void add_wide_view() {
    if (has_wide_view) return;
    sqlite3_set_authorizer(handle, nullptr, nullptr);
    std::string columns;
    SQLite::Statement names_of_parameters(
        connection.database(),
        "SELECT DISTINCT n.key, n.text FROM parameters p JOIN texts n ON n.key = p.name ORDER BY "
        "n.text");
    while (names_of_parameters.executeStep())
      columns += fmt::format(", max(CASE p.name WHEN {} THEN v.text END) AS {}",
                             names_of_parameters.getColumn(0).getInt64(),
                             quoted_name(names_of_parameters.getColumn(1).getString()));
    connection.database().exec(
        fmt::format("CREATE TEMP VIEW {} AS SELECT r.id AS run_id{} FROM runs r LEFT JOIN "
                    "parameters p ON p.run = r.key LEFT JOIN texts v ON v.key = p.value GROUP BY "
                    "r.key",
                    kWideView, columns));
    sqlite3_set_authorizer(handle, allow_reading, nullptr);
    has_wide_view = true;
  }

  /// Turns an error of SQLite into one of ours.
  [[noreturn]] void complain() const {
    const int code = sqlite3_errcode(handle) & 0xff;
    const std::string said = single_line(sqlite3_errmsg(handle));
    if (code == SQLITE_INTERRUPT) throw Interrupted();
    if (code == SQLITE_AUTH)
      throw ConfigError(
          fmt::format("the query may only read: expected SELECT, found something else ({})", said));
    if (code != SQLITE_ERROR && code != SQLITE_RANGE && code != SQLITE_TOOBIG)
      throw DataError(fmt::format("{}: {}", connection.file(), said));
    constexpr std::string_view kNoTable = "no such table: ";
    if (const auto place = said.find(kNoTable); place != std::string::npos)
      throw ConfigError(
          unknown_name_message("view", said.substr(place + kNoTable.size()), "the query", names));
    throw ConfigError(fmt::format("the query is wrong: {}", said));
  }

  Statement prepare(const std::string& sql) const {
    sqlite3_stmt* made = nullptr;
    const char* rest = nullptr;
    const int code =
        sqlite3_prepare_v2(handle, sql.c_str(), static_cast<int>(sql.size() + 1), &made, &rest);
    Statement statement(made);
    if (code != SQLITE_OK) complain();
    if (made == nullptr)
      throw ConfigError("the query is empty: expected a statement such as SELECT * FROM v_runs");
    if (!is_blank(handle, rest))
      throw ConfigError(fmt::format("the query is several statements: expected one, found '{}'",
                                    single_line(std::string_view(rest).substr(0, 40))));
    if (sqlite3_column_count(made) == 0 || sqlite3_stmt_readonly(made) == 0)
      throw ConfigError("the query may only read: expected SELECT");
    if (sqlite3_bind_parameter_count(made) > 0)
      throw ConfigError("the query has a placeholder ('?', ':name'), which nothing is put into");
    return statement;
  }

  Connection connection;
  std::function<bool()> interrupted;
  sqlite3* handle = nullptr;
  std::vector<std::string> names;  ///< of views and tables, for messages
  bool has_wide_view = false;
};

StoreQueries::StoreQueries(const std::filesystem::path& file, std::function<bool()> interrupted)
    : state_(std::make_unique<State>(file, std::move(interrupted))) {}

StoreQueries::~StoreQueries() {
  // The connection outlives `interrupted` by a moment.
  sqlite3_progress_handler(state_->handle, 0, nullptr, nullptr);
}

void StoreQueries::run(const std::string& sql, const QueryOutput& output) {
  if (sql.find('\0') != std::string::npos) throw ConfigError("the query holds a zero byte");
  try {
    if (ascii_lower(sql).find(kWideView) != std::string::npos) state_->add_wide_view();
  } catch (const SQLite::Exception&) {
    state_->complain();
  }
  const Statement statement = state_->prepare(sql);
  const int n = sqlite3_column_count(statement.get());
  std::vector<std::string> names;
  for (int i = 0; i < n; ++i) names.emplace_back(sqlite3_column_name(statement.get(), i));
  output.columns(names);
  std::vector<QueryValue> row(static_cast<std::size_t>(n));
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
    for (int i = 0; i < n; ++i) row[static_cast<std::size_t>(i)] = value_of(statement.get(), i);
    output.row(row);
  }
  if (code != SQLITE_DONE) state_->complain();
}

std::string sql_literal(const std::string& text) {
  return '\'' +
         replace_each(text,
                      [](char c) -> std::string_view {
                        return c == '\'' ? std::string_view("''") : std::string_view();
                      }) +
         '\'';
}

}  // namespace genrebench
