#include <set>

#include "base/digest.hpp"
#include "dataset_test_support.hpp"
#include "datasets/facts/extended_ballroom_facts.hpp"
#include "datasets/facts/extended_ballroom_metadata.hpp"
#include "datasets/folders/names.hpp"
#include "harness/grouping/grouping.hpp"
#include "support/distributions.hpp"
#include "support/shared_data.hpp"

namespace genrebench {
void register_extended_ballroom(Registry& registry);
void register_all_pipeline(Registry& registry);

namespace {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;
using Severity = DatasetProblem::Severity;

constexpr const char* kXml = "extendedballroom_v1.1.xml";

std::unique_ptr<Dataset> ballroom(const fs::path& root, OptionValues options = {}) {
  options["root"] = root.string();
  return make_dataset(register_extended_ballroom, options);
}

/// A song element. `hash` becomes 32 digits.
std::string song(const std::string& number, const std::string& artist, const std::string& album,
                 const std::string& title, char hash, const std::string& links = {}) {
  return "<song album=\"" + album + "\" artist=\"" + artist + "\" bpm=\"120\" id=\"" + number +
         "\" title=\"" + title + "\" hash=\"" + std::string(32, hash) + "\">" + links + "</song>\n";
}

/// What the dataset says of a metadata file with these elements in <ballroom>, when it refuses it.
std::string refusal(const std::string& elements) {
  TemporaryFolder folder;
  const fs::path file = folder.write("x.xml", "<ballroom>\n" + elements + "</ballroom>\n");
  return message_of<DataError>([&] { read_ballroom_metadata(file); });
}

/// The real metadata file, where it is.
#define REQUIRE_METADATA(songs)           \
  GENREBENCH_REQUIRE_SHARED(shared);      \
  const std::vector<BallroomSong> songs = \
      read_ballroom_metadata(shared / "data/extended-ballroom/extendedballroom_v1.1.xml")

TEST(ExtendedBallroomFacts, NameThirteenGenresAndTheNineCommonOnes) {
  EXPECT_EQ(ballroom_genres().size(), 13U);
  EXPECT_TRUE(std::is_sorted(ballroom_genres().begin(), ballroom_genres().end()));
  EXPECT_EQ(common_ballroom_genres().size(), 9U);
  int common = 0, all = 0;
  for (const PublishedCount& count : ballroom_published_counts()) {
    all += count.n_tracks;
    EXPECT_TRUE(std::ranges::binary_search(ballroom_genres(), count.genre)) << count.genre;
    if (std::ranges::binary_search(common_ballroom_genres(), count.genre)) common += count.n_tracks;
  }
  EXPECT_EQ(all, 4180);
  EXPECT_EQ(common, 3992);
}

TEST(ExtendedBallroomFacts, TheFoldsHoldEveryTrackOnceAndTable1sCounts) {
  const PublishedSplit& folds = ballroom_folds();
  EXPECT_TRUE(folds.folds);
  EXPECT_EQ(folds.parts.size(), 4180U);
  EXPECT_EQ(folds.parts.at("Chacha/100701"), "8");
  std::map<std::string, int> by_fold, by_genre;
  std::set<std::string> numbers;
  for (const auto& [id, fold] : folds.parts) {
    ++by_fold[fold];
    ++by_genre[id.substr(0, id.find('/'))];
    numbers.insert(id.substr(id.find('/') + 1));
  }
  EXPECT_EQ(numbers.size(), 4180U) << "the number alone names a track";
  ASSERT_EQ(by_fold.size(), 10U);
  for (const auto& [fold, n] : by_fold) EXPECT_EQ(n, 418) << fold;
  ASSERT_EQ(by_genre.size(), 13U);
  for (const PublishedCount& count : ballroom_published_counts())
    EXPECT_EQ(by_genre[count.genre], count.n_tracks) << count.printed_name;
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

/// Two genres of three songs each, with their files.
class SmallBallroom : public ::testing::Test {
 protected:
  SmallBallroom() {
    write_metadata(
        "<Chacha>" + song("100701", "Queen", "Disc 1", "One", '0', "<version id=\"100703\"/>") +
        song("100702", "QUEEN", "Disc 2", "Two", '1') +
        song("100703", "Various", "Disc 2", "Three", '2') + "</Chacha>\n" + "<Tango>" +
        song("100704", "Abba", "Disc 1", "Four", '3') + song("100705", "?", "disc 1", "Five", '3') +
        song("100706", "ABBA", "Disc 3", "four!", '4') + "</Tango>\n");
    for (const char* file : {"Chacha/100701.mp3", "Chacha/100702.mp3", "Chacha/100703.mp3",
                             "Tango/100704.mp3", "Tango/100705.mp3", "Tango/100706.mp3"})
      write_bytes(root_ / file, file);
  }

  void write_metadata(const std::string& elements) {
    write_bytes(root_ / kXml, "<ballroom>\n" + elements + "</ballroom>\n");
  }

  TemporaryFolder root_;
};

TEST_F(SmallBallroom, ReadsTracksWithTheirGroupsAndChecksums) {
  const auto dataset = ballroom(root_.path());
  EXPECT_EQ(dataset->genres(), ballroom_genres());
  ASSERT_EQ(ids(*dataset),
            (std::vector<std::string>{"Chacha/100701", "Chacha/100702", "Chacha/100703",
                                      "Tango/100704", "Tango/100705", "Tango/100706"}));
  const auto& tracks = dataset->tracks();
  using Groups = std::map<std::string, std::string>;
  EXPECT_EQ(tracks[0].groups,
            (Groups{{"artist", "Queen"}, {"album", "Disc 1"}, {"song", "Chacha/100701"}}));
  EXPECT_EQ(tracks[1].groups,
            (Groups{{"artist", "QUEEN"}, {"album", "Disc 2"}, {"song", "Chacha/100702"}}));
  EXPECT_EQ(tracks[2].groups, (Groups{{"album", "Disc 2"}, {"song", "Chacha/100701"}}))
      << "a version of the first, by nobody in particular";
  EXPECT_EQ(tracks[3].groups,
            (Groups{{"artist", "Abba"}, {"album", "Disc 1"}, {"song", "Tango/100704"}}));
  EXPECT_EQ(tracks[4].groups, (Groups{{"album", "Disc 1"}, {"song", "Tango/100704"}}))
      << "the same file to the byte";
  EXPECT_EQ(tracks[5].groups,
            (Groups{{"artist", "ABBA"}, {"album", "Disc 3"}, {"song", "Tango/100704"}}))
      << "the same artist and title";
  EXPECT_EQ(group_names(*dataset, "artist"),
            (std::vector<std::string>{"Queen", "Queen", "", "Abba", "", "Abba"}));
  EXPECT_EQ(tracks[0].published_md5, std::string(32, '0'));
  EXPECT_TRUE(fs::exists(tracks[0].audio));
  EXPECT_EQ(dataset->published_counts().size(), 13U);
  EXPECT_EQ(dataset->expected_audio().sample_rate_hz, 44100.0);
  EXPECT_FALSE(dataset->facts().empty());
}

TEST_F(SmallBallroom, LinksAreTransitiveAndTheirFaultsAreReported) {
  write_metadata(
      "<Chacha>" +
      song("100701", "a", "x", "One", '0', "<exact id=\"100702\"/><time id=\"999999\"/>") +
      song("100702", "b", "x", "Two", '1',
           "<exact id=\"100701\"/><karaoke id=\"100703\" voiced=\"1\"/>") +
      song("100703", "c", "x", "Three", '2') + "</Chacha>\n");
  const auto dataset = ballroom(root_.path());
  for (const Track& track : dataset->tracks()) EXPECT_EQ(track.groups.at("song"), "Chacha/100701");
  const auto links = problems(*dataset, "link");
  ASSERT_EQ(links.size(), 2U);
  EXPECT_EQ(links[0].severity, Severity::error);
  EXPECT_EQ(links[0].where, "Chacha/100701");
  EXPECT_CONTAINS(links[0].message, "repeats 999999, which is none of its songs");
  EXPECT_EQ(links[1].severity, Severity::note);
  EXPECT_CONTAINS(links[1].message, "1 of 3 links");
}

TEST_F(SmallBallroom, VerifyReportsEveryFault) {
  fs::remove(root_ / "Chacha/100702.mp3");
  fs::remove_all(root_ / "Tango");
  write_bytes(root_ / "Chacha/100704.ogg", "x");  // a tango
  write_bytes(root_ / "Chacha/100799.mp3", "x");  // of no song
  write_bytes(root_ / "Chacha/cover.jpg", "x");
  write_bytes(root_ / "Chacha/old/100702.mp3", "x");
  write_bytes(root_ / "Polka/100705.mp3", "x");
  write_bytes(root_ / "Chacha/\xFF\n.mp3", "x");
  const auto dataset = ballroom(root_.path());
  EXPECT_EQ(ids(*dataset),
            (std::vector<std::string>{"Chacha/100701", "Chacha/100703", "Tango/100704"}));

  std::set<std::string> extra;
  for (const DatasetProblem& problem : problems(*dataset, "extra")) extra.insert(problem.where);
  EXPECT_EQ(extra, (std::set<std::string>{"Chacha/100799.mp3", "Chacha/cover.jpg", "Chacha/old",
                                          "Polka", "Chacha/\\xFF\\x0A.mp3"}));
  const auto swapped = problems(*dataset, "swapped");
  ASSERT_EQ(swapped.size(), 1U);
  EXPECT_EQ(swapped[0].where, "Chacha/100704.ogg");
  EXPECT_EQ(swapped[0].severity, Severity::error);
  const auto missing = problems(*dataset, "missing");
  ASSERT_EQ(missing.size(), 3U);
  EXPECT_EQ(missing[0].message, "1 of 3 tracks are absent: 100702");
  EXPECT_EQ(missing[1].message, "2 of 3 tracks are absent: 100705-100706");
  EXPECT_CONTAINS(missing[2].message, "3 of 6 tracks are absent");
  const auto md5 = problems(*dataset, "md5");
  ASSERT_EQ(md5.size(), 1U);
  EXPECT_EQ(md5[0].severity, Severity::note);
  EXPECT_CONTAINS(md5[0].message, "1 of 3 files are not MP3");
  EXPECT_EQ(dataset->tracks()[2].published_md5, "") << "re-encoded";
  EXPECT_TRUE(problems(*dataset, "known_fault").empty())
      << "the other of the two equal files is absent";
}

TEST_F(SmallBallroom, AGenreWithoutAnyFileIsAnError) {
  fs::remove_all(root_ / "Tango");
  const auto missing = problems(*ballroom(root_.path()), "missing");
  ASSERT_EQ(missing.size(), 2U);
  EXPECT_EQ(missing[0].where, "Tango");
  EXPECT_EQ(missing[0].severity, Severity::error);
  EXPECT_EQ(missing[0].message, "all 3 tracks are absent");
}

TEST_F(SmallBallroom, SongsWithOneChecksumAreAKnownFault) {
  const auto known = problems(*ballroom(root_.path()), "known_fault");
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known[0].severity, Severity::note);
  EXPECT_CONTAINS(known[0].message, "Tango/100704, Tango/100705");
}

TEST_F(SmallBallroom, GenreFoldersInAnotherCaseAreUsedAndNoted) {
  fs::rename(root_ / "Chacha", root_ / "CHA-CHA");
  const auto dataset = ballroom(root_.path());
  EXPECT_EQ(dataset->tracks().size(), 6U);
  EXPECT_EQ(dataset->tracks()[0].id, "Chacha/100701");
  const auto spelling = problems(*dataset, "spelling");
  ASSERT_EQ(spelling.size(), 1U);
  EXPECT_EQ(spelling[0].where, "CHA-CHA");
  EXPECT_EQ(spelling[0].severity, Severity::note);
}

TEST_F(SmallBallroom, TwoFilesOfOneSongAreRefused) {
  write_bytes(root_ / "chacha/100701.mp3", "x");
  EXPECT_CONTAINS(message_of<DataError>([&] { ballroom(root_.path()); }),
                  "Chacha/100701.mp3 and chacha/100701.mp3");
}

TEST_F(SmallBallroom, LinksInACircleEnd) {
  fs::create_directory_symlink("..", root_ / "Chacha/up");
  fs::create_directory_symlink("Jive", root_ / "Jive");
  const auto dataset = ballroom(root_.path());
  EXPECT_EQ(dataset->tracks().size(), 6U);
  EXPECT_EQ(problems(*dataset, "extra").size(), 1U);
}

TEST_F(SmallBallroom, TheNineCommonGenresCanBeChosen) {
  write_metadata("<Chacha>" + song("100701", "a", "x", "One", '0') + "</Chacha><Salsa>" +
                 song("100707", "b", "x", "Two", '1') + "</Salsa>");
  write_bytes(root_ / "Salsa/100707.mp3", "x");
  const auto dataset = ballroom(root_.path(), {{"genres", "nine"}});
  EXPECT_EQ(dataset->genres(), common_ballroom_genres());
  EXPECT_EQ(ids(*dataset), (std::vector<std::string>{"Chacha/100701"}));
  EXPECT_EQ(dataset->published_counts().size(), 9U);
  for (const DatasetProblem& problem : problems(*dataset, "missing"))
    EXPECT_NE(problem.where, "Salsa");
}

TEST_F(SmallBallroom, MetadataCanLieElsewhereAndItsAbsenceIsExplained) {
  fs::create_directories(root_ / "inside");
  fs::rename(root_ / kXml, root_ / "inside/songs.xml");
  const std::string message = message_of<DataError>([&] { ballroom(root_.path()); });
  EXPECT_CONTAINS(message, kXml);
  EXPECT_CONTAINS(message, "option 'metadata'");
  EXPECT_EQ(ballroom(root_.path(), {{"metadata", (root_ / "inside/songs.xml").string()}})
                ->tracks()
                .size(),
            6U);
}

TEST_F(SmallBallroom, TheOwnersFolderMayBeAroundTheGenres) {
  TemporaryFolder around;
  fs::create_directories(around / "extendedballroom_v1.1");
  for (const char* name : {"Chacha", "Tango", kXml})
    fs::rename(root_ / name, around / "extendedballroom_v1.1" / name);
  EXPECT_EQ(ballroom(around.path())->tracks().size(), 6U);
}

TEST(ExtendedBallroom, FoldersThatAreNotItAreRefused) {
  TemporaryFolder root;
  EXPECT_CONTAINS(message_of<ConfigError>([] { ballroom(""); }), "option 'root' is empty");
  EXPECT_CONTAINS(message_of<DataError>([&] { ballroom(root.path()); }),
                  "no genre folder of Extended Ballroom");
  fs::create_directories(root / "Waltz");
  write_bytes(root / kXml,
              "<ballroom><Waltz>" + song("1", "a", "b", "c", '0') + "</Waltz></ballroom>");
  EXPECT_CONTAINS(message_of<DataError>([&] { ballroom(root.path()); }), "no audio file");
}

/// An empty file for every track: enough for everything but decoding.
class WholeBallroom : public ::testing::Test {
 protected:
  WholeBallroom() {
    for (const auto& [id, fold] : ballroom_folds().parts) write_bytes(root_ / (id + ".mp3"), "");
  }

  /// Metadata in which no song has anything to do with another.
  void write_plain_metadata() {
    std::map<std::string, std::string> by_genre;
    for (const auto& [id, fold] : ballroom_folds().parts) {
      const std::string genre = id.substr(0, id.find('/')), number = id.substr(id.find('/') + 1);
      by_genre[genre] +=
          "<song id=\"" + number + "\" hash=\"" + std::string(26, '0') + number + "\"/>";
    }
    std::string xml;
    for (const auto& [genre, elements] : by_genre)
      xml += "<" + genre + ">" + elements + "</" + genre + ">";
    write_bytes(root_ / kXml, "<ballroom>" + xml + "</ballroom>");
  }

  TemporaryFolder root_;
};

TEST_F(WholeBallroom, ASubsetIsDrawnInProportionToTheGenresAndByItsSeed) {
  write_plain_metadata();
  const auto draw = [&](std::int64_t n, std::int64_t seed) {
    return ballroom(root_.path(), {{"subset", n}, {"subset_seed", seed}});
  };
  const auto first = draw(1045, 0);
  ASSERT_EQ(first->tracks().size(), 1045U);
  std::map<std::string, int> counts;
  for (const Track& track : first->tracks())
    ++counts[first->genres()[static_cast<std::size_t>(track.genre)]];
  for (const PublishedCount& count : ballroom_published_counts())
    EXPECT_NEAR(counts[count.genre], count.n_tracks / 4.0, 1.0) << count.genre;  // 1045 is a
                                                                                 // quarter of 4180
  EXPECT_TRUE(first->published_counts().empty()) << "Table 1 does not count a subset";
  EXPECT_EQ(ids(*draw(1045, 0)), ids(*first));
  EXPECT_NE(ids(*draw(1045, 1)), ids(*first));
  EXPECT_EQ(ids(*draw(4180, 5)), ids(*ballroom(root_.path())));

  fs::remove(root_ / (first->tracks().front().id + ".mp3"));
  std::vector<std::string> common;
  std::ranges::set_intersection(ids(*first), ids(*draw(1045, 0)), std::back_inserter(common));
  EXPECT_GE(common.size(), 1042U) << "a lost file changes little";
}

TEST_F(WholeBallroom, TheOwnersMetadataGiveEveryTrackItsGroups) {
  GENREBENCH_REQUIRE_SHARED(shared);
  const auto dataset =
      ballroom(root_.path(), {{"metadata", (shared / "data/extended-ballroom" / kXml).string()}});
  ASSERT_EQ(dataset->tracks().size(), 4180U);
  std::map<std::string, std::set<std::string>> groups;
  for (const Track& track : dataset->tracks()) {
    EXPECT_EQ(track.published_md5.size(), 32U) << track.id;
    for (const auto& [kind, value] : track.groups) groups[kind].insert(value);
  }
  EXPECT_EQ(groups["album"].size(), 146U);
  EXPECT_GT(groups["artist"].size(), 2000U);
  EXPECT_LT(groups["song"].size(), 3725U) << "linked or equal to the byte: 3724 sets";
  for (const DatasetProblem& problem : dataset->verify())
    EXPECT_EQ(problem.severity, Severity::note) << problem.message;
  EXPECT_EQ(problems(*dataset, "known_fault").size(), 3U);
  ASSERT_EQ(problems(*dataset, "link").size(), 1U);
  EXPECT_CONTAINS(problems(*dataset, "link")[0].message, "15 of 1057 links");

  Registry registry;
  register_all_pipeline(registry);
  const SplitPlugin& published = registry.splits.get("published", "test");
  const auto split = [&](OptionValues options) {
    options.insert({{"list", "artist_disc_folds"}, {"fold", "3"}});
    return published.make(published.options.resolve(options, "test"))->split(*dataset, {}, 0);
  };
  for (const char* kind : {"artist", "album", "song"})
    EXPECT_CONTAINS(message_of<ConfigError>([&] {
                      split({{"group_by", std::vector<std::string>{kind}}});
                    }),
                    "on more than one side");
  const Split leaky = split({{"leaky", true}});
  EXPECT_TRUE(leaky.leaky);
  EXPECT_EQ(std::ranges::count(leaky.parts, Part::test), 418);
  EXPECT_EQ(std::ranges::count(leaky.parts, Part::train), 4180 - 418);
}

TEST_F(SmallBallroom, ASubsetOfMoreThanThereIsIsRefused) {
  EXPECT_CONTAINS(message_of<ConfigError>([&] {
                    ballroom(root_.path(), {{"subset", std::int64_t{7}}});
                  }),
                  "asks for 7 tracks, of which 6");
}

TEST(ExtendedBallroom, AGeneratedFolderIsOfItsShape) {
  TemporaryFolder root;
  const auto written =
      write_extended_ballroom(root.path(), {.tracks_per_genre = 3, .duration_s = 1.0});
  const auto dataset = ballroom(root.path());
  ASSERT_EQ(dataset->tracks().size(), 39U);
  ASSERT_EQ(written.size(), 39U);
  for (std::size_t i = 0; i < written.size(); ++i) {
    const Track& track = dataset->tracks()[i];
    EXPECT_EQ(track.id, written[i].id);
    EXPECT_EQ(track.audio, written[i].file);
    EXPECT_EQ(track.published_md5, md5_of_file(track.audio));
    EXPECT_EQ(track.groups.at("song"), written[i % 3 < 2 ? i - i % 3 : i].id);
    EXPECT_TRUE(ballroom_folds().parts.contains(track.id));
    const AudioInfo info = probe_audio(track.audio);
    EXPECT_EQ(info.sample_rate_hz, 44100.0);
    EXPECT_NEAR(info.duration_s, 1.0, 0.1);
  }
  EXPECT_TRUE(dataset->verify().empty()) << dataset->verify().front().message;
}

}  // namespace
}  // namespace genrebench
