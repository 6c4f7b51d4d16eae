#include "harness/store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <chrono>
#include <cstring>
#include <ctime>

#include "signal/error.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr int kApplicationId = 0x474e5242;  // "GNRB"
constexpr int kBusyTimeoutMs = 30000;

/// Schema changes in order; the version of a store is how many of them it has. Never edit one that has been
/// released: add another.
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
)sql"};

constexpr std::array kStatusNames = {"planned", "running", "done", "failed", "skipped"};

RunStatus status_from(const std::string& name) {
  for (std::size_t i = 0; i < kStatusNames.size(); ++i)
    if (name == kStatusNames[i]) return static_cast<RunStatus>(i);
  throw DataError(fmt::format("the run store holds the unknown status '{}'", name));
}

std::string now_utc() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

class SqliteStore final : public RunStore {
 public:
  SqliteStore(const fs::path& file, Mode mode) : file_(file.string()) {
    std::error_code error;
    const bool exists = fs::exists(file, error);
    if (fs::is_directory(file, error)) throw DataError(fmt::format("{}: expected a database file, found a folder", file_));
    if (mode == Mode::read && !exists)
      throw DataError(fmt::format("{}: no such database; `genrebench run` makes it", file_));
    if (mode == Mode::write) {
      const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
      fs::create_directories(folder, error);
      if (error) throw DataError(fmt::format("{}: cannot make its folder: {}", file_, error.message()));
    }
    guard([&] {
      open(mode);
      check_schema(mode);
    });
  }

  std::vector<ExperimentRecord> experiments() const override {
    return guard([&] {
      std::vector<ExperimentRecord> result;
      SQLite::Statement query(*db_, "SELECT id, name, description, source_file, created_at FROM experiments ORDER BY id");
      SQLite::Statement runs(*db_, "SELECT run_id FROM experiment_runs WHERE experiment_id = ? ORDER BY position");
      while (query.executeStep()) {
        ExperimentRecord record{.name = query.getColumn(1), .description = query.getColumn(2),
                                .source_file = query.getColumn(3), .created_at = query.getColumn(4), .run_ids = {}};
        runs.reset();
        runs.bind(1, query.getColumn(0).getInt64());
        while (runs.executeStep()) record.run_ids.push_back(runs.getColumn(0));
        result.push_back(std::move(record));
      }
      return result;
    });
  }

  std::optional<RunRecord> run(const std::string& id) const override {
    return guard([&]() -> std::optional<RunRecord> {
      auto found = select_runs("WHERE id = ?", id);
      if (found.empty()) return std::nullopt;
      return std::move(found.front());
    });
  }

  std::vector<RunRecord> runs(const std::string& experiment) const override {
    return guard([&] {
      if (experiment.empty()) return select_runs("ORDER BY started_at, id", std::nullopt);
      return select_runs(
          "JOIN experiment_runs ON run_id = runs.id JOIN experiments ON experiments.id = experiment_id "
          "WHERE experiments.name = ? ORDER BY position",
          experiment);
    });
  }

  std::vector<MetricRecord> metrics(const std::string& run_id) const override {
    return guard([&] {
      std::vector<MetricRecord> result;
      SQLite::Statement query(*db_, "SELECT split, name, step, value FROM metrics WHERE run_id = ? ORDER BY split, name, step");
      query.bind(1, run_id);
      while (query.executeStep())
        result.push_back({query.getColumn(0), query.getColumn(1), query.getColumn(2).getInt64(), query.getColumn(3).getDouble()});
      return result;
    });
  }

  std::optional<double> metric(const std::string& run_id, const std::string& split, const std::string& name) const override {
    return guard([&]() -> std::optional<double> {
      SQLite::Statement query(*db_, "SELECT value FROM metrics WHERE run_id = ? AND split = ? AND name = ? AND step = -1");
      query.bind(1, run_id);
      query.bind(2, split);
      query.bind(3, name);
      if (!query.executeStep()) return std::nullopt;
      return query.getColumn(0).getDouble();
    });
  }

  std::vector<PredictionRecord> predictions(const std::string& run_id, const std::string& split) const override {
    return guard([&] {
      std::vector<PredictionRecord> result;
      SQLite::Statement query(
          *db_, "SELECT track, truth, predicted, probabilities FROM predictions WHERE run_id = ? AND split = ? ORDER BY track");
      query.bind(1, run_id);
      query.bind(2, split);
      while (query.executeStep()) {
        PredictionRecord record{.split = split, .track = query.getColumn(0), .truth = query.getColumn(1),
                                .predicted = query.getColumn(2), .probabilities = {}};
        const SQLite::Column blob = query.getColumn(3);
        record.probabilities.resize(static_cast<std::size_t>(blob.getBytes()) / sizeof(float));
        if (!record.probabilities.empty())
          std::memcpy(record.probabilities.data(), blob.getBlob(), record.probabilities.size() * sizeof(float));
        result.push_back(std::move(record));
      }
      return result;
    });
  }

  std::vector<BadTrackRecord> bad_tracks(const std::string& run_id) const override {
    return guard([&] {
      std::vector<BadTrackRecord> result;
      for (auto& [track, message] : pairs("bad_tracks", "track", "message", run_id)) result.push_back({track, message});
      return result;
    });
  }

  std::vector<ArtifactRecord> artifacts(const std::string& run_id) const override {
    return guard([&] {
      std::vector<ArtifactRecord> result;
      SQLite::Statement query(*db_, "SELECT name, sha256, bytes FROM artifacts WHERE run_id = ? ORDER BY name");
      query.bind(1, run_id);
      while (query.executeStep()) result.push_back({query.getColumn(0), query.getColumn(1), query.getColumn(2).getInt64()});
      return result;
    });
  }

  std::map<std::string, std::string> environment(const std::string& run_id) const override {
    return guard([&] { return pairs("environment", "key", "value", run_id); });
  }

  void plan(const ExperimentRecord& experiment, const std::vector<RunRecord>& runs) override {
    write([&] {
      SQLite::Statement upsert(*db_,
                               "INSERT INTO experiments (name, description, source_file, created_at) VALUES (?, ?, ?, ?) "
                               "ON CONFLICT (name) DO UPDATE SET description = excluded.description, "
                               "source_file = excluded.source_file");
      bind_all(upsert, experiment.name, experiment.description, experiment.source_file, now_utc());
      upsert.exec();
      SQLite::Statement find(*db_, "SELECT id FROM experiments WHERE name = ?");
      find.bind(1, experiment.name);
      find.executeStep();
      const std::int64_t id = find.getColumn(0);
      SQLite::Statement clear(*db_, "DELETE FROM experiment_runs WHERE experiment_id = ?");
      clear.bind(1, id);
      clear.exec();
      SQLite::Statement add_run(
          *db_, "INSERT OR IGNORE INTO runs (id, status, seed, dataset_fingerprint) VALUES (?, 'planned', ?, ?)");
      SQLite::Statement add_parameter(*db_, "INSERT OR REPLACE INTO parameters VALUES (?, ?, ?)");
      SQLite::Statement link(*db_, "INSERT INTO experiment_runs VALUES (?, ?, ?)");
      for (std::size_t i = 0; i < runs.size(); ++i) {
        const RunRecord& run = runs[i];
        bind_all(add_run, run.id, static_cast<std::int64_t>(run.seed), run.dataset_fingerprint);
        const bool fresh = add_run.exec() > 0;
        add_run.reset();
        if (fresh) insert_pairs(add_parameter, run.id, run.parameters);
        bind_all(link, id, static_cast<std::int64_t>(i), run.id);
        link.exec();
        link.reset();
      }
    });
  }

  void start(const std::string& run_id, const std::map<std::string, std::string>& environment) override {
    write([&] {
      SQLite::Statement update(*db_, "UPDATE runs SET status = 'running', message = '', started_at = ? WHERE id = ?");
      bind_all(update, now_utc(), run_id);
      update.exec();
      SQLite::Statement clear(*db_, "DELETE FROM environment WHERE run_id = ?");
      clear.bind(1, run_id);
      clear.exec();
      SQLite::Statement add(*db_, "INSERT INTO environment VALUES (?, ?, ?)");
      insert_pairs(add, run_id, environment);
    });
  }

  void add_curves(const std::string& run_id, const std::vector<MetricRecord>& points) override {
    write([&] { add_metrics(run_id, points, "INSERT OR REPLACE"); });  // a resumed run says its first epochs again
  }

  void finish(const std::string& run_id, const RunResult& result) override {
    write([&] {
      clear_results(run_id);
      add_metrics(run_id, result.metrics, "INSERT");
      SQLite::Statement add_prediction(*db_, "INSERT INTO predictions VALUES (?, ?, ?, ?, ?, ?)");
      for (const PredictionRecord& p : result.predictions) {
        bind_all(add_prediction, run_id, p.split, p.track, p.truth, p.predicted);
        add_prediction.bind(6, p.probabilities.data(), static_cast<int>(p.probabilities.size() * sizeof(float)));
        add_prediction.exec();
        add_prediction.reset();
      }
      add_bad_tracks(run_id, result.bad_tracks);
      SQLite::Statement add_fact(*db_, "INSERT INTO facts VALUES (?, ?, ?)");
      insert_pairs(add_fact, run_id, result.facts);
      SQLite::Statement add_artifact(*db_, "INSERT INTO artifacts VALUES (?, ?, ?, ?)");
      for (const ArtifactRecord& artifact : result.artifacts) {
        bind_all(add_artifact, run_id, artifact.name, artifact.sha256, artifact.bytes);
        add_artifact.exec();
        add_artifact.reset();
      }
      SQLite::Statement update(*db_, "UPDATE runs SET status = 'done', message = '', wall_s = ? WHERE id = ?");
      bind_all(update, result.wall_s, run_id);
      update.exec();
    });
  }

  void give_up(const std::string& run_id, RunStatus status, const std::string& message,
               const std::vector<BadTrackRecord>& bad_tracks) override {
    write([&] {
      clear_results(run_id);
      add_bad_tracks(run_id, bad_tracks);
      SQLite::Statement update(*db_, "UPDATE runs SET status = ?, message = ? WHERE id = ?");
      bind_all(update, to_string(status), message, run_id);
      update.exec();
    });
  }

 private:
  /// Runs `work`, turning SQLite's complaints into one line of ours.
  template <typename Work>
  auto guard(const Work& work) const -> decltype(work()) {
    try {
      return work();
    } catch (const SQLite::Exception& error) {
      const int code = error.getErrorCode() & 0xff;
      if (code == SQLITE_NOTADB) throw DataError(fmt::format("{}: not an SQLite database", file_));
      if (code == SQLITE_READONLY)
        throw DataError(fmt::format("{}: the database is read-only; nothing was changed", file_));
      if (code == SQLITE_FULL || code == SQLITE_IOERR)
        throw DataError(fmt::format("{}: cannot write: {}; what was recorded before is kept", file_, error.what()));
      throw DataError(fmt::format("{}: {}", file_, error.what()));
    }
  }

  /// One immediate transaction: a deferred one that reads before it writes fails under load, whatever the timeout.
  template <typename Work>
  void write(const Work& work) {
    guard([&] {
      SQLite::Transaction transaction(*db_, SQLite::TransactionBehavior::IMMEDIATE);
      work();
      transaction.commit();
    });
  }

  void open(Mode mode) {
    if (mode == Mode::write) {
      db_ = std::make_unique<SQLite::Database>(file_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMs);
      return;
    }
    db_ = std::make_unique<SQLite::Database>(file_, SQLite::OPEN_READONLY, kBusyTimeoutMs);
    try {
      db_->execAndGet("PRAGMA schema_version");
    } catch (const SQLite::Exception& error) {
      const int code = error.getErrorCode() & 0xff;
      if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY) throw;
      // A store in WAL mode on a read-only disk: nobody can be writing to it.
      db_ = std::make_unique<SQLite::Database>("file:" + file_ + "?immutable=1", SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    }
  }

  void check_schema(Mode mode) {
    const int version = db_->execAndGet("PRAGMA user_version");
    const int application = db_->execAndGet("PRAGMA application_id");
    const int n_tables = db_->execAndGet("SELECT count(*) FROM sqlite_master");
    const int known = static_cast<int>(kMigrations.size());
    if (n_tables > 0 && application != kApplicationId)
      throw DataError(fmt::format("{}: an SQLite database, but not a genrebench run store; name another file with --db", file_));
    if (version > known)
      throw DataError(fmt::format("{}: the store has schema version {}, this genrebench knows {}; use a newer genrebench", file_,
                                  version, known));
    if (mode == Mode::read) {
      if (version < known)
        throw DataError(fmt::format("{}: the store has schema version {}, expected {}; `genrebench run` migrates it", file_,
                                    version, known));
      return;
    }
    db_->exec("PRAGMA foreign_keys = ON");
    db_->exec("PRAGMA journal_mode = WAL");
    db_->exec("PRAGMA synchronous = NORMAL");
    SQLite::Transaction transaction(*db_, SQLite::TransactionBehavior::IMMEDIATE);
    const int current = db_->execAndGet("PRAGMA user_version");  // another process may have been faster
    if (current > 0 && current < known) {
      const std::string copy = fmt::format("{}.schema{}.bak", file_, current);
      fs::copy_file(file_, copy, fs::copy_options::overwrite_existing);
    }
    for (int v = current; v < known; ++v) db_->exec(kMigrations[static_cast<std::size_t>(v)]);
    if (current < known) {
      db_->exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
      db_->exec(fmt::format("PRAGMA user_version = {}", known));
    }
    transaction.commit();
  }

  template <typename... Values>
  static void bind_all(SQLite::Statement& statement, const Values&... values) {
    int index = 0;
    (statement.bind(++index, values), ...);
  }

  static void insert_pairs(SQLite::Statement& statement, const std::string& run_id,
                           const std::map<std::string, std::string>& values) {
    for (const auto& [key, value] : values) {
      bind_all(statement, run_id, key, value);
      statement.exec();
      statement.reset();
    }
  }

  std::map<std::string, std::string> pairs(const std::string& table, const std::string& key, const std::string& value,
                                           const std::string& run_id) const {
    std::map<std::string, std::string> result;
    SQLite::Statement query(*db_, fmt::format("SELECT {}, {} FROM {} WHERE run_id = ?", key, value, table));
    query.bind(1, run_id);
    while (query.executeStep()) result.emplace(query.getColumn(0), query.getColumn(1));
    return result;
  }

  std::vector<RunRecord> select_runs(const std::string& clause, const std::optional<std::string>& argument) const {
    std::vector<RunRecord> result;
    SQLite::Statement query(
        *db_, "SELECT runs.id, status, message, seed, dataset_fingerprint, started_at, wall_s FROM runs " + clause);
    if (argument) query.bind(1, *argument);
    while (query.executeStep()) {
      RunRecord record;
      record.id = query.getColumn(0).getString();
      record.status = status_from(query.getColumn(1));
      record.message = query.getColumn(2).getString();
      record.seed = static_cast<std::uint64_t>(query.getColumn(3).getInt64());
      record.dataset_fingerprint = query.getColumn(4).getString();
      record.started_at = query.getColumn(5).getString();
      record.wall_s = query.getColumn(6);
      record.parameters = pairs("parameters", "key", "value", record.id);
      record.facts = pairs("facts", "key", "value", record.id);
      result.push_back(std::move(record));
    }
    return result;
  }

  void clear_results(const std::string& run_id) {
    for (const char* table : {"metrics", "predictions", "bad_tracks", "facts", "artifacts"}) {
      SQLite::Statement clear(*db_, fmt::format("DELETE FROM {} WHERE run_id = ?", table));
      clear.bind(1, run_id);
      clear.exec();
    }
  }

  void add_metrics(const std::string& run_id, const std::vector<MetricRecord>& metrics, const std::string& verb) {
    SQLite::Statement add(*db_, verb + " INTO metrics VALUES (?, ?, ?, ?, ?)");
    for (const MetricRecord& metric : metrics) {
      bind_all(add, run_id, metric.split, metric.name, metric.step, metric.value);
      add.exec();
      add.reset();
    }
  }

  void add_bad_tracks(const std::string& run_id, const std::vector<BadTrackRecord>& bad_tracks) {
    SQLite::Statement add(*db_, "INSERT INTO bad_tracks VALUES (?, ?, ?)");
    for (const BadTrackRecord& bad : bad_tracks) {
      bind_all(add, run_id, bad.track, bad.message);
      add.exec();
      add.reset();
    }
  }

  std::string file_;
  std::unique_ptr<SQLite::Database> db_;
};

std::string value_or(const std::map<std::string, std::string>& values, const std::string& key, const std::string& fallback) {
  const auto found = values.find(key);
  return found == values.end() ? fallback : found->second;
}

}  // namespace

std::string to_string(RunStatus status) { return kStatusNames.at(static_cast<std::size_t>(status)); }

std::string RunRecord::parameter(const std::string& key, const std::string& fallback) const {
  return value_or(parameters, key, fallback);
}

std::string RunRecord::fact(const std::string& key, const std::string& fallback) const {
  return value_or(facts, key, fallback);
}

std::unique_ptr<RunStore> RunStore::open(const fs::path& file, Mode mode) { return std::make_unique<SqliteStore>(file, mode); }

}  // namespace genrebench
