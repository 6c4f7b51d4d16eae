// `genrebench store` killed, on full and read-only disks, on what is no store, and misused.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "faults/fault_support.hpp"
#include "support/example_store.hpp"

namespace genrebench {
namespace store_commands_test {

using namespace testing;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

constexpr std::size_t kRuns = 60;

fs::path make_store(const fs::path& file) {
  const ExampleStore store(file);
  std::vector<std::string> plan;
  for (std::size_t i = 0; i < kRuns; ++i)
    plan.push_back(run_id((i % 2 == 0 ? "k" : "s") + std::to_string(i)));
  store.plan("table2", plan);
  for (const std::string& run : plan) store.done(run, 0.5, "weights of " + run);
  return file;
}

ProgramResult store_command(const fs::path& file, std::vector<std::string> words) {
  words.insert(words.begin(), "store");
  words.insert(words.end(), {"--db", file.string()});
  return run_program(words);
}

std::size_t n_runs(const fs::path& file) {
  return RunStore::open(file, RunStore::Mode::write)->runs().size();
}

TEST(StoreFaults, DeleteThatIsKilledLosesNothing) {
  const TemporaryFolder folder;
  const fs::path file = make_store(folder / "runs.db");
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_EQ(store_command(file, {"delete", "--where", "method.name=knn"}).exit_code, 0);
  const auto takes = std::chrono::steady_clock::now() - begin;
  ASSERT_EQ(store_command(file, {"delete", "--undo"}).exit_code, 0);
  const std::string before = dump(file);
  constexpr int kAttempts = 12;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    RunningProgram program(
        {"store", "delete", "--where", "method.name=knn", "--db", file.string()});
    std::this_thread::sleep_for(takes * attempt / kAttempts);
    program.send(SIGKILL);
    program.wait();
    EXPECT_EQ(integrity(file), "ok");
    const std::size_t n = n_runs(file);
    EXPECT_TRUE(n == kRuns || n == kRuns / 2) << n;
    const ProgramResult undone = store_command(file, {"delete", "--undo"});
    if (n < kRuns) {
      EXPECT_EQ(undone.exit_code, 0) << undone.err;
    }
    EXPECT_EQ(dump(file), before);
    const ProgramResult checked = store_command(file, {"check"});
    EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  }
}

TEST(StoreFaults, BackupAndVacuumThatAreKilledHarmNothing) {
  const TemporaryFolder folder;
  const fs::path file = make_store(folder / "runs.db");
  const std::string before = dump(file);
  for (const std::string verb : {"backup", "vacuum"}) {
    for (int attempt = 0; attempt < 5; ++attempt) {
      RunningProgram program({"store", verb, "--db", file.string()});
      std::this_thread::sleep_for(std::chrono::milliseconds(3 * attempt));
      program.send(SIGKILL);
      program.wait();
      EXPECT_EQ(integrity(file), "ok");
    }
  }
  EXPECT_EQ(store_command(file, {"vacuum"}).exit_code, 0);
  EXPECT_EQ(RunStore::open(file, RunStore::Mode::read)->runs().size(), kRuns);
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    const std::string name = entry.path().filename().string();
    if (name.find(".backup-") != std::string::npos &&
        name.find(".unfinished") == std::string::npos) {
      EXPECT_EQ(integrity(entry.path()), "ok");
    }
  }
}

TEST(StoreFaults, FullDiskLeavesTheStoreAsItWas) {
  GENREBENCH_REQUIRE_DISK(disk, "8m");
  const fs::path file = make_store(disk.path() / "runs.db");
  store_command(file, {"vacuum"});  // it forgets workers that ended, however full the disk is
  const std::string before = dump(file);
  disk.fill(/*leave_bytes=*/50000);
  const auto refused = [&](const ProgramResult& result) {
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.out, "");
    expect_one_line(result.err, {disk.path().string()});
    EXPECT_EQ(dump(file), before);
    for (const auto& entry : fs::directory_iterator(disk.path())) {
      EXPECT_EQ(entry.path().string().find(".tmp."), std::string::npos)
          << entry.path() << " was left behind";
      EXPECT_EQ(entry.path().string().find("unfinished"), std::string::npos)
          << entry.path() << " was left behind";
    }
  };
  refused(store_command(file, {"backup"}));
  refused(store_command(file, {"backup", "--files"}));
  refused(store_command(file, {"delete", "--experiment", "table2"}));
  refused(store_command(file, {"vacuum"}));
  disk.free_space();
  EXPECT_EQ(store_command(file, {"check"}).exit_code, 0);
  EXPECT_EQ(store_command(file, {"backup", "--files"}).exit_code, 0);
  EXPECT_EQ(store_command(file, {"delete", "--experiment", "table2"}).exit_code, 0);
  EXPECT_EQ(store_command(file, {"vacuum"}).exit_code, 0);
  EXPECT_EQ(n_runs(file), 0u);
}

TEST(StoreFaults, FullDiskDuringTheBackupOfAMigrationLeavesTheStoreAsItWas) {
  GENREBENCH_REQUIRE_DISK(disk, "1m");
  const fs::path file = disk.path() / "runs.db",
                 original = GENREBENCH_SOURCE_DIR "/tests/golden/stores/schema2.db";
  fs::copy_file(original, file);
  const std::string before = dump(file);
  disk.fill(/*leave_bytes=*/60000);
  const ProgramResult result = store_command(file, {"vacuum"});
  expect_refused(
      result, 1,
      {file.string() + ".schema2.bak", "cannot be written", file.string() + " was not changed"});
  EXPECT_EQ(dump(file), before);
  disk.free_space();
  for (const auto& entry : fs::directory_iterator(disk.path()))
    EXPECT_EQ(entry.path().string().find("schema2"), std::string::npos)
        << entry.path() << " was left behind";
  EXPECT_EQ(store_command(file, {"vacuum"}).exit_code, 0);
  EXPECT_EQ(integrity(file.string() + ".schema2.bak"), "ok");
  EXPECT_EQ(n_runs(file), 8u);
}

TEST(StoreFaults, FullDiskDuringAMigrationLeavesTheStoreAsItWas) {
  GENREBENCH_REQUIRE_DISK(disk, "1m");
  const fs::path file = disk.path() / "runs.db";
  fs::copy_file(GENREBENCH_SOURCE_DIR "/tests/golden/stores/schema2.db", file);
  const std::string before = dump(file);
  disk.fill(/*leave_bytes=*/140000);  // room for the backup, but not for the change
  expect_refused(store_command(file, {"vacuum"}), 1, {file.string(), "full"});
  EXPECT_EQ(integrity(file), "ok");
  EXPECT_EQ(dump(file), before);
  EXPECT_TRUE(fs::exists(file.string() + ".schema2.bak"));
  disk.free_space();
  EXPECT_EQ(store_command(file, {"vacuum"}).exit_code, 0);
  EXPECT_EQ(n_runs(file), 8u);
  EXPECT_FALSE(fs::exists(file.string() + ".schema2.bak.2"));
}

TEST(StoreFaults, KilledMigrationIsMadeByTheNextOne) {
  const TemporaryFolder folder;
  for (int attempt = 0; attempt < 8; ++attempt) {
    const fs::path file = folder / ("runs" + std::to_string(attempt) + ".db");
    fs::copy_file(GENREBENCH_SOURCE_DIR "/tests/golden/stores/schema2.db", file);
    RunningProgram program({"store", "vacuum", "--db", file.string()});
    std::this_thread::sleep_for(std::chrono::milliseconds(2 * attempt));
    program.send(SIGKILL);
    program.wait();
    EXPECT_EQ(integrity(file), "ok");
    EXPECT_EQ(store_command(file, {"vacuum"}).exit_code, 0);
    EXPECT_EQ(n_runs(file), 8u);
    EXPECT_EQ(integrity(file.string() + ".schema2.bak"), "ok");
  }
}

TEST(StoreFaults, ReadOnlyStoreIsCheckedAndNotChanged) {
  GENREBENCH_REQUIRE_DISK(disk, "8m");
  const TemporaryFolder folder;
  const fs::path file = make_store(disk.path() / "runs.db");
  disk.make_read_only();
  EXPECT_EQ(store_command(file, {"check"}).exit_code, 0);
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"vacuum"}, {"delete", "--status", "done"}, {"backup"}})
    expect_refused(store_command(file, words), 1, {file.string()});
  const ProgramResult copied =
      store_command(file, {"backup", "--files", "--out", (folder / "copy.db").string()});
  EXPECT_EQ(copied.exit_code, 0) << copied.err;
  EXPECT_EQ(store_command(folder / "copy.db", {"check"}).exit_code, 0);
}

TEST(StoreFaults, DamageIsAProblemAndNoCrash) {
  const TemporaryFolder folder;
  const fs::path file = make_store(folder / "runs.db");
  {
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    for (int page = 20; page < 30; ++page) stream.seekp(page * 4096) << std::string(600, '\xA5');
  }
  const ProgramResult result = store_command(file, {"check"});
  EXPECT_EQ(result.exit_code, 1) << result.out;
  EXPECT_EQ(result.signal, 0);
  expect_says(result.out, {"damaged", "nothing else was checked"});
}

TEST(StoreFaults, WhatIsNoStoreIsRefusedByEveryCommand) {
  const TemporaryFolder folder;
  const fs::path text = folder.write("text.db", std::string(3000, 't')), none = folder / "none.db";
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"check"},
                                             {"backup"},
                                             {"vacuum"},
                                             {"delete", "--status", "done"},
                                             {"delete", "--undo"}}) {
    expect_refused(store_command(none, words), 1, {none.string(), "no such database"});
    EXPECT_FALSE(fs::exists(none));
    if (words.back() != "--undo")
      expect_refused(store_command(text, words), 1, {text.string(), "not an SQLite database"});
    expect_refused(store_command(folder.path(), words), 1, {folder.path().string()});
  }
}

TEST(StoreFaults, MistakesOnTheCommandLineAreExplainedAndChangeNothing) {
  const TemporaryFolder folder;
  const fs::path file = make_store(folder / "runs.db");
  const std::string before = dump(file);
  expect_refused(store_command(file, {"delete"}), 2,
                 {"store delete", "--run", "--experiment", "--status", "--where"});
  expect_refused(store_command(file, {"delete", "--run", "zz"}), 2,
                 {"no run's id begins with 'zz'"});
  expect_refused(store_command(file, {"delete", "--run", "f6b"}), 2,
                 {"30 runs' ids begin with 'f6b'"});
  expect_refused(store_command(file, {"delete", "--experiment", "table3"}), 2,
                 {"--experiment", "table3", "table2"});
  expect_refused(store_command(file, {"delete", "--status", "finished"}), 2,
                 {"--status", "finished", "done"});
  expect_refused(store_command(file, {"delete", "--where", "knn"}), 2,
                 {"--where", "key=value", "knn"});
  expect_refused(store_command(file, {"delete", "--where", "method.nam=knn"}), 2,
                 {"--where", "did you mean 'method.name'?"});
  expect_refused(
      store_command(file, {"delete", "--where", "method.name=knn", "--where", "method.name=svm"}),
      2, {"--where", "no run has both"});
  expect_refused(store_command(file, {"delete", "--undo", "--status", "done"}), 2, {"--undo"});
  expect_refused(store_command(file, {"delete", "--undo"}), 1,
                 {file.string(), "nothing to bring back"});
  expect_refused(store_command(file, {"backup", "--out", file.string()}), 2,
                 {file.string(), "exists"});
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"store"}, {"store", "tidy"}, {"store", "check", "--fix"}}) {
    const ProgramResult result = run_program(words);
    EXPECT_EQ(result.exit_code, 2);
    expect_says(result.err, {"genrebench: ", "Try: genrebench ", "--help"});
  }
  EXPECT_EQ(dump(file), before);
}

TEST(StoreFaults, DryRunListsAndChangesNothing) {
  const TemporaryFolder folder;
  const fs::path file = make_store(folder / "runs.db");
  const std::string before = dump(file);
  const ProgramResult result =
      store_command(file, {"delete", "--where", "method.name=knn", "--dry-run"});
  EXPECT_EQ(result.exit_code, 0);
  expect_says(result.out, {run_id("k0").substr(0, 8), run_id("k58").substr(0, 8),
                           "30 runs would be deleted; nothing was changed"});
  EXPECT_EQ(dump(file), before);
  expect_says(store_command(file, {"delete", "--where", "method.name=none"}).out,
              {"no run matches"});
}

TEST(StoreFaults, EveryCommandSpeaksToPeopleAndToPrograms) {
  const TemporaryFolder folder;
  const fs::path file = make_store(folder / "runs.db");
  const auto json = [&](std::vector<std::string> words, int exit_code = 0) {
    words.push_back("--json");
    const ProgramResult result = store_command(file, words);
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    return nlohmann::json::parse(result.out);
  };
  EXPECT_EQ(json({"check"})["runs"]["done"], kRuns);
  expect_says(store_command(file, {"check"}).out,
              {"schema version", "runs done", "60", "no problems"});
  EXPECT_EQ(json({"backup"})["files_left_out"], kRuns);
  expect_says(store_command(file, {"backup"}).out,
              {"60 runs", "without 60 files of runs", "--files"});
  EXPECT_EQ(json({"delete", "--status", "done", "--where", "method.name=knn"})["runs"].size(),
            kRuns / 2);
  expect_says(store_command(file, {"check"}).out, {"store delete --undo"});
  EXPECT_EQ(json({"delete", "--undo"})["restored"], kRuns / 2);
  expect_says(store_command(file, {"delete", "--run", run_id("k0"), "--run", run_id("s59")}).out,
              {"2 runs deleted", "store delete --undo", "store vacuum"});
  expect_says(store_command(file, {"delete", "--undo"}).out, {"2 runs brought back"});
  store_command(file, {"delete", "--status", "done"});
  EXPECT_EQ(json({"vacuum"})["deletions_forgotten"], 1);
  expect_says(store_command(file, {"vacuum"}).out, {"before", "after", "freed"});
  fs::create_directories(file.string() + ".files/" + run_id("nobody"));
  EXPECT_EQ(json({"check"}, 1)["problems"].size(), 1u);
  const ProgramResult checked = store_command(file, {"check"});
  EXPECT_EQ(checked.exit_code, 1);
  expect_says(checked.out, {"1 problem", "belongs to no run"});
}

}  // namespace store_commands_test
}  // namespace genrebench
