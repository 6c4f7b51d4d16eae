#include "base/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <memory>
#include <numeric>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace genrebench {
namespace parallel_test {

TEST(Parallel, EveryIndexIsVisitedOnceWithAnyNumberOfThreads) {
  for (const int threads : {-1, 0, 1, 2, 7, 64}) {
    for (const std::size_t n : {0U, 1U, 3U, 100U}) {
      std::vector<std::atomic<int>> visits(n);
      EXPECT_TRUE(parallel_for(n, {.threads = threads}, [&](std::size_t i) { ++visits[i]; }));
      for (const auto& visit : visits) EXPECT_EQ(visit, 1) << threads << " threads, " << n;
    }
  }
}

TEST(Parallel, AThreadMakesItsStateOnceAndDestroysItItself) {
  struct State {
    State(std::atomic<int>& made_, std::atomic<int>& destroyed_)
        : destroyed(destroyed_), owner(std::this_thread::get_id()) {
      ++made_;
    }
    State(const State&) = delete;  // and so not movable either
    ~State() { destroyed += std::this_thread::get_id() == owner; }
    std::atomic<int>& destroyed;
    std::thread::id owner;
  };
  std::atomic<int> made = 0, destroyed = 0, foreign = 0;
  parallel_for(100, {.threads = 3}, [&] {
    return [&, state = State(made, destroyed)](std::size_t) {
      foreign += state.owner != std::this_thread::get_id();
    };
  });
  EXPECT_EQ(made, 3);
  EXPECT_EQ(destroyed, 3);
  EXPECT_EQ(foreign, 0);
}

TEST(Parallel, MoreThreadsThanIndicesAreNotStarted) {
  std::atomic<int> made = 0;
  parallel_for(2, {.threads = 50}, [&] {
    ++made;
    return [](std::size_t) {};
  });
  EXPECT_EQ(made, 2);
}

TEST(Parallel, OneThreadIsTheCallersAndGoesInOrder) {
  const std::thread::id caller = std::this_thread::get_id();
  std::vector<std::size_t> order;
  parallel_for(5, {.threads = 1}, [&](std::size_t i) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    order.push_back(i);
  });
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
}

TEST(Parallel, TheFirstExceptionStopsTheLoopAndIsRethrown) {
  std::atomic<std::size_t> begun = 0;
  try {
    parallel_for(1000000, {.threads = 4}, [&](std::size_t) {
      if (++begun >= 10) throw std::runtime_error("the tenth");
    });
    FAIL() << "no exception";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "the tenth");
  }
  EXPECT_LT(begun, 1000U);
}

TEST(Parallel, AnExceptionOfTheStateOrOfACallbackIsRethrownToo) {
  const auto nothing = [](std::size_t) {};
  const auto fails = [] { throw std::runtime_error("fails"); };
  EXPECT_THROW(parallel_for(9, {.threads = 3},
                            [&] {
                              fails();
                              return nothing;
                            }),
               std::runtime_error);
  EXPECT_THROW(
      parallel_for(9, {.threads = 3, .progress = [&](std::size_t, std::size_t) { fails(); }},
                   nothing),
      std::runtime_error);
  EXPECT_THROW(parallel_for(9, {.threads = 3, .interrupted = [&]() -> bool { throw 1; }}, nothing),
               int);
}

TEST(Parallel, ProgressIsToldFromOneThreadAtATimeAndRises) {
  std::vector<std::size_t> told;  // unguarded: ThreadSanitizer would see two calls at a time
  parallel_for(500,
               {.threads = 4,
                .progress =
                    [&](std::size_t done, std::size_t total) {
                      EXPECT_EQ(total, 500U);
                      told.push_back(done);
                    }},
               [](std::size_t) {});
  std::vector<std::size_t> rising(500);
  std::iota(rising.begin(), rising.end(), std::size_t{1});
  EXPECT_EQ(told, rising);
}

TEST(Parallel, AnInterruptionLetsBegunIndicesEndAndBeginsNoOther) {
  std::atomic<std::size_t> done = 0;
  const auto interrupted = [&] { return done >= 5; };
  EXPECT_FALSE(
      parallel_for(1000, {.threads = 2, .interrupted = interrupted}, [&](std::size_t) { ++done; }));
  EXPECT_GE(done, 5U);
  EXPECT_LE(done, 7U);

  done = 0;
  EXPECT_FALSE(
      parallel_for(10, {.threads = 1, .interrupted = interrupted}, [&](std::size_t) { ++done; }));
  EXPECT_EQ(done, 5U);

  done = 0;  // asked for the last time before the last index
  EXPECT_TRUE(
      parallel_for(5, {.threads = 1, .interrupted = interrupted}, [&](std::size_t) { ++done; }));
}

TEST(RunOnThreads, ThreadsRunAtTheSameTimeSoThatTheyCanMeet) {
  constexpr int kThreads = 5;
  std::barrier everyone(kThreads);
  std::vector<std::thread::id> ids(kThreads);
  run_on_threads(kThreads, [&](int thread) {
    everyone.arrive_and_wait();  // would wait for ever on fewer threads
    ids[static_cast<std::size_t>(thread)] = std::this_thread::get_id();
  });
  EXPECT_EQ(ids.front(), std::this_thread::get_id());
  EXPECT_EQ(std::set<std::thread::id>(ids.begin(), ids.end()).size(), ids.size());
}

TEST(RunOnThreads, AnExceptionIsRethrownAfterEveryThreadHasReturned) {
  std::atomic<int> ended = 0;
  EXPECT_THROW(run_on_threads(4,
                              [&](int thread) {
                                if (thread == 2) throw std::runtime_error("two");
                                ++ended;
                              }),
               std::runtime_error);
  EXPECT_EQ(ended, 3);
}

TEST(AvailableThreads, IsAtLeastOne) { EXPECT_GE(available_threads(), 1); }

}  // namespace parallel_test
}  // namespace genrebench
