// Worker processes that are started, read, replaced and stopped. A shell stands for the worker: its
// standard input is the script that it runs.
#include "harness/workers/worker_pool.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace worker_pool_test {

WorkerPool::Settings shells(std::vector<std::string> scripts) {
  return {.program = "/bin/sh", .arguments = {"sh"}, .inputs = std::move(scripts)};
}

/// Looks until all workers have ended, or `done` holds. @return  all news
WorkerPool::News watch(
    WorkerPool& pool, const std::function<bool()>& done = [] { return false; }) {
  WorkerPool::News all;
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < give_up) {
    const WorkerPool::News news = pool.look();
    all.messages.insert(all.messages.end(), news.messages.begin(), news.messages.end());
    all.incidents.insert(all.incidents.end(), news.incidents.begin(), news.incidents.end());
    all.worker_failed = all.worker_failed || news.worker_failed;
    if (pool.n_running() == 0 || done()) return all;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  ADD_FAILURE() << "the workers did not end";
  return all;
}

TEST(WorkerPool, PassesOnWhatWorkersSay) {
  WorkerPool pool(shells({"echo 'bad track: x' >&2"}));
  const WorkerPool::News news = watch(pool);
  EXPECT_EQ(news.messages, std::vector<std::string>{"bad track: x"});
  EXPECT_FALSE(news.worker_failed);
}

TEST(WorkerPool, PassesOnIncidentsWhole) {
  const std::vector<Incident> told = {
      {.kind = "failed", .text = "failed: svm: no: 'x'\nline", .reason = "no: x"},
      {.kind = "pruned", .text = "pruned: a", .reason = "", .harmless = true},
      {.kind = "warning", .text = "Bj\x1f\x02rk", .reason = "100 %"}};
  const testing::TemporaryFolder folder;
  std::string lines;
  for (const Incident& incident : told) lines += pool_line(incident) + "\n";
  WorkerPool pool(shells({"cat '" + folder.write("lines", lines).string() + "' >&2"}));
  const WorkerPool::News news = watch(pool);
  EXPECT_TRUE(news.messages.empty());
  ASSERT_EQ(news.incidents.size(), 3u);
  EXPECT_EQ(news.incidents[0].kind, "failed");
  EXPECT_EQ(news.incidents[0].text, "failed: svm: no: 'x' line");
  EXPECT_EQ(news.incidents[0].reason, "no: x");
  EXPECT_FALSE(news.incidents[0].harmless);
  EXPECT_TRUE(news.incidents[1].harmless);
  EXPECT_EQ(news.incidents[2].text, "Bj\uFFFD\uFFFDrk");
}

TEST(WorkerPool, KnowsWhatEachWorkerIsDoing) {
  WorkerPool pool(shells({"printf '\\001epoch 1/2\\n' >&2; read line; sleep 60", "exit 0"}));
  watch(pool, [&] { return pool.now()[0] == "epoch 1/2" && pool.n_running() == 1; });
  EXPECT_EQ(pool.now(), (std::vector<std::string>{"epoch 1/2", ""}));
}

TEST(WorkerPool, GivesEachWorkerItsInputHoweverLong) {
  const testing::TemporaryFolder folder;
  std::string script = "echo ok > " + (folder / "out").string() + "\n";
  for (int i = 0; i < 20000; ++i) script += "# a comment that fills a pipe\n";
  WorkerPool pool(shells({script}));
  EXPECT_FALSE(watch(pool).worker_failed);
  EXPECT_TRUE(std::filesystem::exists(folder / "out"));
}

TEST(WorkerPool, ReplacesAWorkerThatIsKilled) {
  const testing::TemporaryFolder folder;
  const std::string mark = (folder / "mark").string();
  WorkerPool pool(
      shells({"if test -e " + mark + "; then exit 0; fi; touch " + mark + "; kill -9 $$"}));
  const WorkerPool::News news = watch(pool);
  EXPECT_FALSE(news.worker_failed);
  EXPECT_EQ(pool.n_replaced(), 1u);
  ASSERT_EQ(news.incidents.size(), 1u);
  EXPECT_NE(news.incidents[0].text.find("worker 1 of 1 was ended by signal 9"), std::string::npos)
      << news.incidents[0].text;
}

TEST(WorkerPool, GivesUpAfterTooManyDeathsInARow) {
  WorkerPool::Settings settings = shells({"kill -9 $$"});
  settings.patience = 3;
  WorkerPool pool(std::move(settings));
  const WorkerPool::News news = watch(pool);
  EXPECT_TRUE(news.worker_failed);
  EXPECT_EQ(pool.n_replaced(), 3u);
}

TEST(WorkerPool, DoesNotReplaceAWorkerThatGaveUp) {
  WorkerPool pool(shells({"echo 'the disk is full' >&2; exit 1", "exit 130"}));
  const WorkerPool::News news = watch(pool);
  EXPECT_TRUE(news.worker_failed);
  EXPECT_EQ(pool.n_replaced(), 0u);
  EXPECT_EQ(news.messages, std::vector<std::string>{"the disk is full"});
}

TEST(WorkerPool, AWorkerThatWasInterruptedHasNotFailed) {
  WorkerPool pool(shells({"exit 130"}));
  EXPECT_FALSE(watch(pool).worker_failed);
}

TEST(WorkerPool, StopEndsWorkersAndStartsNoMore) {
  WorkerPool pool(shells({"sleep 60", "sleep 60"}));
  pool.stop();
  EXPECT_FALSE(watch(pool).worker_failed);
  EXPECT_EQ(pool.n_replaced(), 0u);
}

TEST(WorkerPool, AProgramThatCannotBeStartedIsNamed) {
  EXPECT_THROW_SAYING(WorkerPool({.program = "/no/such/program", .inputs = {""}}), DataError,
                      "/no/such/program");
}

}  // namespace worker_pool_test
}  // namespace genrebench
