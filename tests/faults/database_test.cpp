// Databases that cannot be used or written, and full disks: nothing recorded earlier is lost.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "faults/fault_support.hpp"
#include "harness/store/schema.hpp"

namespace genrebench {
namespace database_test {

using namespace testing;
namespace fs = std::filesystem;

/// Every command that opens a store for reading.
std::vector<std::vector<std::string>> readers(const fs::path& database) {
  // Without --json, runs reads only the columns that it shows.
  return {{"runs", "--json", "--db", database.string()},
          {"show", "a", "--db", database.string()},
          {"compare", "a", "b", "--db", database.string()},
          {"report", "--db", database.string()}};
}

TEST(BadDatabase, FileThatIsNotSqliteIsLeftAlone) {
  Workbench bench;
  std::string text(5000, 'n');
  text += "ot a database";
  std::ofstream(bench.database) << text;
  expect_refused(bench.run(bench.experiment("x")), 1,
                 {bench.database.string(), "not an SQLite database"});
  for (const auto& words : readers(bench.database))
    expect_refused(run_program(words), 1, {bench.database.string(), "not an SQLite database"});
  EXPECT_EQ(fs::file_size(bench.database), text.size());
}

TEST(BadDatabase, OfAnotherApplicationIsLeftAlone) {
  Workbench bench;
  execute_sql(bench.database, "CREATE TABLE runs (a); INSERT INTO runs VALUES (1)");
  expect_refused(bench.run(bench.experiment("x")), 1,
                 {bench.database.string(), "not a genrebench run store"});
  for (const auto& words : readers(bench.database))
    expect_refused(run_program(words), 1, {bench.database.string(), "not a genrebench run store"});
  EXPECT_EQ(integrity(bench.database), "ok");
}

TEST(BadDatabase, OfANewerProgramIsLeftAlone) {
  Workbench bench;
  bench.make_earlier_runs();
  execute_sql(bench.database, "PRAGMA user_version = 1000");
  expect_refused(bench.run(bench.experiment("x")), 1,
                 {bench.database.string(), "1000", "newer genrebench"});
  for (const auto& words : readers(bench.database))
    expect_refused(run_program(words), 1, {"1000", "newer genrebench"});
  execute_sql(bench.database, "PRAGMA user_version = " + std::to_string(schema_version()));
  bench.expect_earlier_runs_kept();
}

TEST(BadDatabase, MissingOneOrAFolderIsNamed) {
  const Workbench bench;
  for (const auto& words : readers(bench.folder / "no.db"))
    expect_refused(run_program(words), 1, {"no.db", "no such database"});
  for (const auto& words : readers(bench.music))
    expect_refused(run_program(words), 1, {bench.music.string(), "folder"});
  expect_refused(run_program({"run", bench.experiment("x").string(), "--quiet", "--no-cache",
                              "--db", bench.music.string()}),
                 1, {bench.music.string(), "folder"});
  expect_refused(run_program({"run", bench.experiment("x").string(), "--quiet", "--no-cache",
                              "--db", (bench.folder / "x.yaml").string() + "/runs.db"}),
                 1, {"x.yaml"});
}

TEST(BadDatabase, DamagedInTheMiddleIsAnErrorNotACrash) {
  Workbench bench;
  bench.make_earlier_runs();
  {
    std::fstream stream(bench.database, std::ios::binary | std::ios::in | std::ios::out);
    const auto size = static_cast<std::int64_t>(fs::file_size(bench.database));
    for (std::int64_t at = 4096; at < size; at += 4096)
      stream.seekp(at) << std::string(600, '\xA5');
  }
  for (const auto& words : readers(bench.database)) {
    const ProgramResult result = run_program(words);
    EXPECT_EQ(result.signal, 0);
    EXPECT_NE(result.exit_code, 0);
    expect_one_line(result.err, {});
  }
}

TEST(BadDatabase, OnAReadOnlyDiskCanBeReadAndIsNotWritten) {
  GENREBENCH_REQUIRE_DISK(disk, "8m");
  Workbench bench;
  bench.database = disk.path() / "runs.db";
  bench.make_earlier_runs();
  disk.make_read_only();
  const ProgramResult result = bench.run(bench.experiment("more"));
  EXPECT_EQ(result.exit_code, 1);
  expect_one_line(result.err, {bench.database.string()});
  const ProgramResult listed = run_program({"runs", "--json", "--db", bench.database.string()});
  EXPECT_EQ(listed.exit_code, 0) << listed.err;
  expect_json(listed.out);
  expect_says(listed.out, {"\"done\""});
  const ProgramResult planned = run_program(
      bench.arguments("plan", bench.experiment("earlier", {{"method", "{name: naive_bayes}"}})));
  EXPECT_EQ(planned.exit_code, 0) << planned.err;
  expect_says(planned.out, {"2 done"});
}

TEST(FullDisk, UnderTheDatabaseStopsTheProgramAndLosesNothing) {
  GENREBENCH_REQUIRE_DISK(disk, "8m");
  Workbench bench;
  bench.database = disk.path() / "runs.db";
  bench.make_earlier_runs();
  const auto file = bench.experiment("more", {{"seeds", "40"}});
  disk.fill(/*leave_bytes=*/300000);
  const ProgramResult result = bench.run(file);
  EXPECT_EQ(result.exit_code, 1) << result.out;
  expect_says(result.err, {bench.database.string(), "full"});
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  bench.expect_earlier_runs_kept();
  disk.free_space();
  const ProgramResult again = bench.run(file);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(bench.count(RunStatus::done, "more"), 40u);
  bench.expect_earlier_runs_kept();
}

TEST(FullDisk, BeforeTheDatabaseIsMadeIsSaidInOneLine) {
  GENREBENCH_REQUIRE_DISK(disk, "1m");
  Workbench bench;
  bench.database = disk.path() / "runs.db";
  disk.fill();
  const ProgramResult result = bench.run(bench.experiment("x"));
  EXPECT_EQ(result.exit_code, 1);
  expect_one_line(result.err, {bench.database.string()});
  disk.free_space();
  EXPECT_EQ(bench.run(bench.experiment("x")).exit_code, 0);
}

TEST(FullDisk, UnderTheCacheIsAWarningAndTheRunsAreDone) {
  GENREBENCH_REQUIRE_DISK(disk, "256k");
  Workbench bench;
  bench.make_earlier_runs();
  bench.cache = disk.path() / "cache";
  disk.fill();
  const ProgramResult result = bench.run(bench.experiment("uncached"));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.err, {"warning: features are not cached", disk.path().string()});
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1)
      << "said once: " << result.err;
  EXPECT_EQ(bench.count(RunStatus::done, "uncached"), 2u);
  bench.expect_earlier_runs_kept();
  disk.free_space();
  const ProgramResult again = bench.run(bench.experiment("cached", {{"vote", "mean_probability"}}));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.err, "");
  for (const auto& entry : fs::recursive_directory_iterator(disk.path()))
    EXPECT_EQ(entry.path().string().find(".tmp."), std::string::npos)
        << entry.path() << " was left behind";
}

TEST(FullDisk, WhileAGeneratedDatasetIsMadeLeavesNoHalfOfIt) {
  GENREBENCH_REQUIRE_DISK(disk, "256k");
  Workbench bench;
  bench.make_earlier_runs();
  bench.cache = disk.path() / "cache";
  const auto file = bench.experiment(
      "made",
      {{"dataset",
        "{name: synthetic, genres: 2, tracks_per_genre: 2, duration_s: 5, sample_rate_hz: 8000}"}});
  disk.fill(/*leave_bytes=*/100000);
  const ProgramResult result = bench.run(file);
  EXPECT_EQ(result.exit_code, 1);
  expect_one_line(result.err, {disk.path().string()});
  bench.expect_earlier_runs_kept();
  bench.cache = bench.folder / "cache";
  EXPECT_EQ(bench.run(file).exit_code, 0);
}

TEST(LargestFile, LimitOnTheDatabaseStopsTheProgramAndLosesNothing) {
  Workbench bench;
  bench.make_earlier_runs();
  const auto file = bench.experiment("more", {{"seeds", "40"}});
  const ProgramResult result =
      bench.run(file, {}, {.folder = {}, .environment = {}, .largest_file_bytes = 150000});
  EXPECT_EQ(result.signal, 0);
  EXPECT_EQ(result.exit_code, 1) << result.out;
  expect_one_line(result.err, {bench.database.string(), "recorded before is kept"});
  bench.expect_earlier_runs_kept();
  EXPECT_EQ(bench.run(file).exit_code, 0);
  EXPECT_EQ(bench.count(RunStatus::done, "more"), 40u);
  bench.expect_earlier_runs_kept();
}

TEST(BadDatabase, UnwritableCacheFolderIsAWarning) {
  Workbench bench;
  bench.cache = bench.experiment("x") / "cache";  // below a file
  const ProgramResult result = bench.run(bench.experiment("x"));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.err, {"warning: features are not cached"});
  EXPECT_EQ(bench.count(RunStatus::done), 2u);
}

}  // namespace database_test
}  // namespace genrebench
