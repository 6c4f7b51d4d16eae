#include "harness/store/deletion.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "harness/store/check.hpp"
#include "harness/store/merge.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace deletion_test {

namespace fs = std::filesystem;
using testing::dump;
using testing::ExampleStore;
using testing::fill;
using testing::sorted_ids;
using testing::TemporaryFolder;

TEST(StoreDelete, RunsAreGoneAndUndoBringsThemBackAsTheyWere) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const std::string before = dump(store.file());
  const DeletedRuns deleted = delete_runs(store.file(), {"aa"_run, "kk"_run});
  EXPECT_TRUE(deleted.warnings.empty());
  EXPECT_TRUE(fs::exists(deleted.archive));
  EXPECT_EQ(deleted.archive.parent_path(), folder / "runs.db.deleted");
  EXPECT_EQ(sorted_ids(store->runs()), (std::vector<std::string>{"bb"_run, "dd"_run}));
  EXPECT_EQ(store->experiments()[0].run_ids, (std::vector<std::string>{"bb"_run, "dd"_run}));
  EXPECT_TRUE(store->metrics("aa"_run).empty());
  EXPECT_FALSE(fs::exists(folder / ("runs.db.files/" + "aa"_run)));
  EXPECT_TRUE(check_store(store.file()).problems.empty());
  EXPECT_GT(check_store(store.file()).size.deleted_bytes, 0u);
  const RestoredRuns restored = undo_delete(store.file());
  EXPECT_EQ(restored.archive, deleted.archive);
  EXPECT_EQ(restored.merge.added, 2u);
  EXPECT_EQ(dump(store.file()), before);
  EXPECT_EQ(read_file_text(store.model_file("aa"_run)), "weights");
  EXPECT_FALSE(fs::exists(folder / "runs.db.deleted"));
  EXPECT_THROW_SAYING(undo_delete(store.file()), DataError, "nothing to bring back");
}

TEST(StoreDelete, OfAStoreBehindALinkIsUndoneUnderAnyOfItsNames) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "real");
  fs::create_symlink("real/live.db", folder / "link.db");
  {
    const ExampleStore store(folder / "link.db");
    fill(store);
  }
  EXPECT_TRUE(fs::is_regular_file(folder / "real/live.db"));
  fs::rename(folder / "link.db.files", folder / "real/live.db.files");  // ExampleStore's own place
  const std::string before = dump(folder / "real/live.db");
  delete_runs(folder / "link.db", {"aa"_run});
  EXPECT_TRUE(fs::exists(folder / "real/live.db.deleted"));
  EXPECT_FALSE(fs::exists(folder / ("real/live.db.files/" + "aa"_run)));
  undo_delete(folder / "real/live.db");
  EXPECT_EQ(dump(folder / "link.db"), before);
  for (const char* name : {"link.db", "real/live.db"})
    EXPECT_TRUE(check_store(folder / name).problems.empty()) << name;
  // Where earlier versions put them.
  fs::rename(folder / "real/live.db.files", folder / "link.db.files");
  const std::vector<std::string> problems = check_store(folder / "link.db").problems;
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_NE(problems[1].find("lies beside a link"), std::string::npos) << problems[1];
}

TEST(StoreDelete, ARunWithAValueThatIsWrongCanBeDeleted) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  SQLite::Database(store.file(), SQLite::OPEN_READWRITE)
      .exec(
          "UPDATE predictions SET predicted = x'6363' WHERE run = (SELECT key FROM runs WHERE id "
          "= '" +
          "aa"_run + "')");
  EXPECT_FALSE(check_store(store.file()).problems.empty());
  delete_runs(store.file(), {"aa"_run});
  EXPECT_TRUE(check_store(store.file()).problems.empty());
}

TEST(StoreDelete, IdsThatNameOtherFoldersAreRefusedBeforeAnythingIsDone) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const fs::path precious = folder.write("precious/kept", "");
  for (const std::string& id :
       {std::string(), std::string(".."), (folder / "precious").string(), "aa"_run + "/.."})
    EXPECT_THROW_SAYING(delete_runs(store.file(), {"aa"_run, id}), DataError, "the id of a run");
  EXPECT_EQ(store->runs().size(), 4u);
  EXPECT_TRUE(fs::exists(precious));
  EXPECT_TRUE(fs::exists(store.model_file("aa"_run)));
}

TEST(StoreDelete, DeletionsAreUndoneFromTheLast) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  std::vector<std::string> plan;
  for (int i = 0; i < 12; ++i) plan.push_back(run_id("run" + std::to_string(i)));
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
  store.plan("second", {"ee"_run});
  store.plan("empty", {});
  const std::string created_at = store->experiments()[1].created_at;
  delete_runs(store.file(), {"aa"_run});
  EXPECT_EQ(store->experiments().size(), 3u);
  delete_runs(store.file(), {"ee"_run});
  ASSERT_EQ(store->experiments().size(), 2u);
  EXPECT_EQ(store->experiments()[1].name, "empty") << "it had no run before";
  undo_delete(store.file());
  ASSERT_EQ(store->experiments().size(), 3u);
  EXPECT_EQ(store->experiments()[2].name, "second");
  EXPECT_EQ(store->experiments()[2].description, "of second");
  EXPECT_EQ(store->experiments()[2].created_at, created_at);
  EXPECT_EQ(store->experiments()[2].run_ids, (std::vector<std::string>{"ee"_run}));
}

TEST(StoreDelete, RunningRunsAreRefusedAndThenNothingIsDeleted) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const Lease lease = store.take("dd"_run);
  EXPECT_THROW_SAYING(delete_runs(store.file(), {"aa"_run, "dd"_run}), DataError,
                      store.file().string(), "run dd000000 is running", "nothing was deleted");
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
  delete_runs(store.file(), {"aa"_run, "bb"_run});
  store.plan("table2", {"aa"_run, "bb"_run, "kk"_run, "dd"_run});
  store.done("aa"_run, 0.25);
  const RestoredRuns restored = undo_delete(store.file());
  EXPECT_EQ(restored.merge.different, 1u);
  EXPECT_EQ(restored.merge.improved, 1u);
  EXPECT_EQ(store->metric("aa"_run, "test", "accuracy"), 0.25);
  EXPECT_EQ(store->metric("bb"_run, "test", "accuracy"), 0.5);
  EXPECT_EQ(store->experiments()[0].run_ids,
            (std::vector<std::string>{"aa"_run, "bb"_run, "kk"_run, "dd"_run}));
}

TEST(StoreDelete, AnEndBetweenTheStepsLosesNothing) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const std::string before = dump(store.file());
  // The archive is made, the runs are not deleted yet.
  merge_store(folder / "runs.db.deleted/20200101T000000Z-1.db", store.file(),
              {.runs = {{"aa"_run}}, .one_file = true});
  // One that no run came into.
  folder.write("runs.db.deleted/20200101T000000Z-2.db", "");
  EXPECT_TRUE(check_store(store.file()).problems.empty());
  EXPECT_EQ(undo_delete(store.file()).merge.present, 1u);
  EXPECT_EQ(dump(store.file()), before);
  EXPECT_FALSE(fs::exists(folder / "runs.db.deleted"));
  // The runs are deleted, their files are not.
  delete_runs(store.file(), {"aa"_run});
  folder.write(("runs.db.files/" + "aa"_run + "/model"), "weights");
  undo_delete(store.file());
  EXPECT_EQ(dump(store.file()), before);
  EXPECT_TRUE(check_store(store.file()).problems.empty());
}

TEST(StoreDelete, FilesThatAreMissingAreNoObstacle) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  fs::remove(store.model_file("aa"_run));
  EXPECT_EQ(delete_runs(store.file(), {"aa"_run}).warnings.size(), 1u);
  EXPECT_EQ(undo_delete(store.file()).merge.warnings.size(), 1u);
  EXPECT_EQ(store->artifacts("aa"_run).size(), 1u);
}

TEST(StoreDelete, AMissingStoreIsNamedAndNotMade) {
  const TemporaryFolder folder;
  EXPECT_THROW_SAYING(delete_runs(folder / "none.db", {"aa"_run}), DataError, "none.db",
                      "no such database");
  EXPECT_THROW_SAYING(undo_delete(folder / "none.db"), DataError, "none.db", "no such database");
  EXPECT_FALSE(fs::exists(folder / "none.db"));
}

}  // namespace deletion_test
}  // namespace genrebench
