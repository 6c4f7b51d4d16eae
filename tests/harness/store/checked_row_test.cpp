// Values that no store of ours has: each is refused in one line that names the store, the table,
// the run and the column.
#include "harness/store/checked_row.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "harness/store/check.hpp"
#include "harness/store/merge.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;
using testing::dump;
using testing::ExampleStore;
using testing::fill;
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
  store->tally("table2");
  store->curve_points("table2", "train", "loss", 1);
}

struct BadValue {
  std::string sql;
  std::vector<std::string> parts;  ///< of the message
};

std::vector<BadValue> bad_values() {
  const std::string of_aa = " WHERE run_id = '" + "aa"_run + "'";
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
      {"UPDATE predictions SET predicted = 2", {"table predictions", "predicted", "0 to 1", "2"}},
      {"UPDATE predictions SET truth = -1", {"truth", "0 to 1", "-1"}},
      {"UPDATE predictions SET truth = 2147483647", {"truth", "2147483647"}},
      {"UPDATE predictions SET truth = 1.5", {"truth", "an integer", "1.5"}},
      {"UPDATE predictions SET probabilities = x'0000003f00'", {"probabilities", "floats"}},
      {"UPDATE predictions SET probabilities = x'0000003f'", {"probabilities", "one per genre"}},
      {"UPDATE predictions SET probabilities = x'0000c07f0000c07f'", {"probabilities", "finite"}},
      {"UPDATE predictions SET probabilities = 'text'", {"probabilities", "'text'"}},
      {"DELETE FROM facts WHERE key = 'dataset.genres'", {"no fact dataset.genres"}},
      {"UPDATE facts SET value = '[\"polka\"' WHERE key = 'dataset.genres'",
       {"dataset.genres", "should be a list"}},
      {"UPDATE facts SET value = '{}' WHERE key = 'dataset.genres'", {"should be a list"}},
      {"UPDATE facts SET value = x'5b5d' WHERE key = 'dataset.genres'", {"table facts", "value"}},
      {"UPDATE metrics SET step = -2" + of_aa + " AND step = -1", {"table metrics", "step", "-2"}},
      {"UPDATE metrics SET value = 'high'", {"table metrics", "value", "a number", "'high'"}},
      {"UPDATE metrics SET value = -9e999 WHERE name = 'accuracy'", {"value", "finite"}},
      {"UPDATE artifacts SET name = '/dev/zero'", {"table artifacts", "name", "/dev/zero"}},
      {"UPDATE artifacts SET bytes = -1", {"bytes", "-1"}},
      {"UPDATE parameters SET value = 'a' || char(0) || 'b'", {"parameters", "null characters"}},
      {"UPDATE environment SET value = x'ff'", {"environment", "value"}},
      {"UPDATE workers SET ended = '', heartbeat_s = 1e12",
       {"table workers", "row 1", "heartbeat_s"}},
      {"UPDATE workers SET ended = '', pid = 99999999999", {"pid", "99999999999"}},
      {"UPDATE experiments SET name = x'ff'", {"table experiments", "row 1", "name"}},
  };
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
          "UPDATE runs SET message = CAST(x'2fe92f' AS TEXT); UPDATE parameters SET value = "
          "CAST(x'2fe92f' AS TEXT) WHERE key = 'dataset.name'");
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

}  // namespace
}  // namespace genrebench
