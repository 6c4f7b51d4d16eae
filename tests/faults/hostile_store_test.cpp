// Stores that somebody made to do harm, or that are damaged, given to every command: each ends with
// an exit code of its own, in time, within its memory, and touches nothing but the store's own
// files.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "base/files.hpp"
#include "base/random.hpp"
#include "faults/fault_support.hpp"
#include "support/store_sql.hpp"

namespace genrebench {
namespace hostile_store_test {

using namespace testing;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

constexpr double kLongestS = 20.0;  ///< the machine may be busy with other tests
constexpr std::uint64_t kMostMemory = std::uint64_t{8} << 30;  ///< of address space

/// A store with four done runs, and the data that they were computed from.
class HostileStores : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    bench_ = new Workbench;
    bench_->make_earlier_runs();
    const ProgramResult result = bench_->run(bench_->experiment("more"));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    execute_sql(bench_->database, "PRAGMA journal_mode = DELETE");
  }
  static void TearDownTestSuite() {
    delete bench_;
    bench_ = nullptr;
  }

  void SetUp() override {
    fs::copy_file(bench_->database, store());
    const auto runs = bench_->store()->runs();
    id_ = runs.front().id;
  }

  fs::path store() const { return folder_ / "inner/theirs.db"; }

  /// Every command that takes a store, on this one.
  std::vector<std::vector<std::string>> commands() const {
    const std::string db = store(), song = bench_->music.string();
    std::vector<std::vector<std::string>> all = {
        {"show", id_.substr(0, 12)},
        {"show", id_.substr(0, 12), "--json"},
        {"runs"},
        {"runs", "--json"},
        {"runs", "--group", "method.name,host", "--columns", "test.accuracy,split.n_train,message"},
        {"compare", id_.substr(0, 12), id_.substr(0, 12)},
        {"show", id_.substr(0, 12), "--log"},
        {"report"},
        {"report", "--report", "confusion"},
        {"report", "--report", "tracks"},
        {"report", "--report", "table2"},
        {"report", "--report", "segmentation"},
        {"report", "--report", "learning_curves"},
        {"reproduce", id_.substr(0, 12), "-q"},
        {"predict", "--run", id_.substr(0, 12), "-q", "--cache", bench_->cache.string(),
         first_song().string()},
        {"run", (bench_->folder / "more.yaml").string(), "-q", "--cache", bench_->cache.string()},
        {"resume", "-q", "--cache", bench_->cache.string()},
        {"store", "check"},
        {"store", "backup", "--out", (folder_ / "inner/backup.db").string(), "--files"},
        {"store", "delete", "--status", "done"},
        {"store", "delete", "--undo"},
        {"store", "vacuum"}};
    for (std::vector<std::string>& words : all) words.insert(words.end(), {"--db", db});
    all.push_back({"merge", db, "--db", (folder_ / "inner/ours.db").string()});
    return all;
  }

  static fs::path first_song() {
    for (const auto& entry : fs::recursive_directory_iterator(bench_->music))
      if (entry.is_regular_file()) return entry.path();
    return {};
  }

  /// Runs a command and expects that it ends by itself. @return  what it said
  static ProgramResult end_of(const std::vector<std::string>& words) {
    RunningProgram program(words, {.folder = {},
                                   .environment = {},
                                   .largest_file_bytes = {},
                                   .largest_memory_bytes = kMostMemory});
    const auto begin = std::chrono::steady_clock::now();
    while (!program.ended()) {
      if (std::chrono::steady_clock::now() - begin > std::chrono::duration<double>(kLongestS)) {
        ADD_FAILURE() << words.front() << " " << words.at(1) << " does not end";
        program.send(SIGKILL);
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return program.wait();
  }

  /// Every command on the store as it is now, which a command may change: each gets a copy.
  /// @param refused  none of them may accept it
  void try_all(bool refused) {
    const std::string precious = folder_ / "precious/kept";
    for (const std::vector<std::string>& words : commands()) {
      restore();
      const ProgramResult result = end_of(words);
      std::string line;
      for (const std::string& word : words) line += word + " ";
      SCOPED_TRACE(line);
      EXPECT_EQ(result.signal, 0) << result.err;
      EXPECT_LE(result.exit_code, 2) << result.err;
      EXPECT_EQ(result.err.find("std::"), std::string::npos) << result.err;
      EXPECT_EQ(result.err.find("::at"), std::string::npos) << result.err;
      if (result.exit_code != 0 && result.out.empty()) {
        EXPECT_LE(std::count(result.err.begin(), result.err.end(), '\n'), 2) << result.err;
        EXPECT_LT(result.err.size(), 4000U);
      }
      if (refused) {
        EXPECT_NE(result.exit_code, 0) << result.out;
      }
      EXPECT_TRUE(fs::exists(precious)) << "a file of somebody else is gone";
      for (const auto& entry : fs::directory_iterator(folder_.path()))
        EXPECT_TRUE(entry.path().filename() == "inner" || entry.path().filename() == "precious")
            << entry.path() << " was made";
    }
  }

  /// Keeps the store as it is now for try_all().
  void keep() {
    fs::copy_file(store(), folder_ / "precious/kept", fs::copy_options::overwrite_existing);
  }
  void restore() {
    fs::remove_all(folder_ / "inner");
    fs::create_directory(folder_ / "inner");
    fs::copy_file(folder_ / "precious/kept", store());
  }

  void change(const std::string& sql) {
    execute_sql(store(), "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; " + sql);
    keep();
  }

  /// Gives the first run another id, everywhere.
  void rename_run(const std::string& id) {
    change("UPDATE runs SET id = '" + id + "' WHERE id = '" + id_ +
           "'; INSERT INTO artifacts VALUES (" + run_key_of(id) + ", 'model', '00', 3)");
  }

  static Workbench* bench_;
  TemporaryFolder folder_;
  fs::path inner_ = (fs::create_directories(folder_ / "inner"),
                     fs::create_directories(folder_ / "precious"), folder_ / "inner");
  std::string id_;
};

Workbench* HostileStores::bench_ = nullptr;

TEST_F(HostileStores, IdsThatNameFoldersAreRefusedByEveryCommand) {
  for (const std::string& id :
       {std::string(), std::string(".."), std::string("../.."), (folder_ / "precious").string(),
        "../../" + (folder_ / "precious").filename().string(), std::string(64, 'Z')}) {
    SCOPED_TRACE(id);
    fs::copy_file(bench_->database, store(), fs::copy_options::overwrite_existing);
    rename_run(id);
    try_all(/*refused=*/true);
  }
}

TEST_F(HostileStores, FilesBesideThemThatAreLinksLeadNowhere) {
  keep();
  const fs::path files = store().string() + ".files";
  for (const std::vector<std::string>& words : commands()) {
    restore();
    fs::create_directories(files);
    fs::create_directory_symlink(folder_ / "precious", files / id_);
    fs::create_directory_symlink(folder_ / "precious", store().string() + ".deleted");
    end_of(words);
    EXPECT_TRUE(fs::exists(folder_ / "precious/kept")) << words.front();
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "precious"), {}), 1)
        << words.front() << " wrote there";
  }
}

TEST_F(HostileStores, ValuesOfEveryKindEndInAnExitCode) {
  const std::string where = " WHERE run = " + run_key_of(id_);
  for (const std::string& sql :
       {std::string("UPDATE predictions SET predicted = zeroblob(3000)"),
        std::string("UPDATE predictions SET predicted = CAST(replace(predicted, x'00', x'FF') AS "
                    "BLOB)"),
        std::string("UPDATE predictions SET tracks = 2147483647"),
        std::string("UPDATE predictions SET tracks = -1, split = -1"),
        std::string("UPDATE track_lists SET n = 9223372036854775807"),
        std::string("UPDATE track_lists SET n = 0, tracks = x''"),
        std::string("UPDATE track_lists SET tracks = zeroblob(length(tracks))"),
        std::string("UPDATE track_lists SET n = 1000000000, tracks = zeroblob(4000000)"),
        std::string("UPDATE predictions SET probabilities = zeroblob(3)"),
        std::string("UPDATE predictions SET probabilities = zeroblob(40000000)" + where),
        std::string("UPDATE runs SET status = 'bogus'"),
        std::string("UPDATE runs SET seed = x'', wall_s = 'long', token = -1"),
        std::string("UPDATE runs SET status = 'running', worker = 77"),
        std::string("UPDATE runs SET status = 'planned', retry_at_ms = 9223372036854775807, "
                    "retry_pause_ms = 9223372036854775807"),
        std::string("UPDATE metrics SET value = 9e999"),
        std::string("UPDATE metrics SET step = 9223372036854775807"),
        std::string("UPDATE texts SET text = CAST(x'fffe0a1b5b' AS TEXT) WHERE text = 'accuracy'"),
        add_text("&a {b: *a}") + "UPDATE parameters SET value = " + key_of("&a {b: *a}"),
        add_text("99999999999999999999") +
            "UPDATE parameters SET value = " + key_of("99999999999999999999") +
            " WHERE name IN (SELECT key FROM texts WHERE text LIKE '%n_%')",
        std::string("UPDATE texts SET text = text || 'x' WHERE key IN (SELECT name FROM "
                    "parameters)"),
        std::string("DELETE FROM parameters"),
        set_value("environment", "threads", "2147483647"),
        std::string("INSERT OR REPLACE INTO artifacts SELECT key, '/dev/zero', '00', 3 FROM runs"),
        std::string("INSERT OR REPLACE INTO artifacts SELECT key, 'model', '00', 3 FROM runs"),
        std::string("UPDATE experiment_runs SET position = 9223372036854775807 - position"),
        std::string("UPDATE experiments SET name = '../../../precious' || id"),
        std::string("UPDATE experiments SET source_file = x'00'"),
        std::string("UPDATE workers SET heartbeat_s = -1, pid = -1, ended = ''"),
        std::string("PRAGMA user_version = 3"),
        std::string("PRAGMA user_version = -5"),
        std::string("ALTER TABLE bad_tracks RENAME TO bt; CREATE VIEW bad_tracks AS WITH RECURSIVE "
                    "r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x run, 1 track, 1 "
                    "message FROM r"),
        std::string("DROP VIEW v_runs; CREATE VIEW v_runs AS WITH RECURSIVE r(x) AS (SELECT 1 "
                    "UNION ALL SELECT x + 1 FROM r) SELECT x FROM r")}) {
    SCOPED_TRACE(sql.substr(0, 100));
    fs::copy_file(bench_->database, store(), fs::copy_options::overwrite_existing);
    change(sql);
    try_all(/*refused=*/false);
  }
}

TEST_F(HostileStores, TextsAndTracksOfEveryKindEndInAnExitCode) {
  for (const std::string& sql :
       {"DELETE FROM facts WHERE name = " + key_of("dataset.genres"),
        "INSERT INTO texts VALUES (77777, 0, '[' || replace(hex(zeroblob(50000)), '0', '\"g\",') "
        "|| '\"g\"]'); UPDATE facts SET value = 77777 WHERE name = " +
            key_of("dataset.genres"),
        std::string("INSERT INTO texts VALUES (77777, 0, replace(hex(zeroblob(500000)), '0', "
                    "'[')); UPDATE facts SET value = 77777"),
        std::string("UPDATE facts SET value = 'x'"),
        add_text("x") + "UPDATE facts SET value = " + key_of("x"),
        std::string("UPDATE scored_tracks SET truth = 2147483647"),
        std::string("UPDATE scored_tracks SET truth = -1"),
        std::string(
            "UPDATE scored_tracks SET truth = 'rock', track = 'x', cluster = x'00' WHERE key = 1"),
        std::string("UPDATE scored_tracks SET dataset = 77, track = 1 WHERE key = 2"),
        std::string("UPDATE texts SET text = 'same'"),
        std::string("UPDATE texts SET text = CAST(key AS BLOB)"),
        std::string("UPDATE texts SET hash = 0"), std::string("DELETE FROM texts"),
        std::string("UPDATE datasets SET fingerprint = x'00' || key"),
        std::string("DELETE FROM datasets"),
        std::string("UPDATE tracks SET audio = '/dev/zero', content = ''"),
        std::string("UPDATE tracks SET audio = '../../precious/kept', genre = 4000000000"),
        std::string("UPDATE tracks SET audio = 7, content = x'00', duration_s = 'long', start_s = "
                    "-9e999"),
        std::string("UPDATE track_groups SET kind = -1, name = 'x'")}) {
    SCOPED_TRACE(sql.substr(0, 100));
    fs::copy_file(bench_->database, store(), fs::copy_options::overwrite_existing);
    change(sql);
    try_all(/*refused=*/false);
  }
}

TEST_F(HostileStores, DamagedBytesEndInAnExitCode) {
  const std::string whole = read_file_text(bench_->database);
  Random random(at_full_length() ? 7 : 8);
  const int n_stores = at_full_length() ? 200 : 6;
  for (int i = 0; i < n_stores; ++i) {
    SCOPED_TRACE(i);
    std::string bytes = whole;
    const std::size_t n_changes = 1 + random.below(i % 2 == 0 ? 4 : 60);
    for (std::size_t change = 0; change < n_changes; ++change) {
      const std::size_t at = random.below(bytes.size());
      if (i % 3 == 0)  // more often where pages say what they hold
        bytes[at / 4096 * 4096 + at % 16] = static_cast<char>(random.below(256));
      else
        bytes[at] = static_cast<char>(random.below(256));
    }
    if (i % 5 == 4) bytes.resize(random.below(bytes.size()));
    std::ofstream(folder_ / "precious/kept", std::ios::binary) << bytes;
    try_all(/*refused=*/false);
  }
}

}  // namespace hostile_store_test
}  // namespace genrebench
