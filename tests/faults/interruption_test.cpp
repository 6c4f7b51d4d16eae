// Programs that are stopped, killed, or run beside one another.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "faults/fault_support.hpp"

namespace genrebench {
namespace interruption_test {

using namespace testing;

/// Enough runs that a signal falls among them.
constexpr std::size_t kRuns = 600;

std::size_t runs_done(const Workbench& bench) {
  try {
    return bench.count(RunStatus::done);
  } catch (const DataError&) {
    return 0;  // not made yet
  }
}

/// Starts a long experiment and waits until some of its runs are done.
void start(const Workbench& bench, RunningProgram& program) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (runs_done(bench) < 5 && !program.ended() && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ASSERT_FALSE(program.ended()) << "the experiment is too short to be interrupted: "
                                << program.wait().err;
}

void expect_all_done(const Workbench& bench, std::size_t n) {
  const auto store = bench.store();
  std::set<std::string> ids;
  for (const RunRecord& run : store->runs("long")) {
    EXPECT_EQ(to_string(run.status), "done");
    EXPECT_EQ(store->predictions(run.id, "test").size(), std::stoul(run.fact("split.n_test")));
    ids.insert(run.id);
  }
  EXPECT_EQ(ids.size(), n);
  EXPECT_EQ(integrity(bench.database), "ok");
}

void expect_stops(int signal) {
  const Workbench bench;
  const auto file = bench.experiment("long", {{"seeds", std::to_string(kRuns)}});
  RunningProgram program(bench.arguments("run", file));
  start(bench, program);
  program.send(signal);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  expect_says(result.out, {"interrupted"});
  const std::size_t n_done = runs_done(bench);
  EXPECT_GE(n_done, 5u);
  EXPECT_LT(n_done, kRuns);
  EXPECT_EQ(bench.count(RunStatus::running), 0u) << "the run under way was finished first";
  EXPECT_EQ(integrity(bench.database), "ok");
  const ProgramResult again = bench.run(file);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  expect_says(again.out,
              {std::to_string(kRuns - n_done) + " done", std::to_string(n_done) + " done before"});
  expect_all_done(bench, kRuns);
}

TEST(Interruption, CtrlCKeepsWhatIsDoneAndTheSameCommandDoesTheRest) { expect_stops(SIGINT); }

TEST(Interruption, TerminationKeepsWhatIsDoneAndTheSameCommandDoesTheRest) {
  expect_stops(SIGTERM);
}

TEST(Interruption, KilledProgramLeavesWholeRunsAndTheSameCommandDoesTheRest) {
  const Workbench bench;
  const auto file = bench.experiment("long", {{"seeds", std::to_string(kRuns)}});
  for (int attempt = 0; attempt < 3; ++attempt) {
    RunningProgram program(bench.arguments("run", file));
    const std::size_t before = runs_done(bench);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (runs_done(bench) < before + 5 && !program.ended() &&
           std::chrono::steady_clock::now() < give_up)
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
    program.send(SIGKILL);
    EXPECT_EQ(program.wait().signal, SIGKILL);
    EXPECT_GE(runs_done(bench), before + 5);
    const auto store = bench.store();
    for (const RunRecord& run : store->runs()) {
      const bool done = run.status == RunStatus::done;
      EXPECT_EQ(store->metric(run.id, "test", "accuracy").has_value(), done)
          << "a run is there whole or not at all";
      EXPECT_EQ(store->predictions(run.id, "test").empty(), !done);
    }
  }
  const ProgramResult again = bench.run(file);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  expect_all_done(bench, kRuns);
}

TEST(Interruption, KilledWhileFeaturesAreComputedLeavesACacheThatWorks) {
  Workbench bench;
  for (int i = 4; i < 150; ++i) {
    bench.add_tone("polka", i);
    bench.add_tone("rock", i);
  }
  const auto file = bench.experiment("long", {{"seeds", "2"}});
  {
    RunningProgram program(bench.arguments("run", file));
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!std::filesystem::exists(bench.cache / "features") && !program.ended() &&
           std::chrono::steady_clock::now() < give_up)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    program.send(SIGKILL);
    program.wait();
  }
  const ProgramResult again = bench.run(file);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_TRUE(again.err.empty() || again.err.starts_with("lost: worker 1 ")) << again.err;
  EXPECT_LE(std::count(again.err.begin(), again.err.end(), '\n'), 1) << again.err;
  expect_all_done(bench, 2);
}

/// Runs one experiment in several processes at once, with one empty cache and one database that is
/// not there yet.
void expect_beside_one_another(const Workbench& bench, const std::filesystem::path& file,
                               std::size_t n_runs) {
  std::vector<std::unique_ptr<RunningProgram>> programs;
  for (int i = 0; i < 3; ++i)
    programs.push_back(std::make_unique<RunningProgram>(bench.arguments("run", file)));
  for (const auto& program : programs) {
    const ProgramResult result = program->wait();
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.err, "");
  }
  expect_all_done(bench, n_runs);

  Workbench alone;
  alone.music = bench.music;
  alone.database = alone.folder / "alone.db";
  EXPECT_EQ(alone.run(file).exit_code, 0);
  const auto here = bench.store(), there = alone.store();
  for (const RunRecord& run : here->runs("long")) {
    ASSERT_TRUE(there->run(run.id).has_value());
    EXPECT_EQ(here->metric(run.id, "test", "accuracy"), there->metric(run.id, "test", "accuracy"));
    const auto a = here->predictions(run.id, "test"), b = there->predictions(run.id, "test");
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].probabilities, b[i].probabilities);
  }
}

TEST(Interruption, ThreeProcessesOnOneDatabaseAndOneEmptyCacheGetItRight) {
  const Workbench bench;
  expect_beside_one_another(bench, bench.experiment("long", {{"seeds", "60"}}), 60);
}

TEST(Interruption, ThreeProcessesThatMakeOneDatasetGetItRight) {
  const Workbench bench;
  expect_beside_one_another(
      bench,
      bench.experiment("long", {{"dataset",
                                 "{name: synthetic, genres: 2, tracks_per_genre: 4, duration_s: 1, "
                                 "sample_rate_hz: 8000}"},
                                {"seeds", "5"}}),
      5);
}

}  // namespace interruption_test
}  // namespace genrebench
