// Values that no store of ours has: each is refused in one line that names the store, the table,
// the run and the column.
#include "harness/store/checked_row.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "harness/store/check.hpp"
#include "harness/store/merge.hpp"
#include "support/example_store.hpp"
#include "support/store_sql.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace checked_row_test {

namespace fs = std::filesystem;
using testing::dump;
using testing::ExampleStore;
using testing::fill;
using testing::key_of;
using testing::run_key_of;
using testing::set_value;
using testing::TemporaryFolder;

void execute(const fs::path& file, const std::string& sql) {
  SQLite::Database(file, SQLite::OPEN_READWRITE)
      .exec("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; " + sql);
}

/// Reads everything that the store holds of its runs.
void read_all(const fs::path& file) {
  const auto store = RunStore::open(file, RunStore::Mode::read);
  store->experiments();
  store->workers();
  for (const RunRecord& run : store->runs()) {
    store->look(run.id);
    store->metrics(run.id);
    store->predictions(run.id, "test");
    store->bad_tracks(run.id);
    store->artifacts(run.id);
    store->environment(run.id);
    store->metric(run.id, "test", "accuracy");
  }
  store->tracks("data");
  store->tally("table2");
  store->curve_points("table2", "train", "loss", 1);
}

struct BadValue {
  std::string sql;
  std::vector<std::string> parts;  ///< of the message
};

std::vector<BadValue> bad_runs_and_predictions() {
  return {
      {"UPDATE runs SET status = 'bogus' WHERE id = '" + "aa"_run + "'",
       {"table runs", "run aa000000", "status", "bogus"}},
      {"UPDATE runs SET seed = 'many'", {"table runs", "seed", "an integer", "'many'"}},
      {"UPDATE runs SET wall_s = -1.5", {"wall_s", "at least 0", "-1.5"}},
      {"UPDATE runs SET wall_s = 9e999", {"wall_s", "finite"}},
      {"UPDATE runs SET message = x'00ff'", {"message", "text", "2 bytes"}},
      {"UPDATE runs SET identity_version = -7", {"identity_version", "-7"}},
      {"UPDATE runs SET origin = 'heaven'", {"origin", "computed or imported", "'heaven'"}},
      {"UPDATE runs SET token = 'x'", {"token", "an integer"}},
      {"UPDATE runs SET retry_at_ms = -9223372036854775807", {"retry_at_ms"}},
      {"UPDATE runs SET dataset = 99", {"table runs", "dataset_fingerprint", "text", "nothing"}},
      {"UPDATE predictions SET predicted = x'0002'",
       {"table predictions", "run aa000000", "predicted", "0 to 1", "found 2"}},
      {"UPDATE predictions SET predicted = x'00'", {"predicted", "the classes of 2 tracks"}},
      {"UPDATE predictions SET predicted = 'text'", {"predicted", "a blob", "'text'"}},
      {"UPDATE predictions SET split = 99999", {"split", "the key of a text", "99999"}},
      {"UPDATE predictions SET tracks = 99999", {"predictions", "nothing"}},
      {"UPDATE track_lists SET n = 1000000001", {"n", "1000000001"}},
      {"UPDATE track_lists SET n = 3", {"tracks", "the keys of 3 tracks"}},
      {"UPDATE track_lists SET tracks = x'01000300'",
       {"table predictions", "keys of scored tracks", "found 3"}},
      {"UPDATE track_lists SET tracks = x'01000100'",
       {"in the order of their ids", "'polka.1' after 'polka.1'"}},
      {"UPDATE track_lists SET tracks = x'02000100'", {"'polka.1' after 'polka.2'"}},
      {"UPDATE scored_tracks SET truth = -1", {"table scored_tracks", "row 1", "truth", "-1"}},
      {"UPDATE scored_tracks SET truth = 2 WHERE key = 1", {"truth", "0 to 1", "found 2"}},
      {"UPDATE scored_tracks SET track = 99999 WHERE key = 2",
       {"table scored_tracks", "row 2", "track", "the key of a text", "99999"}},
      {"UPDATE predictions SET probabilities = x'0000003f00'", {"probabilities", "floats"}},
      {"UPDATE predictions SET probabilities = x'0000003f'", {"probabilities", "one per genre"}},
      {"UPDATE predictions SET probabilities = x'0000807f0000807f0000c03f0000c03f'",
       {"probabilities", "finite"}},
      {"UPDATE predictions SET probabilities = x'0000c07f0000003f0000c03f0000c03f'",
       {"probabilities", "finite"}},
      {"UPDATE predictions SET probabilities = 'text'", {"probabilities", "'text'"}},
  };
}

std::vector<BadValue> bad_texts_and_numbers() {
  const std::string of_aa = " WHERE run = " + run_key_of("aa"_run);
  const std::string genres = " WHERE name = " + key_of("dataset.genres");
  return {
      {"DELETE FROM facts" + genres, {"no fact dataset.genres"}},
      {set_value("facts", "dataset.genres", "[\"polka\""), {"dataset.genres", "should be a list"}},
      {set_value("facts", "dataset.genres", "{}"), {"should be a list"}},
      {"UPDATE facts SET value = x'5b5d'" + genres, {"table facts", "value", "key of a text"}},
      {"UPDATE facts SET name = -1", {"table facts", "run aa000000", "name", "key of a text"}},
      {"UPDATE texts SET text = x'ff' WHERE text = 'dataset.genres'",
       {"table facts", "name", "text", "1 bytes"}},
      {"INSERT INTO tracks VALUES (1, " + key_of("polka.1") + ", 0, -1, NULL, NULL, NULL)",
       {"table tracks", "row 1", "start_s", "at least 0"}},
      {"INSERT INTO tracks VALUES (1, " + key_of("polka.1") + ", 0, 0, 1, NULL, x'00')",
       {"table tracks", "audio", "text"}},
      {"INSERT INTO tracks VALUES (1, 99999, 0, 0, 1, NULL, NULL)", {"table tracks", "99999"}},
      {"INSERT INTO tracks VALUES (1, 1, 0, 0, 1, NULL, NULL); INSERT INTO track_groups VALUES (1, "
       "1, 99999, 1)",
       {"table track_groups", "kind", "99999"}},
      {"UPDATE metrics SET step = -2" + of_aa + " AND step = -1", {"table metrics", "step", "-2"}},
      {"UPDATE metrics SET value = 'high'", {"table metrics", "value", "a number", "'high'"}},
      {"UPDATE metrics SET value = -9e999 WHERE name = " + key_of("accuracy"), {"value", "finite"}},
      {"UPDATE metrics SET name = 99999 WHERE step = -1",
       {"table metrics", "name", "the key of a text"}},
      {"UPDATE artifacts SET name = '/dev/zero'", {"table artifacts", "name", "/dev/zero"}},
      {"UPDATE artifacts SET bytes = -1", {"bytes", "-1"}},
      {"INSERT INTO texts VALUES (7777, 0, 'a' || char(0) || 'b'); UPDATE parameters SET value = "
       "7777",
       {"table parameters", "value", "null characters"}},
      {"INSERT INTO texts VALUES (7777, 0, x'ff'); UPDATE environment SET value = 7777",
       {"environment", "value", "text", "1 bytes"}},
      {"UPDATE workers SET ended = '', heartbeat_s = 1e12",
       {"table workers", "row 1", "heartbeat_s"}},
      {"UPDATE workers SET ended = '', pid = 99999999999", {"pid", "99999999999"}},
      {"UPDATE experiments SET name = x'ff'", {"table experiments", "row 1", "name"}},
  };
}

std::vector<BadValue> bad_values() {
  std::vector<BadValue> all = bad_runs_and_predictions();
  std::ranges::move(bad_texts_and_numbers(), std::back_inserter(all));
  return all;
}

TEST(CheckedRow, EveryValueThatIsNotWhatItShouldBeIsRefusedByReadingMergingAndChecking) {
  for (const BadValue& bad : bad_values()) {
    SCOPED_TRACE(bad.sql);
    const TemporaryFolder folder;
    {
      const ExampleStore store(folder / "runs.db");
      fill(store);
    }
    const fs::path file = folder / "runs.db";
    execute(file, bad.sql);
    const auto expect_says = [&](const std::string& text) {
      EXPECT_NE(text.find(file.string()), std::string::npos) << text;
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
      EXPECT_LT(text.size(), 600U) << text;
      for (const std::string& part : bad.parts)
        EXPECT_NE(text.find(part), std::string::npos) << text << "\nshould say: " << part;
    };
    try {
      read_all(file);
      ADD_FAILURE() << "it was read";
    } catch (const DataError& error) {
      expect_says(error.what());
    }
    try {
      merge_store(folder / "target.db", file);
      ADD_FAILURE() << "it was merged";
    } catch (const DataError& error) {
      expect_says(error.what());
    }
    EXPECT_FALSE(fs::exists(folder / "target.db"));
    try {
      const std::vector<std::string> problems = check_store(file).problems;
      ASSERT_FALSE(problems.empty());
      expect_says(problems.back());
    } catch (const DataError& error) {  // a worker that may be at work is looked at when it opens
      expect_says(error.what());
    }
  }
}

TEST(CheckedRow, PathsAndMessagesMayHoldBytesThatAreNotUtf8) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  execute(store.file(),
          "UPDATE runs SET message = CAST(x'2fe92f' AS TEXT); UPDATE texts SET text = "
          "CAST(x'2fe92f' AS TEXT) WHERE text = 'synthetic'");
  EXPECT_NO_THROW(read_all(store.file()));
  EXPECT_EQ(store->run("aa"_run)->message, "/\xE9/");
}

TEST(CheckedRow, AnIdThatIsNoneKeepsTheStoreShut) {
  for (const std::string id : {"", "..", "/tmp", "AA00", "aa"}) {
    SCOPED_TRACE(id);
    const TemporaryFolder folder;
    {
      const ExampleStore store(folder / "runs.db");
      fill(store);
    }
    const fs::path file = folder / "runs.db";
    execute(file, "UPDATE runs SET id = '" + id + "' WHERE id = '" + "bb"_run + "'");
    for (const RunStore::Mode mode : {RunStore::Mode::read, RunStore::Mode::write})
      EXPECT_THROW_SAYING(RunStore::open(file, mode), DataError, file.string(), "table runs",
                          "64 hexadecimal digits", "'" + id + "'");
    EXPECT_THROW_SAYING(merge_store(folder / "target.db", file), DataError,
                        "64 hexadecimal digits");
    EXPECT_FALSE(fs::exists(folder / "target.db"));
  }
}

}  // namespace checked_row_test
}  // namespace genrebench
