#include "harness/store/shared_rows.hpp"

#include <gtest/gtest.h>

#include "harness/store/connection.hpp"
#include "harness/store/schema.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace shared_rows_test {

using testing::TemporaryFolder;

class SharedRowsTest : public ::testing::Test {
 protected:
  SharedRowsTest() { prepare_schema(connection, settings); }

  SharedRows& shared() { return connection.shared(); }

  TemporaryFolder folder;
  ConnectionSettings settings{.mode = RunStore::Mode::write};
  Connection connection{folder / "runs.db", settings};
};

TEST_F(SharedRowsTest, EqualTextsHaveOneKey) {
  connection.write([&] {
    const std::string long_text(1000, 'x');
    const std::int64_t a = shared().key_of_text("a"), b = shared().key_of_text("b"),
                       none = shared().key_of_text(""), large = shared().key_of_text(long_text);
    shared().forget();
    EXPECT_EQ(shared().key_of_text("a"), a);
    EXPECT_EQ(shared().key_of_text("b"), b);
    EXPECT_EQ(shared().key_of_text(""), none);
    EXPECT_EQ(shared().key_of_text(long_text), large);
    EXPECT_EQ(*shared().text(a), "a");
    EXPECT_EQ(*shared().text(none), "");
    EXPECT_EQ(*shared().text(large), long_text);
    EXPECT_EQ(shared().text(1234), nullptr);
  });
  EXPECT_EQ(connection.database().execAndGet("SELECT count(*) FROM texts").getInt(), 4);
}

TEST_F(SharedRowsTest, TextsOfOneHashAreToldApart) {
  connection.write([&] {
    connection.query("INSERT INTO texts (hash, text) VALUES (?, 'another')").run(text_hash("a"));
    const std::int64_t key = shared().key_of_text("a");
    EXPECT_EQ(*shared().text(key), "a");
  });
}

TEST_F(SharedRowsTest, SqlHasTheSameHash) {
  EXPECT_EQ(connection.database().execAndGet("SELECT text_hash('dataset.genres')").getInt64(),
            text_hash("dataset.genres"));
  EXPECT_TRUE(connection.database().execAndGet("SELECT text_hash(x'00') IS NULL").getInt() != 0);
}

TEST_F(SharedRowsTest, TracksAndListsAreSharedToo) {
  connection.write([&] {
    const std::int64_t data = shared().key_of_dataset("data");
    EXPECT_EQ(shared().key_of_dataset("data"), data);
    const std::int64_t one = shared().key_of_track(data, {"blues.1", 0, "B.B. King"}),
                       two = shared().key_of_track(data, {"blues.2", 0, ""}),
                       permuted = shared().key_of_track(data, {"blues.1", 3, "B.B. King"});
    EXPECT_NE(one, permuted);
    const std::int64_t list = shared().key_of_list({one, two});
    shared().forget();
    EXPECT_EQ(shared().key_of_track(data, {"blues.2", 0, ""}), two);
    EXPECT_EQ(shared().key_of_list({one, two}), list);
    EXPECT_NE(shared().key_of_list({two, one}), list);
    const ScoredTrack* const track = shared().scored_track(permuted);
    ASSERT_NE(track, nullptr);
    EXPECT_EQ(track->track, "blues.1");
    EXPECT_EQ(track->truth, 3);
    EXPECT_EQ(track->cluster, "B.B. King");
    EXPECT_EQ(shared().scored_track(4711), nullptr);
  });
}

TEST_F(SharedRowsTest, WhatATransactionAddedIsForgottenWhenItIsTakenBack) {
  EXPECT_THROW(connection.write([&] {
    shared().key_of_text("a");
    throw DataError("no");
  }),
               DataError);
  connection.write([&] {
    const std::int64_t key = shared().key_of_text("a");
    EXPECT_EQ(*shared().text(key), "a");
  });
  EXPECT_EQ(connection.database().execAndGet("SELECT text FROM texts").getString(), "a");
}

TEST_F(SharedRowsTest, WhatAnotherConnectionChangesIsReadAgain) {
  std::int64_t key = 0;
  connection.write([&] { key = shared().key_of_text("a"); });
  {
    const ReadSnapshot snapshot(connection);
    EXPECT_EQ(*shared().text(key), "a");
  }
  SQLite::Database(folder / "runs.db", SQLite::OPEN_READWRITE).exec("UPDATE texts SET text = 'b'");
  const ReadSnapshot snapshot(connection);
  EXPECT_EQ(*shared().text(key), "b");
}

}  // namespace shared_rows_test
}  // namespace genrebench
