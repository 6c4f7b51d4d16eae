#include "base/subprocess.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/temporary_folder.hpp"

namespace genrebench {
namespace subprocess_test {

TEST(Subprocess, GivesWhatAProgramPrintsAndHowItEnds) {
  const TemporaryFolder folder("test");
  const SubprocessResult result = run_subprocess(
      {"sh", "-c", "pwd; echo \"$1\" >&2; exit 3", "sh", "two  words"}, folder.path());
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(std::filesystem::canonical(result.out.substr(0, result.out.size() - 1)),
            std::filesystem::canonical(folder.path()));
  EXPECT_EQ(result.err, "two  words\n");
  EXPECT_EQ(run_subprocess({"sh", "-c", "kill -KILL $$"}).exit_code, 137);
  EXPECT_EQ(run_subprocess({"sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x"}).out.size(),
            300000u)
      << "more than a pipe holds";
  EXPECT_THROW(run_subprocess({"no-such-program-of-ours"}), DataError);
}

TEST(Subprocess, HasTheEnvironmentOfItsCallerExceptForTheGivenChanges) {
  ::setenv("GENREBENCH_TEST_KEPT", "ours", 1);
  ::setenv("GENREBENCH_TEST_CHANGED", "ours", 1);
  EXPECT_EQ(run_subprocess({"sh", "-c", "echo $GENREBENCH_TEST_KEPT $GENREBENCH_TEST_CHANGED"}, {},
                           {{"GENREBENCH_TEST_CHANGED", "theirs"}})
                .out,
            "ours theirs\n");
}

TEST(Subprocess, HasNothingOnItsStandardInputAndNoOtherDescriptors) {
  const int ours = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(ours, 0);
  EXPECT_EQ(run_subprocess({"cat"}).out, "");
  const std::string descriptor = "/proc/self/fd/" + std::to_string(ours);
  EXPECT_NE(run_subprocess({"ls", descriptor}).exit_code, 0) << descriptor;
  ::close(ours);
}

TEST(Subprocess, ThatIsOnlyStartedWritesToTheGivenDescriptorAndHasTheGivenFile) {
  int ends[2] = {};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t child = start_subprocess(
      {"name", "-c", "echo $0; echo lost >&1; echo said >&2"},
      {.program = "/bin/sh", .folder = {}, .environment = {}, .out = -1, .err = ends[1]});
  ::close(ends[1]);
  char said[64] = {};
  EXPECT_EQ(::read(ends[0], said, sizeof said), 5);
  EXPECT_STREQ(said, "said\n");
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ::close(ends[0]);
}

TEST(ShellText, QuotesOnlyWhatAShellWouldChange) {
  EXPECT_EQ(shell_text({"run", "a.yaml", "seeds=[1, 2]"}), "run a.yaml 'seeds=[1, 2]'");
  EXPECT_EQ(shell_word(""), "''");
  for (const std::string word : {"it's", "$HOME", "a\nb", "*"})
    EXPECT_EQ(run_subprocess({"sh", "-c", "printf %s " + shell_word(word)}).out, word);
}

}  // namespace subprocess_test
}  // namespace genrebench
