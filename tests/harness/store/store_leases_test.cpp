// Who may take a run, and who may write what became of it.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "harness/store/run_store.hpp"
#include "support/leased_store.hpp"

namespace genrebench {
namespace store_leases_test {

using Answer = Claim::Answer;
using Leases = testing::LeasedStore;

TEST_F(Leases, ARunIsTakenByOneWorkerAndHeldAgainstTheOthers) {
  const Lease lease = take("aa"_run, join());
  EXPECT_EQ(status("aa"_run), RunStatus::running);
  const std::int64_t other = join();
  EXPECT_EQ(store->claim("aa"_run, other, {}).answer, Answer::held);
  store->finish(lease, {});
  EXPECT_EQ(store->claim("aa"_run, other, {}).answer, Answer::settled);
  EXPECT_EQ(store->claim("nothing", other, {}).answer, Answer::settled)
      << "a run that the store does not know";
}

TEST_F(Leases, TheLateWritesOfAWorkerThatWasDeclaredLostAreRefusedAndChangeNothing) {
  const std::int64_t first = join();
  const Lease late = take("aa"_run, first);
  ASSERT_TRUE(store->declare_lost(first, 0, "silent", 10));
  EXPECT_EQ(status("aa"_run), RunStatus::lost);
  EXPECT_EQ(store->run("aa"_run)->message, "silent");
  EXPECT_THROW_SAYING(store->finish(late, {}), LeaseLost, "run aa000000", "not recorded");
  const Lease next = take("aa"_run, join());
  EXPECT_GT(next.token, late.token);
  bool published = false;
  EXPECT_THROW(store->finish(late, {}, [&] { published = true; }), LeaseLost);
  EXPECT_FALSE(published) << "its files stay out of sight";
  EXPECT_THROW(store->add_curves(late, {{"train", "loss", 1, 1.0}}), LeaseLost);
  EXPECT_THROW(store->fail(late, "no", {}, {}), LeaseLost);
  EXPECT_THROW(store->release(late, "no"), LeaseLost);
  EXPECT_THROW(store->prune(late, "no", {}), LeaseLost);
  EXPECT_TRUE(store->metrics("aa"_run).empty());
  EXPECT_EQ(status("aa"_run), RunStatus::running);
  RunResult result;
  result.metrics = {{"test", "accuracy", -1, 0.5}};
  store->finish(next, result);
  EXPECT_THROW(store->finish(late, {}), LeaseLost) << "also when the other is done";
  EXPECT_EQ(store->metric("aa"_run, "test", "accuracy"), 0.5);
  EXPECT_FALSE(store->beat(first, "still here")) << "it learns that it was declared lost";
}

TEST_F(Leases, AWorkerThatSpokeMeanwhileIsNotDeclaredLost) {
  const std::int64_t worker = join();
  take("aa"_run, worker);
  EXPECT_TRUE(store->beat(worker, "epoch 3/40"));
  EXPECT_FALSE(store->declare_lost(worker, 0, "silent", 10));
  EXPECT_EQ(status("aa"_run), RunStatus::running);
  ASSERT_EQ(store->workers().size(), 1u);
  EXPECT_EQ(store->workers()[0].now, "epoch 3/40");
  EXPECT_EQ(store->workers()[0].run_id, "aa"_run);
}

TEST_F(Leases, AWorkerThatLeavesGivesItsRunBack) {
  const std::int64_t worker = join();
  take("aa"_run, worker);
  store->leave(worker);
  EXPECT_EQ(status("aa"_run), RunStatus::planned);
  EXPECT_TRUE(store->workers().empty());
}

TEST_F(Leases, AFailedRunIsTriedAgainAsOftenAsTheRuleSaysAndThenFailed) {
  const RetryRules rules{.retries = 2, .backoff_s = 0.0};
  for (int attempt = 0; attempt < 2; ++attempt)
    EXPECT_EQ(store->fail(take("aa"_run, join()), "no", {}, rules), RunStatus::planned);
  EXPECT_EQ(store->fail(take("aa"_run, join()), "no", {}, rules), RunStatus::failed);
  EXPECT_EQ(store->claim("aa"_run, join(), {}).answer, Answer::settled);
  plan({"aa"_run, "bb"_run});
  EXPECT_EQ(status("aa"_run), RunStatus::planned) << "planning again counts attempts anew";
  EXPECT_EQ(store->fail(take("aa"_run, join()), "no", {}, rules), RunStatus::planned);
}

TEST_F(Leases, AttemptsArePausedBetweenAndThePausesDouble) {
  const RetryRules rules{.retries = 5, .backoff_s = 1000.0};
  store->fail(take("aa"_run, join()), "no", {}, rules);
  const Claim first = store->claim("aa"_run, join(), {});
  EXPECT_EQ(first.answer, Answer::waits);
  EXPECT_GT(first.wait_s, 900.0);
  EXPECT_LE(first.wait_s, 1000.0);
  store->fail(take("bb"_run, join()), "no", {}, {.retries = 5, .backoff_s = 0.0});
  store->fail(take("bb"_run, join()), "no", {}, rules);
  EXPECT_GT(store->claim("bb"_run, join(), {}).wait_s, 1900.0) << "its second failure";
}

TEST_F(Leases, PlanningAgainRetriesFailedAndPrunedRunsOnlyWhereItIsToldTo) {
  store->fail(take("aa"_run, join()), "no", {}, {});
  RunResult result;
  result.metrics = {{"valid", "accuracy", 1, 0.25}};
  store->prune(take("bb"_run, join()), "worse than two thirds", result);
  plan({"aa"_run, "bb"_run}, {.retry_failed = false, .retry_pruned = false});
  EXPECT_EQ(status("aa"_run), RunStatus::failed);
  EXPECT_EQ(status("bb"_run), RunStatus::pruned);
  EXPECT_EQ(store->run("bb"_run)->message, "worse than two thirds");
  EXPECT_EQ(store->curve_points("sweep", "valid", "accuracy", 1), std::vector<double>{0.25})
      << "its curves are kept";
  plan({"aa"_run, "bb"_run});
  EXPECT_EQ(status("aa"_run), RunStatus::planned);
  EXPECT_EQ(status("bb"_run), RunStatus::planned);
}

TEST_F(Leases, ARunThatIsLostWithTooManyWorkersHasFailed) {
  for (int loss = 0; loss < 3; ++loss) {
    const std::int64_t worker = join();
    take("aa"_run, worker);
    EXPECT_EQ(status("aa"_run), RunStatus::running);
    store->declare_lost(worker, 0, "killed", 2);
  }
  EXPECT_EQ(status("aa"_run), RunStatus::failed);
  EXPECT_EQ(store->run("aa"_run)->message, "killed (3 workers were lost with this run)");
}

TEST_F(Leases, SkippingLeavesRunsAloneThatAreTakenOrDone) {
  const Lease lease = take("aa"_run, join());
  store->skip("aa"_run, "no");
  EXPECT_EQ(status("aa"_run), RunStatus::running);
  store->finish(lease, {});
  store->skip("aa"_run, "no");
  EXPECT_EQ(status("aa"_run), RunStatus::done);
  store->skip("bb"_run, "does not apply");
  EXPECT_EQ(status("bb"_run), RunStatus::skipped);
  EXPECT_EQ(store->tally("sweep"),
            (std::map<RunStatus, std::size_t>{{RunStatus::done, 1}, {RunStatus::skipped, 1}}));
}

TEST_F(Leases, TheTimesOfDoneRunsAreKnownByKind) {
  RunResult result;
  result.wall_s = 2.0;
  store->finish(take("aa"_run, join()), result);
  result.wall_s = 3.0;
  store->finish(take("bb"_run, join()), result);
  const auto times = store->run_times();
  ASSERT_EQ(times.size(), 1u);
  EXPECT_EQ(times[0].method, "svm");
  EXPECT_EQ(times[0].wall_s, 5.0);
  EXPECT_EQ(times[0].count, 2);
}

TEST_F(Leases, AStoreThatWasDeletedOrReplacedIsNotWrittenAnyMore) {
  const Lease lease = take("aa"_run, join());
  std::filesystem::rename(folder / "runs.db", folder / "elsewhere.db");
  EXPECT_THROW_SAYING(store->finish(lease, {}), StoreGone, "runs.db", "deleted, moved or replaced");
  folder.write("runs.db", "another file");
  EXPECT_THROW(store->finish(lease, {}), StoreGone);
  EXPECT_EQ(std::filesystem::file_size(folder / "runs.db"), 12u);
}

TEST_F(Leases, ARunThatIsRunningWithoutAWorkerIsFreedByTheNextPlan) {
  take("aa"_run, join());
  const Lease held = take("bb"_run, join());
  SQLite::Database(folder / "runs.db", SQLite::OPEN_READWRITE)
      .exec("UPDATE runs SET worker = 77 WHERE id = '" + "aa"_run + "'");
  store->plan_again("sweep", {});
  EXPECT_EQ(status("aa"_run), RunStatus::lost);
  EXPECT_EQ(status("bb"_run), RunStatus::running);
  take("aa"_run, join());
  EXPECT_NO_THROW(store->finish(held, {}));
}

}  // namespace store_leases_test
}  // namespace genrebench
