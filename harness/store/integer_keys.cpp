#include "harness/store/integer_keys.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/checked_row.hpp"
#include "harness/store/run_rows.hpp"
#include "harness/store/shared_rows.hpp"

namespace genrebench {

const char* const kIntegerKeysSql = R"sql(
DROP INDEX experiment_runs_of_run;
DROP INDEX runs_of_worker;
ALTER TABLE runs RENAME TO old_runs;
ALTER TABLE experiment_runs RENAME TO old_experiment_runs;
ALTER TABLE parameters RENAME TO old_parameters;
ALTER TABLE facts RENAME TO old_facts;
ALTER TABLE environment RENAME TO old_environment;
ALTER TABLE metrics RENAME TO old_metrics;
ALTER TABLE predictions RENAME TO old_predictions;
ALTER TABLE bad_tracks RENAME TO old_bad_tracks;
ALTER TABLE artifacts RENAME TO old_artifacts;
-- Texts that many rows share: keys, values, names of metrics, splits, ids of tracks, groups.
CREATE TABLE texts (
  key INTEGER PRIMARY KEY,
  hash INTEGER NOT NULL,  -- of the text; texts are found by it
  text TEXT NOT NULL
);
CREATE INDEX texts_of_hash ON texts (hash);
CREATE TABLE datasets (
  key INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE
);
CREATE TABLE tracks (
  dataset INTEGER NOT NULL REFERENCES datasets (key) ON DELETE CASCADE,
  id INTEGER NOT NULL REFERENCES texts (key),
  genre INTEGER NOT NULL,  -- a class, as in the fact dataset.genres of the dataset's runs
  start_s REAL NOT NULL, duration_s REAL,  -- the span of the file that is the track
  content TEXT,            -- hash of the file and of the features that the dataset gives
  audio TEXT,              -- path of the file where the dataset was last planned
  PRIMARY KEY (dataset, id)
) WITHOUT ROWID;
CREATE TABLE track_groups (
  dataset INTEGER NOT NULL, track INTEGER NOT NULL,
  kind INTEGER NOT NULL REFERENCES texts (key),  -- "artist"
  name INTEGER NOT NULL REFERENCES texts (key),
  PRIMARY KEY (dataset, track, kind),
  FOREIGN KEY (dataset, track) REFERENCES tracks (dataset, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE runs (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL CHECK
    (status IN ('planned', 'running', 'done', 'failed', 'skipped', 'lost', 'pruned')),
  message TEXT NOT NULL DEFAULT '',
  seed INTEGER NOT NULL,
  dataset INTEGER NOT NULL REFERENCES datasets (key),
  started_at TEXT NOT NULL DEFAULT '',
  wall_s REAL NOT NULL DEFAULT 0,
  token INTEGER NOT NULL DEFAULT 0,    -- number of claims; only the latest claim may write
  worker INTEGER,                      -- holds the run while it is running
  failures INTEGER NOT NULL DEFAULT 0, -- failed attempts since a user last planned the run
  losses INTEGER NOT NULL DEFAULT 0,   -- workers lost with the run since then
  retry_at_ms INTEGER NOT NULL DEFAULT 0, retry_pause_ms INTEGER NOT NULL DEFAULT 0,
  identity_version INTEGER NOT NULL,   -- of the rule that made the run's id
  -- Where the result is from: computed by this program, or predictions made elsewhere.
  origin TEXT NOT NULL DEFAULT 'computed' CHECK (origin IN ('computed', 'imported'))
);
CREATE INDEX runs_of_worker ON runs (worker) WHERE worker IS NOT NULL;
CREATE TABLE experiment_runs (
  experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  PRIMARY KEY (experiment_id, position)
) WITHOUT ROWID;
CREATE INDEX experiment_runs_of_run ON experiment_runs (run);
CREATE TABLE parameters (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  name INTEGER NOT NULL REFERENCES texts (key), value INTEGER NOT NULL REFERENCES texts (key),
  PRIMARY KEY (run, name)
) WITHOUT ROWID;
CREATE TABLE facts (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  name INTEGER NOT NULL REFERENCES texts (key), value INTEGER NOT NULL REFERENCES texts (key),
  PRIMARY KEY (run, name)
) WITHOUT ROWID;
CREATE TABLE environment (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  name INTEGER NOT NULL REFERENCES texts (key), value INTEGER NOT NULL REFERENCES texts (key),
  PRIMARY KEY (run, name)
) WITHOUT ROWID;
CREATE TABLE metrics (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  step INTEGER NOT NULL,  -- epoch or iteration; -1: the final value
  split INTEGER NOT NULL REFERENCES texts (key), name INTEGER NOT NULL REFERENCES texts (key),
  value REAL NOT NULL,
  PRIMARY KEY (run, step, split, name)
) WITHOUT ROWID;
-- A track as runs scored it: with the genre that was taken for true, and the artist or another
-- group within which answers are not independent. Such a row is never changed.
CREATE TABLE scored_tracks (
  key INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL REFERENCES datasets (key),
  track INTEGER NOT NULL REFERENCES texts (key),
  truth INTEGER NOT NULL,
  cluster INTEGER NOT NULL REFERENCES texts (key),
  UNIQUE (dataset, track, truth, cluster)
);
-- Lists of scored tracks in the order of their ids. Runs of one division share a list.
CREATE TABLE track_lists (
  key INTEGER PRIMARY KEY,
  hash INTEGER NOT NULL,  -- of the blob; lists are found by it
  n INTEGER NOT NULL,
  tracks BLOB NOT NULL    -- keys of scored tracks, little-endian, 2 bytes each, or 4 bytes each
);
CREATE INDEX track_lists_of_hash ON track_lists (hash);
CREATE TABLE predictions (
  key INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  split INTEGER NOT NULL REFERENCES texts (key),
  tracks INTEGER NOT NULL REFERENCES track_lists (key),
  predicted BLOB NOT NULL,      -- one class per track, 1 byte each, or 2 bytes little-endian each
  probabilities BLOB NOT NULL,  -- float32, little-endian, per track one per class; or empty
  UNIQUE (run, split)
);
CREATE TABLE bad_tracks (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  track INTEGER NOT NULL REFERENCES texts (key), message INTEGER NOT NULL REFERENCES texts (key),
  PRIMARY KEY (run, track)
) WITHOUT ROWID;
CREATE TABLE artifacts (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  name TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (run, name)
) WITHOUT ROWID;
)sql";

const char* const kDropTextKeysSql = R"sql(
DROP TABLE old_experiment_runs;
DROP TABLE old_parameters;
DROP TABLE old_facts;
DROP TABLE old_environment;
DROP TABLE old_metrics;
DROP TABLE old_predictions;
DROP TABLE old_bad_tracks;
DROP TABLE old_artifacts;
DROP TABLE old_runs;
)sql";

namespace {

/// A column of texts in an old table.
struct OldTexts {
  const char* table;
  const char* column;
};

constexpr std::array<OldTexts, 12> kOldTexts = {{{"parameters", "key"},
                                                 {"parameters", "value"},
                                                 {"facts", "key"},
                                                 {"facts", "value"},
                                                 {"environment", "key"},
                                                 {"environment", "value"},
                                                 {"metrics", "split"},
                                                 {"metrics", "name"},
                                                 {"bad_tracks", "track"},
                                                 {"bad_tracks", "message"},
                                                 {"predictions", "split"},
                                                 {"predictions", "track"}}};

/// @throws DataError  naming the first value that should be text and is not
void check_old_texts(const Connection& connection) {
  for (const auto& [table, column] : kOldTexts) {
    const Query wrong = connection.query(fmt::format(
        "SELECT run_id, {0} FROM old_{1} WHERE typeof({0}) <> 'text' LIMIT 1", column, table));
    if (wrong.next()) CheckedRow(connection, wrong, table).text(1);
  }
}

/// @throws DataError  if a table has rows of runs that do not exist
void check_old_runs(const Connection& connection) {
  for (const char* table : {"experiment_runs", "parameters", "facts", "environment", "metrics",
                            "predictions", "bad_tracks", "artifacts"}) {
    const Query dangling = connection.query(fmt::format(
        "SELECT 1 FROM old_{} WHERE run_id NOT IN (SELECT id FROM runs) LIMIT 1", table));
    if (dangling.next())
      throw DataError(
          fmt::format("{}: {} has rows of runs that do not exist", connection.file(), table));
  }
}

/// The key of a text, as an SQL expression.
std::string key_of(const char* column) {
  return fmt::format(
      "(SELECT t.key FROM texts t WHERE t.hash = text_hash(o.{0}) AND t.text = o.{0})", column);
}

void move_runs(const Connection& connection) {
  connection.database().exec(
      "INSERT INTO datasets (fingerprint) SELECT DISTINCT dataset_fingerprint FROM old_runs ORDER "
      "BY 1;"
      "INSERT INTO runs (id, status, message, seed, dataset, started_at, wall_s, token, worker, "
      "failures, losses, retry_at_ms, retry_pause_ms, identity_version, origin) SELECT o.id, "
      "status, message, seed, d.key, started_at, wall_s, token, worker, failures, losses, "
      "retry_at_ms, retry_pause_ms, identity_version, origin FROM old_runs o JOIN datasets d ON "
      "d.fingerprint = o.dataset_fingerprint ORDER BY o.id;");
}

void move_texts(const Connection& connection) {
  std::string all;
  for (const auto& [table, column] : kOldTexts)
    all += fmt::format("{}SELECT {} AS t FROM old_{}", all.empty() ? "" : " UNION ", column, table);
  connection.database().exec(
      fmt::format("INSERT INTO texts (hash, text) SELECT text_hash(t), t FROM ({})", all));
}

void move_tables(const Connection& connection) {
  const std::string of_run = " JOIN runs r ON r.id = o.run_id";
  std::string sql =
      "INSERT INTO experiment_runs SELECT experiment_id, position, r.key FROM "
      "old_experiment_runs o" +
      of_run + ";";
  for (const char* table : {"parameters", "facts", "environment"})
    sql += fmt::format("INSERT INTO {0} SELECT r.key, {1}, {2} FROM old_{0} o{3};", table,
                       key_of("key"), key_of("value"), of_run);
  sql += fmt::format("INSERT INTO metrics SELECT r.key, step, {}, {}, value FROM old_metrics o{};",
                     key_of("split"), key_of("name"), of_run);
  sql += fmt::format("INSERT INTO bad_tracks SELECT r.key, {}, {} FROM old_bad_tracks o{};",
                     key_of("track"), key_of("message"), of_run);
  sql += "INSERT INTO artifacts SELECT r.key, name, sha256, bytes FROM old_artifacts o" + of_run;
  connection.database().exec(sql);
}

/// A row of the old table, in which each track has one.
PredictionRecord old_prediction(const CheckedRow& row) {
  constexpr std::int64_t kLast = static_cast<std::int64_t>(kMostGenres) - 1;
  return {.split = row.text(1),
          .track = row.text(2),
          .truth = static_cast<int>(row.integer(3, 0, kLast)),
          .predicted = static_cast<int>(row.integer(4, 0, kLast)),
          .probabilities = row.floats(5),
          .cluster = row.text(6)};
}

void move_predictions(const Connection& connection) {
  const Query query = connection.query(
      "SELECT o.run_id, split, track, truth, predicted, probabilities, cluster, r.key, r.dataset "
      "FROM old_predictions o JOIN runs r ON r.id = o.run_id ORDER BY o.run_id, split, track");
  const CheckedRow row(connection, query, "predictions");
  std::vector<PredictionRecord> predictions;
  std::pair<std::int64_t, std::int64_t> run;
  const auto write = [&] {
    if (!predictions.empty()) add_predictions(connection, run.first, run.second, predictions);
    predictions.clear();
  };
  while (query.next()) {
    const std::pair next(query[7].getInt64(), query[8].getInt64());
    if (next != run) write();
    run = next;
    predictions.push_back(old_prediction(row));
  }
  write();
}

}  // namespace

void move_rows_to_integer_keys(const Connection& connection) {
  try {
    move_runs(connection);
    check_old_runs(connection);
    check_old_texts(connection);
    move_texts(connection);
    move_tables(connection);
    move_predictions(connection);
  } catch (const DataError& error) {
    throw DataError(
        fmt::format("{}; the store cannot be migrated, and was not changed", error.what()));
  }
}

}  // namespace genrebench
