// Files that are named as stores and that SQLite must not be let loose on.
#include "harness/store/connection.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "harness/store/check.hpp"
#include "harness/store/deletion.hpp"
#include "harness/store/merge.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/vacuum.hpp"
#include "support/example_store.hpp"
#include "support/permissions.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace connection_test {

namespace fs = std::filesystem;
using testing::ExampleStore;
using testing::fill;
using testing::permissions;
using testing::TemporaryFolder;
using testing::Umask;

void make_store(const fs::path& file) {
  const ExampleStore store(file);
  fill(store);
}

void execute(const fs::path& file, const std::string& sql) {
  SQLite::Database(file, SQLite::OPEN_READWRITE).exec("PRAGMA foreign_keys = OFF; " + sql);
}

/// A rollback journal that says: the transaction was one over several databases, which this file
/// lists. SQLite deletes the file when it takes such a transaction back.
std::string journal_that_names(const fs::path& file, std::uint32_t n_pages) {
  const std::string magic("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8), name = file.string();
  const auto big_endian = [](std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return bytes;
  };
  std::string header = magic + big_endian(0) + big_endian(0) + big_endian(n_pages) +
                       big_endian(512) + big_endian(4096);
  header.resize(512, '\0');
  std::uint32_t sum = 0;
  for (const char c : name) sum += static_cast<std::uint32_t>(static_cast<signed char>(c));
  return header + big_endian(0x40000000 / 4096 + 1) + name +
         big_endian(static_cast<std::uint32_t>(name.size())) + big_endian(sum) + magic;
}

TEST(Connection, AJournalThatNamesAnotherFileIsRefusedBeforeThatFileIsDeleted) {
  const TemporaryFolder folder;
  const fs::path file = folder / "runs.db", precious = folder.write("precious", "of somebody");
  make_store(file);
  execute(file, "PRAGMA journal_mode = DELETE");
  folder.write(
      "runs.db-journal",
      journal_that_names(precious, static_cast<std::uint32_t>(fs::file_size(file) / 4096)));
  EXPECT_THROW_SAYING(RunStore::open(file, RunStore::Mode::write), DataError, "runs.db-journal",
                      "names another file");
  EXPECT_THROW_SAYING(vacuum_store(file), DataError, "runs.db-journal");
  EXPECT_THROW_SAYING(delete_runs(file, {"aa"_run}), DataError, "runs.db-journal");
  EXPECT_THROW(RunStore::open(file, RunStore::Mode::read), DataError);
  EXPECT_THROW(merge_store(folder / "target.db", file), DataError);
  EXPECT_EQ(read_file_text(precious), "of somebody");
}

TEST(Connection, PipesAndDevicesAreNotRead) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe.db").c_str(), 0600), 0);
  for (const fs::path& file : {folder / "pipe.db", fs::path("/dev/zero"), fs::path("/dev/null")})
    for (const RunStore::Mode mode : {RunStore::Mode::read, RunStore::Mode::write})
      EXPECT_THROW_SAYING(RunStore::open(file, mode), DataError, file.string(), "regular file");
  for (const std::string suffix : {"-wal", "-shm", "-journal"}) {
    const fs::path file = folder / ("with" + suffix + ".db");
    make_store(file);
    ASSERT_EQ(::mkfifo((file.string() + suffix).c_str(), 0600), 0);
    EXPECT_THROW_SAYING(RunStore::open(file, RunStore::Mode::read), DataError,
                        file.string() + suffix, "regular file");
  }
}

TEST(Connection, AStoreThatOthersMayWriteIsMadeWhereTheUmaskLetsThem) {
  const TemporaryFolder folder;
  {
    const Umask umask(0002);
    make_store(folder / "group.db");
    EXPECT_EQ(permissions(folder / "group.db"), 0664U);
    const ExampleStore open(folder / "group.db");
    EXPECT_EQ(permissions(folder / "group.db-wal"), 0664U);
  }
  const Umask umask(0077);
  make_store(folder / "own.db");
  EXPECT_EQ(permissions(folder / "own.db"), 0600U);
}

TEST(Connection, WhatTheSchemaHasBesidesOursIsRefused) {
  for (const std::string sql :
       {"ALTER TABLE bad_tracks RENAME TO bt; CREATE VIEW bad_tracks AS WITH RECURSIVE r(x) AS "
        "(SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT CAST(x AS TEXT) run_id, '' track, '' "
        "message FROM r",
        "CREATE TRIGGER more AFTER INSERT ON runs BEGIN DELETE FROM metrics; END",
        "CREATE INDEX own ON metrics (length(printf('%1000000d', value)))",
        "CREATE TABLE notes (text)", "DROP TABLE artifacts",
        "ALTER TABLE facts ADD COLUMN more TEXT", "DROP INDEX runs_of_worker",
        "CREATE VIRTUAL TABLE words USING fts5(word)",
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'value "
        "INTEGER', 'value INTEGER DEFAULT (random())') WHERE name = 'facts'",
        "DROP VIEW v_runs",
        "DROP VIEW v_runs; CREATE VIEW v_runs AS SELECT id AS run_id FROM runs"}) {
    SCOPED_TRACE(sql);
    const TemporaryFolder folder;
    const fs::path file = folder / "runs.db";
    make_store(file);
    try {
      execute(file, sql);
    } catch (const SQLite::Exception& error) {
      GTEST_SKIP() << "this SQLite has no such thing: " << error.what();
    }
    for (const RunStore::Mode mode : {RunStore::Mode::read, RunStore::Mode::write})
      EXPECT_THROW_SAYING(RunStore::open(file, mode), DataError, file.string(),
                          "not a run store as genrebench makes it");
    EXPECT_THROW(check_store(file), DataError);
    EXPECT_THROW(merge_store(folder / "target.db", file), DataError);
    EXPECT_FALSE(fs::exists(folder / "target.db"));
  }
}

TEST(Connection, StatisticsOfSqliteAreNoPartOfTheSchema) {
  const TemporaryFolder folder;
  make_store(folder / "runs.db");
  execute(folder / "runs.db", "ANALYZE");
  EXPECT_NO_THROW(RunStore::open(folder / "runs.db", RunStore::Mode::write));
}

/// Makes the interior pages of the largest table lead to one and the same page again and again, so
/// that each level multiplies the rows.
TEST(Connection, PagesThatLeadToEachOtherWithoutEndAreGivenUp) {
  const TemporaryFolder folder;
  const fs::path file = folder / "runs.db";
  {
    const ExampleStore store(file);
    store.plan("table2", {"aa"_run});
    RunResult result = ExampleStore::result(0.5);
    for (int i = 0; i < 4000; ++i)
      result.metrics.push_back({"train", "a curve of some name " + std::to_string(i), 1, 0.5});
    store->finish(store.take("aa"_run), result);
  }
  execute(file, "PRAGMA journal_mode = DELETE");
  const int root = SQLite::Database(file).execAndGet(
      "SELECT rootpage FROM sqlite_master WHERE name = 'metrics'");
  std::string bytes = read_file_text(file);
  const auto number = [&](std::size_t place, int n) {
    std::size_t value = 0;
    for (int i = 0; i < n; ++i) value = value << 8 | static_cast<unsigned char>(bytes[place + i]);
    return value;
  };
  const auto put = [&](std::size_t place, std::size_t value) {
    for (int i = 3; i >= 0; --i, value >>= 8) bytes[place + i] = static_cast<char>(value);
  };
  // Interior pages of a tree without row ids have the type 2. Each child of such a page is its last
  // one from here on; of the root, each child is an interior page that leads to interior pages.
  std::vector<std::size_t> interior;
  for (std::size_t page = 1; page <= bytes.size() / 4096; ++page)
    if (bytes[(page - 1) * 4096] == 2 && page > 1) interior.push_back(page);
  ASSERT_GE(interior.size(), 2U) << "the table needs two levels of interior pages";
  std::size_t below = 0;
  for (const std::size_t page : interior)
    if (page != static_cast<std::size_t>(root)) below = page;
  std::vector<std::size_t> chain = {static_cast<std::size_t>(root)};
  for (const std::size_t page : interior)
    if (page != static_cast<std::size_t>(root)) chain.push_back(page);
  ASSERT_NE(below, 0U);
  for (std::size_t level = 0; level + 1 < chain.size(); ++level) {
    const std::size_t start = (chain[level] - 1) * 4096;
    for (std::size_t cell = 0; cell < number(start + 3, 2); ++cell)
      put(start + number(start + 12 + 2 * cell, 2), chain[level + 1]);
    put(start + 8, chain[level + 1]);
  }
  std::ofstream(file, std::ios::binary) << bytes;
  const auto store = RunStore::open(file, RunStore::Mode::read);
  EXPECT_THROW_SAYING(store->metrics("aa"_run), DataError, file.string());
  EXPECT_THROW(merge_store(folder / "target.db", file), DataError);
  EXPECT_FALSE(check_store(file).problems.empty());
}

TEST(Connection, ACopyWithoutItsLogIsToldFromAnOldStore) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  ASSERT_TRUE(fs::exists(folder / "runs.db-wal")) << "it is in use";
  const fs::path copy = folder / "copy.db";
  fs::copy_file(store.file(), copy);
  ASSERT_EQ(SQLite::Database(copy, SQLite::OPEN_READONLY)
                .execAndGet("SELECT count(*) FROM sqlite_master")
                .getInt(),
            0)
      << "all of it is still in the log";
  for (const std::string suffix : {"-wal", "-shm"}) fs::remove(copy.string() + suffix);
  for (const RunStore::Mode mode :
       {RunStore::Mode::read, RunStore::Mode::write, RunStore::Mode::write_existing})
    EXPECT_THROW_SAYING(RunStore::open(copy, mode), DataError, "copy.db", "copy.db-wal",
                        "without its log", "store backup");
  EXPECT_THROW_SAYING(check_store(copy), DataError, "without its log");
  EXPECT_THROW_SAYING(merge_store(folder / "target.db", copy), DataError, "without its log");
  fs::copy_file(store.file().string() + "-wal", copy.string() + "-wal",
                fs::copy_options::overwrite_existing);
  EXPECT_EQ(RunStore::open(copy, RunStore::Mode::read)->runs().size(), 4U)
      << "with its log it is whole";
}

/// A process that does nothing but live.
class OtherProcess {
 public:
  OtherProcess() : pid_(::fork()) {
    if (pid_ == 0)
      while (true) ::pause();
  }
  ~OtherProcess() {
    end();
    ::waitpid(pid_, nullptr, 0);
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  void end() const { ::kill(pid_, SIGKILL); }

  ProcessIdentity identity() const {
    ProcessIdentity identity = this_process();
    identity.pid = pid_;
    // The start is the 22nd word; the second one is the program's name in brackets.
    const std::string text = read_file_text("/proc/" + std::to_string(pid_) + "/stat");
    std::istringstream words(text.substr(text.rfind(')') + 1));
    std::string word;
    for (int i = 3; i <= 22; ++i) words >> word;
    identity.start = std::stoll(word);
    return identity;
  }

 private:
  pid_t pid_;
};

TEST(Connection, ACopyWithoutItsLogOfAStoreThatWasWrittenToBeforeIsTold) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  execute(store.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
  fs::copy_file(store.file(), folder / "ours.db");
  EXPECT_NO_THROW(RunStore::open(folder / "ours.db", RunStore::Mode::read))
      << "nothing tells that it is a copy";
  const OtherProcess other;
  const std::int64_t worker = store->join(other.identity(), 10.0);
  execute(store.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
  fs::copy_file(store.file(), folder / "copy.db");
  EXPECT_THROW_SAYING(RunStore::open(folder / "copy.db", RunStore::Mode::read), DataError,
                      "copy.db", "worker " + std::to_string(worker), "without its log");
}

TEST(Connection, AStoreWhoseWorkerClosedItAndIsAboutToEndIsNotTakenForACopy) {
  const TemporaryFolder folder;
  const OtherProcess other;  // begun before the store, so it does not have it open
  const fs::path file = folder / "runs.db";
  {
    const ExampleStore store(file);
    fill(store);
    store->join(other.identity(), 10.0);
  }
  ASSERT_FALSE(fs::exists(file.string() + "-wal"));
  std::thread end([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    other.end();
  });
  EXPECT_NO_THROW(RunStore::open(file, RunStore::Mode::read));
  end.join();
}

TEST(Connection, ADatabaseThatCouldNotBeMadeIsNotTakenForACopy) {
  const TemporaryFolder folder;
  const fs::path empty = folder.write("empty.db", "");
  EXPECT_THROW_SAYING(RunStore::open(empty, RunStore::Mode::read), DataError, "empty.db",
                      "an empty database");
  EXPECT_NO_THROW(RunStore::open(empty, RunStore::Mode::write));
}

}  // namespace connection_test
}  // namespace genrebench
