// `genrebench merge` killed, on full and read-only disks, with sources that are missing or no
// stores, and misused.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "faults/fault_support.hpp"
#include "support/example_store.hpp"

namespace genrebench {
namespace merge_test {

using namespace testing;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

constexpr std::size_t kRuns = 100;

/// A store of done runs with files, and with enough predictions that merging it takes a while.
fs::path make_large_store(const fs::path& file) {
  const ExampleStore store(file);
  std::vector<std::string> plan;
  for (std::size_t i = 0; i < kRuns; ++i) plan.push_back(run_id("run" + std::to_string(i)));
  store.plan("large", plan);
  RunResult result = ExampleStore::result(0.5);
  for (int i = 1; i <= 100; ++i)
    result.predictions.push_back({.split = "test",
                                  .track = "track" + std::to_string(i),
                                  .truth = 0,
                                  .predicted = 1,
                                  .probabilities = {0.5f, 0.5f}});
  for (const std::string& run : plan) {
    const std::string model = "weights of " + run + std::string(2000, 'w');
    write_file_atomically(store.model_file(run), model);
    result.artifacts = {{"model", sha256(model), static_cast<std::int64_t>(model.size())}};
    store->finish(store.take(run), result);
  }
  return file;
}

std::vector<std::string> merge_words(const fs::path& target, const std::vector<fs::path>& sources) {
  std::vector<std::string> words = {"merge"};
  for (const fs::path& source : sources) words.push_back(source.string());
  words.insert(words.end(), {"--db", target.string()});
  return words;
}

ProgramResult merge(const fs::path& target, const std::vector<fs::path>& sources) {
  return run_program(merge_words(target, sources));
}

std::size_t n_runs(const fs::path& file) {
  return fs::exists(file) ? RunStore::open(file, RunStore::Mode::write)->runs().size() : 0;
}

void expect_whole(const fs::path& target, std::size_t n = kRuns) {
  EXPECT_EQ(integrity(target), "ok");
  const auto store = RunStore::open(target, RunStore::Mode::read);
  const auto runs = store->runs("large");
  EXPECT_EQ(runs.size(), n);
  for (const RunRecord& run : runs) {
    EXPECT_EQ(run.status, RunStatus::done);
    EXPECT_EQ(store->predictions(run.id, "test").size(), 102u);
    EXPECT_EQ(sha256_of_file(fs::path(target.string() + ".files") / run.id / "model"),
              store->artifacts(run.id).at(0).sha256);
  }
  for (const auto& entry : fs::directory_iterator(target.string() + ".files"))
    EXPECT_FALSE(entry.path().filename().string().starts_with("incoming")) << entry.path();
}

TEST(MergeFaults, KilledAtAnyMomentLeavesAllOrNothingAndMergingAgainCompletes) {
  const TemporaryFolder folder;
  const fs::path source = make_large_store(folder / "source.db");
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_EQ(merge(folder / "unharmed.db", {source}).exit_code, 0);
  const auto takes = std::chrono::steady_clock::now() - begin;
  constexpr int kAttempts = 10;
  std::size_t n_killed = 0;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const fs::path target = folder / ("target" + std::to_string(attempt) + ".db");
    {
      const ExampleStore own(target);
      own.plan("own", {"mine"_run});
      own.done("mine"_run, 0.25);
    }
    RunningProgram program(merge_words(target, {source}));
    std::this_thread::sleep_for(takes * attempt / kAttempts);
    program.send(SIGKILL);
    n_killed += program.wait().signal == SIGKILL ? 1 : 0;
    EXPECT_EQ(integrity(target), "ok");
    const std::size_t n = n_runs(target);
    EXPECT_TRUE(n == 1 || n == kRuns + 1) << n;
    EXPECT_EQ(RunStore::open(target, RunStore::Mode::read)->metric("mine"_run, "test", "accuracy"),
              0.25);
    const ProgramResult again = merge(target, {source});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(again.err, "");
    expect_whole(target);
    const std::string once = dump(target);
    EXPECT_EQ(merge(target, {source}).exit_code, 0);
    EXPECT_EQ(dump(target), once);
  }
  EXPECT_GT(n_killed, 0u);
}

TEST(MergeFaults, SourceThatIsDeletedWhileItIsReadGivesAllOrNothing) {
  const TemporaryFolder folder;
  make_large_store(folder / "kept.db");
  for (int attempt = 0; attempt < 4; ++attempt) {
    const fs::path source = folder / "source.db",
                   target = folder / ("target" + std::to_string(attempt) + ".db");
    fs::copy_file(folder / "kept.db", source);
    RunningProgram program(merge_words(target, {source}));
    std::this_thread::sleep_for(std::chrono::milliseconds(10 * attempt));
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(source.string() + suffix);
    const ProgramResult result = program.wait();
    EXPECT_EQ(result.signal, 0);
    const std::size_t n = n_runs(target);
    EXPECT_TRUE(n == 0 || n == kRuns) << n;
    EXPECT_EQ(result.exit_code, n == 0 ? 1 : 0) << result.err;
    if (n == 0) expect_one_line(result.err, {source.string()});
    if (fs::exists(target)) {
      EXPECT_EQ(integrity(target), "ok");
    }
  }
}

TEST(MergeFaults, FullDiskUnderTheTargetIsSaidAndLosesNothing) {
  GENREBENCH_REQUIRE_DISK(disk, "24m");
  const TemporaryFolder folder;
  const fs::path source = make_large_store(folder / "source.db"),
                 target = disk.path() / "target.db";
  {
    const ExampleStore own(target);
    own.plan("own", {"mine"_run});
    own.done("mine"_run, 0.25);
  }
  for (const std::uint64_t left :
       {std::uint64_t{0}, std::uint64_t{100000}, std::uint64_t{500000}}) {
    disk.fill(left);
    const ProgramResult result = merge(target, {source});
    EXPECT_EQ(result.exit_code, 1) << result.out;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    expect_says(result.err, {"genrebench: ", disk.path().string()});
    disk.free_space();
    EXPECT_EQ(n_runs(target), 1u);
    EXPECT_EQ(integrity(target), "ok");
  }
  EXPECT_EQ(merge(target, {source}).exit_code, 0);
  expect_whole(target);
}

TEST(MergeFaults, ReadOnlyTargetIsSaidAndReadOnlySourcesAreRead) {
  GENREBENCH_REQUIRE_DISK(disk, "24m");
  const TemporaryFolder folder;
  const fs::path large = make_large_store(disk.path() / "large.db");
  {
    const ExampleStore small(folder / "small.db");
    small.plan("own", {"mine"_run});
  }
  ASSERT_TRUE(!fs::exists(large.string() + "-wal")) << "closed";
  disk.make_read_only();
  expect_refused(merge(large, {folder / "small.db"}), 1, {large.string(), "read-only"});
  expect_refused(merge(disk.path() / "new.db", {folder / "small.db"}), 1, {"new.db"});
  const ProgramResult result = merge(folder / "target.db", {large});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_whole(folder / "target.db");
}

TEST(MergeFaults, LogOfASourceOnAReadOnlyDiskIsReadToo) {
  GENREBENCH_REQUIRE_DISK(disk, "24m");
  const TemporaryFolder folder;
  {
    const ExampleStore live(folder / "live.db");
    live.plan("table2", {"aa"_run, "bb"_run});
    live.done("aa"_run);
    for (const char* suffix : {"", "-wal"})
      fs::copy_file(folder / ("live.db" + std::string(suffix)),
                    disk.path() / ("kept.db" + std::string(suffix)));
  }
  ASSERT_GT(fs::file_size(disk.path() / "kept.db-wal"), 0u);
  disk.make_read_only();
  const ProgramResult result = merge(folder / "target.db", {disk.path() / "kept.db"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto target = RunStore::open(folder / "target.db", RunStore::Mode::read);
  EXPECT_EQ(target->tally("table2"),
            (std::map<RunStatus, std::size_t>{{RunStatus::planned, 1}, {RunStatus::done, 1}}));
}

TEST(MergeFaults, LimitOnFilesEndsItInOneLine) {
  const TemporaryFolder folder;
  const fs::path source = make_large_store(folder / "source.db");
  const ProgramResult result =
      run_program(merge_words(folder / "target.db", {source}),
                  {.folder = {}, .environment = {}, .largest_file_bytes = 400000});
  EXPECT_EQ(result.signal, 0);
  expect_refused(result, 1, {"target.db"});
  EXPECT_EQ(n_runs(folder / "target.db"), 0u);
  EXPECT_EQ(merge(folder / "target.db", {source}).exit_code, 0);
  expect_whole(folder / "target.db");
}

TEST(MergeFaults, WhatCannotBeMergedIsNamedAndTheOthersAreMerged) {
  const TemporaryFolder folder;
  const ExampleStore first(folder / "first.db"), second(folder / "second.db");
  first.plan("a", {"aa"_run});
  second.plan("b", {"bb"_run});
  const fs::path text = folder.write("text.db", std::string(3000, 't')),
                 target = folder / "target.db";
  const ProgramResult result =
      merge(target, {first.file(), folder / "none.db", text, target, second.file()});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 3) << result.err;
  expect_says(result.err,
              {"genrebench: " + (folder / "none.db").string() + ": no such store",
               text.string() + ": not an SQLite database", target.string(), "same store"});
  expect_says(result.out, {"first.db", "second.db", "3 of 5 stores could not be merged"});
  EXPECT_EQ(n_runs(target), 2u);
}

TEST(MergeFaults, WithoutAnySourceThatCanBeMergedNothingIsMadeOrPrinted) {
  const TemporaryFolder folder;
  expect_refused(merge(folder / "target.db", {folder / "none.db"}), 1,
                 {"none.db", "no such store"});
  EXPECT_FALSE(fs::exists(folder / "target.db"));
}

TEST(MergeFaults, TargetThatIsNoStoreIsNamedOnce) {
  const TemporaryFolder folder;
  const ExampleStore first(folder / "first.db"), second(folder / "second.db");
  const fs::path text = folder.write("text.db", std::string(3000, 't'));
  expect_refused(merge(text, {first.file(), second.file()}), 1,
                 {text.string(), "not an SQLite database"});
  expect_refused(merge(folder.path(), {first.file(), second.file()}), 1,
                 {folder.path().string(), "found a folder"});
  execute_sql(folder / "theirs.db", "CREATE TABLE songs (id)");
  expect_refused(merge(folder / "theirs.db", {first.file(), second.file()}), 1,
                 {"theirs.db", "not a genrebench run store"});
}

TEST(MergeFaults, MistakesOnTheCommandLineAreExplained) {
  const TemporaryFolder folder;
  const Surroundings here{.folder = folder.path()};
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"merge"}, {"merge", "--db", "x.db"}, {"merge", "a.db", "--into", "b.db"}}) {
    const ProgramResult result = run_program(words, here);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    expect_says(result.err, {"genrebench: ", "Try: genrebench ", "--help"});
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(MergeFaults, DifferencesAreSaidAndAreNoFailure) {
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db"), target(folder / "target.db");
  for (const ExampleStore* store : {&source, &target}) store->plan("table2", {"aa"_run});
  source.done("aa"_run, 0.5);
  target.done("aa"_run, 0.75);
  const ProgramResult result = merge(target.file(), {source.file()});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "run aa000000: different results in " + source.file().string() + " and " +
                            target.file().string() + "; kept those of " + target.file().string() +
                            "\n");
  auto words = merge_words(target.file(), {source.file(), folder / "none.db"});
  words.push_back("--json");
  const ProgramResult json = run_program(words);
  EXPECT_EQ(json.exit_code, 1);
  const auto document = nlohmann::json::parse(json.out);
  ASSERT_EQ(document.size(), 2u);
  EXPECT_EQ(document[0]["source"], source.file().string());
  EXPECT_EQ(document[0]["different"], 1);
  EXPECT_EQ(document[0]["differences"].size(), 1u);
  EXPECT_TRUE(document[1].contains("error"));
}

}  // namespace merge_test
}  // namespace genrebench
