#include "baselines/program/surroundings.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace surroundings_test {

TEST(ProgramEnvironment, HasWhatProgramsNeedAndWhatIsAskedFor) {
  ::setenv("GENREBENCH_TEST_GIVEN", "yes", 1);
  ::setenv("PYTHONPATH", "/somewhere", 1);
  const auto environment =
      program_environment({"GENREBENCH_TEST_GIVEN", "A=b=c", "OMP_NUM_THREADS=1"}, 3, "method x");
  EXPECT_EQ(environment.at("GENREBENCH_TEST_GIVEN"), "yes");
  EXPECT_EQ(environment.at("A"), "b=c");
  EXPECT_EQ(environment.at("OMP_NUM_THREADS"), "1") << "what is asked for is stronger";
  EXPECT_EQ(environment.at("MKL_NUM_THREADS"), "3");
  EXPECT_TRUE(environment.contains("PATH"));
  EXPECT_FALSE(environment.contains("PYTHONPATH"));
  ::unsetenv("GENREBENCH_TEST_GIVEN");
  ::unsetenv("PYTHONPATH");
}

TEST(ProgramEnvironment, RefusesWhatIsNotSetOrNotAName) {
  EXPECT_THROW_SAYING(program_environment({"GENREBENCH_NO_SUCH_VARIABLE"}, 1, "method x"),
                      ConfigError, "method x: environment", "GENREBENCH_NO_SUCH_VARIABLE",
                      "found none");
  for (const char* word : {"", "=value"})
    EXPECT_THROW_SAYING(program_environment({word}, 1, "method x"), ConfigError, "NAME=VALUE");
}

TEST(ProgramFacts, TellTheVersionAndThePackagesOfPython) {
  const auto environment = program_environment({}, 1, "method x");
  const auto facts = program_facts("python3", environment);
  if (facts.empty()) GTEST_SKIP() << "there is no python3";
  EXPECT_TRUE(facts.at("library.python").starts_with("3."));
  EXPECT_NE(facts.at("library.python_packages").find("package"), std::string::npos);
  EXPECT_TRUE(facts.contains("command.packages"));
  EXPECT_TRUE(facts.at("command.program").ends_with("/python3"));
}

TEST(ProgramFacts, TellThePythonOfAScriptAndTheHashOfOtherPrograms) {
  const testing::TemporaryFolder folder;
  const auto environment = program_environment({}, 1, "method x");
  const auto script = folder.write("method", "#!/usr/bin/env python3\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  EXPECT_EQ(program_facts(script, environment).contains("library.python"),
            !program_facts("python3", environment).empty());
  const auto shell = program_facts("sh", environment);
  EXPECT_EQ(shell.at("command.program_sha256").size(), 64u);
  EXPECT_FALSE(shell.contains("library.python"));
  EXPECT_TRUE(program_facts("no-such-program-of-ours", environment).empty());
}

TEST(ProgramFacts, AreThoseOfTheProgramThatTheVariablesFind) {
  const testing::TemporaryFolder folder;
  std::set<std::string> found;
  for (const std::string place : {"one", "two"}) {
    std::filesystem::create_directory(folder / place);
    const auto program = folder.write(place + "/method", place);
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    const auto facts = program_facts("method", {{"PATH", (folder / place).string()}});
    EXPECT_EQ(facts.at("command.program"), program.string());
    found.insert(facts.at("command.program_sha256"));
  }
  EXPECT_EQ(found.size(), 2u);
}

}  // namespace surroundings_test
}  // namespace genrebench
