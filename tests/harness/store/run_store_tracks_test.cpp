// What the store knows of a dataset's tracks.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "harness/store/deletion.hpp"
#include "harness/store/merge.hpp"
#include "harness/store/vacuum.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace run_store_tracks_test {

using testing::dump;
using testing::ExampleStore;
using testing::fill;
using testing::TemporaryFolder;

std::vector<TrackRecord> two_tracks(const std::string& folder = "/music") {
  return {{.id = "b",
           .genre = 1,
           .groups = {{"artist", "Queen"}, {"song", "One"}},
           .start_s = 2.0,
           .duration_s = 30.5,
           .content = "hash of b",
           .audio = folder + "/b.wav"},
          {.id = "a",
           .genre = 0,
           .groups = {},
           .start_s = 0.0,
           .duration_s = {},
           .content = {},
           .audio = {}}};
}

void expect_two_tracks(const StoreReader& store, const std::string& folder = "/music") {
  const auto tracks = store.tracks("data");
  ASSERT_EQ(tracks.size(), 2u);
  EXPECT_EQ(tracks[0].id, "a") << "in the order of their ids";
  EXPECT_FALSE(tracks[0].duration_s || tracks[0].content || tracks[0].audio);
  EXPECT_TRUE(tracks[0].groups.empty());
  EXPECT_EQ(tracks[1].id, "b");
  EXPECT_EQ(tracks[1].genre, 1);
  EXPECT_EQ(tracks[1].groups,
            (std::map<std::string, std::string>{{"artist", "Queen"}, {"song", "One"}}));
  EXPECT_EQ(tracks[1].start_s, 2.0);
  EXPECT_EQ(tracks[1].duration_s, 30.5);
  EXPECT_EQ(tracks[1].content, "hash of b");
  EXPECT_EQ(tracks[1].audio, folder + "/b.wav");
}

TEST(StoredTracks, AreGivenBackByTheFingerprintOfTheirDataset) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  EXPECT_TRUE(store->tracks("data").empty());
  store->add_tracks(
      {{.fingerprint = "data", .tracks = two_tracks()}, {.fingerprint = "other", .tracks = {}}});
  expect_two_tracks(*store);
  EXPECT_TRUE(store->tracks("other").empty());
  EXPECT_TRUE(store->tracks("unknown").empty());
  expect_two_tracks(*RunStore::open(store.file(), RunStore::Mode::read));
}

TEST(StoredTracks, AreWrittenOnceAndAgainOnlyWhenTheirFilesHaveMoved) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store->add_tracks({{.fingerprint = "data", .tracks = two_tracks()}});
  const std::string once = dump(store.file());
  store->add_tracks({{.fingerprint = "data", .tracks = two_tracks()}});
  EXPECT_EQ(dump(store.file()), once);
  store->add_tracks({{.fingerprint = "data", .tracks = two_tracks("/elsewhere")}});
  expect_two_tracks(*store, "/elsewhere");
}

TEST(StoredTracks, AreMergedOnceAndComeBackWithRunsThatWereDeleted) {
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db"), target(folder / "target.db");
  fill(source);
  source->add_tracks({{.fingerprint = "data", .tracks = two_tracks()}});
  merge_store(target.file(), source.file());
  expect_two_tracks(*target);
  source->add_tracks({{.fingerprint = "data", .tracks = two_tracks("/elsewhere")}});
  merge_store(target.file(), source.file());
  expect_two_tracks(*target);
  std::vector<std::string> all;
  for (const RunRecord& run : target->runs()) all.push_back(run.id);
  delete_runs(target.file(), all);
  undo_delete(target.file());
  expect_two_tracks(*target);
  EXPECT_EQ(target->runs().size(), 4u);
  EXPECT_EQ(target->predictions("aa"_run, "test").size(), 2u);
}

TEST(StoredTracks, AreRemovedByVacuumWithAllThatNoRunUses) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  store->add_tracks({{.fingerprint = "data", .tracks = two_tracks()}});
  vacuum_store(store.file());
  expect_two_tracks(*store);
  EXPECT_EQ(store->predictions("aa"_run, "test").size(), 2u);
  EXPECT_EQ(store->run("aa"_run)->parameter("method.name"), "svm");
  delete_runs(store.file(), {"aa"_run, "bb"_run, "kk"_run, "dd"_run});
  vacuum_store(store.file());
  EXPECT_TRUE(store->tracks("data").empty());
  SQLite::Database database(store.file(), SQLite::OPEN_READONLY);
  for (const char* table :
       {"texts", "datasets", "tracks", "track_groups", "scored_tracks", "track_lists"})
    EXPECT_EQ(database.execAndGet(std::string("SELECT count(*) FROM ") + table).getInt(), 0)
        << table;
  // The store's own memory of what it has written does not outlive the rows.
  store.plan("again", {"ee"_run});
  store.done("ee"_run);
  EXPECT_EQ(store->predictions("ee"_run, "test").size(), 2u);
  EXPECT_EQ(store->run("ee"_run)->parameter("dataset.name"), "synthetic");
}

}  // namespace run_store_tracks_test
}  // namespace genrebench
