#include "harness/store/schema.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "harness/store/checked_row.hpp"
#include "harness/store/migrations.hpp"
#include "harness/store/snapshot.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr int kApplicationId = 0x474e5242;  // "GNRB"
constexpr int kFirstWithWorkers = 3;        ///< schema version

/// The text of a table's definition without comments, and with one space for each run of blanks.
/// Comments may have been written anew since the store was made.
std::string without_comments(const std::string& sql) {
  std::string result;
  char quote = '\0';
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (quote == '\0' && c == '-' && i + 1 < sql.size() && sql[i + 1] == '-')
      i = std::min(sql.find('\n', i), sql.size()) - 1;
    else if (quote != '\0' || std::isspace(static_cast<unsigned char>(c)) == 0)
      result += c;
    else if (!result.empty() && result.back() != ' ')
      result += ' ';
    if (c == quote)
      quote = '\0';
    else if (quote == '\0' && (c == '\'' || c == '"'))
      quote = c;
  }
  return result;
}

/// The tables, indices, views and triggers of a database: their kinds and names, and how each is
/// made. SQLite's own statistics are left out.
std::map<std::pair<std::string, std::string>, std::string> schema_of(
    const SQLite::Database& database) {
  std::map<std::pair<std::string, std::string>, std::string> result;
  SQLite::Statement entries(
      database,
      "SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_master WHERE NOT (type = "
      "'table' AND name IN ('sqlite_stat1', 'sqlite_stat4'))");
  while (entries.executeStep())
    result[{entries.getColumn(0).getString(), entries.getColumn(1).getString()}] =
        entries.getColumn(2).getString() + ": " +
        without_comments(entries.getColumn(3).getString());
  return result;
}

/// Refuses a store whose tables are not those that its version has, or that has more: what is read
/// would not be what was recorded, and views, triggers and expressions in a schema are programs.
void check_schema(const SQLite::Database& database, int version, const std::string& file) {
  SQLite::Database model(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  for (const Migration& change : migrations().first(static_cast<std::size_t>(version)))
    for (const char* sql : {change.sql, change.end}) model.exec(sql);
  const auto expected = schema_of(model), found = schema_of(database);
  const auto refuse = [&](const std::pair<std::string, std::string>& entry,
                          const std::string& what) {
    throw DataError(fmt::format("{}: not a run store as genrebench makes it: the {} '{}' {}", file,
                                single_line(entry.first.substr(0, 20)),
                                single_line(entry.second.substr(0, 60)), what));
  };
  for (const auto& [entry, text] : found) {
    const auto own = expected.find(entry);
    if (own == expected.end())
      refuse(entry, "is none of its own; where you added it yourself, drop it");
    if (own->second != text)
      refuse(entry, fmt::format("is not made as in schema version {}", version));
  }
  for (const auto& [entry, text] : expected)
    if (!found.contains(entry)) refuse(entry, "is missing");
}

constexpr const char* kWithoutLog =
    "copy both files together while no process uses them, or make a copy with `genrebench store "
    "backup`";

/// The number of tables and indices. A database that has none, and no log either although it is of
/// the kind that has one, was copied or moved while it was in use: its tables are in the log.
/// Unless another process is just about to make them, for which this waits three seconds.
/// @throws DataError
int count_tables(const Connection& connection) {
  const auto count = [&]() -> int {
    return connection.database().execAndGet("SELECT count(*) FROM sqlite_master");
  };
  int n_tables = count();
  for (int look = 0; n_tables == 0 && connection.had_no_log(); n_tables = count()) {
    if (++look > 60)
      throw DataError(fmt::format(
          "{0}: a store without its log: it holds no tables yet, and nothing is in {0}-wal, so it "
          "was copied or moved while it was in use; {1}; if nothing was ever recorded in it, "
          "delete it",
          connection.file(), kWithoutLog));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return n_tables;
}

/// True if a process has a file open, or if that cannot be told: it is another user's.
bool may_have_open(std::int64_t process, const std::string& file) {
  struct stat own {};
  if (::stat(file.c_str(), &own) != 0) return true;
  std::error_code error;
  for (fs::directory_iterator entry(fmt::format("/proc/{}/fd", process), error), end;
       !error && entry != end; entry.increment(error)) {
    struct stat other {};
    if (::stat(entry->path().c_str(), &other) == 0 && other.st_dev == own.st_dev &&
        other.st_ino == own.st_ino)
      return true;
  }
  return static_cast<bool>(error);
}

/// A worker of this machine that is at work and does not have the store's file open.
std::optional<WorkerRecord> worker_elsewhere(const Connection& connection) {
  const Query workers =
      connection.query(fmt::format("SELECT {} FROM workers w WHERE ended = ''", kWorkerColumns));
  while (workers.next()) {
    WorkerRecord worker = worker_of(CheckedRow(connection, workers, "workers"));
    if (worker.process.pid != this_process().pid &&
        state_of(worker.process) == ProcessState::running &&
        !may_have_open(worker.process.pid, connection.file()))
      return worker;
  }
  return std::nullopt;
}

/// Refuses a store without its log if a worker of this machine is recording results in another
/// file, of which this one is a copy: the last results are missing. A worker that has just closed
/// this file and is about to end looks the same for a moment, so this looks again for a second.
/// @throws DataError
void check_log(const Connection& connection) {
  if (!connection.had_no_log()) return;
  for (int look = 1; const auto worker = worker_elsewhere(connection); ++look) {
    if (look > 20)
      throw DataError(fmt::format(
          "{0}: a store without its log: worker {1} (process {2}) is recording results in the file "
          "that this one was copied from, and nothing is in {0}-wal, so the last results are "
          "missing; {3}",
          connection.file(), worker->id, worker->process.pid, kWithoutLog));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

/// Copies the store to beside it. Never replaces an older copy with other content.
void back_up(const std::string& file, int version) {
  const std::string name = beside_store(file, fmt::format(".schema{}.bak", version)),
                    fresh = name + ".new";
  write_snapshot(file, fresh);
  std::string free_name = name;
  for (int n = 2; fs::exists(free_name); ++n) {
    // The same copy was left by a migration that was cut off.
    if (sha256_of_file(free_name) == sha256_of_file(fresh)) break;
    free_name = fmt::format("{}.{}", name, n);
  }
  std::error_code error;
  fs::rename(fresh, free_name, error);
  if (error)
    throw DataError(fmt::format("{}: cannot be put in its place: {}; {} was not changed", free_name,
                                error.message(), file));
}

void migrate(const Connection& connection) {
  SQLite::Database& database = connection.database();
  const int known = schema_version();
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  // Another process may have migrated the store meanwhile. From here on the lock is held, so
  // nothing is committed during the backup.
  const int current = database.execAndGet("PRAGMA user_version");
  if (current > 0 && current < known) back_up(connection.file(), current);
  for (int v = current; v < known; ++v) {
    const Migration& change = migrations()[static_cast<std::size_t>(v)];
    database.exec(change.sql);
    if (change.move_rows != nullptr) change.move_rows(connection);
    database.exec(change.end);
  }
  if (current < known) {
    SQLite::Statement dangling(database, "PRAGMA foreign_key_check");
    if (dangling.executeStep())
      throw DataError(
          fmt::format("{}: the store cannot be migrated: {} has rows of runs that do not exist",
                      connection.file(), dangling.getColumn(0).getString()));
    database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
    database.exec(fmt::format("PRAGMA user_version = {}", known));
  }
  transaction.commit();
}

}  // namespace

int schema_version() { return static_cast<int>(migrations().size()); }

int stored_schema_version(const Connection& connection) {
  return connection.guard([&] {
    SQLite::Database& database = connection.database();
    const std::string& file = connection.file();
    const int n_tables = count_tables(connection);
    const int version = database.execAndGet("PRAGMA user_version");
    const int application = database.execAndGet("PRAGMA application_id");
    const int known = schema_version();
    if (n_tables > 0 && application != kApplicationId)
      throw DataError(fmt::format(
          "{}: an SQLite database, but not a genrebench run store; name another file with --db",
          file));
    if (version > known)
      throw DataError(fmt::format(
          "{}: the store has schema version {}, this genrebench knows {}; use a newer genrebench",
          file, version, known));
    if (version < 0)
      throw DataError(fmt::format("{}: expected a schema version from 1 to {}, found {}", file,
                                  known, version));
    check_schema(database, version, file);
    if (version >= kFirstWithWorkers) check_log(connection);
    return version;
  });
}

void prepare_schema(const Connection& connection, const ConnectionSettings& settings) {
  connection.guard([&] {
    SQLite::Database& database = connection.database();
    const int version = stored_schema_version(connection);
    const int known = schema_version();
    if (version > 0) check_run_ids(connection);
    if (settings.mode == RunStore::Mode::read) {
      if (version == 0)
        throw DataError(fmt::format("{}: an empty database; `genrebench run` records runs in it",
                                    connection.file()));
      if (version < known)
        throw DataError(fmt::format(
            "{}: the store has schema version {}, expected {}; `genrebench run` migrates it",
            connection.file(), version, known));
      return;
    }
    database.exec(settings.write_ahead_log ? "PRAGMA journal_mode = WAL"
                                           : "PRAGMA journal_mode = DELETE");
    database.exec(settings.write_ahead_log ? "PRAGMA synchronous = NORMAL"
                                           : "PRAGMA synchronous = FULL");
    // Otherwise a table that a migration replaces would take its rows with it.
    database.exec("PRAGMA foreign_keys = OFF");
    try {
      if (version < known) migrate(connection);
    } catch (...) {
      // A database that has a log but no tables would look like one that was copied without it.
      if (version == 0) database.tryExec("PRAGMA journal_mode = DELETE");
      throw;
    }
    database.exec("PRAGMA foreign_keys = ON");
  });
}

Connection open_for_changes(const fs::path& file) {
  check_exists(file);
  const ConnectionSettings settings{.mode = RunStore::Mode::write,
                                    .write_ahead_log = !on_network(file)};
  Connection connection(file, settings);
  prepare_schema(connection, settings);
  return connection;
}

}  // namespace genrebench
