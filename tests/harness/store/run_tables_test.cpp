#include "harness/store/run_tables.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "harness/store/run_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace run_tables_test {

using Tables = std::map<std::string, std::map<std::string, Refers>>;

/// The tables that have a column `run`, with their other columns and what these refer to.
Tables in_the_schema(const SQLite::Database& database) {
  Tables tables;
  SQLite::Statement columns(
      database,
      "SELECT t.name, c.name, coalesce(f.\"table\", '') FROM sqlite_master t JOIN "
      "pragma_table_info(t.name) c LEFT JOIN pragma_foreign_key_list(t.name) f ON f.\"from\" = "
      "c.name WHERE t.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(t.name) WHERE "
      "name = 'run') AND t.name <> 'experiment_runs' AND c.name NOT IN ('run', 'key')");
  while (columns.executeStep()) {
    const std::string parent = columns.getColumn(2);
    tables[columns.getColumn(0)][columns.getColumn(1)] = parent == "texts" ? Refers::text
                                                         : parent == "track_lists"
                                                             ? Refers::track_list
                                                             : Refers::nothing;
  }
  return tables;
}

TEST(RunTables, AreAllTablesWhoseRowsBelongToRunsWithAllTheirColumns) {
  const testing::TemporaryFolder folder;
  RunStore::open(folder / "runs.db", RunStore::Mode::write);
  Tables known;
  for (const RunTable& table : run_tables())
    for (const RunColumn& column : table.columns) known[table.name][column.name] = column.to;
  EXPECT_EQ(known, in_the_schema(SQLite::Database(folder / "runs.db", SQLite::OPEN_READONLY)));
  EXPECT_EQ(known.size(), 7u);
}

}  // namespace run_tables_test
}  // namespace genrebench
