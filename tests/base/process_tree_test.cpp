#include "base/process_tree.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "support/processes.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace process_tree_test {

using testing::is_gone;
using testing::number_in;
using testing::TemporaryFolder;

const std::map<std::string, std::string> kEnvironment = {{"PATH", "/usr/bin:/bin"}};

ProcessTree shell(const std::string& script, const std::string& argument = "") {
  return ProcessTree({"sh", "-c", script, "sh", argument}, kEnvironment);
}

ProcessTree::Output read_all(ProcessTree& program) {
  ProcessTree::Output all;
  while (!program.ended()) {
    const ProcessTree::Output some = program.read(50);
    all.out += some.out;
    all.err += some.err;
  }
  return all;
}

TEST(ProcessTree, GivesBothOutputsAndTheExitCode) {
  ProcessTree program = shell("echo one; echo two >&2; printf three; exit 7");
  const ProcessTree::Output all = read_all(program);
  EXPECT_EQ(all.out, "one\nthree");
  EXPECT_EQ(all.err, "two\n");
  EXPECT_EQ(program.exit_code(), 7);
  EXPECT_EQ(program.kill_all(), 0u);
  ProcessTree killed = shell("kill -TERM $$");
  read_all(killed);
  EXPECT_EQ(killed.exit_code(), 143);
}

TEST(ProcessTree, GivesWhatIsWrittenWhileItRuns) {
  ProcessTree program = shell("echo first; sleep 1000");
  std::string out;
  for (int i = 0; i < 200 && out.empty(); ++i) out += program.read(50).out;
  EXPECT_EQ(out, "first\n");
  EXPECT_FALSE(program.ended());
}

TEST(ProcessTree, GivesMoreThanAPipeHolds) {
  ProcessTree program =
      shell("head -c 3000000 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero >&2");
  const ProcessTree::Output all = read_all(program);
  EXPECT_EQ(all.out, std::string(3000000, 'x'));
  EXPECT_EQ(all.err.size(), 300000u);
}

TEST(ProcessTree, HasTheEnvironmentThatItIsGivenAndNoOther) {
  ::setenv("GENREBENCH_TEST_SECRET", "yes", 1);
  ProcessTree program(
      {"sh", "-c", "echo \"$A/$GENREBENCH_TEST_SECRET\"; cat; echo \"${GENREBENCH_TREE:+marked}\""},
      {{"PATH", "/usr/bin:/bin"}, {"A", "two  words"}});
  EXPECT_EQ(read_all(program).out, "two  words/\nmarked\n") << "and nothing on standard input";
  ::unsetenv("GENREBENCH_TEST_SECRET");
}

TEST(ProcessTree, SaysWhyAProgramCannotBeStarted) {
  EXPECT_THROW_SAYING(ProcessTree({"no-such-program-of-ours"}, kEnvironment), DataError,
                      "no-such-program-of-ours cannot be started: No such file or directory");
  EXPECT_THROW_SAYING(ProcessTree({"/etc/passwd"}, kEnvironment), DataError, "Permission denied");
}

TEST(ProcessTree, IsKilledWithItsChildren) {
  const TemporaryFolder folder;
  pid_t child = -1;
  {
    ProcessTree program = shell("sleep 1000 & echo $! > \"$1\"; wait", folder / "child");
    child = number_in(folder / "child");
    ASSERT_GT(child, 0);
    EXPECT_FALSE(testing::has_ended(child));
  }
  EXPECT_TRUE(is_gone(child));
}

TEST(ProcessTree, IsKilledWithDaemonsThatLeftItsSession) {
  const TemporaryFolder folder;
  ProcessTree program = shell(
      "setsid sh -c 'echo $$ > \"$1\"; exec sleep 1000' sh \"$1\" </dev/null >/dev/null 2>&1 "
      "& while [ ! -s \"$1\" ]; do sleep 0.01; done",
      folder / "daemon");
  const pid_t daemon = number_in(folder / "daemon");
  ASSERT_GT(daemon, 0);
  read_all(program);
  EXPECT_EQ(program.exit_code(), 0);
  EXPECT_FALSE(testing::has_ended(daemon)) << "it outlives the program";
  EXPECT_EQ(program.kill_all(), 1u);
  EXPECT_TRUE(is_gone(daemon));
}

TEST(ProcessTree, EndsAlthoughAChildHoldsItsOutputOpen) {
  const SteadyClock::time_point begin = SteadyClock::now();
  ProcessTree program = shell("sleep 1000 & echo done");
  EXPECT_EQ(read_all(program).out, "done\n");
  EXPECT_EQ(program.kill_all(), 1u);
  EXPECT_LT(seconds_since(begin), 60.0);
}

TEST(ProcessTree, GoesOnAfterItClosedItsOutput) {
  ProcessTree program = shell("exec >&- 2>&-; sleep 0.2; exit 3");
  const ProcessTree::Output all = read_all(program);
  EXPECT_TRUE(all.empty());
  EXPECT_EQ(program.exit_code(), 3);
}

}  // namespace process_tree_test
}  // namespace genrebench
