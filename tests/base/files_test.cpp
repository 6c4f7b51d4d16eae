#include "base/files.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <vector>

#include "base/error.hpp"
#include "base/temporary_folder.hpp"

namespace genrebench {
namespace files_test {

namespace fs = std::filesystem;

TEST(Files, AreWrittenWholeWithTheirFoldersAndNothingElseIsLeft) {
  const TemporaryFolder folder("test");
  write_file_atomically(folder / "a/b/file", "old");
  const std::vector<std::string_view> pieces = {"n", "", "ew", std::string_view("\0x", 2)};
  write_file_atomically(folder / "a/b/file", pieces);
  EXPECT_EQ(read_file_text(folder / "a/b/file"), std::string("new\0x", 5));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "a/b"), fs::directory_iterator()), 1);
}

TEST(Files, ThatCannotBeWrittenSayWhyAndLeaveWhatWasThere) {
  const TemporaryFolder folder("test");
  fs::create_directories(folder / "place/inner");
  try {
    write_file_atomically(folder / "place", "text");
    FAIL() << "a file in place of a folder";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find((folder / "place").string()), std::string::npos);
  }
  EXPECT_TRUE(fs::is_directory(folder / "place/inner"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(Files, ThatCannotBeReadSayWhy) {
  const TemporaryFolder folder("test");
  EXPECT_THROW(read_file_text(folder / "none"), DataError);
  EXPECT_THROW(read_file_text(folder.path()), DataError);
  EXPECT_THROW(read_file_text("/dev/zero"), DataError) << "which has no end";
}

TEST(Files, OnADiskOfThisMachineAreNotOnANetwork) {
  EXPECT_FALSE(on_network("/proc/self/stat"));
  EXPECT_FALSE(on_network("/proc/none/yet"));
}

TEST(CacheFolder, IsTheFirstThatTheEnvironmentNames) {
  ::setenv("HOME", "/home/someone", 1);
  ::unsetenv("XDG_CACHE_HOME");
  ::unsetenv("GENREBENCH_CACHE");
  EXPECT_EQ(default_cache_folder(), "/home/someone/.cache/genrebench");
  ::setenv("XDG_CACHE_HOME", "/xdg", 1);
  EXPECT_EQ(default_cache_folder(), "/xdg/genrebench");
  ::setenv("GENREBENCH_CACHE", "/ours", 1);
  EXPECT_EQ(default_cache_folder(), "/ours");
}

}  // namespace files_test
}  // namespace genrebench
