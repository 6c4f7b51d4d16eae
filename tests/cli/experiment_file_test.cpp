#include "cli/experiment_file.hpp"

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace genrebench::cli {
namespace experiment_file_test {

using testing::TemporaryFolder;

TEST(ExperimentFile, IsTheUsersOwnOrOneThatWasInstalled) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "share/experiments/paper");
  const auto quickstart = folder.write("share/experiments/unlikely_name.yaml", "");
  const auto table = folder.write("share/experiments/paper/unlikely_table.yaml", "");
  const Installation installed{.program = {}, .data = folder / "share"};
  EXPECT_EQ(experiment_file("experiments/unlikely_name.yaml", installed), quickstart);
  EXPECT_EQ(experiment_file("unlikely_name.yaml", installed), quickstart);
  EXPECT_EQ(experiment_file("paper/unlikely_table.yaml", installed), table);
  EXPECT_EQ(experiment_file("unlikely_none.yaml", installed), "unlikely_none.yaml");
  EXPECT_EQ(experiment_file("paper", installed), "paper") << "a folder is no experiment";
  const auto own = folder.write("own.yaml", "");
  EXPECT_EQ(experiment_file(own.string(), installed), own);
  EXPECT_EQ(experiment_file("unlikely_name.yaml", Installation{}), "unlikely_name.yaml")
      << "the program is not installed";
}

}  // namespace experiment_file_test
}  // namespace genrebench::cli
