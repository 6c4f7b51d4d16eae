// Stores of every schema version, and what becomes of them.
#include "harness/store/schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <thread>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "harness/store/snapshot.hpp"
#include "support/run_ids.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace schema_test {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

fs::path fixture(int version) {
  return fs::path(GENREBENCH_SOURCE_DIR "/tests/golden/stores") /
         ("schema" + std::to_string(version) + ".db");
}

/// A copy of a version's store. It is run's own: the fixtures are never opened.
fs::path copy_of(int version, const TemporaryFolder& folder) {
  const fs::path file = folder / "runs.db";
  fs::copy_file(fixture(version), file);
  return file;
}

int version_of(const fs::path& file) {
  return SQLite::Database(file, SQLite::OPEN_READONLY).execAndGet("PRAGMA user_version");
}
std::string integrity_of(const fs::path& file) {
  return SQLite::Database(file, SQLite::OPEN_READONLY).execAndGet("PRAGMA integrity_check");
}

std::map<RunStatus, std::size_t> statuses(const StoreReader& store) {
  std::map<RunStatus, std::size_t> result;
  for (const RunRecord& run : store.runs()) ++result[run.status];
  return result;
}

TEST(Schema, EveryVersionHasAStoreThatItsProgramMade) {
  for (int version = 1; version <= schema_version(); ++version) {
    ASSERT_TRUE(fs::exists(fixture(version)))
        << "schema version " << version
        << " has no store; tests/golden/stores/README.md says how one is made";
    EXPECT_FALSE(fs::exists(fixture(version).string() + "-wal"))
        << "the store is not whole without its log";
    EXPECT_LT(fs::file_size(fixture(version)), 200000u);
    const TemporaryFolder folder;
    EXPECT_EQ(version_of(copy_of(version, folder)), version);
  }
}

TEST(Schema, StoreOfEveryEarlierVersionIsNotReadButMigratedAfterABackup) {
  for (int version = 1; version < schema_version(); ++version) {
    SCOPED_TRACE(version);
    const TemporaryFolder folder;
    const fs::path file = copy_of(version, folder);
    EXPECT_THROW_SAYING(RunStore::open(file, RunStore::Mode::read), DataError, file.string(),
                        "schema version " + std::to_string(version), "genrebench run");
    EXPECT_EQ(sha256_of_file(file), sha256_of_file(fixture(version))) << "reading changed it";
    RunStore::open(file, RunStore::Mode::write);
    EXPECT_EQ(version_of(file), schema_version());
    EXPECT_EQ(integrity_of(file), "ok");
    const fs::path backup = file.string() + ".schema" + std::to_string(version) + ".bak";
    ASSERT_TRUE(fs::exists(backup));
    EXPECT_EQ(version_of(backup), version);
    EXPECT_EQ(integrity_of(backup), "ok");
    const auto rows = [](const fs::path& store, const std::string& table) {
      return SQLite::Database(store, SQLite::OPEN_READONLY)
          .execAndGet("SELECT count(*) FROM " + table)
          .getInt();
    };
    for (const char* table : {"experiments", "experiment_runs", "runs", "parameters", "facts",
                              "environment", "metrics", "bad_tracks"}) {
      EXPECT_EQ(rows(backup, table), rows(fixture(version), table)) << table;
      EXPECT_EQ(rows(file, table), rows(fixture(version), table)) << table;
    }
    // From schema 6 on a row of the table holds all tracks of a part.
    EXPECT_EQ(rows(file, "v_predictions"),
              rows(fixture(version), version < 6 ? "predictions" : "v_predictions"));
    for (const auto& entry : fs::directory_iterator(folder.path()))
      EXPECT_EQ(entry.path().string().find(".tmp."), std::string::npos)
          << entry.path() << " was left behind";
  }
}

TEST(Schema, FirstVersionKeepsWhatItSays) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(copy_of(1, folder), RunStore::Mode::write);
  const auto runs = store->runs("schema1");
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].status, RunStatus::done);
  EXPECT_EQ(store->metric(runs[0].id, "test", "accuracy"), 0.4);
  EXPECT_EQ(store->predictions(runs[0].id, "test").size(), 20u);
  EXPECT_EQ(store->environment(runs[0].id).at("host"), "somewhere");
  EXPECT_TRUE(store->artifacts(runs[0].id).empty());
}

/// What make_store.sh made.
void expect_made_by_the_script(const RunStore& store, RunStatus under_way,
                               int identity_version = 1) {
  EXPECT_EQ(
      statuses(store),
      (std::map<RunStatus, std::size_t>{
          {RunStatus::done, 4}, {RunStatus::failed, 2}, {RunStatus::planned, 1}, {under_way, 1}}));
  const auto done = store.runs("tiny");
  ASSERT_EQ(done.size(), 4u);
  for (const RunRecord& run : done) {
    EXPECT_EQ(run.status, RunStatus::done);
    EXPECT_EQ(run.parameter("dataset.name"), "synthetic");
    EXPECT_TRUE(store.metric(run.id, "test", "accuracy").has_value());
    EXPECT_EQ(store.predictions(run.id, "test").size(), 4u);
    EXPECT_EQ(store.predictions(run.id, "test")[0].probabilities.size(), 2u);
    EXPECT_EQ(store.environment(run.id).at("host"), "somewhere");
    EXPECT_EQ(run.fact_list("dataset.genres").size(), 2u) << "a list since schema 4";
    EXPECT_EQ(run.identity_version, identity_version);
  }
  for (const RunRecord& run : store.runs("too_many_neighbours")) {
    EXPECT_EQ(run.status, RunStatus::failed);
    EXPECT_NE(run.message.find("expected neighbours to be at most the 4"), std::string::npos)
        << run.message;
  }
}

TEST(Schema, SecondVersionKeepsWhatItSaysAndFreesTheRunThatWasUnderWay) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(copy_of(2, folder), RunStore::Mode::write);
  expect_made_by_the_script(*store, RunStatus::lost);
}

TEST(Schema, VersionsFromTheThirdOnKeepTheRunThatWasUnderWay) {
  for (const int version : {3, 4, 5, 6}) {
    SCOPED_TRACE(version);
    const TemporaryFolder folder;
    const auto store = RunStore::open(copy_of(version, folder), RunStore::Mode::write);
    expect_made_by_the_script(*store, RunStatus::running, /*identity_version=*/version < 4 ? 1 : 2);
    ASSERT_EQ(store->workers().size(), 1u) << "the one that was killed: nobody has noticed yet";
    EXPECT_FALSE(store->workers()[0].run_id.empty());
  }
}

TEST(Schema, RunsOfEarlierVersionsWereComputed) {
  for (int version = 1; version < 5; ++version) {
    const TemporaryFolder folder;
    for (const RunRecord& run :
         RunStore::open(copy_of(version, folder), RunStore::Mode::write)->runs())
      EXPECT_EQ(run.origin, RunOrigin::computed);
  }
}

TEST(Schema, ListsOfEarlierVersionsBecomeLists) {
  const TemporaryFolder folder;
  const fs::path file = copy_of(3, folder);
  SQLite::Database(file, SQLite::OPEN_READWRITE)
      .exec(
          "UPDATE facts SET value = 'one note' || char(10) || 'another, with \"quotes\"' WHERE key "
          "= 'split.notes';UPDATE facts SET value = 'artist,song' WHERE key = 'split.groups'");
  const auto store = RunStore::open(file, RunStore::Mode::write);
  for (const RunRecord& run : store->runs("tiny")) {
    EXPECT_EQ(run.fact_list("split.notes"),
              (std::vector<std::string>{"one note", "another, with \"quotes\""}));
    EXPECT_EQ(run.fact_list("split.groups"), (std::vector<std::string>{"artist", "song"}));
    EXPECT_EQ(run.fact_list("nothing of the kind"), std::vector<std::string>{});
    EXPECT_THROW(run.fact_list("split.n_test"), DataError) << "a number is no list";
  }
}

TEST(Schema, WorkGoesOnInAMigratedStore) {
  for (int version = 1; version < schema_version(); ++version) {
    SCOPED_TRACE(version);
    const TemporaryFolder folder;
    const auto store = RunStore::open(copy_of(version, folder), RunStore::Mode::write);
    const std::int64_t worker = store->join(this_process(), 10.0);
    RunRecord run;
    run.id = "new"_run;
    run.dataset_fingerprint = "data";
    store->plan(
        {.name = "more", .description = {}, .source_file = {}, .created_at = {}, .run_ids = {}},
        {run});
    std::vector<std::string> ids = {"new"_run};
    for (const RunRecord& known : store->runs())
      if (known.status == RunStatus::lost) ids.push_back(known.id);
    for (const std::string& id : ids) {
      const Claim claim = store->claim(id, worker, {});
      ASSERT_EQ(claim.answer, Claim::Answer::taken);
      RunResult result;
      result.metrics = {{"test", "accuracy", -1, 0.5}};
      store->finish(claim.lease, result);
      EXPECT_EQ(store->run(id)->status, RunStatus::done);
    }
  }
}

/// Every row that belongs to a run, and every prediction, as text.
std::vector<std::string> rows_of_runs(const fs::path& file, bool integer_keys) {
  std::vector<std::string> queries;
  if (integer_keys)
    queries = {"SELECT 'parameters', run_id, name, value FROM v_parameters",
               "SELECT 'facts', run_id, name, value FROM v_facts",
               "SELECT 'environment', run_id, name, value FROM v_environment",
               "SELECT 'metrics', run_id, split, metric, -1, value FROM v_metrics UNION ALL SELECT "
               "'metrics', run_id, split, metric, step, value FROM v_curves",
               "SELECT 'predictions', run_id, split, track, truth, predicted, cluster FROM "
               "v_predictions",
               "SELECT 'bad_tracks', run_id, track, message FROM v_bad_tracks",
               "SELECT 'artifacts', id, name, sha256, bytes FROM artifacts JOIN runs ON runs.key = "
               "run",
               "SELECT 'runs', id, status, message, seed, fingerprint, started_at, wall_s, token, "
               "worker, failures, losses, retry_at_ms, retry_pause_ms, identity_version, origin "
               "FROM runs JOIN datasets ON datasets.key = dataset",
               "SELECT 'plan', experiment_id, position, id FROM experiment_runs JOIN runs ON "
               "runs.key = run"};
  else
    queries = {"SELECT 'parameters', run_id, key, value FROM parameters",
               "SELECT 'facts', run_id, key, value FROM facts",
               "SELECT 'environment', run_id, key, value FROM environment",
               "SELECT 'metrics', run_id, split, name, step, value FROM metrics",
               "SELECT 'predictions', run_id, split, track, truth, predicted, cluster FROM "
               "predictions",
               "SELECT 'bad_tracks', run_id, track, message FROM bad_tracks",
               "SELECT 'artifacts', run_id, name, sha256, bytes FROM artifacts",
               "SELECT 'runs', id, status, message, seed, dataset_fingerprint, started_at, wall_s, "
               "token, worker, failures, losses, retry_at_ms, retry_pause_ms, identity_version, "
               "origin FROM runs",
               "SELECT 'plan', experiment_id, position, run_id FROM experiment_runs"};
  std::vector<std::string> lines;
  const SQLite::Database database(file, SQLite::OPEN_READONLY);
  for (const std::string& sql : queries) {
    SQLite::Statement query(database, sql);
    while (query.executeStep()) {
      std::string line;
      for (int i = 0; i < query.getColumnCount(); ++i) line += query.getColumn(i).getString() + "|";
      lines.push_back(line);
    }
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(Schema, IntegerKeysKeepEveryRow) {
  const TemporaryFolder folder;
  const fs::path file = copy_of(5, folder);
  RunStore::open(file, RunStore::Mode::write);
  const auto before = rows_of_runs(fixture(5), /*integer_keys=*/false);
  EXPECT_GT(before.size(), 300u);
  EXPECT_EQ(rows_of_runs(file, /*integer_keys=*/true), before);
  SQLite::Database old(fixture(5), SQLite::OPEN_READONLY);
  SQLite::Statement query(old, "SELECT run_id, split, track, probabilities FROM predictions");
  const auto store = RunStore::open(file, RunStore::Mode::read);
  while (query.executeStep()) {
    const auto records = store->predictions(query.getColumn(0), query.getColumn(1));
    const auto found = std::find_if(records.begin(), records.end(), [&](const auto& record) {
      return record.track == query.getColumn(2).getString();
    });
    ASSERT_NE(found, records.end());
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(found->probabilities.data()),
                          found->probabilities.size() * sizeof(float)),
              query.getColumn(3).getString());
  }
}

TEST(Schema, PredictionsOfAllKindsAreTakenOver) {
  const TemporaryFolder folder;
  const fs::path file = copy_of(5, folder);
  std::string run;
  {
    SQLite::Database database(file, SQLite::OPEN_READWRITE);
    run = database.execAndGet("SELECT min(run_id) FROM predictions").getString();
    database.exec(
        "UPDATE predictions SET probabilities = x'' WHERE track = (SELECT min(track) FROM "
        "predictions WHERE run_id = '" +
        run + "') AND run_id = '" + run +
        "'; UPDATE predictions SET cluster = 'Björk' WHERE run_id = '" + run + "'");
  }
  const auto store = RunStore::open(file, RunStore::Mode::write);
  const auto predictions = store->predictions(run, "test");
  ASSERT_EQ(predictions.size(), 4u);
  EXPECT_TRUE(predictions[0].probabilities.empty());
  EXPECT_EQ(predictions[1].probabilities.size(), 2u);
  EXPECT_EQ(predictions[3].cluster, "Björk");
}

TEST(Schema, ValuesThatNoRunHasEndTheMigrationAndLeaveTheStoreAsItWas) {
  for (const std::string sql :
       {"UPDATE facts SET value = x'ff'", "UPDATE parameters SET key = CAST(key AS BLOB)",
        "UPDATE predictions SET truth = 'rock'", "UPDATE predictions SET predicted = -1",
        "UPDATE predictions SET probabilities = x'000000'",
        "UPDATE predictions SET probabilities = x'0000003f' WHERE track = (SELECT min(track) FROM "
        "predictions)",
        "UPDATE predictions SET probabilities = x'0000c07f0000c07f'"}) {
    SCOPED_TRACE(sql);
    const TemporaryFolder folder;
    const fs::path file = copy_of(5, folder);
    SQLite::Database(file, SQLite::OPEN_READWRITE).exec(sql);
    const auto before = rows_of_runs(file, /*integer_keys=*/false);
    EXPECT_THROW_SAYING(RunStore::open(file, RunStore::Mode::write), DataError, file.string(),
                        "cannot be migrated", "was not changed");
    EXPECT_EQ(version_of(file), 5);
    EXPECT_EQ(integrity_of(file), "ok");
    EXPECT_TRUE(fs::exists(file.string() + ".schema5.bak"));
    EXPECT_EQ(rows_of_runs(file, /*integer_keys=*/false), before);
  }
}

TEST(Schema, ManyAtOnceMigrateOnceAndLoseNothing) {
  const TemporaryFolder folder;
  const fs::path file = copy_of(2, folder);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] { EXPECT_NO_THROW(RunStore::open(file, RunStore::Mode::write)); });
  }
  EXPECT_EQ(RunStore::open(file, RunStore::Mode::read)->runs().size(), 8u);
  EXPECT_EQ(version_of(file.string() + ".schema2.bak"), 2);
  EXPECT_FALSE(fs::exists(file.string() + ".schema2.bak.2"));
}

TEST(Schema, BackupNeverTakesThePlaceOfAnotherOne) {
  const TemporaryFolder folder;
  const fs::path file = copy_of(2, folder);
  const fs::path theirs = folder.write("runs.db.schema2.bak", "of another store that lay here");
  RunStore::open(file, RunStore::Mode::write);
  EXPECT_EQ(fs::file_size(theirs), std::string("of another store that lay here").size());
  EXPECT_EQ(version_of(theirs.string() + ".2"), 2);
}

TEST(Schema, BackupThatAMigrationLeftWhichWasCutOffIsUsedAgain) {
  const TemporaryFolder folder;
  const fs::path file = copy_of(2, folder), backup = file.string() + ".schema2.bak";
  write_snapshot(file, backup);
  RunStore::open(file, RunStore::Mode::write);
  EXPECT_EQ(version_of(backup), 2);
  EXPECT_FALSE(fs::exists(backup.string() + ".2"));
}

TEST(Schema, BackupThatCannotBeMadeLeavesTheStoreAsItWas) {
  const TemporaryFolder folder;
  const fs::path file = copy_of(2, folder);
  fs::create_directories(file.string() + ".schema2.bak.new/in the way");
  EXPECT_THROW_SAYING(RunStore::open(file, RunStore::Mode::write), DataError,
                      "runs.db.schema2.bak.new", "cannot be written", "was not changed");
  EXPECT_EQ(version_of(file), 2);
  EXPECT_EQ(integrity_of(file), "ok");
}

TEST(Schema, RowsOfRunsThatAreNotThereEndTheMigrationAndLeaveTheStoreAsItWas) {
  const TemporaryFolder folder;
  const fs::path file = copy_of(2, folder);
  SQLite::Database(file, SQLite::OPEN_READWRITE)
      .exec("INSERT INTO facts VALUES ('nobody', 'key', 'value')");
  EXPECT_THROW_SAYING(RunStore::open(file, RunStore::Mode::write), DataError, "cannot be migrated",
                      "facts");
  EXPECT_EQ(version_of(file), 2);
}

TEST(Schema, NewStoreIsOfTheLatestVersion) {
  const TemporaryFolder folder;
  const ConnectionSettings settings{.mode = RunStore::Mode::write};
  const Connection connection(folder / "runs.db", settings);
  EXPECT_EQ(stored_schema_version(connection), 0);
  prepare_schema(connection, settings);
  EXPECT_EQ(stored_schema_version(connection), schema_version());
}

TEST(Schema, NamesOfFilesMayHoldWhatAUriWouldTakeForItsOwn) {
  const TemporaryFolder folder;
  for (const std::string name : {"a b.db", "50%3f.db", "what?.db", "#1.db", "file:x.db"}) {
    RunStore::open(folder / name, RunStore::Mode::write);
    EXPECT_TRUE(fs::exists(folder / name)) << name;
    EXPECT_TRUE(RunStore::open(folder / name, RunStore::Mode::read)->runs().empty()) << name;
  }
}

TEST(Snapshot, HoldsWhatWasCommittedWhileAnotherWritesAndIsOneFile) {
  const TemporaryFolder folder;
  const fs::path file = copy_of(schema_version(), folder);
  const auto store = RunStore::open(file, RunStore::Mode::write);
  const ConnectionSettings settings{.mode = RunStore::Mode::write};
  const Connection writer(file, settings);
  writer.write([&] {
    writer.database().exec("DELETE FROM metrics");
    write_snapshot(file, folder / "copy.db");
  });
  EXPECT_GT(SQLite::Database(folder / "copy.db", SQLite::OPEN_READONLY)
                .execAndGet("SELECT count(*) FROM metrics")
                .getInt(),
            0);
  EXPECT_EQ(integrity_of(folder / "copy.db"), "ok");
  EXPECT_FALSE(fs::exists(folder / "copy.db-wal"));
  EXPECT_THROW_SAYING(write_snapshot(file, folder.write("no folder", "") / "copy.db"), DataError,
                      "no folder", "cannot be written");
  EXPECT_THROW_SAYING(write_snapshot(folder / "none.db", folder / "copy.db"), DataError, "none.db",
                      "no such database");
}

}  // namespace schema_test
}  // namespace genrebench
