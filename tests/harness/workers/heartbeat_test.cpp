// Which workers count as lost, and what a worker's own heartbeat tells it.
#include "harness/workers/heartbeat.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "support/leased_store.hpp"

namespace genrebench {
namespace heartbeat_test {

class LossDetection : public testing::LeasedStore {
 protected:
  static std::vector<std::string> look(LossDetector& detector, RunStore& store, double now_s) {
    return detector.look(store, now_s, /*self=*/0, [](const std::string&) { return 10; });
  }
};

TEST_F(LossDetection, AWorkerWhoseProcessHasEndedIsLostAtTheFirstLook) {
  take("aa"_run, join_dead());
  LossDetector detector;
  const auto said = look(detector, *store, 0.0);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_NE(said[0].find("ended without a word"), std::string::npos) << said[0];
  EXPECT_EQ(status("aa"_run), RunStatus::lost);
}

TEST_F(LossDetection, AFarWorkerIsLostWithinTwoHeartbeatsOfItsLastSign) {
  const std::int64_t far = join_far(/*heartbeat_s=*/10.0);
  take("aa"_run, far);
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
  EXPECT_EQ(status("aa"_run), RunStatus::lost);
}

TEST_F(LossDetection, TimeInWhichTheObserverItselfStoodStillDoesNotCount) {
  take("aa"_run, join_far(10.0));
  LossDetector detector;
  EXPECT_TRUE(look(detector, *store, 0.0).empty());
  EXPECT_TRUE(look(detector, *store, 100000.0).empty()) << "the machine slept";
  EXPECT_EQ(status("aa"_run), RunStatus::running);
}

TEST_F(LossDetection, AStoppedOrLiveProcessHereIsNotDeclaredLostBeforeItsTime) {
  take("aa"_run, join());
  LossDetector detector;
  EXPECT_TRUE(look(detector, *store, 0.0).empty());
  EXPECT_EQ(status("aa"_run), RunStatus::running);
}

TEST_F(LossDetection, AWorkerThatWasLostTooOftenFailsItsRun) {
  take("aa"_run, join_dead());
  LossDetector detector;
  detector.look(*store, 0.0, /*self=*/0, [](const std::string&) { return 0; });
  EXPECT_EQ(status("aa"_run), RunStatus::failed);
}

class Beats : public testing::LeasedStore {
 protected:
  WorkerRecord only_worker() const { return store->workers().at(0); }
};

TEST_F(Beats, AreSentOncePerIntervalAndAtOnceWhenTheWorkerDoesSomethingElse) {
  Pulse pulse(folder / "runs.db", {.interval_s = 10.0}, /*now_s=*/100.0);
  const std::int64_t first = only_worker().beat;
  pulse.beat(102.0);
  EXPECT_EQ(only_worker().beat, first) << "none is due yet";
  pulse.beat(110.0);
  EXPECT_EQ(only_worker().beat, first + 1);
  pulse.beat(112.0);
  EXPECT_EQ(only_worker().beat, first + 1);
  pulse.say("epoch 1/2");
  pulse.beat(114.0);
  EXPECT_EQ(only_worker().beat, first + 2);
  EXPECT_EQ(only_worker().now, "epoch 1/2");
  pulse.beat(123.0);
  EXPECT_EQ(only_worker().beat, first + 2) << "the interval began anew";
}

TEST_F(Beats, TellWhichOtherWorkersWereLost) {
  take("aa"_run, join_dead());
  Pulse pulse(folder / "runs.db", {}, 0.0);
  pulse.beat(2.0);
  EXPECT_EQ(pulse.take_messages().size(), 1u);
  EXPECT_TRUE(pulse.take_messages().empty()) << "each is told once";
  EXPECT_EQ(status("aa"_run), RunStatus::lost);
}

TEST_F(Beats, AWorkerThatWasDeclaredLostLearnsItAndJoinsAgainAsANewOne) {
  Pulse pulse(folder / "runs.db", {.interval_s = 10.0}, 0.0);
  const std::int64_t first = pulse.worker();
  ASSERT_TRUE(store->declare_lost(first, only_worker().beat, "silent", 10));
  EXPECT_FALSE(pulse.lost());
  pulse.beat(10.0);
  EXPECT_TRUE(pulse.lost());
  pulse.join_again();
  EXPECT_NE(pulse.worker(), first);
  EXPECT_FALSE(pulse.lost());
}

TEST_F(Beats, AStoreThatIsGoneMakesWorkInVainAndCannotBeJoinedAgain) {
  Pulse pulse(folder / "runs.db", {.interval_s = 10.0}, 0.0);
  std::filesystem::rename(folder / "runs.db", folder / "elsewhere.db");
  pulse.beat(10.0);
  EXPECT_TRUE(pulse.lost());
  EXPECT_THROW_SAYING(pulse.join_again(), StoreGone, "runs.db");
}

TEST_F(Beats, GoOnWhileTheirProcessComputesAndHoldsTheProcessors) {
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

}  // namespace heartbeat_test
}  // namespace genrebench
