#include "datasets/folders/known_sections.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "datasets/folders/listed_dataset.hpp"
#include "harness/data/section_scores.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace known_sections_test {

using testing::TemporaryFolder;

std::vector<Track> tracks(const std::vector<std::string>& ids) {
  std::vector<Track> result;
  for (const std::string& id : ids)
    result.push_back({.id = id, .genre = 0, .audio = {}, .groups = {}, .features = {}});
  return result;
}

const std::string kTable = "start,end,label\n0,10,A\n10,20,B\n";
const std::string kWhere = "dataset test";

class KnownSectionsTest : public ::testing::Test {
 protected:
  KnownSections find(const std::vector<std::string>& ids, const std::string& place = "marks") {
    return find_sections({.sections_from = (folder_ / place).string(), .sections_namespace = {}},
                         tracks(ids), kWhere);
  }

  TemporaryFolder folder_;
};

TEST_F(KnownSectionsTest, AreNoneWithoutAPlace) {
  const KnownSections known = find_sections({}, tracks({"a"}), kWhere);
  EXPECT_TRUE(known.of_track.empty());
  EXPECT_TRUE(known.notes.empty());
}

TEST_F(KnownSectionsTest, BelongToTheTrackThatTheFileIsNamedAfter) {
  folder_.write("marks/pop/001.csv", kTable);
  folder_.write("marks/002.lab", "0 5 C\n");
  folder_.write("marks/003_live.csv", kTable);
  folder_.write("marks/.hidden.csv", "no table");
  folder_.write("marks/notes.txt", "no annotation");
  const KnownSections known = find({"pop/001", "rock/002", "rock/003", "rock/003_live"});
  ASSERT_EQ(known.of_track.size(), 3u);
  EXPECT_EQ(known.of_track.at("pop/001"),
            (std::vector<std::vector<Section>>{{{0.0, 10.0, "A"}, {10.0, 20.0, "B"}}}));
  EXPECT_EQ(known.of_track.at("rock/002")[0][0].label, "C");
  EXPECT_TRUE(known.of_track.contains("rock/003_live")) << "the longest name wins";
  ASSERT_EQ(known.notes.size(), 1u);
  EXPECT_NE(known.notes[0].find("1 of 4 tracks has no sections"), std::string::npos)
      << known.notes[0];
  EXPECT_NE(known.notes[0].find("rock/003"), std::string::npos);
}

TEST_F(KnownSectionsTest, OfSeveralAnnotatorsAreInTheOrderOfTheirNames) {
  folder_.write("marks/001_two.csv", "start,end,label\n0,20,T\n");
  folder_.write("marks/001_one.csv", "start,end,label\n0,20,O\n");
  folder_.write("marks/three/001.lab", "0 20 H\n");
  folder_.write("marks/zoe/pop/001.lab", "0 20 Z\n");
  folder_.write("marks/002.csv", "start,end,label,annotator\n0,1,Y,y\n0,1,X,x\n");
  const KnownSections known = find({"pop/001", "pop/002"});
  std::string letters;
  for (const auto& sections : known.of_track.at("pop/001")) letters += sections[0].label;
  EXPECT_EQ(letters, "OHTZ");
  EXPECT_EQ(known.of_track.at("pop/002").size(), 2u);
  EXPECT_EQ(known.of_track.at("pop/002")[0][0].label, "X");
  EXPECT_TRUE(known.notes.empty());
}

TEST_F(KnownSectionsTest, MayStandInOneTable) {
  folder_.write("all.csv", "track,annotator,start,end,label\nb,y,0,1,Y\na,x,0,1,X\na,w,0,1,W\n");
  const KnownSections known = find({"a", "b", "c"}, "all.csv");
  EXPECT_EQ(known.of_track.at("a").size(), 2u);
  EXPECT_EQ(known.of_track.at("a")[0][0].label, "W");
  EXPECT_EQ(known.of_track.at("b").size(), 1u);
  ASSERT_EQ(known.notes.size(), 1u);
  EXPECT_NE(known.notes[0].find("1 of 3 tracks"), std::string::npos);
}

TEST_F(KnownSectionsTest, FilesOfNoTrackAreCountedAndNamed) {
  folder_.write("marks/001.csv", kTable);
  folder_.write("marks/stranger.csv", "not even a table of sections\n");
  const KnownSections known = find({"001"});
  ASSERT_EQ(known.notes.size(), 1u);
  EXPECT_NE(known.notes[0].find("1 file in"), std::string::npos) << known.notes[0];
  EXPECT_NE(known.notes[0].find("stranger.csv"), std::string::npos);
}

TEST_F(KnownSectionsTest, BadPlacesAndFilesAreRefusedInOneLine) {
  EXPECT_THROW_SAYING(find({"a"}, "nowhere"), DataError, kWhere, "sections_from", "nowhere");
  folder_.write("empty/x.txt", "");
  EXPECT_THROW_SAYING(find({"a"}, "empty"), DataError, "a.jams", "found none");
  folder_.write("others/b.csv", kTable);
  EXPECT_THROW_SAYING(find({"a"}, "others"), DataError, "b.csv", "belong to no track");
  folder_.write("twice/a.csv", kTable);
  folder_.write("twice/a.lab", "0 1 A\n");
  EXPECT_THROW_SAYING(find({"a"}, "twice"), DataError, "a.csv", "a.lab", "keep one");
  folder_.write("several/01.csv", kTable);
  EXPECT_THROW_SAYING(find({"jazz/01", "rock/01"}, "several"), DataError, "01.csv",
                      "fits several tracks", "jazz/01, rock/01");
  folder_.write("broken/a.csv", "start,end,label\n3,2,A\n");
  EXPECT_THROW_SAYING(find({"a"}, "broken"), DataError, "a.csv:2");
  folder_.write("unknown.csv", "track,start,end,label\nabc,0,1,A\n");
  EXPECT_THROW_SAYING(find({"abd"}, "unknown.csv"), DataError, "unknown track 'abc'",
                      "did you mean 'abd'?");
  folder_.write("headless.csv", "track,start,end,label\n");
  EXPECT_THROW_SAYING(find({"a"}, "headless.csv"), DataError, "headless.csv",
                      "at least one section");
}

TEST_F(KnownSectionsTest, AreWhatAListedDatasetSaysOfItsTracks) {
  class Listed final : public ListedDataset {
   public:
    using ListedDataset::ListedDataset;
    std::string text() const { return sections_text(); }
  };
  Listed dataset({"pop"}, {{"pop", tracks({"a"})[0]}, {"pop", tracks({"b"})[0]}});
  EXPECT_TRUE(dataset.sections(dataset.tracks()[0]).empty());
  EXPECT_TRUE(dataset.annotations(dataset.tracks()[0]).empty());
  EXPECT_EQ(dataset.text(), "");
  KnownSections known;
  known.of_track["a"] = {{{0.0, 1.0, "A"}}, {{0.0, 1.0, "B"}}};
  known.notes = {"a note"};
  dataset.set_sections(std::move(known));
  EXPECT_EQ(dataset.sections(dataset.tracks()[0])[0].label, "A");
  EXPECT_EQ(dataset.annotations(dataset.tracks()[0]).size(), 2u);
  EXPECT_TRUE(dataset.annotations(dataset.tracks()[1]).empty());
  EXPECT_EQ(dataset.notes(), (std::vector<std::string>{"a note"}));
  EXPECT_EQ(dataset.text(), "1 track, up to 2 annotators each");
}

// 0.858 by an implementation in Python of the adjusted Rand index over frames of 0.1 s.
TEST(KnownSections, OfTenSongsOfPop909AgreeAsTheirAnnotatorsDo) {
  GENREBENCH_REQUIRE_SHARED(shared);
  std::vector<std::string> ids;
  for (const char* number : {"001", "003", "006", "007", "009", "014", "019", "021", "024", "026"})
    ids.push_back(std::string("pop909/").append(number));
  const KnownSections known = find_sections(
      {.sections_from = (shared / "data/structure/pop909").string(), .sections_namespace = {}},
      tracks(ids), kWhere);
  EXPECT_TRUE(known.notes.empty());
  ASSERT_EQ(known.of_track.size(), ids.size());
  double sum = 0.0;
  for (const auto& [track, sections] : known.of_track) {
    ASSERT_EQ(sections.size(), 2u) << track;
    sum += score_sections(sections[0], sections[1]).adjusted_rand +
           score_sections(sections[1], sections[0]).adjusted_rand;
  }
  EXPECT_NEAR(sum / 20.0, 0.858, 0.01);
}

}  // namespace known_sections_test
}  // namespace genrebench
