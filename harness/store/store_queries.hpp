#pragma once
// SQL of a user on a store: it only reads, sees one state of the store, and ends when asked to.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace genrebench {

/// A value of a row that is bytes, not text.
struct Blob {
  std::string bytes;
};

/// One value of a row; std::monostate is NULL.
using QueryValue = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

/// What becomes of a query's result.
struct QueryOutput {
  /// Called once, before the first row, with the names of the columns.
  std::function<void(const std::vector<std::string>&)> columns;
  /// Called for each row, with one value per column.
  std::function<void(const std::vector<QueryValue>&)> row;
};

/// The views of a store (docs/how-to/read-the-store.md) and its tables, for SQL that this program
/// did not write. All queries of an object see the store as of the first one. Writers are never
/// waited for where the store has a write-ahead log, and they do not wait for this.
///
/// Besides the views of the store there is `v_parameters_wide`: one row per run, with the column
/// run_id and a column for each parameter that any run has, such as "method.name".
class StoreQueries {
 public:
  /// @param interrupted  asked now and then while a query runs; true ends it. May be empty
  /// @throws DataError  as RunStore::open() in read mode
  StoreQueries(const std::filesystem::path& file, std::function<bool()> interrupted);
  ~StoreQueries();
  StoreQueries(const StoreQueries&) = delete;
  StoreQueries& operator=(const StoreQueries&) = delete;

  /// Runs one statement that returns rows.
  /// @throws ConfigError  if the SQL is wrong, is several statements, or does more than read
  /// @throws DataError    if the store cannot be read
  /// @throws Interrupted  if `interrupted` said so
  void run(const std::string& sql, const QueryOutput& output);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A text as a literal of SQL, in single quotes.
std::string sql_literal(const std::string& text);

}  // namespace genrebench
