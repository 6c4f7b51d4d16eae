#include "harness/store/schema.hpp"

#include <fmt/format.h>

#include <array>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "harness/store/snapshot.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr int kApplicationId = 0x474e5242;  // "GNRB"

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
)sql"};

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
  const std::string name = fmt::format("{}.schema{}.bak", file, version), fresh = name + ".new";
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
    const int version = database.execAndGet("PRAGMA user_version");
    const int application = database.execAndGet("PRAGMA application_id");
    const int n_tables = database.execAndGet("SELECT count(*) FROM sqlite_master");
    const int known = schema_version();
    if (n_tables > 0 && application != kApplicationId)
      throw DataError(fmt::format(
          "{}: an SQLite database, but not a genrebench run store; name another file with --db",
          file));
    if (version > known)
      throw DataError(fmt::format(
          "{}: the store has schema version {}, this genrebench knows {}; use a newer genrebench",
          file, version, known));
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
    if (settings.mode == RunStore::Mode::read) {
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
    if (version < known) migrate(connection);
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
