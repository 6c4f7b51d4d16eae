#include "cli/kernel_sessions.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "cli_support.hpp"
#include "harness/store/kernel_tables.hpp"
#include "support/example_kernels.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace kernel_sessions_test {

namespace fs = std::filesystem;
using testing::add_times;
using testing::DeclaredProgram;
using testing::kernel_session;
using testing::run_words;
using testing::TemporaryFolder;

constexpr const char* kOutput =
    GENREBENCH_SOURCE_DIR "/tests/golden/benchmark_json/fingerprint.json";

/// Runs a command on a program that is declared anew. @return  the exit code
int run(const std::vector<std::string>& words) {
  DeclaredProgram program;
  ::testing::internal::CaptureStdout();
  const int code = run_words(program.line(), words);
  ::testing::internal::GetCapturedStdout();
  return code;
}

TEST(KernelSessions, ImportRecordsASessionOnceAndWhatItIsToldOfIt) {
  const TemporaryFolder folder;
  const std::string db = (folder / "runs.db").string();
  const std::vector<std::string> words = {"kernels",
                                          "import",
                                          kOutput,
                                          "--db",
                                          db,
                                          "--json",
                                          "--flags",
                                          "Release",
                                          "--processor",
                                          "Example 3000",
                                          "--host",
                                          "server",
                                          "--commit-time",
                                          "2026-11-30T12:00:00Z"};
  EXPECT_EQ(run(words), cli::kDone);
  EXPECT_EQ(run(words), cli::kDone);
  const std::vector<KernelSession> sessions = kernel_sessions(db);
  ASSERT_EQ(sessions.size(), 1u);
  EXPECT_EQ(sessions[0].origin, KernelOrigin::imported);
  const KernelSetting& setting = sessions[0].setting;
  EXPECT_EQ(setting.commit, "0123456789ab");
  EXPECT_TRUE(setting.dirty);
  EXPECT_EQ(setting.commit_time, "2026-11-30T12:00:00Z");
  EXPECT_EQ(setting.host, "server");
  EXPECT_EQ(setting.processor, "Example 3000");
  EXPECT_EQ(setting.flags, "Release");
  EXPECT_EQ(setting.compiler, "unknown");
  EXPECT_EQ(sessions[0]
                .values
                .at({.program = "fingerprint",
                     .benchmark = "fingerprint/peaks",
                     .measure = "cpu_time",
                     .unit = "ns"})
                .size(),
            2u);
}

TEST(KernelSessions, CheckFailsWhereAKernelBecameSlower) {
  const TemporaryFolder folder;
  const std::string db = (folder / "runs.db").string();
  for (int i = 0; i < 12; ++i) {
    KernelSession session = kernel_session(i);
    const double time = (i >= 10 ? 120.0 : 100.0) + 0.1 * (i % 3);
    add_times(session, "sem", "sem/fast", {time, time + 0.2, time + 0.1});
    add_kernel_session(db, session);
    if (i == 9) {
      EXPECT_EQ(run({"kernels", "check", "--db", db}), cli::kDone);
    }
  }
  EXPECT_EQ(run({"kernels", "check", "--db", db}), cli::kNotDone);
  EXPECT_EQ(run({"kernels", "check", "--db", db, "--magnitude", "0.5"}), cli::kDone);
  EXPECT_EQ(run({"kernels", "check", "--db", db, "--measure", "ratio"}), cli::kDone);
  const std::string slow = kernel_session(10).setting.commit;
  EXPECT_EQ(run({"kernels", "note", slow, "meant", "--db", db}), cli::kDone);
  EXPECT_EQ(kernel_notes(db).at(slow), "meant");
  EXPECT_EQ(run({"kernels", "compare", kernel_session(0).setting.commit, slow, "--db", db}),
            cli::kDone);
  EXPECT_EQ(run({"kernels", "history", "--db", db, "--json"}), cli::kDone);
}

TEST(KernelSessions, ProgramsAreFoundInAFolderByTheirNames) {
  const TemporaryFolder folder;
  cli::KernelPrograms programs;
  programs.folder = folder.path();
  EXPECT_THROW_SAYING(programs.find(), ConfigError, folder.path().string(), "--programs");
  for (const char* name : {"genrebench_sem_benchmark", "genrebench_stft_benchmark"})
    std::ofstream(folder / name) << "#!/bin/sh\n";
  EXPECT_EQ(programs.find().size(), 2u);
  programs.names = {"stft", "genrebench_stft_benchmark"};
  ASSERT_EQ(programs.find().size(), 1u);
  EXPECT_EQ(programs.find()[0].name, "stft");
  programs.names = {"fft"};
  EXPECT_THROW_SAYING(programs.find(), ConfigError, "'fft'", "sem, stft");
}

TEST(KernelSessions, FactsAreTexts) {
  cli::KernelFacts facts;
  KernelSetting setting;
  facts.commit_time = "yesterday";
  EXPECT_THROW_SAYING(facts.put(setting, "/"), ConfigError, "--commit-time", "yesterday");
  facts = {};
  facts.flags = "-O2\n-O3";
  EXPECT_THROW_SAYING(facts.put(setting, "/"), ConfigError, "--flags");
}

}  // namespace kernel_sessions_test
}  // namespace genrebench
