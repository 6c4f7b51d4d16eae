#include "harness/store/vacuum.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "harness/store/check.hpp"
#include "harness/store/deletion.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace vacuum_test {

namespace fs = std::filesystem;
using testing::ExampleStore;
using testing::TemporaryFolder;

TEST(StoreVacuum, ForgetsDeletedRunsAndGivesSpaceBack) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  std::vector<std::string> plan;
  for (int i = 0; i < 200; ++i) plan.push_back(run_id("run" + std::to_string(i)));
  store.plan("table2", plan);
  store.done("run0"_run, 0.5, "weights");
  store.done("run1"_run, 0.5, "other weights");
  delete_runs(store.file(), {plan.begin() + 1, plan.end()});
  folder.write(("runs.db.files/" + "nobody"_run + "/model"), "of a run that is gone");
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
  EXPECT_EQ(read_file_text(store.model_file("run0"_run)), "weights");
  EXPECT_THROW_SAYING(undo_delete(store.file()), DataError, "nothing to bring back");
  EXPECT_TRUE(check_store(store.file()).problems.empty());
  EXPECT_EQ(store->run("run0"_run)->status, RunStatus::done)
      << "a connection that was open all the time";
  EXPECT_NO_THROW(store.plan("second", {"ee"_run}));
}

TEST(StoreVacuum, LeavesWorkersThatLiveAndFilesOnTheirWay) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store.plan("table2", {"aa"_run});
  const Lease lease = store.take("aa"_run);
  folder.write(("runs.db.files/" + "aa"_run + "/attempt_1/model"), "being written");
  folder.write("runs.db.files/incoming.some.other.machine.1.0/aa/model", "on its way");
  const VacuumSummary summary = vacuum_store(store.file());
  EXPECT_EQ(summary.workers + summary.folders, 0u);
  EXPECT_TRUE(fs::exists(folder / ("runs.db.files/" + "aa"_run + "/attempt_1/model")));
  EXPECT_TRUE(fs::exists(folder / "runs.db.files/incoming.some.other.machine.1.0"));
  EXPECT_NO_THROW(store->finish(lease, {}));
}

TEST(StoreVacuum, AMissingStoreIsNamedAndNotMade) {
  const TemporaryFolder folder;
  EXPECT_THROW_SAYING(vacuum_store(folder / "none.db"), DataError, "none.db", "no such database");
  EXPECT_FALSE(fs::exists(folder / "none.db"));
}

}  // namespace vacuum_test
}  // namespace genrebench
