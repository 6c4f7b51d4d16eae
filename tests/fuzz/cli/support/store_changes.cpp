#include "tests/fuzz/cli/support/store_changes.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sqlite3.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

/// A table whose rows can be named one by one.
struct TableShape {
  std::string name;
  std::vector<std::string> columns, key;
};

std::vector<TableShape> tables_of(SQLite::Database& database) {
  std::vector<TableShape> tables;
  SQLite::Statement names(
      database,
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
      "ORDER BY name");
  while (names.executeStep()) {
    TableShape& table = tables.emplace_back();
    table.name = names.getColumn(0).getString();
    SQLite::Statement columns(database, fmt::format("PRAGMA table_info(\"{}\")", table.name));
    while (columns.executeStep()) {
      table.columns.push_back(columns.getColumn(1).getString());
      if (columns.getColumn(5).getInt() > 0) table.key.push_back(table.columns.back());
    }
  }
  return tables;
}

/// SQL of the input touches no other file and ends soon.
int allow(void*, int action, const char*, const char*, const char*, const char*) {
  return action == SQLITE_ATTACH || action == SQLITE_DETACH || action == SQLITE_PRAGMA ? SQLITE_DENY
                                                                                       : SQLITE_OK;
}

class Changer {
 public:
  explicit Changer(const std::filesystem::path& file)
      : database_(file.string(), SQLite::OPEN_READWRITE) {
    database_.exec("PRAGMA journal_mode = DELETE");
    database_.exec("PRAGMA foreign_keys = OFF");
    database_.exec("PRAGMA ignore_check_constraints = ON");
    tables_ = tables_of(database_);
    sqlite3_progress_handler(
        database_.getHandle(), 10000, [](void*) { return 1; }, nullptr);
  }

  void set_cell(Values& values) {
    const TableShape& table = tables_[values.raw<std::uint8_t>() % tables_.size()];
    const std::string column = table.columns[values.raw<std::uint8_t>() % table.columns.size()];
    const std::string keys = fmt::format("{}", fmt::join(table.key, ", "));
    SQLite::Statement update(
        database_,
        fmt::format("UPDATE {0} SET {1} = ? WHERE ({2}) IN (SELECT {2} FROM {0} LIMIT {3} OFFSET "
                    "{4})",
                    table.name, column, keys, values.flag() ? 1 : 1000,
                    values.raw<std::uint8_t>()));
    bind_value(update, values);
    update.exec();
  }

  void delete_row(Values& values) {
    const TableShape& table = tables_[values.raw<std::uint8_t>() % tables_.size()];
    database_.exec(fmt::format(
        "DELETE FROM {0} WHERE ({1}) IN (SELECT {1} FROM {0} LIMIT {2} OFFSET {3})", table.name,
        fmt::join(table.key, ", "), values.flag() ? 1 : 1000, values.raw<std::uint8_t>()));
  }

  void run_sql(Values& values) {
    const std::string text(values.line());
    sqlite3_set_authorizer(database_.getHandle(), allow, nullptr);
    database_.tryExec(text);
    sqlite3_set_authorizer(database_.getHandle(), nullptr, nullptr);
  }

  void set_version(Values& values) {
    const char* const name = values.flag() ? "user_version" : "application_id";
    database_.exec(fmt::format("PRAGMA {} = {}", name, values.raw<std::int32_t>()));
  }

 private:
  static void bind_value(SQLite::Statement& statement, Values& values) {
    switch (values.within(0, 5)) {
      case 0:
        return statement.bind(1, values.raw<std::int64_t>());
      case 1:
        return statement.bind(1, std::int64_t{values.raw<std::int8_t>()});
      case 2:
        return statement.bind(1, values.raw<double>());
      case 3:
        return statement.bind(1, std::string(values.line()));
      case 4: {
        const std::string_view blob = values.bytes(values.raw<std::uint8_t>());
        return statement.bind(1, static_cast<const void*>(blob.data()),
                              static_cast<int>(blob.size()));
      }
      default:
        return statement.bind(1);
    }
  }

  SQLite::Database database_;
  std::vector<TableShape> tables_;
};

void patch(const std::filesystem::path& file, Values& values) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(values.raw<std::uint32_t>() %
               static_cast<std::uint32_t>(std::filesystem::file_size(file)));
  const std::string_view bytes = values.bytes(values.within<std::size_t>(1, 16));
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

void change_store(const std::filesystem::path& file, std::string_view input) {
  constexpr int kMostChanges = 16;
  Values values(input);
  for (int i = 0; i < kMostChanges && !values.empty(); ++i) {
    const auto kind = values.raw<std::uint8_t>() % 8;
    if (kind == 7) {
      patch(file, values);
      continue;
    }
    try {
      Changer changer(file);
      if (kind < 4) changer.set_cell(values);
      if (kind == 4) changer.delete_row(values);
      if (kind == 5) changer.run_sql(values);
      if (kind == 6) changer.set_version(values);
    } catch (const SQLite::Exception&) {
      // A change that SQLite refuses is none.
    }
  }
}

}  // namespace genrebench::fuzz
