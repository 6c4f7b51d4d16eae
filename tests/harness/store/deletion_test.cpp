#include "harness/store/deletion.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "harness/store/check.hpp"
#include "harness/store/merge.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace {

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
  const DeletedRuns deleted = delete_runs(store.file(), {"aa", "kk"});
  EXPECT_TRUE(deleted.warnings.empty());
  EXPECT_TRUE(fs::exists(deleted.archive));
  EXPECT_EQ(deleted.archive.parent_path(), folder / "runs.db.deleted");
  EXPECT_EQ(sorted_ids(store->runs()), (std::vector<std::string>{"bb", "dd"}));
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

TEST(StoreDelete, AMissingStoreIsNamedAndNotMade) {
  const TemporaryFolder folder;
  EXPECT_THROW_SAYING(delete_runs(folder / "none.db", {"aa"}), DataError, "none.db",
                      "no such database");
  EXPECT_THROW_SAYING(undo_delete(folder / "none.db"), DataError, "none.db", "no such database");
  EXPECT_FALSE(fs::exists(folder / "none.db"));
}

}  // namespace
}  // namespace genrebench
