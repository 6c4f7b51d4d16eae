#include "base/installation.hpp"

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace genrebench {
namespace installation_test {

using testing::TemporaryFolder;
namespace fs = std::filesystem;

TEST(Installation, OfOneProgramHasItsDataBesideIt) {
  const TemporaryFolder folder;
  const fs::path program = folder / "bin/genrebench";
  EXPECT_EQ(installation_of(program).program, program);
  EXPECT_FALSE(installation_of(program).data) << "a build folder";
  fs::create_directories(folder / "share/genrebench");
  EXPECT_EQ(installation_of(program).data, folder / "share/genrebench");
}

TEST(Installation, OfSeveralProgramsIsStartedByTheOneThatChooses) {
  const TemporaryFolder folder;
  const fs::path program = folder / "lib/genrebench/x86-64-v3/genrebench";
  fs::create_directories(program.parent_path());
  fs::create_directories(folder / "share/genrebench");
  EXPECT_EQ(installation_of(program).program, program) << "nothing chooses";
  folder.write("bin/genrebench", "");
  EXPECT_EQ(installation_of(program).program, folder / "bin/genrebench");
  EXPECT_EQ(installation_of(program).data, folder / "share/genrebench");
}

TEST(Installation, OfThisProcessIsItsOwnFile) {
  EXPECT_EQ(this_installation().program, fs::read_symlink("/proc/self/exe"));
}

}  // namespace installation_test
}  // namespace genrebench
