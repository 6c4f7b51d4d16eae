#include "harness/store/check.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/example_store.hpp"
#include "support/store_sql.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace check_test {

namespace fs = std::filesystem;
using testing::add_text;
using testing::dump;
using testing::ExampleStore;
using testing::fill;
using testing::key_of;
using testing::run_key_of;
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

TEST(StoreCheck, SoundStoreHasNoProblemsAndIsCounted) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  store.plan("second", {"ee"_run});
  store.take("ee"_run);
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
  const fs::path model = store.model_file("aa"_run);
  fs::rename(model, folder / "aside");
  expect_problem(store.file(), {"run aa000000", model.string(), "missing"});
  folder.write(("runs.db.files/" + "aa"_run + "/model"), "Weights");
  expect_problem(store.file(), {"run aa000000", model.string(), "not the file that the run left",
                                sha256("weights").substr(0, 12), sha256("Weights").substr(0, 12)});
  fs::rename(folder / "aside", model);
  folder.write(("runs.db.files/" + "nobody"_run + "/model"), "of a run that is gone");
  expect_problem(store.file(),
                 {("runs.db.files/" + "nobody"_run), "belongs to no run", "store vacuum"});
  fs::remove_all(folder / ("runs.db.files/" + "nobody"_run));
  execute(store.file(), "DELETE FROM predictions WHERE run = " + run_key_of("bb"_run));
  expect_problem(store.file(), {"run bb000000", "done", "no predictions"});
  execute(store.file(), add_text("task") + add_text("segmentation") +
                            "INSERT INTO parameters VALUES (" + run_key_of("bb"_run) + ", " +
                            key_of("task") + ", " + key_of("segmentation") + ")");
  EXPECT_TRUE(check_store(store.file()).problems.empty()) << "a segmentation predicts nothing";
  execute(store.file(), "DELETE FROM metrics WHERE run = " + run_key_of("bb"_run));
  expect_problem(store.file(), {"run bb000000", "done", "no metrics"});
}

TEST(StoreCheck, RunsWhoseWorkerIsGoneAreNamed) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store.plan("table2", {"aa"_run});
  store.take("aa"_run);
  EXPECT_TRUE(check_store(store.file()).problems.empty());
  execute(store.file(), "UPDATE workers SET process_start = process_start + 1");  // the process of
                                                                                  // that number is
                                                                                  // another one
  expect_problem(store.file(),
                 {"run aa000000", "is running", "worker 1", "has ended", "genrebench run"});
  execute(store.file(), "UPDATE workers SET boot = 'of another machine'");
  EXPECT_TRUE(check_store(store.file()).problems.empty()) << "nothing is known of it";
  execute(store.file(), "UPDATE workers SET ended = 'lost'");
  expect_problem(store.file(), {"run aa000000", "worker 1 was lost"});
  execute(store.file(), "UPDATE workers SET ended = 'left'");
  expect_problem(store.file(), {"run aa000000", "worker 1 has left"});
  execute(store.file(), "UPDATE runs SET worker = NULL");
  expect_problem(store.file(), {"run aa000000", "has no worker"});
}

TEST(StoreCheck, RowsOfRunsThatAreNotThereAreDamage) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  execute(store.file(),
          "PRAGMA foreign_keys = OFF; INSERT INTO facts VALUES (9999, 1, 1), (9999, 2, 1)");
  expect_problem(store.file(), {"2 rows of facts refer to runs that do not exist"});
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
}

}  // namespace check_test
}  // namespace genrebench
