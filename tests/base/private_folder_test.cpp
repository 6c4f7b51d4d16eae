#include "base/private_folder.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "support/permissions.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace private_folder_test {

namespace fs = std::filesystem;
using testing::permissions;
using testing::TemporaryFolder;
using testing::Umask;

TEST(PrivateFolder, IsMadeForThisUserAloneAndFoundAgain) {
  const TemporaryFolder folder;
  {
    const Umask umask(0);
    make_private_folder(folder / "mine");
  }
  EXPECT_EQ(permissions(folder / "mine"), 0700U);
  EXPECT_NO_THROW(make_private_folder(folder / "mine"));
}

TEST(PrivateFolder, WhatOthersMayEnterIsRefused) {
  const TemporaryFolder folder;
  for (const mode_t mode : {0755U, 0770U, 0701U}) {
    const fs::path open = folder / std::to_string(mode);
    fs::create_directory(open);
    ::chmod(open.c_str(), mode);
    EXPECT_THROW_SAYING(make_private_folder(open), DataError, open.string(), "chmod 700");
  }
}

TEST(PrivateFolder, LinksAndFilesInItsPlaceAreRefused) {
  const TemporaryFolder folder;
  make_private_folder(folder / "real");
  fs::create_symlink(folder / "real", folder / "link");
  EXPECT_THROW_SAYING(make_private_folder(folder / "link"), DataError, "found a link");
  EXPECT_THROW_SAYING(make_private_folder(folder.write("file", "")), DataError, "found a file");
  EXPECT_THROW_SAYING(make_private_folder(folder / "none/inner"), DataError, "cannot make");
}

TEST(PrivateFolder, OfAnotherUserIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  const TemporaryFolder folder;
  make_private_folder(folder / "theirs");
  ASSERT_EQ(::chown((folder / "theirs").c_str(), 12345, 12345), 0);
  EXPECT_THROW_SAYING(make_private_folder(folder / "theirs"), DataError, "user", "12345");
}

TEST(PrivateFolder, OfAUserHasTheUsersNumberAndLiesWhereTemporaryFilesDo) {
  const TemporaryFolder folder;
  ::setenv("TMPDIR", folder.path().c_str(), 1);
  const fs::path own = folder / ("genrebench-" + std::to_string(::geteuid()));
  EXPECT_EQ(user_folder(), own);
  EXPECT_EQ(permissions(own), 0700U);
  fs::remove(own);
  folder.write(own.filename(), "in the way");
  EXPECT_THROW_SAYING(user_folder(), DataError, own.string(), "TMPDIR");
  ::unsetenv("TMPDIR");
}

}  // namespace private_folder_test
}  // namespace genrebench
