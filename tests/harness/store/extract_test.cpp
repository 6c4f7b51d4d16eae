#include "harness/store/extract.hpp"

#include <gtest/gtest.h>

#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace extract_test {

using namespace testing;
using testing::TemporaryFolder;

TEST(Extract, HasTheRunsAloneAndNoPathsOfSoundFiles) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  store->add_tracks({{.fingerprint = "data",
                      .tracks = {{.id = "polka.1",
                                  .genre = 0,
                                  .groups = {{"artist", "Queen"}},
                                  .start_s = 0.0,
                                  .duration_s = 30.0,
                                  .content = "abc",
                                  .audio = "/music/secret/1.wav"}}}});
  const std::filesystem::path target = folder / "bundle" / "runs.db";
  EXPECT_TRUE(extract_runs(target, store.file(), {"aa"_run, "kk"_run}).empty());
  const auto extract = RunStore::open(target, RunStore::Mode::read);
  EXPECT_EQ(sorted_ids(extract->runs()), (std::vector<std::string>{"aa"_run, "kk"_run}));
  EXPECT_EQ(extract->runs("table2").size(), 2u);
  EXPECT_EQ(extract->metric("aa"_run, "test", "accuracy"), 0.75);
  const auto tracks = extract->tracks("data");
  ASSERT_EQ(tracks.size(), 1u);
  EXPECT_EQ(tracks[0].groups.at("artist"), "Queen");
  EXPECT_FALSE(tracks[0].audio.has_value());
  EXPECT_EQ(read_file_text(target).find("secret"), std::string::npos);
  EXPECT_EQ(read_file_text(folder / "bundle" / "runs.db.files" / "aa"_run / "model"), "weights");
  EXPECT_EQ(store->tracks("data")[0].audio, "/music/secret/1.wav") << "the store is as it was";
}

}  // namespace extract_test
}  // namespace genrebench
