// Sweeps by several processes that lose their disk, their database or their clock.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <set>

#include "faults/sweep_support.hpp"
#include "support/run_ids.hpp"

namespace genrebench {
namespace worker_surroundings_test {

using namespace testing;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

TEST(Workers, FillTheDiskThenAllStopAndNothingIsLost) {
  GENREBENCH_REQUIRE_DISK(disk, "16m");
  Sweep sweep(150);
  sweep.bench.database = disk.path() / "runs.db";
  RunningProgram program(sweep.words("run", 2, {"--quiet"}));
  ASSERT_TRUE(wait_until([&] { return sweep.n_done() >= 5; }));
  disk.fill();
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 1) << result.out;
  expect_says(result.err, {sweep.bench.database.string(), "full"});
  const std::size_t n_done = sweep.n_done();
  EXPECT_GE(n_done, 5u);
  disk.free_space();
  const ProgramResult again = run_program(sweep.words("resume", 2, {"--quiet"}));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  sweep.expect_as_undisturbed();
}

/// A file that nobody may write any more, root included, while it lives.
class Frozen {
 public:
  explicit Frozen(const fs::path& file) : descriptor_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    held_ = set(FS_IMMUTABLE_FL);
  }
  ~Frozen() {
    set(0);
    ::close(descriptor_);
  }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;
  bool held() const { return held_; }

 private:
  bool set(int flag) const {
    int flags = 0;
    if (::ioctl(descriptor_, FS_IOC_GETFLAGS, &flags) != 0) return false;
    flags = (flags & ~FS_IMMUTABLE_FL) | flag;
    return ::ioctl(descriptor_, FS_IOC_SETFLAGS, &flags) == 0;
  }
  int descriptor_;
  bool held_ = false;
};

TEST(Workers, WhoseDatabaseBecomesReadOnlyStopWithAClearError) {
  const Sweep sweep(300);
  RunningProgram program(sweep.words("run", 2, {"--quiet"}));
  ASSERT_TRUE(wait_until([&] { return sweep.n_done() >= 5; }));
  {
    const Frozen log(sweep.bench.database.string() + "-wal"), database(sweep.bench.database);
    if (!log.held() || !database.held()) GTEST_SKIP() << "files cannot be made immutable here";
    const ProgramResult result = program.wait();
    EXPECT_EQ(result.exit_code, 1) << result.out;
    expect_says(result.err, {sweep.bench.database.string(), "what was recorded before is kept"});
    const ProgramResult more = run_program(sweep.words("resume", 1, {"--quiet"}));
    EXPECT_EQ(more.exit_code, 1);
    expect_one_line(more.err, {sweep.bench.database.string()});
  }
  EXPECT_GE(sweep.n_done(), 5u);
  EXPECT_EQ(run_program(sweep.words("resume", 2, {"--quiet"})).exit_code, 0);
  sweep.expect_as_undisturbed();
}

TEST(Workers, WhoseDatabaseIsDeletedStopWithAClearErrorAndMakeNoOther) {
  const Sweep sweep(300);
  RunningProgram program(sweep.words("run", 2, {"--quiet"}));
  ASSERT_TRUE(wait_until([&] { return sweep.n_done() >= 5; }));
  fs::remove(sweep.bench.database);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 1) << result.out;
  expect_says(result.err,
              {sweep.bench.database.string(), "deleted, moved or replaced while it was in use"});
  EXPECT_FALSE(fs::exists(sweep.bench.database));
  const ProgramResult again = run_program(sweep.words("run", 2, {"--quiet"}));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  sweep.expect_as_undisturbed();
}

TEST(Workers, WhoseClockIsSetBackByADayGoOnUndisturbed) {
  const char* library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
  if (!fs::exists(library)) GTEST_SKIP() << "the package faketime is not installed";
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer has to be loaded before anything else";
#endif
  const Sweep sweep(100);
  const fs::path offset = sweep.bench.folder.write("offset", "+0\n");
  RunningProgram program(sweep.words("run", 2, {"--quiet", "--heartbeat", "0.1"}),
                         {.environment = {{"LD_PRELOAD", library},
                                          {"FAKETIME_TIMESTAMP_FILE", offset.string()},
                                          {"FAKETIME_NO_CACHE", "1"},
                                          {"FAKETIME_DONT_FAKE_MONOTONIC", "1"}}});
  ASSERT_TRUE(wait_until([&] { return sweep.n_done() >= 5; }));
  std::ofstream(offset) << "-1d\n";
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "") << "nobody was thought lost";
  std::set<std::string> days;
  for (const RunRecord& run : sweep.bench.store()->runs("sweep"))
    days.insert(run.started_at.substr(0, 10));
  EXPECT_EQ(days.size(), 2u) << "the clock was set back indeed";
  sweep.expect_as_undisturbed();
}

TEST(Workers, TransactionsOfSixteenProcessesLoseNoRowAndNoneIsToldThatTheDatabaseIsBusy) {
  constexpr int kProcesses = 16;
  const int n_transactions = at_full_length() ? 10000 : 300;
  const TemporaryFolder folder;
  {
    std::vector<RunRecord> runs(kProcesses);
    for (int i = 0; i < kProcesses; ++i)
      runs[static_cast<std::size_t>(i)].id = run_id("run" + std::to_string(i));
    RunStore::open(folder / "runs.db", RunStore::Mode::write)
        ->plan({.name = "x", .description = {}, .source_file = {}, .created_at = {}, .run_ids = {}},
               runs);
  }
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      int code = 1;
      try {
        const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
        const Lease lease =
            store->claim(run_id("run" + std::to_string(i)), store->join(this_process(), 10.0), {})
                .lease;
        std::ofstream times(folder / ("times" + std::to_string(i)));
        for (int step = 1; step <= n_transactions; ++step) {
          const auto begin = std::chrono::steady_clock::now();
          store->add_curves(lease, {{"train", "loss", step, 1.0 / step}});
          times << std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() -
                                                             begin)
                       .count()
                << "\n";
        }
        code = 0;
      } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
      }
      ::_exit(code);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::read);
  std::vector<double> milliseconds;
  for (int i = 0; i < kProcesses; ++i) {
    const auto metrics = store->metrics(run_id("run" + std::to_string(i)));
    EXPECT_EQ(metrics.size(), static_cast<std::size_t>(n_transactions));
    std::ifstream times(folder / ("times" + std::to_string(i)));
    for (double ms = 0.0; times >> ms;) milliseconds.push_back(ms);
  }
  EXPECT_EQ(integrity(folder / "runs.db"), "ok");
  std::sort(milliseconds.begin(), milliseconds.end());
  ASSERT_EQ(milliseconds.size(), static_cast<std::size_t>(kProcesses * n_transactions));
  const auto quantile = [&](double q) {
    return milliseconds[static_cast<std::size_t>(q * static_cast<double>(milliseconds.size() - 1))];
  };
  std::cout << "a transaction: median " << quantile(0.5) << " ms, 99 % " << quantile(0.99)
            << " ms, longest " << quantile(1.0) << " ms\n";
}

}  // namespace worker_surroundings_test
}  // namespace genrebench
