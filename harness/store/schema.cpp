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

/// Schema changes in order; the version of a store is how many of them it has. Never edit one that
/// has been released: add another.
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
  probabilities BLOB NOT NULL,  -- float32, little-endian, one a class
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
  beat INTEGER NOT NULL DEFAULT 0,     -- grows while the worker lives
  started_at TEXT NOT NULL, seen_at TEXT NOT NULL,
  now TEXT NOT NULL DEFAULT '',        -- what it is doing
  ended TEXT NOT NULL DEFAULT '' CHECK (ended IN ('', 'left', 'lost'))
);
CREATE TABLE new_runs (
  id TEXT PRIMARY KEY,
  status TEXT NOT NULL CHECK (status IN ('planned', 'running', 'done', 'failed', 'skipped', 'lost', 'pruned')),
  message TEXT NOT NULL DEFAULT '',
  seed INTEGER NOT NULL,
  dataset_fingerprint TEXT NOT NULL,
  started_at TEXT NOT NULL DEFAULT '',
  wall_s REAL NOT NULL DEFAULT 0,
  token INTEGER NOT NULL DEFAULT 0,    -- how often the run was taken; who has not the last number may not write
  worker INTEGER,                      -- who has it, while it is running
  failures INTEGER NOT NULL DEFAULT 0, -- attempts that failed since it was last planned by a user
  losses INTEGER NOT NULL DEFAULT 0,   -- workers that were lost with it since then
  retry_at_ms INTEGER NOT NULL DEFAULT 0, retry_pause_ms INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO new_runs (id, status, message, seed, dataset_fingerprint, started_at, wall_s)
  SELECT id, CASE status WHEN 'running' THEN 'lost' ELSE status END,
         CASE status WHEN 'running' THEN 'begun by an earlier version of the program' ELSE message END,
         seed, dataset_fingerprint, started_at, wall_s FROM runs;
DROP TABLE runs;
ALTER TABLE new_runs RENAME TO runs;
CREATE TABLE new_metrics (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  split TEXT NOT NULL, name TEXT NOT NULL,
  step INTEGER NOT NULL,  -- epoch or iteration; -1: the final value
  value REAL NOT NULL,
  PRIMARY KEY (run_id, step, split, name)  -- the points of an epoch lie beside each other, so that it is written to one place
) WITHOUT ROWID;
INSERT INTO new_metrics SELECT run_id, split, name, step, value FROM metrics ORDER BY run_id, step;
DROP TABLE metrics;
ALTER TABLE new_metrics RENAME TO metrics;
CREATE INDEX experiment_runs_of_run ON experiment_runs (run_id);
CREATE INDEX runs_of_worker ON runs (worker) WHERE worker IS NOT NULL;
)sql",
    R"sql(
ALTER TABLE runs ADD COLUMN identity_version INTEGER NOT NULL DEFAULT 1;  -- of the rule that made the id
ALTER TABLE predictions ADD COLUMN cluster TEXT NOT NULL DEFAULT '';      -- what answers are not independent within: the artist
)sql"};

/// Facts that were lists joined by a separator until schema 4, where they became JSON. A separator
/// inside an entry had been lost already when such a fact was written.
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

/// What a migration cannot say in SQL, by the version that it leads to.
void after_migration(SQLite::Database& database, int version) {
  if (version == 4) make_lists_of_facts(database);
}

/// Leaves a copy of the store as it is, and never in the place of an older copy that says something
/// else.
void back_up(const std::string& file, int version) {
  const std::string name = fmt::format("{}.schema{}.bak", file, version), fresh = name + ".new";
  write_snapshot(file, fresh);
  std::string free_name = name;
  for (int n = 2; fs::exists(free_name); ++n) {
    if (sha256_of_file(free_name) == sha256_of_file(fresh))
      break;  // left by a migration that was cut off
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
  const int current = database.execAndGet("PRAGMA user_version");  // another process may have been
                                                                   // faster
  if (current > 0 && current < known)
    back_up(connection.file(), current);  // the lock is held: nothing is committed meanwhile
  for (int v = current; v < known; ++v) {
    database.exec(kMigrations[static_cast<std::size_t>(v)]);
    after_migration(database, v + 1);
  }
  if (current < known) {
    SQLite::Statement dangling(database, "PRAGMA foreign_key_check");
    if (dangling.executeStep())
      throw DataError(
          fmt::format("{}: the store cannot be migrated: {} has rows of runs that are not there",
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
    database.exec("PRAGMA foreign_keys = OFF");  // a table that a migration replaces would take its
                                                 // rows along
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
