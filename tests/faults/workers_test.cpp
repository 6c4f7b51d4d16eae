// Sweeps by several processes, which are killed, stopped, or lose their disk or their clock.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "faults/fault_support.hpp"

namespace genrebench {
namespace {

using namespace testing;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

/// Runs of a few milliseconds, of up to 0.2 s, or both.
enum class Length { quick, slow, mixed };

/// A sweep of short runs whose accuracies differ.
class Sweep {
 public:
  explicit Sweep(int n_runs, Length length = Length::quick,
                 const std::string& more = "retries: 0\n")
      : n_runs_(static_cast<std::size_t>(n_runs)) {
    file = bench.folder.write(
        "sweep.yaml",
        "name: sweep\n"
        "dataset: {name: synthetic, genres: 4, tracks_per_genre: 8, duration_s: 3, sample_rate_hz: "
        "8000}\n"
        "split: {kind: stratified, train_fraction: 0.5, valid_fraction: 0.2}\n"
        "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 256, hop_length: 128, "
        "n_mels: 20, n_mfcc: 8}\n"
        "excerpt: {name: chunks, length_s: 0.2}\n"
        "method: {tune: {c: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]}}\n"
        "sweep: {grid: {method.name: [" +
            std::string(length == Length::quick  ? "softmax"
                        : length == Length::slow ? "svm"
                                                 : "svm, softmax") +
            "]}}\n"
            "reports: [table2]\n"
            "seeds: " +
            std::to_string(length == Length::mixed ? n_runs / 2 : n_runs) + "\n" + more);
  }

  std::vector<std::string> words(const std::string& command, int workers,
                                 const std::vector<std::string>& more = {}) const {
    std::vector<std::string> result = {command};
    result.push_back(command == "resume" ? "sweep" : file.string());
    for (const std::string& word :
         {std::string("--db"), bench.database.string(), std::string("--cache"),
          bench.cache.string(), std::string("--workers"), std::to_string(workers)})
      result.push_back(word);
    result.insert(result.end(), more.begin(), more.end());
    return result;
  }

  std::size_t n_done() const {
    try {
      return bench.store()->tally("sweep")[RunStatus::done];
    } catch (const DataError&) {
      return 0;  // not made yet
    }
  }

  std::string table(const fs::path& database) const {
    const ProgramResult result = run_program({"report", file.string(), "--db", database.string(),
                                              "--out", (bench.folder / "report").string()});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }

  /// Every run is done, once, and every number is what a sweep that nothing happened to gives.
  void expect_as_undisturbed() const {
    const fs::path quiet = bench.folder / "undisturbed.db";
    const ProgramResult run = run_program({"run", file.string(), "--db", quiet.string(), "--cache",
                                           bench.cache.string(), "--quiet", "--threads", "1"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(integrity(bench.database), "ok");
    const auto here = bench.store();
    const auto there = RunStore::open(quiet, RunStore::Mode::read);
    const std::vector<RunRecord> runs = here->runs("sweep");
    EXPECT_EQ(here->runs().size(), n_runs_);
    ASSERT_EQ(runs.size(), n_runs_);
    std::set<std::string> ids;
    for (const RunRecord& record : runs) {
      ids.insert(record.id);
      ASSERT_EQ(to_string(record.status), "done") << record.message;
      const auto a = here->metrics(record.id), b = there->metrics(record.id);
      ASSERT_EQ(a.size(), b.size());
      for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].value, b[i].value) << a[i].name;
      const auto p = here->predictions(record.id, "test"),
                 q = there->predictions(record.id, "test");
      ASSERT_EQ(p.size(), q.size());
      for (std::size_t i = 0; i < p.size(); ++i) EXPECT_EQ(p[i].probabilities, q[i].probabilities);
    }
    EXPECT_EQ(ids.size(), n_runs_);
    EXPECT_TRUE(here->workers().empty()) << "nobody is said to be at work";
    EXPECT_EQ(table(bench.database), table(quiet)) << "to the byte";
  }

  Workbench bench;
  fs::path file;

 private:
  std::size_t n_runs_;
};

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
  const int n_runs = at_full_length() ? 400 : 40;
  const int n_kills = at_full_length() ? 200 : 20;
  const Sweep sweep(n_runs, Length::slow, "max_losses: 1000\n");
  std::mt19937 random(20261128);
  const auto among = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  auto program = std::make_unique<RunningProgram>(sweep.words("run", n_workers, {"--quiet"}));
  int n_killed = 0, n_parents = 0;
  while (n_killed < n_kills - 1) {
    // More than one kill for every second run, at a moment that nothing foretells.
    ASSERT_TRUE(wait_until([&] {
      return program->ended() ||
             static_cast<int>(sweep.n_done()) * n_kills * 10 / (n_runs * 9) >= n_killed;
    }));
    std::this_thread::sleep_for(std::chrono::milliseconds(among(100)));
    if (program->ended()) {
      ASSERT_LT(sweep.n_done(), static_cast<std::size_t>(n_runs))
          << "the sweep ended before its " << n_kills << " kills";
      FAIL() << "it ended by itself: " << program->wait().err;
    }
    if (among(10) == 0) {
      program->send(SIGKILL);
      EXPECT_EQ(program->wait().signal, SIGKILL);
      ++n_parents;
      program = std::make_unique<RunningProgram>(
          sweep.words(among(2) == 0 ? "resume" : "run", n_workers, {"--quiet"}));
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
      runs[static_cast<std::size_t>(i)].id = "run" + std::to_string(i);
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
            store->claim("run" + std::to_string(i), store->join(this_process(), 10.0), {}).lease;
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
    const auto metrics = store->metrics("run" + std::to_string(i));
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

}  // namespace
}  // namespace genrebench
