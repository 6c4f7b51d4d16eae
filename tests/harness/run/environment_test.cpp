#include "harness/run/environment.hpp"

#include <gtest/gtest.h>

#include "base/process_identity.hpp"

namespace genrebench {
namespace environment_test {

TEST(Environment, NamesProgramMachineAndLibraries) {
  const auto environment = describe_environment(3);
  EXPECT_EQ(environment.at("threads"), "3");
  EXPECT_EQ(environment.at("host"), host_name());
  for (const char* key :
       {"genrebench.version", "genrebench.commit", "genrebench.dirty", "genrebench.build",
        "compiler", "library.eigen", "library.sqlite", "system"})
    EXPECT_FALSE(environment.at(key).empty()) << key;
  EXPECT_NE(version_text().find(environment.at("genrebench.version")), std::string::npos);
  EXPECT_NE(version_text().find(environment.at("genrebench.commit")), std::string::npos);
}

TEST(Environment, IsTheSameEachTime) {
  EXPECT_EQ(describe_environment(2), describe_environment(2));
}

}  // namespace environment_test
}  // namespace genrebench
