#include "base/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "base/error.hpp"

namespace genrebench {
namespace temporary_folder_test {

namespace fs = std::filesystem;

TEST(TemporaryFolder, ExistsAsLongAsTheObject) {
  fs::path path;
  {
    const TemporaryFolder folder("test");
    path = folder.path();
    EXPECT_TRUE(fs::is_directory(path));
    EXPECT_NE(path.filename().string().find("genrebench-test-"), std::string::npos);
    fs::create_directories(folder / "a/b");
    std::ofstream(folder / "a/b/c") << "text";
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(TemporaryFolder, IsItsOwnersAlone) {
  const TemporaryFolder one("test"), other("test");
  EXPECT_NE(one.path(), other.path());
  EXPECT_EQ(fs::status(one.path()).permissions(), fs::perms::owner_all);
}

TEST(TemporaryFolder, CanBeMadeInAFolderThatIsMadeWithIt) {
  const TemporaryFolder parent("test");
  const TemporaryFolder folder("inner", parent / "new/parent");
  EXPECT_EQ(folder.path().parent_path(), parent / "new/parent");
}

TEST(TemporaryFolder, ThatCannotBeMadeSaysWhere) {
  const TemporaryFolder parent("test");
  std::ofstream(parent / "file") << "text";
  try {
    const TemporaryFolder folder("inner", parent / "file");
    FAIL() << "a folder in a file";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find((parent / "file").string()), std::string::npos);
  }
}

}  // namespace temporary_folder_test
}  // namespace genrebench
