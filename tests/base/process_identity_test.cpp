#include "base/process_identity.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace genrebench {
namespace process_identity_test {

TEST(ProcessIdentity, ThisProcessRunsAndAnotherOfItsNumberDoesNot) {
  ProcessIdentity process = this_process();
  EXPECT_EQ(state_of(process), ProcessState::running);
  EXPECT_FALSE(process.host.empty());
  process.start += 1;
  EXPECT_EQ(state_of(process), ProcessState::ended) << "the number was used again";
  process = this_process();
  process.boot = "another";
  EXPECT_EQ(state_of(process), ProcessState::unknown) << "another machine, or before a restart";
  process = this_process();
  process.pid_namespace = "another";
  EXPECT_EQ(state_of(process), ProcessState::unknown) << "another container";
}

TEST(ProcessIdentity, AProcessThatEndedDoesNotRunEvenWhileItsParentHasNotWaited) {
  int ends[2] = {};
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const ProcessIdentity self = this_process();
    const bool told = ::write(ends[1], &self.start, sizeof self.start) == sizeof self.start;
    ::_exit(told ? 0 : 1);
  }
  ProcessIdentity process = this_process();
  process.pid = child;
  ASSERT_EQ(::read(ends[0], &process.start, sizeof process.start),
            static_cast<ssize_t>(sizeof process.start));
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(state_of(process), ProcessState::ended) << "a zombie";
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(state_of(process), ProcessState::ended);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace process_identity_test
}  // namespace genrebench
