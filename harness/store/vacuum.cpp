#include "harness/store/vacuum.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "harness/store/connection.hpp"
#include "harness/store/run_tables.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/shared_rows.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// Removes scored tracks that no list has any more. @return  false if a list cannot be read
bool remove_unused_tracks(const Connection& connection) {
  connection.database().exec("CREATE TEMP TABLE used (key INTEGER PRIMARY KEY)");
  const Query lists = connection.query("SELECT n, tracks FROM track_lists");
  const Query use = connection.query("INSERT OR IGNORE INTO used VALUES (?)");
  while (lists.next()) {
    const auto keys = track_keys_in(lists, 0, 1);
    if (!keys) return false;
    for (const std::int64_t key : *keys) use.run(key);
  }
  connection.query("DELETE FROM scored_tracks WHERE key NOT IN (SELECT key FROM used)").run();
  return true;
}

/// Removes texts, lists, tracks and datasets that no row refers to any more.
void remove_unused(const Connection& connection) {
  SQLite::Database& database = connection.database();
  database.exec("DELETE FROM track_lists WHERE key NOT IN (SELECT tracks FROM predictions)");
  database.exec("DROP TABLE IF EXISTS temp.used");
  const bool readable = remove_unused_tracks(connection);
  database.exec("DROP TABLE temp.used");
  if (!readable) return;
  database.exec(
      "DELETE FROM datasets WHERE key NOT IN (SELECT dataset FROM runs UNION SELECT dataset FROM "
      "scored_tracks);"
      "DELETE FROM tracks WHERE dataset NOT IN (SELECT key FROM datasets);"
      "DELETE FROM track_groups WHERE dataset NOT IN (SELECT key FROM datasets);");
  std::string used =
      "SELECT track FROM scored_tracks UNION SELECT cluster FROM scored_tracks UNION SELECT id "
      "FROM "
      "tracks UNION SELECT kind FROM track_groups UNION SELECT name FROM track_groups";
  for (const RunTable& table : run_tables())
    for (const RunColumn& column : table.columns)
      if (column.to == Refers::text)
        used += fmt::format(" UNION SELECT {} FROM {}", column.name, table.name);
  database.exec(fmt::format("DELETE FROM texts WHERE key NOT IN ({})", used));
}

}  // namespace

VacuumSummary vacuum_store(const fs::path& file) {
  const Connection connection = open_for_changes(file);
  const fs::path files = files_folder_of(file);
  VacuumSummary summary;
  summary.before = size_of_store(file);
  // What is removed is referred to by no row, so there is nothing to look for in other tables.
  connection.guard([&] { connection.database().exec("PRAGMA foreign_keys = OFF"); });
  connection.write([&] {
    std::error_code error;
    summary.workers =
        static_cast<std::size_t>(connection
                                     .query("DELETE FROM workers WHERE ended <> '' AND id NOT IN "
                                            "(SELECT worker FROM runs WHERE worker IS NOT NULL)")
                                     .run());
    const std::vector<fs::path> folders = ownerless_folders(connection, files);
    for (const fs::path& folder : folders) fs::remove_all(folder, error);
    summary.folders = folders.size();
    fs::remove(files, error);  // only if nothing else is in the folder
    const std::vector<fs::path> archives = archives_of(file);
    for (const fs::path& archive : archives) remove_archive(archive);
    summary.archives = archives.size();
    remove_unused(connection);
  });
  connection.guard([&] {
    connection.check_in_place();
    connection.database().exec("VACUUM");
    connection.database().exec("PRAGMA wal_checkpoint(TRUNCATE)");
  });
  summary.after = size_of_store(file);
  return summary;
}

}  // namespace genrebench
