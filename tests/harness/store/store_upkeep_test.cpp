#include "harness/store/store_upkeep.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/error.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;
using testing::dump;
using testing::ExampleStore;
using testing::TemporaryFolder;

void execute(const fs::path& file, const std::string& sql) {
  SQLite::Database(file, SQLite::OPEN_READWRITE).exec(sql);
}

/// The only problem, and what it must say.
void expect_problem(const fs::path& file, const std::vector<std::string>& parts) {
  const StoreCondition condition = check_store(file);
  ASSERT_EQ(condition.problems.size(), 1u) << ::testing::PrintToString(condition.problems);
  for (const std::string& part : parts)
    EXPECT_NE(condition.problems[0].find(part), std::string::npos)
        << condition.problems[0] << "\nshould say: " << part;
  EXPECT_EQ(condition.problems[0].find('\n'), std::string::npos) << condition.problems[0];
}

/// Four runs: one done with a file, one done without, one that failed, one that is planned.
void fill(const ExampleStore& store) {
  store.plan("table2", {"aa", "bb", "kk", "dd"});
  store.done("aa", 0.75, "weights");
  store.done("bb");
  store.failed("kk");
}

TEST(StoreCheck, SoundStoreHasNoProblemsAndIsCounted) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  store.plan("second", {"ee"});
  store.take("ee");
  const std::string before = dump(store.file());
  const StoreCondition condition = check_store(store.file());
  EXPECT_TRUE(condition.problems.empty()) << ::testing::PrintToString(condition.problems);
  EXPECT_TRUE(condition.notes.empty());
  EXPECT_EQ(condition.runs, (std::map<RunStatus, std::size_t>{{RunStatus::planned, 1},
                                                              {RunStatus::running, 1},
                                                              {RunStatus::done, 2},
                                                              {RunStatus::failed, 1}}));
  EXPECT_EQ(condition.n_experiments, 2u);
  EXPECT_EQ(condition.n_workers, 1u);
  EXPECT_EQ(condition.size.files_bytes, std::string("weights").size());
  EXPECT_GT(condition.size.database_bytes, 10000u);
  EXPECT_EQ(condition.size.deleted_bytes, 0u);
  EXPECT_EQ(dump(store.file()), before);
}

TEST(StoreCheck, EveryKindOfProblemIsFound) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const fs::path model = store.model_file("aa");
  fs::rename(model, folder / "aside");
  expect_problem(store.file(), {"run aa", model.string(), "missing"});
  folder.write("runs.db.files/aa/model", "Weights");
  expect_problem(store.file(), {"run aa", model.string(), "was changed",
                                sha256("weights").substr(0, 12), sha256("Weights").substr(0, 12)});
  fs::rename(folder / "aside", model);
  folder.write("runs.db.files/nobody/model", "of a run that is gone");
  expect_problem(store.file(), {"runs.db.files/nobody", "belongs to no run", "store vacuum"});
  fs::remove_all(folder / "runs.db.files/nobody");
  execute(store.file(),
          "CREATE TABLE aside AS SELECT * FROM predictions; DELETE FROM predictions WHERE run_id = "
          "'bb'");
  expect_problem(store.file(), {"run bb", "done", "no predictions"});
  execute(store.file(), "INSERT INTO parameters VALUES ('bb', 'task', 'segmentation')");
  EXPECT_TRUE(check_store(store.file()).problems.empty()) << "a segmentation predicts nothing";
  execute(store.file(), "DELETE FROM metrics WHERE run_id = 'bb'");
  expect_problem(store.file(), {"run bb", "done", "no metrics"});
}

TEST(StoreCheck, RunsWhoseWorkerIsGoneAreNamed) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store.plan("table2", {"aa"});
  store.take("aa");
  EXPECT_TRUE(check_store(store.file()).problems.empty());
  execute(store.file(), "UPDATE workers SET process_start = process_start + 1");  // the process of
                                                                                  // that number is
                                                                                  // another one
  expect_problem(store.file(), {"run aa", "is running", "worker 1", "has ended", "genrebench run"});
  execute(store.file(), "UPDATE workers SET boot = 'of another machine'");
  EXPECT_TRUE(check_store(store.file()).problems.empty()) << "nothing is known of it";
  execute(store.file(), "UPDATE workers SET ended = 'lost'");
  expect_problem(store.file(), {"run aa", "worker 1 was lost"});
  execute(store.file(), "UPDATE workers SET ended = 'left'");
  expect_problem(store.file(), {"run aa", "worker 1 has left"});
  execute(store.file(), "UPDATE runs SET worker = NULL");
  expect_problem(store.file(), {"run aa", "has no worker"});
}

TEST(StoreCheck, RowsOfRunsThatAreNotThereAreDamage) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  execute(store.file(),
          "PRAGMA foreign_keys = OFF; INSERT INTO facts VALUES ('nobody', 'key', 'value'), "
          "('nobody', 'other', 'value')");
  expect_problem(store.file(), {"2 rows of facts refer to runs that are not there"});
}

TEST(StoreCheck, StoreOfAnOlderSchemaIsLookedAtForDamageOnly) {
  const TemporaryFolder folder;
  fs::copy_file(GENREBENCH_SOURCE_DIR "/tests/golden/stores/schema1.db", folder / "runs.db");
  const StoreCondition condition = check_store(folder / "runs.db");
  EXPECT_EQ(condition.schema_version, 1);
  EXPECT_TRUE(condition.problems.empty());
  ASSERT_EQ(condition.notes.size(), 1u);
  EXPECT_NE(condition.notes[0].find("schema version 1"), std::string::npos);
}

TEST(StoreCheck, WhatIsNoStoreIsRefused) {
  const TemporaryFolder folder;
  EXPECT_THROW_SAYING(check_store(folder / "none.db"), DataError, "none.db", "no such database");
  EXPECT_THROW_SAYING(check_store(folder.write("text.db", std::string(2000, 'x'))), DataError,
                      "text.db", "not an SQLite database");
  for (const auto& change : {+[](const fs::path& file) { delete_runs(file, {"aa"}); },
                             +[](const fs::path& file) { undo_delete(file); },
                             +[](const fs::path& file) { vacuum_store(file); },
                             +[](const fs::path& file) { back_up_store(file, {}, false); }}) {
    EXPECT_THROW_SAYING(change(folder / "none.db"), DataError, "none.db", "no such database");
    EXPECT_FALSE(fs::exists(folder / "none.db"));
  }
}

TEST(StoreBackup, IsTheStoreAsOfItsLastCommit) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  SQLite::Database writer(store.file(), SQLite::OPEN_READWRITE);
  const std::string before = dump(store.file());
  writer.exec("BEGIN IMMEDIATE; DELETE FROM metrics");
  const StoreCopy copy =
      back_up_store(store.file(), folder / "backups" / "copy.db", /*with_files=*/false);
  writer.exec("ROLLBACK");
  EXPECT_EQ(copy.file, folder / "backups" / "copy.db");
  EXPECT_EQ(copy.runs, 4u);
  EXPECT_EQ(copy.bytes, fs::file_size(copy.file));
  EXPECT_EQ(copy.files_left_out, 1u);
  EXPECT_FALSE(fs::exists(copy.file.string() + ".files"));
  EXPECT_EQ(dump(copy.file), before);
}

TEST(StoreBackup, TakesFilesAlongWhereThatIsAskedFor) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  store.done("dd", 0.5, "other weights");
  fs::remove(store.model_file("dd"));
  const StoreCopy copy = back_up_store(store.file(), folder / "copy.db", /*with_files=*/true);
  EXPECT_EQ(copy.files, 1u);
  ASSERT_EQ(copy.warnings.size(), 1u);
  EXPECT_NE(copy.warnings[0].find(store.model_file("dd").string()), std::string::npos);
  EXPECT_EQ(read_file_text(folder / "copy.db.files/aa/model"), "weights");
  EXPECT_EQ(fs::hard_link_count(folder / "copy.db.files/aa/model"), 1u)
      << "what happens to the one must not happen to the other";
  for (const auto& entry : fs::directory_iterator(folder.path()))
    EXPECT_EQ(entry.path().string().find("unfinished"), std::string::npos) << entry.path();
}

TEST(StoreBackup, NamesItselfByTheTimeAndReplacesNothing) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  const StoreCopy first = back_up_store(store.file(), {}, false),
                  second = back_up_store(store.file(), {}, false);
  EXPECT_TRUE(first.file.string().starts_with(store.file().string() + ".backup-"));
  EXPECT_NE(first.file, second.file);
  EXPECT_THROW_SAYING(back_up_store(store.file(), first.file, false), ConfigError,
                      first.file.string(), "is there already");
  EXPECT_THROW_SAYING(back_up_store(store.file(), store.file(), false), ConfigError,
                      store.file().string(), "is there already");
}

TEST(StoreBackup, ThatCannotBeWrittenLeavesNothing) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  const fs::path text = folder.write("text", "no folder");
  EXPECT_THROW_SAYING(back_up_store(store.file(), text / "copy.db", false), DataError, "copy.db");
  EXPECT_THROW_SAYING(
      back_up_store(folder.write("text.db", std::string(2000, 'x')), folder / "copy.db", false),
      DataError, "text.db", "not an SQLite database");
  EXPECT_FALSE(fs::exists(folder / "copy.db"));
}

TEST(StoreBackup, OfAnOlderSchemaStaysOfThatSchema) {
  const TemporaryFolder folder;
  for (const int version : {1, 2}) {
    const StoreCopy copy = back_up_store(
        GENREBENCH_SOURCE_DIR "/tests/golden/stores/schema" + std::to_string(version) + ".db",
        folder / std::to_string(version), true);
    EXPECT_EQ(SQLite::Database(copy.file, SQLite::OPEN_READONLY)
                  .execAndGet("PRAGMA user_version")
                  .getInt(),
              version);
  }
}

std::vector<std::string> ids(const std::vector<RunRecord>& runs) {
  std::vector<std::string> result;
  for (const RunRecord& run : runs) result.push_back(run.id);
  std::sort(result.begin(), result.end());
  return result;
}

TEST(RunFilter, AllThatItSaysMustHold) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  store.plan("second", {"aa", "ee"});
  using Ids = std::vector<std::string>;
  const auto chosen = [&](const RunFilter& filter) { return ids(filtered_runs(*store, filter)); };
  EXPECT_TRUE(RunFilter{}.empty());
  EXPECT_EQ(chosen({.run_ids = {"aa", "kk"}, .experiment = {}, .status = {}, .where = {}}),
            (Ids{"aa", "kk"}));
  EXPECT_EQ(chosen({.run_ids = {}, .experiment = "second", .status = {}, .where = {}}),
            (Ids{"aa", "ee"}));
  EXPECT_EQ(chosen({.run_ids = {}, .experiment = {}, .status = "done", .where = {}}),
            (Ids{"aa", "bb"}));
  EXPECT_EQ(chosen({.run_ids = {}, .experiment = "second", .status = "done", .where = {}}),
            (Ids{"aa"}));
  EXPECT_EQ(
      chosen({.run_ids = {}, .experiment = {}, .status = {}, .where = {{"method.name", "knn"}}}),
      (Ids{"kk"}));
  EXPECT_EQ(
      chosen({.run_ids = {},
              .experiment = {},
              .status = {},
              .where = {{"method.name", "svm"}, {"dataset.genres", list_text({"polka", "rock"})}}}),
      (Ids{"aa", "bb"}))
      << "facts too";
  EXPECT_EQ(chosen({.run_ids = {"aa"}, .experiment = {}, .status = "failed", .where = {}}), Ids{});
}

TEST(RunFilter, NamesThatTheStoreDoesNotKnowAreMistakes) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  EXPECT_THROW_SAYING(
      filtered_runs(*store, {.run_ids = {}, .experiment = "tabel2", .status = {}, .where = {}}),
      ConfigError, "--experiment", "tabel2", "did you mean 'table2'?");
  EXPECT_THROW_SAYING(
      filtered_runs(*store, {.run_ids = {}, .experiment = {}, .status = "don", .where = {}}),
      ConfigError, "--status", "did you mean 'done'?");
  EXPECT_THROW_SAYING(
      filtered_runs(
          *store,
          {.run_ids = {}, .experiment = {}, .status = {}, .where = {{"method.nam", "knn"}}}),
      ConfigError, "--where", "did you mean 'method.name'?");
}

TEST(StoreDelete, RunsAreGoneAndUndoBringsThemBackAsTheyWere) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const std::string before = dump(store.file());
  const DeletedRuns deleted = delete_runs(store.file(), {"aa", "kk"});
  EXPECT_TRUE(deleted.warnings.empty());
  EXPECT_TRUE(fs::exists(deleted.archive));
  EXPECT_EQ(deleted.archive.parent_path(), folder / "runs.db.deleted");
  EXPECT_EQ(ids(store->runs()), (std::vector<std::string>{"bb", "dd"}));
  EXPECT_EQ(store->experiments()[0].run_ids, (std::vector<std::string>{"bb", "dd"}));
  EXPECT_TRUE(store->metrics("aa").empty());
  EXPECT_FALSE(fs::exists(folder / "runs.db.files/aa"));
  EXPECT_TRUE(check_store(store.file()).problems.empty());
  EXPECT_GT(check_store(store.file()).size.deleted_bytes, 0u);
  const RestoredRuns restored = undo_delete(store.file());
  EXPECT_EQ(restored.archive, deleted.archive);
  EXPECT_EQ(restored.merge.added, 2u);
  EXPECT_EQ(dump(store.file()), before);
  EXPECT_EQ(read_file_text(store.model_file("aa")), "weights");
  EXPECT_FALSE(fs::exists(folder / "runs.db.deleted"));
  EXPECT_THROW_SAYING(undo_delete(store.file()), DataError, "nothing to bring back");
}

TEST(StoreDelete, DeletionsAreUndoneFromTheLast) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  std::vector<std::string> plan;
  for (int i = 0; i < 12; ++i) plan.push_back("run" + std::to_string(i));
  store.plan("table2", plan);
  for (const std::string& run : plan) delete_runs(store.file(), {run});
  EXPECT_TRUE(store->runs().empty());
  for (std::size_t n = 1; n <= plan.size(); ++n) {
    EXPECT_EQ(undo_delete(store.file()).merge.added, 1u);
    EXPECT_TRUE(store->run(plan[plan.size() - n]).has_value());
  }
  EXPECT_EQ(store->experiments()[0].run_ids, plan);
}

TEST(StoreDelete, AnExperimentGoesWithItsLastRunAndComesBackWithIt) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  store.plan("second", {"ee"});
  store.plan("empty", {});
  const std::string created_at = store->experiments()[1].created_at;
  delete_runs(store.file(), {"aa"});
  EXPECT_EQ(store->experiments().size(), 3u);
  delete_runs(store.file(), {"ee"});
  ASSERT_EQ(store->experiments().size(), 2u);
  EXPECT_EQ(store->experiments()[1].name, "empty") << "it had no run before";
  undo_delete(store.file());
  ASSERT_EQ(store->experiments().size(), 3u);
  EXPECT_EQ(store->experiments()[2].name, "second");
  EXPECT_EQ(store->experiments()[2].description, "of second");
  EXPECT_EQ(store->experiments()[2].created_at, created_at);
  EXPECT_EQ(store->experiments()[2].run_ids, (std::vector<std::string>{"ee"}));
}

TEST(StoreDelete, RunningRunsAreRefusedAndThenNothingIsDeleted) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const Lease lease = store.take("dd");
  EXPECT_THROW_SAYING(delete_runs(store.file(), {"aa", "dd"}), DataError, store.file().string(),
                      "run dd is running", "nothing was deleted");
  EXPECT_EQ(store->runs().size(), 4u);
  EXPECT_FALSE(fs::exists(folder / "runs.db.deleted"));
  EXPECT_NO_THROW(store->finish(lease, {}));
}

TEST(StoreDelete, OfNoRunChangesNothing) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  EXPECT_TRUE(delete_runs(store.file(), {}).archive.empty());
  EXPECT_FALSE(fs::exists(folder / "runs.db.deleted"));
}

TEST(StoreDelete, UndoKeepsRunsThatWereDoneAgainAndReplacesThoseThatWereOnlyPlanned) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  delete_runs(store.file(), {"aa", "bb"});
  store.plan("table2", {"aa", "bb", "kk", "dd"});
  store.done("aa", 0.25);
  const RestoredRuns restored = undo_delete(store.file());
  EXPECT_EQ(restored.merge.different, 1u);
  EXPECT_EQ(restored.merge.improved, 1u);
  EXPECT_EQ(store->metric("aa", "test", "accuracy"), 0.25);
  EXPECT_EQ(store->metric("bb", "test", "accuracy"), 0.5);
  EXPECT_EQ(store->experiments()[0].run_ids, (std::vector<std::string>{"aa", "bb", "kk", "dd"}));
}

TEST(StoreDelete, AnEndBetweenTheStepsLosesNothing) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const std::string before = dump(store.file());
  // The archive is made, the runs are not deleted yet.
  merge_store(folder / "runs.db.deleted/20200101T000000Z-1.db", store.file(),
              {.runs = {{"aa"}}, .one_file = true});
  // One that no run came into.
  folder.write("runs.db.deleted/20200101T000000Z-2.db", "");
  EXPECT_TRUE(check_store(store.file()).problems.empty());
  EXPECT_EQ(undo_delete(store.file()).merge.present, 1u);
  EXPECT_EQ(dump(store.file()), before);
  EXPECT_FALSE(fs::exists(folder / "runs.db.deleted"));
  // The runs are deleted, their files are not.
  delete_runs(store.file(), {"aa"});
  folder.write("runs.db.files/aa/model", "weights");
  undo_delete(store.file());
  EXPECT_EQ(dump(store.file()), before);
  EXPECT_TRUE(check_store(store.file()).problems.empty());
}

TEST(StoreDelete, FilesThatAreMissingAreNoObstacle) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  fs::remove(store.model_file("aa"));
  EXPECT_EQ(delete_runs(store.file(), {"aa"}).warnings.size(), 1u);
  EXPECT_EQ(undo_delete(store.file()).merge.warnings.size(), 1u);
  EXPECT_EQ(store->artifacts("aa").size(), 1u);
}

TEST(StoreVacuum, ForgetsDeletedRunsAndGivesSpaceBack) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  std::vector<std::string> plan;
  for (int i = 0; i < 200; ++i) plan.push_back("run" + std::to_string(i));
  store.plan("table2", plan);
  store.done("run0", 0.5, "weights");
  store.done("run1", 0.5, "other weights");
  delete_runs(store.file(), {plan.begin() + 1, plan.end()});
  folder.write("runs.db.files/nobody/model", "of a run that is gone");
  store->leave(store->join(this_process(), 10.0));
  const VacuumSummary summary = vacuum_store(store.file());
  EXPECT_EQ(summary.archives, 1u);
  EXPECT_EQ(summary.folders, 1u);
  EXPECT_EQ(summary.workers, 1u);
  EXPECT_LT(summary.after.database_bytes, summary.before.database_bytes);
  EXPECT_EQ(summary.after.deleted_bytes, 0u);
  EXPECT_EQ(summary.after.files_bytes, std::string("weights").size());
  EXPECT_LT(summary.after.total(), summary.before.total());
  EXPECT_EQ(fs::file_size(store.file().string() + "-wal"), 0u);
  EXPECT_FALSE(fs::exists(folder / "runs.db.deleted"));
  EXPECT_EQ(read_file_text(store.model_file("run0")), "weights");
  EXPECT_THROW_SAYING(undo_delete(store.file()), DataError, "nothing to bring back");
  EXPECT_TRUE(check_store(store.file()).problems.empty());
  EXPECT_EQ(store->run("run0")->status, RunStatus::done)
      << "a connection that was open all the time";
  EXPECT_NO_THROW(store.plan("second", {"ee"}));
}

TEST(StoreVacuum, LeavesWorkersThatLiveAndFilesOnTheirWay) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store.plan("table2", {"aa"});
  const Lease lease = store.take("aa");
  folder.write("runs.db.files/aa/attempt_1/model", "being written");
  folder.write("runs.db.files/incoming.some.other.machine.1.0/aa/model", "on its way");
  const VacuumSummary summary = vacuum_store(store.file());
  EXPECT_EQ(summary.workers + summary.folders, 0u);
  EXPECT_TRUE(fs::exists(folder / "runs.db.files/aa/attempt_1/model"));
  EXPECT_TRUE(fs::exists(folder / "runs.db.files/incoming.some.other.machine.1.0"));
  EXPECT_NO_THROW(store->finish(lease, {}));
}

}  // namespace
}  // namespace genrebench
