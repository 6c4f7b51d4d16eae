#include "harness/kernels/benchmark_programs.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "base/subprocess.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace benchmark_programs_test {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

/// A program that answers as one of Google Benchmark does, and counts in a file how often it was
/// started: the n-th start gives times of 100 n and 100 n + 1.
void write_program(const TemporaryFolder& folder, const std::string& name,
                   const std::string& commit = "0123abc") {
  const fs::path path = folder / ("genrebench_" + name + "_benchmark");
  std::ofstream(path) << "#!/bin/sh\n"
                         "for word; do case $word in\n"
                         "  --benchmark_list_tests=true) echo fft/1; echo fft/2; exit 0 ;;\n"
                         "  --benchmark_filter=nothing) echo 'Failed to match any benchmarks "
                         "against regex: nothing' >&2; exit 0 ;;\n"
                         "esac; done\n"
                         "echo start >> \"$0.count\"; echo " +
                             name +
                             " >> \"$(dirname \"$0\")/order\"\n"
                             "n=$(wc -l < \"$0.count\")\n"
                             "cat <<END\n{\"context\": {\"genrebench_commit\": \"" +
                             commit +
                             "\"}, \"benchmarks\": [\n"
                             "{\"name\": \"fft/1\", \"repetition_index\": 0, \"iterations\": 1, "
                             "\"real_time\": ${n}00, \"cpu_time\": ${n}00},\n"
                             "{\"name\": \"fft/1\", \"repetition_index\": 1, \"iterations\": 1, "
                             "\"real_time\": ${n}01, \"cpu_time\": ${n}01}]}\nEND\n";
  fs::permissions(path, fs::perms::owner_all);
}

bool go_on(const BenchmarkProgram&, int, int) { return true; }

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(BenchmarkPrograms, AreFoundByTheirNames) {
  const TemporaryFolder folder;
  write_program(folder, "stft");
  write_program(folder, "sem");
  std::ofstream(folder / "genrebench") << "no benchmark";
  fs::create_directory(folder / "genrebench_old_benchmark");
  const std::vector<BenchmarkProgram> programs = find_benchmark_programs(folder.path());
  ASSERT_EQ(programs.size(), 2u);
  EXPECT_EQ(programs[0].name, "sem");
  EXPECT_EQ(programs[1].name, "stft");
  EXPECT_TRUE(find_benchmark_programs(folder / "none").empty());
  EXPECT_EQ(benchmarks_of(programs[0]), (std::vector<std::string>{"fft/1", "fft/2"}));
}

TEST(BenchmarkPrograms, RoundsTakeTurnsAndNumberTheirRepetitions) {
  const TemporaryFolder folder;
  write_program(folder, "a");
  write_program(folder, "b");
  const BenchmarkMeasurements measured = run_benchmark_programs(
      find_benchmark_programs(folder.path()), {.rounds = 3, .repetitions = 2}, go_on);
  EXPECT_EQ(text_of(folder / "order"), "a\nb\nb\na\na\nb\n");
  const std::map<std::int64_t, double> expected = {{0, 100}, {1, 101}, {2, 200},
                                                   {3, 201}, {4, 300}, {5, 301}};
  for (const char* program : {"a", "b"})
    EXPECT_EQ(measured.values.at(
                  {.program = program, .benchmark = "fft/1", .measure = "cpu_time", .unit = "ns"}),
              expected);
  EXPECT_EQ(measured.context.at("genrebench_commit"), "0123abc");
}

TEST(BenchmarkPrograms, StopWhereTheyAreAskedTo) {
  const TemporaryFolder folder;
  write_program(folder, "a");
  const auto measured =
      run_benchmark_programs(find_benchmark_programs(folder.path()), {.rounds = 3},
                             [](const BenchmarkProgram&, int n, int total) {
                               EXPECT_EQ(total, 3);
                               return n < 1;
                             });
  EXPECT_TRUE(measured.values.empty());
  EXPECT_EQ(text_of(folder / "order"), "a\n");
}

TEST(BenchmarkPrograms, WhatGoesWrongIsSaid) {
  const TemporaryFolder folder;
  write_program(folder, "a");
  write_program(folder, "b", "another");
  const auto programs = find_benchmark_programs(folder.path());
  EXPECT_THROW_SAYING(run_benchmark_programs(programs, {}, go_on), DataError, "genrebench_commit",
                      "another", "build all programs together");
  EXPECT_THROW_SAYING(run_benchmark_programs(programs, {.filter = "nothing"}, go_on), DataError,
                      "no benchmark matches", "nothing");
  std::ofstream(folder / "genrebench_c_benchmark")
      << "#!/bin/sh\necho 'power: NOT EQUAL, nothing is timed' >&2\nexit 1\n";
  fs::permissions(folder / "genrebench_c_benchmark", fs::perms::owner_all);
  EXPECT_THROW_SAYING(
      run_benchmark_programs({{.name = "c", .path = folder / "genrebench_c_benchmark"}}, {}, go_on),
      DataError, "exit code 1", "NOT EQUAL");
}

TEST(BenchmarkPrograms, ContextTellsWhatWasBuilt) {
  const KernelSetting setting = setting_of({{"genrebench_commit", "v1-3-gabc-dirty"},
                                            {"genrebench_compiler", "GNU 12"},
                                            {"genrebench_flags", "-O3"}});
  EXPECT_EQ(setting.commit, "v1-3-gabc");
  EXPECT_TRUE(setting.dirty);
  EXPECT_EQ(setting.compiler, "GNU 12");
  EXPECT_EQ(setting.flags, "-O3");
  EXPECT_EQ(setting_of({}).commit, "unknown");
}

TEST(BenchmarkPrograms, GitCompletesACommit) {
  const TemporaryFolder folder;
  const std::string here = folder.path().string();
  ASSERT_EQ(run_subprocess({"git", "init", "-q", here}).exit_code, 0);
  ASSERT_EQ(run_subprocess({"git", "-C", here, "-c", "user.name=a", "-c", "user.email=a@b",
                            "commit", "-q", "--allow-empty", "-m", "one"},
                           {}, {{"GIT_COMMITTER_DATE", "2026-11-30T12:00:00+0200"}})
                .exit_code,
            0);
  const std::string hash =
      run_subprocess({"git", "-C", here, "rev-parse", "HEAD"}).out.substr(0, 40);
  KernelSetting setting;
  setting.commit = hash.substr(0, 10);
  complete_commit(setting, folder.path());
  EXPECT_EQ(setting.commit, hash);
  EXPECT_EQ(setting.commit_time, "2026-11-30T10:00:00Z");
  for (const char* other : {"unknown", "--output=x", "no such commit", ""}) {
    KernelSetting stays;
    stays.commit = other;
    complete_commit(stays, folder.path());
    EXPECT_EQ(stays.commit, other);
    EXPECT_EQ(stays.commit_time, "");
  }
}

}  // namespace benchmark_programs_test
}  // namespace genrebench
