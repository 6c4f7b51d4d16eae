#include "harness/store/store_places.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace store_places_test {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

TEST(StorePlaces, ArchivesComeInTheOrderOfTheirNumbers) {
  const TemporaryFolder folder;
  const fs::path store = folder / "runs.db";
  EXPECT_TRUE(archives_of(store).empty());
  EXPECT_TRUE(next_archive_of(store).filename().string().ends_with("-1.db"));
  for (const char* name : {"20240102T000000Z-10.db", "20250101T000000Z-9.db",
                           "20250101T000000Z-9.db-wal", "notes.db", "20250101T000000Z-x.db"})
    folder.write(std::string("runs.db.deleted/") + name, "");
  const std::vector<fs::path> archives = archives_of(store);
  ASSERT_EQ(archives.size(), 2u);
  EXPECT_EQ(archives[0].filename(), "20250101T000000Z-9.db");
  EXPECT_EQ(archives[1].filename(), "20240102T000000Z-10.db");
  const fs::path next = next_archive_of(store);
  EXPECT_EQ(next.parent_path(), deleted_folder_of(store));
  EXPECT_TRUE(next.filename().string().ends_with("-11.db")) << next;
}

TEST(StorePlaces, FilesOfALinkLieBesideTheStoreThatItLeadsTo) {
  const TemporaryFolder folder;
  const fs::path store = folder.write("real/live.db", "");
  fs::create_directory(folder / "proj");
  fs::create_symlink("../real/live.db", folder / "proj/relative.db");
  fs::create_symlink(store, folder / "proj/absolute.db");
  fs::create_symlink("relative.db", folder / "proj/chain.db");
  fs::create_symlink("../real/later.db", folder / "proj/to_come.db");
  fs::create_directory_symlink("real", folder / "linked");
  EXPECT_EQ(real_store(store), store);
  for (const char* name : {"relative.db", "absolute.db", "chain.db"}) {
    const fs::path link = folder / "proj" / name;
    EXPECT_EQ(fs::weakly_canonical(files_folder_of(link)), files_folder_of(store)) << name;
    EXPECT_EQ(fs::weakly_canonical(deleted_folder_of(link)), deleted_folder_of(store)) << name;
  }
  EXPECT_EQ(fs::weakly_canonical(files_folder_of(folder / "proj/to_come.db")),
            folder / "real/later.db.files");
  EXPECT_EQ(files_folder_of(folder / "linked/live.db"), folder / "linked/live.db.files")
      << "a folder that is a link is the same folder";
}

TEST(StorePlaces, LinksThatLeadInACircleAreRefused) {
  const TemporaryFolder folder;
  fs::create_symlink("b.db", folder / "a.db");
  fs::create_symlink("a.db", folder / "b.db");
  EXPECT_THROW_SAYING(real_store(folder / "a.db"), DataError, "a.db", "circle");
}

TEST(StorePlaces, ALinkInPlaceOfTheFolderOfDeletedRunsIsRefused) {
  const TemporaryFolder folder;
  folder.write("elsewhere/20250101T000000Z-9.db", "");
  fs::create_directory_symlink(folder / "elsewhere", folder / "runs.db.deleted");
  EXPECT_THROW_SAYING(archives_of(folder / "runs.db"), DataError, "runs.db.deleted", "link");
}

TEST(StorePlaces, SizesAreThoseOfTheDatabaseWithItsLogItsFilesAndItsDeletedRuns) {
  const TemporaryFolder folder;
  const fs::path store = folder.write("runs.db", std::string(100, 'x'));
  folder.write("runs.db-wal", std::string(20, 'x'));
  folder.write("runs.db.files/aa/model", std::string(3, 'x'));
  folder.write("runs.db.files/bb/model", std::string(4, 'x'));
  folder.write("runs.db.deleted/20250101T000000Z-1.db", std::string(5, 'x'));
  const StoreSize size = size_of_store(store);
  EXPECT_EQ(size.database_bytes, 120u);
  EXPECT_EQ(size.files_bytes, 7u);
  EXPECT_EQ(size.deleted_bytes, 5u);
  EXPECT_EQ(size.total(), 132u);
  EXPECT_EQ(bytes_of(folder / "nothing"), 0u);
}

}  // namespace store_places_test
}  // namespace genrebench
