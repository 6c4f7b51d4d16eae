#include "base/unfinished_file.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/permissions.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace unfinished_file_test {

namespace fs = std::filesystem;
using testing::permissions;
using testing::TemporaryFolder;
using testing::Umask;

std::ptrdiff_t n_entries(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

TEST(UnfinishedFile, TakesItsPlaceWhenItIsCommittedAndNotBefore) {
  const TemporaryFolder folder;
  const fs::path target = folder / "new/file";
  {
    UnfinishedFile file(target);
    file.write("one ");
    file.write(std::string_view("\0two", 4));
    EXPECT_FALSE(fs::exists(target));
    EXPECT_EQ(file.path().parent_path(), target.parent_path());
    file.sync_on_commit();
    file.commit();
  }
  EXPECT_EQ(read_file_text(target), std::string("one \0two", 8));
  EXPECT_EQ(n_entries(target.parent_path()), 1);
}

TEST(UnfinishedFile, ThatIsNotCommittedLeavesWhatWasThere) {
  const TemporaryFolder folder;
  const fs::path target = folder.write("file", "old");
  UnfinishedFile(target).write("new");
  EXPECT_EQ(read_file_text(target), "old");
  EXPECT_EQ(n_entries(folder.path()), 1);
}

TEST(UnfinishedFile, HasTheRightsThatTheUmaskLeaves) {
  const TemporaryFolder folder;
  for (const auto& [mask, rights] : {std::pair(0022, 0644), std::pair(0002, 0664),
                                     std::pair(0077, 0600), std::pair(0000, 0666)}) {
    const Umask umask(static_cast<mode_t>(mask));
    UnfinishedFile file(folder / "file");
    file.commit();
    EXPECT_EQ(permissions(folder / "file"), static_cast<mode_t>(rights));
  }
}

TEST(UnfinishedFile, ReplacesALinkAndDoesNotWriteToWhereItLeads) {
  const TemporaryFolder folder;
  const fs::path precious = folder.write("precious", "old");
  fs::create_symlink(precious, folder / "file");
  UnfinishedFile file(folder / "file");
  file.write("new");
  file.commit();
  EXPECT_EQ(read_file_text(precious), "old");
  EXPECT_EQ(read_file_text(folder / "file"), "new");
  EXPECT_FALSE(fs::is_symlink(folder / "file"));
}

TEST(UnfinishedFile, OfANameAsLongAsNamesMayBeIsWritten) {
  const TemporaryFolder folder;
  for (const std::string& name : {std::string(255, 'x'), "\xC3\xA9" + std::string(253, 'y')}) {
    UnfinishedFile file(folder / name);
    file.commit();
    EXPECT_TRUE(fs::exists(folder / name));
  }
}

TEST(UnfinishedFile, NamesAreNeverTheSame) {
  EXPECT_EQ(unguessable_digits().size(), 16U);
  EXPECT_NE(unguessable_digits(), unguessable_digits());
}

TEST(UnfinishedFile, ThatCannotBeMadeOrPutInItsPlaceNamesTheTarget) {
  const TemporaryFolder folder;
  const fs::path text = folder.write("text", "no folder");
  EXPECT_THROW_SAYING(UnfinishedFile(text / "file"), DataError, (text / "file").string(),
                      "cannot be written");
  fs::create_directories(folder / "place/inner");
  UnfinishedFile file(folder / "place");
  EXPECT_THROW_SAYING(file.commit(), DataError, (folder / "place").string(), "cannot be written");
  EXPECT_EQ(n_entries(folder.path()), 2) << "nothing is left behind";
}

}  // namespace unfinished_file_test
}  // namespace genrebench
