#include "cli/waiting_threads.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/subprocess.hpp"

namespace genrebench {
namespace waiting_threads_test {

/// What libgomp says of itself each time that it is loaded, and what the program then prints.
SubprocessResult version_with(const std::vector<std::string>& variables) {
  std::vector<std::string> command = {
      "env", "-u", "OMP_WAIT_POLICY", "-u", "GOMP_SPINCOUNT", "OMP_DISPLAY_ENV=verbose"};
  command.insert(command.end(), variables.begin(), variables.end());
  command.insert(command.end(), {GENREBENCH_PROGRAM, "--version"});
  return run_subprocess(command);
}

std::vector<std::string> counts_in(const std::string& text) {
  const std::string key = "GOMP_SPINCOUNT = '";
  std::vector<std::string> counts;
  for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
    const auto begin = at + key.size();
    counts.push_back(text.substr(begin, text.find('\'', begin) - begin));
  }
  return counts;
}

TEST(WaitingThreads, TheProgramStartsOnceMoreWithShortSpins) {
  const SubprocessResult result = version_with({});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out.find("genrebench"), 0u) << result.out;
  const std::vector<std::string> counts = counts_in(result.err);
  if (counts.empty()) GTEST_SKIP() << "this OpenMP is not libgomp";
  ASSERT_EQ(counts.size(), 2u) << result.err;
  EXPECT_GT(std::stol(counts[0]), std::stol(counts[1]));
  EXPECT_GT(std::stol(counts[1]), 0);
}

TEST(WaitingThreads, WhatTheUserAsksForStays) {
  for (const auto& [variable, count] : std::vector<std::pair<std::string, std::string>>{
           {"GOMP_SPINCOUNT=77", "77"}, {"OMP_WAIT_POLICY=passive", "0"}}) {
    const SubprocessResult result = version_with({variable});
    EXPECT_EQ(result.exit_code, 0);
    const std::vector<std::string> counts = counts_in(result.err);
    if (counts.empty()) GTEST_SKIP() << "this OpenMP is not libgomp";
    EXPECT_EQ(counts, std::vector{count}) << "not started again";
  }
}

}  // namespace waiting_threads_test
}  // namespace genrebench
