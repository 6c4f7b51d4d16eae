#include "harness/store/schema.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <map>
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
#include "harness/store/snapshot.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr int kApplicationId = 0x474e5242;  // "GNRB"
constexpr int kFirstWithWorkers = 3;        ///< schema version

/// Schema changes in order. The version of a store is the number of changes that it has. Never edit
/// a change that has been released, its comments excepted: add another one.
const std::array kMigrations = {
    R"sql(
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  source_file TEXT NOT NULL,
  created_at TEXT NOT NULL
);
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  status TEXT NOT NULL CHECK (status IN ('planned', 'running', 'done', 'failed', 'skipped')),
  message TEXT NOT NULL DEFAULT '',
  seed INTEGER NOT NULL,
  dataset_fingerprint TEXT NOT NULL,
  started_at TEXT NOT NULL DEFAULT '',
  wall_s REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE experiment_runs (
  experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  PRIMARY KEY (experiment_id, position)
) WITHOUT ROWID;
CREATE TABLE parameters (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (run_id, key)
) WITHOUT ROWID;
CREATE TABLE facts (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (run_id, key)
) WITHOUT ROWID;
CREATE TABLE environment (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (run_id, key)
) WITHOUT ROWID;
CREATE TABLE metrics (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  split TEXT NOT NULL, name TEXT NOT NULL,
  step INTEGER NOT NULL,  -- epoch or iteration; -1: the final value
  value REAL NOT NULL,
  PRIMARY KEY (run_id, split, name, step)
) WITHOUT ROWID;
CREATE TABLE predictions (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  split TEXT NOT NULL, track TEXT NOT NULL,
  truth INTEGER NOT NULL, predicted INTEGER NOT NULL,
  probabilities BLOB NOT NULL,  -- float32, little-endian, one per class
  PRIMARY KEY (run_id, split, track)
) WITHOUT ROWID;
CREATE TABLE bad_tracks (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  track TEXT NOT NULL, message TEXT NOT NULL,
  PRIMARY KEY (run_id, track)
) WITHOUT ROWID;
)sql",
    R"sql(
CREATE TABLE artifacts (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  name TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (run_id, name)
) WITHOUT ROWID;
)sql",
    R"sql(
CREATE TABLE workers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL, boot TEXT NOT NULL, pid_namespace TEXT NOT NULL,
  pid INTEGER NOT NULL, process_start INTEGER NOT NULL,
  heartbeat_s REAL NOT NULL,
  beat INTEGER NOT NULL DEFAULT 0,     -- number of heartbeats
  started_at TEXT NOT NULL, seen_at TEXT NOT NULL,
  now TEXT NOT NULL DEFAULT '',        -- what the worker is doing
  ended TEXT NOT NULL DEFAULT '' CHECK (ended IN ('', 'left', 'lost'))
);
CREATE TABLE new_runs (
  id TEXT PRIMARY KEY,
  status TEXT NOT NULL CHECK
    (status IN ('planned', 'running', 'done', 'failed', 'skipped', 'lost', 'pruned')),
  message TEXT NOT NULL DEFAULT '',
  seed INTEGER NOT NULL,
  dataset_fingerprint TEXT NOT NULL,
  started_at TEXT NOT NULL DEFAULT '',
  wall_s REAL NOT NULL DEFAULT 0,
  token INTEGER NOT NULL DEFAULT 0,    -- number of claims; only the latest claim may write
  worker INTEGER,                      -- holds the run while it is running
  failures INTEGER NOT NULL DEFAULT 0, -- failed attempts since a user last planned the run
  losses INTEGER NOT NULL DEFAULT 0,   -- workers lost with the run since then
  retry_at_ms INTEGER NOT NULL DEFAULT 0, retry_pause_ms INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO new_runs (id, status, message, seed, dataset_fingerprint, started_at, wall_s)
  SELECT id, CASE status WHEN 'running' THEN 'lost' ELSE status END,
         CASE status WHEN 'running' THEN 'begun by an earlier version of the program'
           ELSE message END,
         seed, dataset_fingerprint, started_at, wall_s FROM runs;
DROP TABLE runs;
ALTER TABLE new_runs RENAME TO runs;
CREATE TABLE new_metrics (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  split TEXT NOT NULL, name TEXT NOT NULL,
  step INTEGER NOT NULL,  -- epoch or iteration; -1: the final value
  value REAL NOT NULL,
  -- The points of an epoch are stored side by side, so that they are written to one place.
  PRIMARY KEY (run_id, step, split, name)
) WITHOUT ROWID;
INSERT INTO new_metrics SELECT run_id, split, name, step, value FROM metrics ORDER BY run_id, step;
DROP TABLE metrics;
ALTER TABLE new_metrics RENAME TO metrics;
CREATE INDEX experiment_runs_of_run ON experiment_runs (run_id);
CREATE INDEX runs_of_worker ON runs (worker) WHERE worker IS NOT NULL;
)sql",
    R"sql(
-- The version of the rule that made the run's id.
ALTER TABLE runs ADD COLUMN identity_version INTEGER NOT NULL DEFAULT 1;
-- The artist of the track, or another group within which answers are not independent.
ALTER TABLE predictions ADD COLUMN cluster TEXT NOT NULL DEFAULT '';
)sql",
    R"sql(
-- Where the run's result is from: computed by this program, or predictions made elsewhere.
ALTER TABLE runs ADD COLUMN origin TEXT NOT NULL DEFAULT 'computed'
  CHECK (origin IN ('computed', 'imported'));
)sql"};

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
  for (int v = 0; v < version; ++v) model.exec(kMigrations[static_cast<std::size_t>(v)]);
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

/// Refuses a store without its log if a worker of this machine is recording results in another
/// file, of which this one is a copy: the last results are missing.
void check_log(const Connection& connection) {
  if (!connection.had_no_log()) return;
  const Query workers =
      connection.query(fmt::format("SELECT {} FROM workers w WHERE ended = ''", kWorkerColumns));
  while (workers.next()) {
    const WorkerRecord worker = worker_of(CheckedRow(connection, workers, "workers"));
    if (worker.process.pid == this_process().pid ||
        state_of(worker.process) != ProcessState::running ||
        may_have_open(worker.process.pid, connection.file()))
      continue;
    throw DataError(fmt::format(
        "{0}: a store without its log: worker {1} (process {2}) is recording results in the file "
        "that this one was copied from, and nothing is in {0}-wal, so the last results are "
        "missing; {3}",
        connection.file(), worker.id, worker.process.pid, kWithoutLog));
  }
}

/// Turns facts that were lists joined by a separator before schema 4 into JSON. An entry that
/// contains the separator cannot be restored: it was divided when the fact was written.
void make_lists_of_facts(SQLite::Database& database) {
  const std::array<std::pair<const char*, char>, 4> lists = {{{"dataset.genres", ','},
                                                              {"split.groups", ','},
                                                              {"split.notes", '\n'},
                                                              {"fit.warnings", '\n'}}};
  SQLite::Statement put(database, "UPDATE facts SET value = ? WHERE run_id = ? AND key = ?");
  for (const auto& [key, separator] : lists) {
    std::vector<std::pair<std::string, std::string>> found;
    SQLite::Statement facts(database, "SELECT run_id, value FROM facts WHERE key = ?");
    facts.bind(1, key);
    while (facts.executeStep())
      found.emplace_back(facts.getColumn(0).getString(), facts.getColumn(1).getString());
    for (const auto& [run, text] : found) {
      std::vector<std::string> values;
      std::istringstream stream(text);
      for (std::string value; std::getline(stream, value, separator);) values.push_back(value);
      put.reset();
      put.bind(1, list_text(values));
      put.bind(2, run);
      put.bind(3, key);
      put.exec();
    }
  }
}

/// The part of a migration that SQL cannot express. @param version  the one that it leads to
void after_migration(SQLite::Database& database, int version) {
  if (version == 4) make_lists_of_facts(database);
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
    database.exec(kMigrations[static_cast<std::size_t>(v)]);
    after_migration(database, v + 1);
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

int schema_version() { return static_cast<int>(kMigrations.size()); }

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

std::vector<std::string> tables_of_runs(const Connection& connection) {
  return connection.guard([&] {
    std::vector<std::string> names;
    const Query query = connection.query(
        "SELECT t.name FROM main.sqlite_master t JOIN pragma_table_info(t.name) c ON c.name = "
        "'run_id' WHERE t.type = 'table' AND t.name <> 'experiment_runs' ORDER BY t.name");
    while (query.next()) names.push_back(query[0]);
    return names;
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
