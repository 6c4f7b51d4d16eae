#include <set>

#include "base/digest.hpp"
#include "datasets/dataset_test_support.hpp"
#include "datasets/extended_ballroom_support.hpp"
#include "datasets/facts/extended_ballroom_facts.hpp"
#include "datasets/folders/names.hpp"
#include "harness/grouping/grouping.hpp"
#include "support/distributions.hpp"

namespace genrebench {
void register_extended_ballroom(Registry& registry);
void register_all_pipeline(Registry& registry);

namespace extended_ballroom_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;
using Severity = DatasetProblem::Severity;

constexpr const char* kXml = "extendedballroom_v1.1.xml";

std::unique_ptr<Dataset> ballroom(const fs::path& root, OptionValues options = {}) {
  options["root"] = root.string();
  return make_dataset(register_extended_ballroom, options);
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
  EXPECT_EQ(extra, (std::set<std::string>{"Chacha/100799.mp3", "Chacha/old", "Polka",
                                          "Chacha/\\xFF\\x0A.mp3"}));
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
  for (const Track& track : first->tracks()) ++counts[first->genre_name(track.genre)];
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

TEST_F(SmallBallroom, WithoutAudioTheTracksAreThoseOfTheMetadata) {
  const auto whole = ballroom(root_.path());
  for (const char* file : {"Chacha/100701.mp3", "Tango/100704.mp3"}) fs::remove(root_ / file);
  const auto dataset = ballroom(root_.path(), {{"audio", std::string("none")}});
  EXPECT_EQ(ids(*dataset), ids(*whole));
  for (std::size_t t = 0; t < 6; ++t) {
    EXPECT_EQ(dataset->tracks()[t].groups, whole->tracks()[t].groups);
    EXPECT_TRUE(dataset->tracks()[t].audio.empty());
  }
  EXPECT_TRUE(problems(*dataset, "missing").empty());
  const auto by_file =
      make_dataset(register_extended_ballroom,
                   {{"audio", std::string("none")}, {"metadata", (root_ / kXml).string()}});
  EXPECT_EQ(ids(*by_file), ids(*whole)) << "without a root";
  EXPECT_CONTAINS(message_of<ConfigError>([] {
                    make_dataset(register_extended_ballroom, {{"audio", std::string("none")}});
                  }),
                  "option 'metadata'");
  EXPECT_CONTAINS(message_of<DataError>([&] {
                    ballroom(root_ / "Tango", {{"audio", std::string("none")}});
                  }),
                  "no metadata file");
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

}  // namespace extended_ballroom_test
}  // namespace genrebench
