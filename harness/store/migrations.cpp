#include "harness/store/migrations.hpp"

#include <array>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "harness/records/run_records.hpp"
#include "harness/store/integer_keys.hpp"
#include "harness/store/kernel_tables.hpp"
#include "harness/store/views.hpp"

namespace genrebench {
namespace {

/// Turns facts that were lists joined by a separator before schema 4 into JSON. An entry that
/// contains the separator cannot be restored: it was divided when the fact was written.
void make_lists_of_facts(const Connection& connection) {
  SQLite::Database& database = connection.database();
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

/// Never edit a change that has been released, its comments excepted: add another one.
constexpr const char* kFirstSql[] = {
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

}  // namespace

std::span<const Migration> migrations() {
  static const std::string integer_keys = std::string(kIntegerKeysSql) + kViewsSql;
  static const std::array<Migration, 7> all = {
      {{kFirstSql[0]},
       {kFirstSql[1]},
       {kFirstSql[2]},
       {kFirstSql[3], make_lists_of_facts},
       {kFirstSql[4]},
       {integer_keys.c_str(), move_rows_to_integer_keys, kDropTextKeysSql},
       {kKernelTablesSql}}};
  return all;
}

}  // namespace genrebench
