#include "harness/store/backup.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace backup_test {

namespace fs = std::filesystem;
using testing::dump;
using testing::ExampleStore;
using testing::fill;
using testing::TemporaryFolder;

TEST(StoreBackup, IsTheStoreAsOfItsLastCommit) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  SQLite::Database writer(store.file(), SQLite::OPEN_READWRITE);
  const std::string before = dump(store.file());
  writer.exec("BEGIN IMMEDIATE; DELETE FROM metrics");
  const StoreCopy copy =
      back_up_store(store.file(), folder / "backups" / "copy.db", /*with_files=*/false);
  writer.exec("ROLLBACK");
  EXPECT_EQ(copy.file, folder / "backups" / "copy.db");
  EXPECT_EQ(copy.runs, 4u);
  EXPECT_EQ(copy.bytes, fs::file_size(copy.file));
  EXPECT_EQ(copy.files_left_out, 1u);
  EXPECT_FALSE(fs::exists(copy.file.string() + ".files"));
  EXPECT_EQ(dump(copy.file), before);
}

TEST(StoreBackup, TakesFilesAlongWhereThatIsAskedFor) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  store.done("dd"_run, 0.5, "other weights");
  fs::remove(store.model_file("dd"_run));
  const StoreCopy copy = back_up_store(store.file(), folder / "copy.db", /*with_files=*/true);
  EXPECT_EQ(copy.files, 1u);
  ASSERT_EQ(copy.warnings.size(), 1u);
  EXPECT_NE(copy.warnings[0].find(store.model_file("dd"_run).string()), std::string::npos);
  EXPECT_EQ(read_file_text(folder / ("copy.db.files/" + "aa"_run + "/model")), "weights");
  EXPECT_EQ(fs::hard_link_count(folder / ("copy.db.files/" + "aa"_run + "/model")), 1u)
      << "what happens to the one must not happen to the other";
  for (const auto& entry : fs::directory_iterator(folder.path()))
    EXPECT_EQ(entry.path().string().find("unfinished"), std::string::npos) << entry.path();
}

TEST(StoreBackup, NamesItselfByTheTimeAndReplacesNothing) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  const StoreCopy first = back_up_store(store.file(), {}, false),
                  second = back_up_store(store.file(), {}, false);
  EXPECT_TRUE(first.file.string().starts_with(store.file().string() + ".backup-"));
  EXPECT_NE(first.file, second.file);
  EXPECT_THROW_SAYING(back_up_store(store.file(), first.file, false), ConfigError,
                      first.file.string(), "exists");
  EXPECT_THROW_SAYING(back_up_store(store.file(), store.file(), false), ConfigError,
                      store.file().string(), "exists");
}

TEST(StoreBackup, ThatCannotBeWrittenLeavesNothing) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  const fs::path text = folder.write("text", "no folder");
  EXPECT_THROW_SAYING(back_up_store(store.file(), text / "copy.db", false), DataError, "copy.db");
  EXPECT_THROW_SAYING(
      back_up_store(folder.write("text.db", std::string(2000, 'x')), folder / "copy.db", false),
      DataError, "text.db", "not an SQLite database");
  EXPECT_FALSE(fs::exists(folder / "copy.db"));
}

TEST(StoreBackup, OfAnOlderSchemaStaysOfThatSchema) {
  const TemporaryFolder folder;
  for (const int version : {1, 2}) {
    const StoreCopy copy = back_up_store(
        GENREBENCH_SOURCE_DIR "/tests/golden/stores/schema" + std::to_string(version) + ".db",
        folder / std::to_string(version), true);
    EXPECT_EQ(SQLite::Database(copy.file, SQLite::OPEN_READONLY)
                  .execAndGet("PRAGMA user_version")
                  .getInt(),
              version);
  }
}

TEST(StoreBackup, AMissingStoreIsNamedAndNotMade) {
  const TemporaryFolder folder;
  EXPECT_THROW_SAYING(back_up_store(folder / "none.db", {}, false), DataError, "none.db",
                      "no such database");
  EXPECT_FALSE(fs::exists(folder / "none.db"));
}

}  // namespace backup_test
}  // namespace genrebench
