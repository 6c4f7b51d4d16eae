// Sweeps by several processes that are killed, stopped or interrupted.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <random>
#include <thread>

#include "base/error.hpp"
#include "faults/sweep_support.hpp"

namespace genrebench {
namespace workers_test {

using namespace testing;

TEST(Workers, SeveralDoWhatOneDoes) {
  const Sweep sweep(20, Length::mixed);
  const ProgramResult result = run_program(sweep.words("run", 3, {"--quiet"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  expect_says(result.out, {"sweep: 20 runs: 20 done"});
  const ProgramResult again = run_program(sweep.words("run", 3));
  expect_says(again.out, {"all done already"});
  sweep.expect_as_undisturbed();
}

TEST(Workers, KilledAtRandomWithTheirParentsTooLoseNothingAndDoNothingTwice) {
  const int n_workers = at_full_length() ? 8 : 4;
  const int n_runs = at_full_length() ? 800 : 80;
  const int n_kills = at_full_length() ? 200 : 20;
  const Sweep sweep(n_runs, Length::slow, "max_losses: 1000\n");
  std::mt19937 random(20261128);
  const auto among = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  auto program = std::make_unique<RunningProgram>(sweep.words("run", n_workers, {"--quiet"}));
  int n_killed = 0, n_parents = 0;
  while (n_killed < n_kills - 1) {
    // More than one kill for every fourth run, at a moment that nothing foretells: soon enough that
    // the sweep is not over before its last kill on a fast machine.
    ASSERT_TRUE(wait_until([&] {
      return program->ended() ||
             static_cast<int>(sweep.n_done()) * n_kills * 10 / (n_runs * 9) >= n_killed;
    }));
    std::this_thread::sleep_for(std::chrono::milliseconds(among(50)));
    if (program->ended()) {
      ASSERT_LT(sweep.n_done(), static_cast<std::size_t>(n_runs))
          << "the sweep ended before its " << n_kills << " kills";
      FAIL() << "it ended by itself: " << program->wait().err;
    }
    if (among(10) == 0) {
      program->send(SIGKILL);
      EXPECT_EQ(program->wait().signal, SIGKILL);
      ++n_parents;
      // One that was killed before it made the store leaves nothing to resume.
      const bool resume = among(2) == 0 && std::filesystem::exists(sweep.bench.database);
      program = std::make_unique<RunningProgram>(
          sweep.words(resume ? "resume" : "run", n_workers, {"--quiet"}));
    } else {
      const std::vector<pid_t> children = program->children();
      if (children.empty()) continue;
      ::kill(children[static_cast<std::size_t>(among(static_cast<int>(children.size())))], SIGKILL);
    }
    ++n_killed;
    if (n_killed % 10 == 0) {
      EXPECT_EQ(integrity(sweep.bench.database), "ok");
    }
  }
  program->send(SIGKILL);  // the last one is a parent's
  program->wait();
  const ProgramResult rest = run_program(sweep.words("resume", n_workers, {"--quiet"}));
  EXPECT_EQ(rest.exit_code, 0) << rest.err;
  std::cout << n_killed + 1 << " kills, " << n_parents + 1 << " of them of parents\n";
  sweep.expect_as_undisturbed();
}

TEST(Workers, OneThatIsKilledIsReplacedAndTheUserIsTold) {
  const Sweep sweep(20, Length::mixed);
  RunningProgram program(sweep.words("run", 2, {"--quiet"}));
  ASSERT_TRUE(wait_until([&] { return sweep.n_done() >= 3; }));
  const std::vector<pid_t> children = program.children();
  ASSERT_EQ(children.size(), 2u);
  ::kill(children[0], SIGKILL);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.err, {"was ended by signal 9 (Killed); another one takes its place"});
  sweep.expect_as_undisturbed();
}

TEST(Workers, EndWithTheirParent) {
  const Sweep sweep(300);
  RunningProgram program(sweep.words("run", 3, {"--quiet"}));
  ASSERT_TRUE(wait_until([&] { return sweep.n_done() >= 3; }));
  const std::vector<pid_t> children = program.children();
  ASSERT_EQ(children.size(), 3u);
  program.send(SIGKILL);
  program.wait();
  for (const pid_t child : children) EXPECT_TRUE(wait_until([&] { return ::kill(child, 0) != 0; }));
  EXPECT_EQ(sweep.bench.count(RunStatus::running), 0u) << "each finished its run, or gave it back";
  EXPECT_LT(sweep.n_done(), 300u);
}

TEST(Workers, CtrlCStopsThemAllAndTheSameCommandGoesOn) {
  const Sweep sweep(300);
  RunningProgram program(sweep.words("run", 3, {"--quiet"}));
  ASSERT_TRUE(wait_until([&] { return sweep.n_done() >= 3; }));
  program.send(SIGINT);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  expect_says(result.out, {"interrupted", "left"});
  EXPECT_EQ(sweep.bench.count(RunStatus::running), 0u);
  EXPECT_TRUE(sweep.bench.store()->workers().empty());
  EXPECT_EQ(run_program(sweep.words("run", 3, {"--quiet"})).exit_code, 0);
  sweep.expect_as_undisturbed();
}

TEST(Workers, StoppedPastItsLeaseItsRunIsDoneByAnotherAndItsLateWritesAreRefused) {
  const Sweep sweep(4, Length::mixed);
  // Its runs take long enough to be stopped within one.
  const std::vector<std::string> slow = {"--quiet", "--heartbeat", "0.2", "method.tune.c=[" + [] {
                                           std::string values;
                                           for (int i = 1; i < 80; ++i)
                                             values += (i > 1 ? ", " : "") + std::to_string(i);
                                           return values;
                                         }() + "]"};
  RunningProgram first(sweep.words("run", 1, slow));
  ASSERT_TRUE(wait_until([&] {
    try {
      return sweep.bench.count(RunStatus::running) == 1;
    } catch (const DataError&) {
      return false;
    }
  }));
  first.send(SIGSTOP);
  const std::string stopped_run = sweep.bench.store()->workers().at(0).run_id;
  ASSERT_NE(stopped_run, "");
  const ProgramResult second = run_program(sweep.words("run", 1, slow));
  EXPECT_EQ(second.exit_code, 0) << second.err;
  expect_says(second.err, {"lost: worker 1", "has not been heard of", "will be taken again"});
  EXPECT_EQ(sweep.n_done(), 4u);
  const auto results_of = [&] {
    std::vector<double> values;
    for (const MetricRecord& metric : sweep.bench.store()->metrics(stopped_run))
      values.push_back(metric.value);
    return values;
  };
  const auto before = results_of();
  first.send(SIGCONT);
  const ProgramResult late = first.wait();
  EXPECT_EQ(late.exit_code, 0) << late.err;
  EXPECT_EQ(sweep.n_done(), 4u);
  EXPECT_EQ(results_of(), before);
  EXPECT_EQ(integrity(sweep.bench.database), "ok");
}

TEST(Gpu, IsHeldByOneWorkerWhileTheOthersDoWhatNeedsNone) {
  if (!GENREBENCH_WITH_TORCH) GTEST_SKIP() << "built without the deep methods";
  const Workbench bench;
  // No GPU is needed for this: who may use one is decided by what is visible, and LibTorch takes
  // the processor where there is none.
  const auto file = bench.folder.write(
      "deep.yaml",
      "name: deep\n"
      "dataset: {name: folder, root: \"" +
          bench.music.string() +
          "\"}\n"
          "split: {kind: stratified, train_fraction: 0.5}\n"
          "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 256, hop_length: 128, "
          "n_mels: 20, n_mfcc: 8}\n"
          "sweep: {grid: {method.name: [gru, knn]}}\n"
          "method: {gru: {epochs: 20, hidden: 8, batch_size: 2}, knn: {neighbours: 1}}\n"
          "seeds: 3\n");
  const Surroundings with_gpu{
      .environment = {{"CUDA_VISIBLE_DEVICES", "test-" + std::to_string(::getpid())}}};
  RunningProgram program(bench.arguments("run", file, {"--workers", "3"}), with_gpu);
  std::size_t most = 0;
  while (!program.ended()) {
    std::size_t n = 0;
    try {
      for (const RunRecord& run : bench.store()->runs("deep"))
        n += run.status == RunStatus::running && run.parameter("method.name") == "gru";
    } catch (const DataError&) {  // not made yet
    }
    most = std::max(most, n);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(bench.count(RunStatus::done), 6u);
  EXPECT_EQ(most, 1u);
}

}  // namespace workers_test
}  // namespace genrebench
