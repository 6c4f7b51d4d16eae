// Sweeps whose workers each write a store of their own.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "base/error.hpp"
#include "faults/sweep_support.hpp"

namespace genrebench {
namespace shards_test {

using namespace testing;
namespace fs = std::filesystem;

TEST(Shards, GiveWhatOneStoreGivesAndLeaveNothingBehind) {
  const Sweep sweep(20, Length::mixed);
  const ProgramResult result =
      run_program(sweep.words("run", 3, {"--quiet", "--store", "sharded"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  expect_says(result.out, {"sweep: 20 runs: 20 done"});
  EXPECT_FALSE(fs::exists(sweep.bench.database.string() + ".shards"));
  sweep.expect_as_undisturbed();
}

TEST(Shards, OfASweepWhoseProcessesWereAllKilledAreJoinedByTheNextOne) {
  const Sweep sweep(300);
  const fs::path shards = sweep.bench.database.string() + ".shards";
  const auto done_in_shards = [&] {
    std::size_t n = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(shards, error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->path().extension() != ".db") continue;
      try {
        n += RunStore::open(entry->path(), RunStore::Mode::read)->tally("sweep")[RunStatus::done];
      } catch (const DataError&) {  // not made yet
      }
    }
    return n;
  };
  {
    RunningProgram program(sweep.words("run", 2, {"--quiet", "--store", "sharded"}));
    ASSERT_TRUE(wait_until([&] { return done_in_shards() >= 10; }));
    const std::vector<pid_t> children = program.children();
    program.send(SIGKILL);
    program.wait();
    for (const pid_t child : children) ::kill(child, SIGKILL);
    for (const pid_t child : children)
      EXPECT_TRUE(wait_until([&] { return ::kill(child, 0) != 0; }));
  }
  EXPECT_EQ(sweep.n_done(), 0u) << "they are in the shards";
  const std::size_t n = done_in_shards();
  const ProgramResult again = run_program(sweep.words("run", 2, {"--quiet", "--json"}));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  expect_says(again.out, {"\"done_before\": " + std::to_string(n)});
  EXPECT_FALSE(fs::exists(shards));
  sweep.expect_as_undisturbed();
}

TEST(Shards, OfAProcessElsewhereAreLeftAloneAndNamed) {
  const Sweep sweep(4);
  const fs::path folder = sweep.bench.database.string() + ".shards/far-1";
  fs::create_directories(folder);
  std::ofstream(folder / "owner.json")
      << R"({"host": "far", "boot": "other", "pid_namespace": "x", "pid": 1, "start": 1})";
  const ProgramResult result = run_program(sweep.words("run", 1, {"--quiet"}));
  EXPECT_EQ(result.exit_code, 0);
  expect_says(result.err, {folder.string(), "process 1 on far", "genrebench merge"});
  EXPECT_TRUE(fs::exists(folder / "owner.json"));
}

}  // namespace shards_test
}  // namespace genrebench
