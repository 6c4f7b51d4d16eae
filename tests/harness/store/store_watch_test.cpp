#include "harness/store/store_watch.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/leased_store.hpp"

namespace genrebench::testing {
namespace store_watch_test {

class StoreWatches : public LeasedStore {
 protected:
  std::filesystem::path file() const { return folder / "runs.db"; }

  static const WatchedRun& run_of(const StoreWatch& watch, const std::string& id) {
    const auto found = std::find_if(watch.runs().begin(), watch.runs().end(),
                                    [&](const WatchedRun& run) { return run.id == id; });
    EXPECT_NE(found, watch.runs().end());
    return *found;
  }
};

TEST_F(StoreWatches, TheFirstLookReadsEverything) {
  StoreWatch watch(file());
  const StoreWatch::Changes changes = watch.look();
  EXPECT_TRUE(changes.any);
  EXPECT_TRUE(changes.whole);
  ASSERT_EQ(watch.runs().size(), 2u);
  EXPECT_EQ(watch.runs()[0].status, RunStatus::planned);
  ASSERT_EQ(watch.runs()[0].parameters.size(), 1u);
  EXPECT_EQ(watch.text(watch.runs()[0].parameters[0].name), "method.name");
  EXPECT_EQ(watch.text(watch.runs()[0].parameters[0].value), "svm");
  ASSERT_EQ(watch.plans().size(), 1u);
  EXPECT_EQ(watch.plans()[0].name, "sweep");
  EXPECT_EQ(watch.plans()[0].runs.size(), 2u);
}

TEST_F(StoreWatches, ALookAfterNothingWasWrittenFindsNothing) {
  StoreWatch watch(file());
  watch.look();
  EXPECT_FALSE(watch.look().any);
}

TEST_F(StoreWatches, ARunThatIsTakenAndFinishedIsTheOnlyOneThatChanged) {
  StoreWatch watch(file());
  watch.look();
  const std::int64_t worker = join();
  const Lease lease = take("aa"_run, worker);
  StoreWatch::Changes changes = watch.look();
  EXPECT_FALSE(changes.whole);
  EXPECT_TRUE(changes.workers);
  ASSERT_EQ(changes.runs.size(), 1u);
  EXPECT_EQ(watch.runs()[changes.runs[0]].id, "aa"_run);
  EXPECT_EQ(run_of(watch, "aa"_run).worker, worker);

  store->add_curves(lease, {{"valid", "accuracy", 3, 0.5}});
  changes = watch.look();
  ASSERT_EQ(changes.runs.size(), 1u);
  EXPECT_EQ(run_of(watch, "aa"_run).last_step, 3);

  RunResult result;
  result.metrics = {{"test", "accuracy", -1, 0.75},
                    {"test", "recall/polka", -1, 0.5},
                    {"train", "seconds", -1, 2.0}};
  store->finish(lease, result);
  changes = watch.look();
  EXPECT_FALSE(changes.whole);
  const WatchedRun& done = run_of(watch, "aa"_run);
  EXPECT_EQ(done.status, RunStatus::done);
  // Neither single genres nor times are listed.
  ASSERT_EQ(done.metrics.size(), 1u);
  EXPECT_EQ(watch.text(done.metrics[0].name), "accuracy");
  EXPECT_EQ(done.metrics[0].value, 0.75);
  EXPECT_EQ(run_of(watch, "bb"_run).status, RunStatus::planned);
}

TEST_F(StoreWatches, ALostWorkerStaysInTheListAndItsRunIsLost) {
  StoreWatch watch(file());
  const std::int64_t worker = join();
  take("aa"_run, worker);
  watch.look();
  store->declare_lost(worker, 0, "its process ended", 10);
  EXPECT_TRUE(watch.look().workers);
  ASSERT_EQ(watch.workers().size(), 1u);
  EXPECT_EQ(watch.workers()[0].ended, "lost");
  EXPECT_EQ(run_of(watch, "aa"_run).status, RunStatus::lost);
  EXPECT_EQ(run_of(watch, "aa"_run).message, "its process ended");
}

TEST_F(StoreWatches, NewRunsAndNewPlansAreSeenAsAWhole) {
  StoreWatch watch(file());
  watch.look();
  plan({"aa"_run, "bb"_run, "cc"_run});
  const StoreWatch::Changes changes = watch.look();
  EXPECT_TRUE(changes.whole);
  EXPECT_EQ(watch.runs().size(), 3u);
  EXPECT_EQ(watch.plans()[0].runs.size(), 3u);
}

TEST_F(StoreWatches, AnOpenWatchHoldsUpNoWriterAndLetsTheLogShrink) {
  StoreWatch watch(file());
  watch.look();
  // A reader with a transaction open would keep the log from being emptied.
  const SQLite::Database own((folder / "runs.db").string(), SQLite::OPEN_READWRITE);
  SQLite::Statement checkpoint(own, "PRAGMA wal_checkpoint(TRUNCATE)");
  ASSERT_TRUE(checkpoint.executeStep());
  EXPECT_EQ(checkpoint.getColumn(0).getInt(), 0);
}

TEST_F(StoreWatches, AStoreThatIsReplacedIsNotShownAsTheOldOne) {
  StoreWatch watch(file());
  watch.look();
  std::filesystem::rename(file(), folder / "moved.db");
  EXPECT_THROW(watch.look(), StoreGone);
}

TEST_F(StoreWatches, AMissingStoreIsNamed) {
  EXPECT_THROW(StoreWatch(folder / "none.db"), DataError);
}

}  // namespace store_watch_test
}  // namespace genrebench::testing
