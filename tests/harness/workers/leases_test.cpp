// Who may take a run, and who may write what became of it.
#include <gtest/gtest.h>

#include <thread>

#include "harness/store/run_store.hpp"
#include "harness/workers/heartbeat.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace {

using testing::TemporaryFolder;
using Answer = Claim::Answer;

class Leases : public ::testing::Test {
 protected:
  void SetUp() override { plan({"aa", "bb"}); }

  void plan(const std::vector<std::string>& ids, const PlanRules& rules = {}) {
    std::vector<RunRecord> runs;
    for (const std::string& id : ids) {
      RunRecord run;
      run.id = id;
      run.dataset_fingerprint = "data";
      run.parameters = {{"method.name", "svm"}};
      runs.push_back(run);
    }
    store->plan(
        {.name = "sweep", .description = {}, .source_file = {}, .created_at = {}, .run_ids = {}},
        runs, rules);
  }

  std::int64_t join(double heartbeat_s = 10.0) { return store->join(this_process(), heartbeat_s); }

  /// A worker whose process has ended.
  std::int64_t join_dead() {
    ProcessIdentity process = this_process();
    process.start += 1;  // another process had the number
    return store->join(process, 10.0);
  }

  /// One of another machine.
  std::int64_t join_far(double heartbeat_s) {
    return store->join({.host = "far", .boot = "other", .pid_namespace = "x", .pid = 1, .start = 1},
                       heartbeat_s);
  }

  Lease take(const std::string& run, std::int64_t worker) {
    const Claim claim = store->claim(run, worker, {});
    EXPECT_EQ(claim.answer, Answer::taken);
    return claim.lease;
  }

  RunStatus status(const std::string& run) { return store->run(run)->status; }

  static std::vector<std::string> look(LossDetector& detector, RunStore& store, double now) {
    return detector.look(store, now, 0, [](const std::string&) { return 10; });
  }

  TemporaryFolder folder;
  std::unique_ptr<RunStore> store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
};

TEST_F(Leases, ARunIsTakenByOneWorkerAndHeldAgainstTheOthers) {
  const Lease lease = take("aa", join());
  EXPECT_EQ(status("aa"), RunStatus::running);
  const std::int64_t other = join();
  EXPECT_EQ(store->claim("aa", other, {}).answer, Answer::held);
  store->finish(lease, {});
  EXPECT_EQ(store->claim("aa", other, {}).answer, Answer::settled);
  EXPECT_EQ(store->claim("nothing", other, {}).answer, Answer::settled)
      << "a run that the store does not know";
}

TEST_F(Leases, TheLateWritesOfAWorkerThatWasDeclaredLostAreRefusedAndChangeNothing) {
  const std::int64_t first = join();
  const Lease late = take("aa", first);
  ASSERT_TRUE(store->declare_lost(first, 0, "silent", 10));
  EXPECT_EQ(status("aa"), RunStatus::lost);
  EXPECT_EQ(store->run("aa")->message, "silent");
  EXPECT_THROW_SAYING(store->finish(late, {}), LeaseLost, "run aa", "not recorded");
  const Lease next = take("aa", join());
  EXPECT_GT(next.token, late.token);
  bool published = false;
  EXPECT_THROW(store->finish(late, {}, [&] { published = true; }), LeaseLost);
  EXPECT_FALSE(published) << "its files stay out of sight";
  EXPECT_THROW(store->add_curves(late, {{"train", "loss", 1, 1.0}}), LeaseLost);
  EXPECT_THROW(store->fail(late, "no", {}, {}), LeaseLost);
  EXPECT_THROW(store->release(late, "no"), LeaseLost);
  EXPECT_THROW(store->prune(late, "no", {}), LeaseLost);
  EXPECT_TRUE(store->metrics("aa").empty());
  EXPECT_EQ(status("aa"), RunStatus::running);
  RunResult result;
  result.metrics = {{"test", "accuracy", -1, 0.5}};
  store->finish(next, result);
  EXPECT_THROW(store->finish(late, {}), LeaseLost) << "also when the other is done";
  EXPECT_EQ(store->metric("aa", "test", "accuracy"), 0.5);
  EXPECT_FALSE(store->beat(first, "still here")) << "it learns that it was declared lost";
}

TEST_F(Leases, AWorkerThatSpokeMeanwhileIsNotDeclaredLost) {
  const std::int64_t worker = join();
  take("aa", worker);
  EXPECT_TRUE(store->beat(worker, "epoch 3/40"));
  EXPECT_FALSE(store->declare_lost(worker, 0, "silent", 10));
  EXPECT_EQ(status("aa"), RunStatus::running);
  ASSERT_EQ(store->workers().size(), 1u);
  EXPECT_EQ(store->workers()[0].now, "epoch 3/40");
  EXPECT_EQ(store->workers()[0].run_id, "aa");
}

TEST_F(Leases, AWorkerThatLeavesGivesItsRunBack) {
  const std::int64_t worker = join();
  take("aa", worker);
  store->leave(worker);
  EXPECT_EQ(status("aa"), RunStatus::planned);
  EXPECT_TRUE(store->workers().empty());
}

TEST_F(Leases, AFailedRunIsTriedAgainAsOftenAsTheRuleSaysAndThenFailed) {
  const RetryRules rules{.retries = 2, .backoff_s = 0.0};
  for (int attempt = 0; attempt < 2; ++attempt)
    EXPECT_EQ(store->fail(take("aa", join()), "no", {}, rules), RunStatus::planned);
  EXPECT_EQ(store->fail(take("aa", join()), "no", {}, rules), RunStatus::failed);
  EXPECT_EQ(store->claim("aa", join(), {}).answer, Answer::settled);
  plan({"aa", "bb"});
  EXPECT_EQ(status("aa"), RunStatus::planned) << "planning again counts attempts anew";
  EXPECT_EQ(store->fail(take("aa", join()), "no", {}, rules), RunStatus::planned);
}

TEST_F(Leases, AttemptsArePausedBetweenAndThePausesDouble) {
  const RetryRules rules{.retries = 5, .backoff_s = 1000.0};
  store->fail(take("aa", join()), "no", {}, rules);
  const Claim first = store->claim("aa", join(), {});
  EXPECT_EQ(first.answer, Answer::waits);
  EXPECT_GT(first.wait_s, 900.0);
  EXPECT_LE(first.wait_s, 1000.0);
  store->fail(take("bb", join()), "no", {}, {.retries = 5, .backoff_s = 0.0});
  store->fail(take("bb", join()), "no", {}, rules);
  EXPECT_GT(store->claim("bb", join(), {}).wait_s, 1900.0) << "its second failure";
}

TEST_F(Leases, PlanningAgainRetriesFailedAndPrunedRunsOnlyWhereItIsToldTo) {
  store->fail(take("aa", join()), "no", {}, {});
  RunResult result;
  result.metrics = {{"valid", "accuracy", 1, 0.25}};
  store->prune(take("bb", join()), "worse than two thirds", result);
  plan({"aa", "bb"}, {.retry_failed = false, .retry_pruned = false});
  EXPECT_EQ(status("aa"), RunStatus::failed);
  EXPECT_EQ(status("bb"), RunStatus::pruned);
  EXPECT_EQ(store->run("bb")->message, "worse than two thirds");
  EXPECT_EQ(store->curve_points("sweep", "valid", "accuracy", 1), std::vector<double>{0.25})
      << "its curves are kept";
  plan({"aa", "bb"});
  EXPECT_EQ(status("aa"), RunStatus::planned);
  EXPECT_EQ(status("bb"), RunStatus::planned);
}

TEST_F(Leases, ARunThatIsLostWithTooManyWorkersHasFailed) {
  for (int loss = 0; loss < 3; ++loss) {
    const std::int64_t worker = join();
    take("aa", worker);
    EXPECT_EQ(status("aa"), RunStatus::running);
    store->declare_lost(worker, 0, "killed", 2);
  }
  EXPECT_EQ(status("aa"), RunStatus::failed);
  EXPECT_EQ(store->run("aa")->message, "killed (3 workers were lost with this run)");
}

TEST_F(Leases, SkippingLeavesRunsAloneThatAreTakenOrDone) {
  const Lease lease = take("aa", join());
  store->skip("aa", "no");
  EXPECT_EQ(status("aa"), RunStatus::running);
  store->finish(lease, {});
  store->skip("aa", "no");
  EXPECT_EQ(status("aa"), RunStatus::done);
  store->skip("bb", "does not apply");
  EXPECT_EQ(status("bb"), RunStatus::skipped);
  EXPECT_EQ(store->tally("sweep"),
            (std::map<RunStatus, std::size_t>{{RunStatus::done, 1}, {RunStatus::skipped, 1}}));
}

TEST_F(Leases, TheTimesOfDoneRunsAreKnownByKind) {
  RunResult result;
  result.wall_s = 2.0;
  store->finish(take("aa", join()), result);
  result.wall_s = 3.0;
  store->finish(take("bb", join()), result);
  const auto times = store->run_times();
  ASSERT_EQ(times.size(), 1u);
  EXPECT_EQ(times[0].method, "svm");
  EXPECT_EQ(times[0].wall_s, 5.0);
  EXPECT_EQ(times[0].count, 2);
}

TEST_F(Leases, AWorkerWhoseProcessHasEndedIsLostAtTheFirstLook) {
  take("aa", join_dead());
  LossDetector detector;
  const auto said = look(detector, *store, 0.0);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_NE(said[0].find("ended without a word"), std::string::npos) << said[0];
  EXPECT_EQ(status("aa"), RunStatus::lost);
}

TEST_F(Leases, AFarWorkerIsLostWithinTwoHeartbeatsOfItsLastSign) {
  const std::int64_t far = join_far(/*heartbeat_s=*/10.0);
  take("aa", far);
  LossDetector detector;
  for (double now = 0.0; now < 50.0; now += 2.0) {  // it lives
    if (static_cast<int>(now) % 10 == 0) store->beat(far, "");
    EXPECT_TRUE(look(detector, *store, now).empty()) << now;
  }
  // Its last heartbeat was at 40.
  double found = 0.0;
  for (double now = 50.0; now <= 70.0 && found == 0.0; now += 2.0)
    if (!look(detector, *store, now).empty()) found = now;
  EXPECT_GT(found, 50.0) << "one heartbeat may be late";
  EXPECT_LE(found, 60.0);
  EXPECT_EQ(status("aa"), RunStatus::lost);
}

TEST_F(Leases, TimeInWhichTheObserverItselfStoodStillDoesNotCount) {
  take("aa", join_far(10.0));
  LossDetector detector;
  EXPECT_TRUE(look(detector, *store, 0.0).empty());
  EXPECT_TRUE(look(detector, *store, 100000.0).empty()) << "the machine slept";
  EXPECT_EQ(status("aa"), RunStatus::running);
}

TEST_F(Leases, AStoppedOrLiveProcessHereIsNotDeclaredLostBeforeItsTime) {
  take("aa", join());
  LossDetector detector;
  EXPECT_TRUE(look(detector, *store, 0.0).empty());
  EXPECT_EQ(status("aa"), RunStatus::running);
}

TEST_F(Leases, AHeartbeatGoesOnWhileItsProcessComputesAndHoldsTheProcessors) {
  std::atomic<bool> stop = false;
  std::vector<std::jthread> busy;
  for (unsigned i = 0; i < 4 * std::max(1u, std::thread::hardware_concurrency()); ++i)
    busy.emplace_back([&] {
      for (volatile double x = 1.0; !stop;) x = x * 1.0000001;
    });
  {
    Heartbeat heartbeat(folder / "runs.db", {.interval_s = 0.05});
    heartbeat.say("epoch 1/2");
    while (store->workers().at(0).beat < 5)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));  // or the test's time ends
    EXPECT_EQ(store->workers()[0].now, "epoch 1/2");
    EXPECT_FALSE(heartbeat.lost());
  }
  stop = true;
  EXPECT_TRUE(store->workers().empty()) << "it has left";
}

TEST_F(Leases, AHeartbeatLearnsThatItWasDeclaredLostAndJoinsAgainAsANewWorker) {
  Heartbeat heartbeat(folder / "runs.db", {.interval_s = 0.02});
  const std::int64_t first = heartbeat.worker();
  while (!store->declare_lost(first, store->workers().at(0).beat, "silent", 10)) {
  }
  while (!heartbeat.lost()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  heartbeat.join_again();
  EXPECT_NE(heartbeat.worker(), first);
  EXPECT_FALSE(heartbeat.lost());
}

TEST_F(Leases, AStoreThatWasDeletedOrReplacedIsNotWrittenAnyMore) {
  const Lease lease = take("aa", join());
  Heartbeat heartbeat(folder / "runs.db", {.interval_s = 0.02});
  std::filesystem::rename(folder / "runs.db", folder / "elsewhere.db");
  EXPECT_THROW_SAYING(store->finish(lease, {}), StoreGone, "runs.db", "deleted, moved or replaced");
  while (!heartbeat.lost()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_THROW_SAYING(heartbeat.join_again(), StoreGone, "runs.db");
  folder.write("runs.db", "another file");
  EXPECT_THROW(store->finish(lease, {}), StoreGone);
  EXPECT_EQ(std::filesystem::file_size(folder / "runs.db"), 12u);
}

}  // namespace
}  // namespace genrebench
