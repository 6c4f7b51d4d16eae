#include "base/process_identity.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace {

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

}  // namespace
}  // namespace genrebench
