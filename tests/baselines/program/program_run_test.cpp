#include "baselines/program/program_run.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "support/processes.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace program_run_test {

using testing::TemporaryFolder;

class Context final : public FitContext {
 public:
  void curve(const std::string&, const std::string&, std::int64_t, double value) override {
    values.push_back(value);
  }
  void note(const std::string&, double) override {}
  void warn(const std::string& message) override { warnings.push_back(message); }
  void progress(std::size_t done, std::size_t, const std::string&) override {
    if (done == prune_at) throw Pruned("no good");
  }
  bool interrupted() const override { return seconds_since(begin) > patience_s; }

  std::vector<double> values;
  std::vector<std::string> warnings;
  std::size_t prune_at = 0;
  double patience_s = 1e9;
  SteadyClock::time_point begin = SteadyClock::now();
};

ProgramRun shell(const std::string& script) {
  return {.method = "method x",
          .command = {"sh", "-c", script},
          .environment = {{"PATH", "/usr/bin:/bin"}}};
}

/// A script that leaves the number of a child of its own in a file, and then waits.
std::string waiting(const std::filesystem::path& file) {
  return "sleep 1000 & echo $! > '" + file.string() + "'; wait";
}

void expect_gone(const std::filesystem::path& file) {
  const pid_t child = testing::number_in(file);
  ASSERT_GT(child, 0);
  EXPECT_TRUE(testing::is_gone(child)) << "a child of the program still runs";
}

TEST(ProgramRun, SplitsTheOutputIntoCurvesAndLog) {
  const TemporaryFolder folder;
  Context context;
  ProgramRun run = shell(
      "echo hello; echo oops >&2; "
      "echo '{\"epoch\":1,\"split\":\"train\",\"metric\":\"loss\",\"value\":0.25}'");
  run.log_file = folder / "log.txt";
  run_method_program(run, &context);
  EXPECT_EQ(context.values, std::vector<double>{0.25});
  EXPECT_EQ(context.warnings, std::vector<std::string>{});
  const std::string log = read_file_text(folder / "log.txt");
  for (const char* part : {"$ sh -c", "\nhello\n", "oops\n"})
    EXPECT_NE(log.find(part), std::string::npos) << log;
  EXPECT_EQ(log.find("0.25}\n\n"), std::string::npos);
}

TEST(ProgramRun, SaysHowItEndedAndItsLastLine) {
  EXPECT_THROW_SAYING(run_method_program(shell("echo ValueError: no >&2; exit 3"), nullptr),
                      DataError, "method x: sh ended with exit code 3",
                      "its last line: ValueError: no");
  EXPECT_THROW_SAYING(run_method_program(shell("kill -KILL $$"), nullptr), DataError,
                      "exit code 137 (Killed)", "it printed nothing");
  ProgramRun missing = shell("");
  missing.command = {"no-such-program-of-ours"};
  EXPECT_THROW_SAYING(run_method_program(missing, nullptr), DataError, "method x",
                      "no-such-program-of-ours cannot be started");
}

TEST(ProgramRun, IsEndedWithItsChildrenAtTheTimeOut) {
  const TemporaryFolder folder;
  ProgramRun run = shell(waiting(folder / "child"));
  run.timeout_s = 1.0;
  EXPECT_THROW_SAYING(run_method_program(run, nullptr), DataError,
                      "did not end within 1 s (timeout_s)");
  expect_gone(folder / "child");
}

TEST(ProgramRun, IsEndedWithItsChildrenWhenInterrupted) {
  const TemporaryFolder folder;
  Context context;
  context.patience_s = 1.0;
  EXPECT_THROW(run_method_program(shell(waiting(folder / "child")), &context), Interrupted);
  expect_gone(folder / "child");
}

TEST(ProgramRun, IsEndedWithItsChildrenWhenPruned) {
  const TemporaryFolder folder;
  Context context;
  context.prune_at = 1;
  std::string script;
  for (const char* epoch : {"1", "2"})
    script += std::string("echo '{\"epoch\":") + epoch +
              ",\"split\":\"valid\",\"metric\":\"loss\",\"value\":1}'; ";
  const std::string child = (folder / "child").string();
  EXPECT_THROW(run_method_program(
                   shell("sleep 1000 & echo $! > '" + child + "'; " + script + "wait"), &context),
               Pruned);
  expect_gone(folder / "child");
}

TEST(ProgramRun, WarnsOfProcessesThatItLeftRunning) {
  Context context;
  run_method_program(shell("sleep 1000 & sleep 0"), &context);
  ASSERT_EQ(context.warnings.size(), 1u);
  EXPECT_EQ(context.warnings.front(), "method x: sh left 1 other process running, ended here");
}

}  // namespace program_run_test
}  // namespace genrebench
