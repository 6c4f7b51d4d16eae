#include "harness/store/store_places.hpp"

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace genrebench {
namespace {

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

}  // namespace
}  // namespace genrebench
