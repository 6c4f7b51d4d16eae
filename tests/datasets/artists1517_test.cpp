#include <set>

#include "dataset_test_support.hpp"
#include "harness/grouping/grouping.hpp"
#include "support/distributions.hpp"

namespace genrebench {
void register_artists1517(Registry& registry);

namespace artists1517_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;
using Severity = DatasetProblem::Severity;

std::unique_ptr<Dataset> artists1517(const fs::path& root, OptionValues options = {}) {
  options["root"] = root.string();
  return make_dataset(register_artists1517, options);
}

std::string group(const Track& track, const char* kind) {
  return track.groups.contains(kind) ? track.groups.at(kind) : "(unknown)";
}

void write_tagged(const fs::path& file, const SoundTags& tags) {
  write_sound_file(file, std::vector<float>(4410, 0.1F), 44100, /*channels=*/1, tags);
}

TEST(Artists1517, AGeneratedFolderIsReadWithItsNineteenGenres) {
  TemporaryFolder root;
  const auto written = write_artists1517(root.path(), {.tracks_per_genre = 2, .duration_s = 1.0});
  const auto dataset = artists1517(root.path());
  EXPECT_EQ(dataset->genres(), artists1517_folders());
  ASSERT_EQ(dataset->tracks().size(), 38U);
  std::set<std::string> artists;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const Track& track = dataset->tracks()[i];
    EXPECT_EQ(track.id, written[i].id);
    EXPECT_EQ(track.audio, written[i].file);
    EXPECT_TRUE(
        track.id.starts_with(written[i].genre + "/" + track.groups.at("artist") + " - Song "))
        << "a name of any length";
    artists.insert(track.groups.at("artist"));
    EXPECT_EQ(track.groups.at("album"), track.groups.at("artist") + "/Demo");
    const AudioInfo info = probe_audio(track.audio);
    EXPECT_EQ(info.sample_rate_hz, 44100.0);
    EXPECT_EQ(info.channels, 2);
    EXPECT_NEAR(info.duration_s, i % 2 == 0 ? 1.0 : 1.5, 0.1);
  }
  EXPECT_EQ(artists.size(), 38U);
  EXPECT_TRUE(dataset->verify().empty()) << dataset->verify().front().message;
}

TEST(Artists1517, Table1SumsTo3180AndItsNamesAreKept) {
  TemporaryFolder root;
  write_tone(root / "Hip-Hop/a.wav");
  const auto dataset = artists1517(root.path());
  int sum = 0;
  for (const PublishedCount& count : dataset->published_counts()) {
    sum += count.n_tracks;
    EXPECT_TRUE(std::ranges::binary_search(dataset->genres(), count.genre)) << count.genre;
    EXPECT_EQ(count.printed_name == count.genre, count.genre != "Hip-Hop");
  }
  EXPECT_EQ(sum, 3180);
  EXPECT_EQ(dataset->published_counts().size(), 19U);
  const auto facts = dataset->facts();
  EXPECT_TRUE(std::ranges::any_of(
      facts, [](const auto& fact) { return fact.second.find("3180") != std::string::npos; }));
}

TEST(Artists1517, ArtistsComeFromWhereTheOptionSays) {
  TemporaryFolder root;
  write_tagged(root / "Jazz/Disc/File Artist - File Title.ogg",
               {.artist = "Tag Artist", .album = "Tag Album", .title = "Tag Title"});
  write_tagged(root / "Jazz/Disc/File Artist - File Title 2.ogg", {});
  write_tagged(root / "Jazz/Disc/untold.ogg", {});
  write_tagged(root / "Jazz/z.ogg", {});
  const auto of = [&](OptionValue from, std::size_t track, const char* kind = "artist") {
    return group(artists1517(root.path(), {{"artist_from", std::move(from)}})->tracks()[track],
                 kind);
  };
  constexpr std::size_t kTagged = 0, kNamed = 1, kInFolder = 2, kUnknown = 3;
  EXPECT_EQ(of({}, kTagged), "Tag Artist");
  EXPECT_EQ(of({}, kTagged, "album"), "Tag Artist/Tag Album");
  EXPECT_EQ(of({}, kTagged, "song"), "tagartist/tagtitle");
  EXPECT_EQ(of({}, kNamed), "File Artist");
  EXPECT_EQ(of({}, kNamed, "song"), "fileartist/filetitle2");
  EXPECT_EQ(of({}, kInFolder), "Disc");
  EXPECT_EQ(of({}, kUnknown), "(unknown)");
  EXPECT_EQ(of("tags", kTagged), "Tag Artist");
  EXPECT_EQ(of("tags", kNamed), "(unknown)");
  EXPECT_EQ(of("file_prefix", kTagged), "File Artist");
  EXPECT_EQ(of("file_prefix", kTagged, "album"), "(unknown)");
  EXPECT_EQ(of("parent_folder", kTagged), "Disc");
  EXPECT_EQ(of("parent_folder", kUnknown), "(unknown)");
  EXPECT_EQ(of("none", kTagged), "(unknown)");
  const auto unknown = problems(*artists1517(root.path()), "unknown_artist");
  ASSERT_EQ(unknown.size(), 1U);
  EXPECT_EQ(unknown[0].severity, Severity::note);
  EXPECT_CONTAINS(unknown[0].message, "1 of 4 tracks");
}

TEST(Artists1517, SpellingsOfAnArtistAreOneAndPlaceholdersNone) {
  TemporaryFolder root;
  write_tagged(root / "Jazz/a.mp3", {.artist = "The Band"});
  write_tagged(root / "Jazz/b.mp3", {.artist = "THE  BAND "});
  write_tagged(root / "Jazz/c.mp3", {.artist = "Various Artists"});
  const auto dataset = artists1517(root.path());
  EXPECT_EQ(group_names(*dataset, "artist"),
            (std::vector<std::string>{"The Band", "The Band", ""}));
  EXPECT_EQ(group(dataset->tracks()[2], "artist"), "(unknown)");
}

TEST(Artists1517, FilesThatCannotBeReadAreTracksWithoutTags) {
  TemporaryFolder root;
  write_bytes(root / "Jazz/a.mp3", "no music");
  write_bytes(root / "Jazz/\xFF.mp3", "");
  const auto dataset = artists1517(root.path());
  EXPECT_EQ(ids(*dataset), (std::vector<std::string>{"Jazz/\\xFF", "Jazz/a"}));
  EXPECT_TRUE(dataset->tracks()[1].groups.empty());
}

TEST(Artists1517, FoldersSpelledOtherwiseAreFoundOrTold) {
  TemporaryFolder root;
  write_tone(root / "hip hop/a.wav");
  write_tone(root / "rnb/deep/b.wav");
  write_tone(root / "polka/c.wav");
  write_tone(root / "loose.wav");
  const auto guessed = artists1517(root.path());
  EXPECT_EQ(ids(*guessed), (std::vector<std::string>{"Hip-Hop/a"}));
  const auto extra = problems(*guessed, "extra");
  ASSERT_EQ(extra.size(), 2U);
  EXPECT_EQ(extra[0].where, "polka");
  EXPECT_EQ(extra[0].severity, Severity::error);
  EXPECT_EQ(
      guessed->notes(),
      std::vector<std::string>{"1 sound file directly in root is left out: no genre (loose.wav)"});
  EXPECT_EQ(problems(*guessed, "spelling").size(), 1U);
  EXPECT_EQ(problems(*guessed, "missing").size(), 18U);

  const auto told = artists1517(
      root.path(), {{"folders", std::vector<std::string>{"R&B & Soul=rnb", "latin=polka"}}});
  EXPECT_EQ(ids(*told), (std::vector<std::string>{"Hip-Hop/a", "Latin/c", "R&B & Soul/deep/b"}));
  EXPECT_TRUE(problems(*told, "extra").empty());
}

TEST(Artists1517, FoldersThatMakeNoSenseAreRefused) {
  TemporaryFolder root;
  write_tone(root / "Jazz/a.wav");
  const auto with = [&](const char* word) {
    return message_of<ConfigError>([&] {
      artists1517(root.path(), {{"folders", std::vector<std::string>{word}}});
    });
  };
  EXPECT_CONTAINS(with("Blues"), "expected 'genre=folder', found 'Blues'");
  EXPECT_CONTAINS(with("Blues="), "expected 'genre=folder'");
  EXPECT_CONTAINS(with("Blus=Jazz"), "did you mean 'Blues'?");
  EXPECT_CONTAINS(with("Blues=absent"), "'absent' for Blues is no folder");
}

TEST(Artists1517, RootsThatCannotBeUsedAreExplained) {
  TemporaryFolder root;
  EXPECT_CONTAINS(message_of<ConfigError>([] { artists1517(""); }), "option 'root' is empty");
  EXPECT_CONTAINS(message_of<DataError>([&] { artists1517(root.path()); }),
                  "no genre folder of 1517-Artists");
  fs::create_directories(root / "Jazz");
  EXPECT_CONTAINS(message_of<DataError>([&] { artists1517(root.path()); }), "no audio file");
  write_tone(root / "Jazz/a.wav");
  write_tone(root / "Jazz/a.ogg");
  EXPECT_CONTAINS(message_of<DataError>([&] { artists1517(root.path()); }),
                  "would both be track 'Jazz/a'");
}

TEST(Artists1517, LinksInACircleEnd) {
  TemporaryFolder root;
  write_tone(root / "Jazz/deep/a.wav");
  fs::create_directory_symlink("..", root / "Jazz/deep/up");
  fs::create_directory_symlink("Blues", root / "Blues");
  EXPECT_EQ(artists1517(root.path())->tracks().size(), 1U);
}

}  // namespace artists1517_test
}  // namespace genrebench
