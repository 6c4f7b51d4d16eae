#include "datasets/facts/extended_ballroom_metadata.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "datasets/dataset_test_support.hpp"
#include "datasets/extended_ballroom_support.hpp"
#include "datasets/facts/extended_ballroom_facts.hpp"
#include "datasets/folders/names.hpp"

namespace genrebench {
namespace extended_ballroom_metadata_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;

/// What the dataset says of a metadata file with these elements in <ballroom>, when it refuses it.
std::string refusal(const std::string& elements) {
  TemporaryFolder folder;
  const fs::path file = folder.write("x.xml", "<ballroom>\n" + elements + "</ballroom>\n");
  return message_of<DataError>([&] { read_ballroom_metadata(file); });
}

TEST(ExtendedBallroomMetadata, TheOwnersFileHasTable1sCountsAndAHashASong) {
  REQUIRE_METADATA(songs);
  ASSERT_EQ(songs.size(), 4180U);
  std::map<std::string, int> by_genre;
  std::set<std::string> numbers;
  for (const BallroomSong& one : songs) {
    ++by_genre[one.genre];
    numbers.insert(one.number);
    EXPECT_EQ(one.md5.size(), 32U);
    EXPECT_GT(one.tempo_bpm, 60.0) << one.number;
    EXPECT_FALSE(one.artist.empty() || one.album.empty() || one.title.empty()) << one.number;
  }
  EXPECT_EQ(numbers.size(), 4180U);
  EXPECT_EQ(by_genre.size(), 13U);
  for (const PublishedCount& count : ballroom_published_counts())
    EXPECT_EQ(by_genre[count.genre], count.n_tracks) << count.printed_name;
  for (const BallroomSong& one : songs)
    EXPECT_TRUE(ballroom_folds().parts.contains(ballroom_track_id(one.genre, one.number)));
}

TEST(ExtendedBallroomMetadata, EveryLinkOfTheOwnersFileLeadsToASongOfTheSameGenre) {
  REQUIRE_METADATA(songs);
  std::map<std::string, std::string> genre_by_number;
  for (const BallroomSong& one : songs) genre_by_number.emplace(one.number, one.genre);
  std::size_t links = 0;
  for (const BallroomSong& one : songs)
    for (const std::string& other : one.repeats) {
      ++links;
      ASSERT_TRUE(genre_by_number.contains(other)) << one.number << " repeats " << other;
      EXPECT_EQ(genre_by_number.at(other), one.genre) << one.number << " repeats " << other;
    }
  EXPECT_EQ(links, 1057U);
}

/// How many of the groups are in more than one of the published folds. Tracks without a group are
/// left out.
template <typename GroupOf>
std::size_t straddling(const std::vector<BallroomSong>& songs, GroupOf group_of) {
  std::map<std::string, std::set<std::string>> folds;
  for (const BallroomSong& one : songs)
    if (const std::string group = group_of(one); !group.empty())
      folds[group].insert(ballroom_folds().parts.at(ballroom_track_id(one.genre, one.number)));
  return static_cast<std::size_t>(
      std::ranges::count_if(folds, [](const auto& entry) { return entry.second.size() > 1; }));
}

// The folds are published as artist- and disc-filtered. What they do keep together is an artist, as
// spelled, within a genre: all but "Prandi Sound Tango Orchestra", whose name has a blank before it
// once.
TEST(ExtendedBallroomMetadata, ThePublishedFoldsKeepAnArtistTogetherWithinAGenreOnly) {
  REQUIRE_METADATA(songs);
  const auto artist = [](const BallroomSong& one) {
    return names_somebody(one.artist) ? one.artist : std::string();
  };
  EXPECT_EQ(straddling(songs,
                       [&](const BallroomSong& one) {
                         return artist(one).empty() ? "" : one.genre + "/" + artist(one);
                       }),
            1U);
  EXPECT_EQ(
      straddling(songs, [&](const BallroomSong& one) { return normalised_name(artist(one)); }),
      273U);
  EXPECT_EQ(straddling(songs, [](const BallroomSong& one) { return one.album; }), 145U)
      << "of 146 discs";
}

TEST(ExtendedBallroomMetadata, FilesThatCannotBeUsedAreExplainedInOneLine) {
  TemporaryFolder folder;
  EXPECT_CONTAINS(message_of<DataError>([&] { read_ballroom_metadata(folder / "absent.xml"); }),
                  "absent.xml");
  EXPECT_CONTAINS(message_of<DataError>([&] { read_ballroom_metadata(folder.path()); }),
                  folder.path().string());
  const auto of = [&](const std::string& text) {
    const fs::path file = folder.write("x.xml", text);
    return message_of<DataError>([&] { read_ballroom_metadata(file); });
  };
  EXPECT_CONTAINS(of(""), "x.xml:1: expected XML");
  EXPECT_CONTAINS(of("not XML"), "expected XML");
  EXPECT_CONTAINS(of("<ballroom>\n<Waltz>\n</ballroom>"), "x.xml:3: expected XML");
  EXPECT_CONTAINS(of("<html></html>"), "expected the element <ballroom>, found <html>");
  EXPECT_CONTAINS(of("<ballroom><Waltz/></ballroom>"), "expected songs, found none");
  const fs::path large = folder.write("large.xml", "<ballroom>");
  fs::resize_file(large, 17U << 20);
  EXPECT_CONTAINS(message_of<DataError>([&] { read_ballroom_metadata(large); }),
                  "found one of 17 MB");
  std::string deep = "<ballroom>";
  for (int i = 0; i < 100000; ++i) deep += "<Waltz>";
  EXPECT_CONTAINS(of(deep), "expected XML");
}

TEST(ExtendedBallroomMetadata, EntitiesAreRefusedAndNeverExpanded) {
  TemporaryFolder folder;
  std::string bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE ballroom [\n<!ENTITY a \"haha\">\n";
  for (char c = 'b'; c <= 'z'; ++c) {
    bomb += std::string("<!ENTITY ") + c + " \"";
    for (int i = 0; i < 10; ++i) bomb += std::string("&") + static_cast<char>(c - 1) + ";";
    bomb += "\">\n";
  }
  bomb += "]>\n<ballroom><Waltz>" + song("1", "&z;", "b", "c", '0') + "</Waltz></ballroom>";
  const fs::path file = folder.write("bomb.xml", bomb);
  EXPECT_CONTAINS(message_of<DataError>([&] { read_ballroom_metadata(file); }),
                  "declares entities");
  const fs::path outside = folder.write(
      "outside.xml",
      "<!DOCTYPE ballroom [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>\n<ballroom><Waltz>" +
          song("1", "&f;", "b", "c", '0') + "</Waltz></ballroom>");
  EXPECT_CONTAINS(message_of<DataError>([&] { read_ballroom_metadata(outside); }),
                  "declares entities");
  const fs::path undeclared =
      folder.write("x.xml", "<ballroom><Waltz>" + song("1", "&f; &amp; co", "b", "c", '0') +
                                "</Waltz></ballroom>");
  EXPECT_EQ(read_ballroom_metadata(undeclared).at(0).artist, "&f; & co");
}

TEST(ExtendedBallroomMetadata, SongsThatCannotBeUsedAreNamedByLine) {
  EXPECT_CONTAINS(refusal("<Waltz>\n<song artist=\"a\" hash=\"0\"/>\n</Waltz>"),
                  "x.xml:3: <song>: expected a number as its id, found ''");
  EXPECT_CONTAINS(refusal("<Waltz>" + song("../x", "a", "b", "c", '0') + "</Waltz>"),
                  "found '../x'");
  EXPECT_CONTAINS(refusal("<Waltz>\n<song id=\"7\"/>\n</Waltz>"),
                  "x.xml:3: song 7: expected its MD5 sum");
  EXPECT_CONTAINS(refusal("<Waltz>" + song("7", "a", "b", "c", 'g') + "</Waltz>"),
                  "expected its MD5 sum");
  EXPECT_CONTAINS(refusal("<Waltz>\n" + song("7", "a", "b", "c", '0') + "</Waltz><Tango>" +
                          song("7", "a", "b", "d", '1') + "</Tango>"),
                  "the id 7 is that of another song, in line 3");
  EXPECT_CONTAINS(refusal("<Waltzz></Waltzz>"), "did you mean 'Waltz'?");
  EXPECT_CONTAINS(refusal("<Waltz><tune/></Waltz>"), "expected <song>, found <tune>");
  EXPECT_CONTAINS(
      refusal("<Waltz>" + song("7", "a", "b", "c", '0', "<copy id=\"8\"/>") + "</Waltz>"),
      "found <copy>");
  EXPECT_CONTAINS(refusal("<Waltz>" + song("7", "a", "b", "c", '0', "<version/>") + "</Waltz>"),
                  "<version>: expected a number");
}

TEST(ExtendedBallroomMetadata, OtherEncodingsAndSpellingsAreRead) {
  TemporaryFolder folder;
  const fs::path latin1 = folder.write(
      "latin1.xml",
      "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<!-- a comment --><ballroom><cha-cha>" +
          song("7", "Bj\xF6rk", "b\n", "c", 'A') + "</cha-cha></ballroom>");
  const auto songs = read_ballroom_metadata(latin1);
  ASSERT_EQ(songs.size(), 1U);
  EXPECT_EQ(songs[0].genre, "Chacha");
  EXPECT_EQ(songs[0].artist, "Björk");
  EXPECT_EQ(songs[0].album, "b");
  EXPECT_EQ(songs[0].md5, std::string(32, 'a'));
  EXPECT_EQ(songs[0].tempo_bpm, 120.0);
}

}  // namespace extended_ballroom_metadata_test
}  // namespace genrebench
