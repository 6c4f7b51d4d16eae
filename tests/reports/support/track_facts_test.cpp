#include "reports/support/track_facts.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "reports/example_runs.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace track_facts_test {

class TrackFactsTest : public ::testing::Test {
 protected:
  std::string put(const std::string& name) {
    const std::filesystem::path file = folder_.path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << "sound";
    return file.native();
  }

  const testing::TemporaryFolder folder_;
};

TEST_F(TrackFactsTest, AFileIsFoundByItsIdOrByGenreAndId) {
  const std::string of_id = put("Tango/100.mp3"), of_genre = put("blues/blues.00001.wav");
  const TrackSource source({}, folder_.path().native());
  EXPECT_EQ(source.facts("Tango/100", "Tango", "").audio, of_id);
  const TrackFacts facts = source.facts("blues.00001", "blues", "Nina");
  EXPECT_EQ(facts.audio, of_genre);
  EXPECT_EQ(facts.genre, "blues");
  EXPECT_EQ(facts.artist, "Nina");
  EXPECT_EQ(source.facts("blues.00002", "blues", "").audio, "") << "it is not there";
}

TEST_F(TrackFactsTest, NoIdNamesAFileOutsideTheFolder) {
  put("outside.wav");
  std::filesystem::create_directories(folder_.path() / "music");
  const TrackSource source({}, (folder_.path() / "music").native());
  for (const std::string& id : {std::string("../outside"), (folder_.path() / "outside").native(),
                                std::string("a/../../outside"), std::string()})
    EXPECT_EQ(source.facts(id, "", "").audio, "") << id;
  EXPECT_EQ(source.facts("outside", "..", "").audio, "");
}

TEST_F(TrackFactsTest, WithoutAFolderThatOfTheRunsDatasetIsTakenIfItIsHere) {
  const std::string file = put("blues/1.ogg");
  RunRecord here, gone, relative;
  here.parameters = {{"dataset.root", folder_.path().native()}};
  gone.parameters = {{"dataset.root", (folder_.path() / "gone").native()}};
  relative.parameters = {{"dataset.root", "."}};
  const TrackSource source({&gone, &here, &here, &relative}, "");
  EXPECT_EQ(source.folders(), (std::vector<std::filesystem::path>{folder_.path()}));
  EXPECT_EQ(source.facts("1", "blues", "").audio, file);
  RunRecord list = here;
  list.parameters["dataset.audio_root"] = (folder_.path() / "blues").native();
  EXPECT_EQ(TrackSource({&list}, "").facts("1", "x", "").audio, file)
      << "a list of tracks has its audio elsewhere";
}

TEST_F(TrackFactsTest, WhatTheStoreHasRecordedIsTakenWhereNothingElseIsKnown) {
  const std::string song = put("x/Some Song.MP3"), text = put("x/notes.txt"),
                    below = put("root/blues/b.wav");
  const auto track = [](const std::string& id, const std::string& audio) {
    return TrackRecord{.id = id,
                       .genre = 0,
                       .groups = {{"artist", "Nina"}},
                       .start_s = 0.0,
                       .duration_s = {},
                       .content = {},
                       .audio = audio};
  };
  const std::vector<TrackRecord> recorded = {track("a", song), track("b", below),
                                             track("gone", (folder_.path() / "gone.wav").native()),
                                             track("text", text), track("relative", "song.wav")};
  const TrackSource source({}, "", recorded);
  EXPECT_EQ(source.facts("a", "blues", "").audio, song);
  EXPECT_EQ(source.facts("a", "blues", "").artist, "Nina");
  EXPECT_EQ(source.facts("a", "blues", "Simone").artist, "Simone") << "as the runs have it";
  for (const char* id : {"gone", "text", "relative", "unknown"})
    EXPECT_EQ(source.facts(id, "blues", "").audio, "") << id;
  EXPECT_EQ(source.n_elsewhere(), 2u);

  RunRecord here;
  here.parameters = {{"dataset.root", (folder_.path() / "root").native()}};
  EXPECT_EQ(TrackSource({&here}, "", recorded).n_elsewhere(), 1u) << "one is below the root";
  const TrackSource asked({}, (folder_.path() / "root").native(), recorded);
  EXPECT_EQ(asked.facts("a", "blues", "").audio, "")
      << "a folder that is asked for is the only one";
  EXPECT_EQ(asked.facts("b", "blues", "").audio, below);
}

TEST_F(TrackFactsTest, AFolderThatIsAskedForAndMissingIsAnError) {
  EXPECT_THROW_SAYING(TrackSource({}, (folder_.path() / "gone").native()), ConfigError,
                      "errors: audio_root: expected a folder with the tracks' sound files, found");
}

}  // namespace track_facts_test
}  // namespace genrebench
