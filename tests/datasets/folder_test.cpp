#include <sys/stat.h>

#include "dataset_test_support.hpp"
#include "signal/audio/external_decoder.hpp"
#include "support/distributions.hpp"

namespace genrebench {
void register_folder(Registry& registry);

namespace folder_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;

std::unique_ptr<Dataset> folder(const fs::path& root, OptionValues options = {}) {
  options["root"] = root.string();
  return make_dataset(register_folder, options);
}

TEST(Folder, GenresAreFoldersAndIdsArePathsWithoutExtension) {
  TemporaryFolder root;
  write_tone(root / "rock/b.wav");
  write_tone(root / "rock/Queen/Live/a.1.wav");
  write_tone(root / "jazz/c.WAV");
  write_bytes(root / "jazz/cover.jpg", "x");
  write_bytes(root / "jazz/.hidden.wav", "x");
  write_bytes(root / ".git/d.wav", "x");
  const auto dataset = folder(root.path());
  EXPECT_EQ(dataset->genres(), (std::vector<std::string>{"jazz", "rock"}));
  EXPECT_EQ(ids(*dataset), (std::vector<std::string>{"jazz/c", "rock/Queen/Live/a.1", "rock/b"}));
  EXPECT_EQ(dataset->tracks()[0].genre, 0);
  EXPECT_EQ(dataset->tracks()[1].genre, 1);
  EXPECT_TRUE(fs::exists(dataset->tracks()[1].audio));
  EXPECT_TRUE(dataset->tracks()[1].groups.empty());
}

TEST(Folder, ArtistsComeFromWhereTheOptionSays) {
  TemporaryFolder root;
  write_tone(root / "rock/Queen/Live/Freddie - a.wav");
  write_tone(root / "rock/b.wav");
  const auto artist = [&](const char* from, std::size_t track) -> std::string {
    const auto dataset = folder(root.path(), {{"artist_from", from}});
    const auto& groups = dataset->tracks()[track].groups;
    return groups.contains("artist") ? groups.at("artist") : "(unknown)";
  };
  EXPECT_EQ(artist("none", 0), "(unknown)");
  EXPECT_EQ(artist("parent_folder", 0), "Live");
  EXPECT_EQ(artist("first_folder", 0), "Queen");
  EXPECT_EQ(artist("file_prefix", 0), "Freddie");
  for (const char* from : {"parent_folder", "first_folder", "file_prefix"})
    EXPECT_EQ(artist(from, 1), "(unknown)");
}

TEST(Folder, ArtistsMayComeFromTags) {
  TemporaryFolder root;
  write_sound_file(root / "rock/a.ogg", std::vector<float>(800, 0.1F), 8000, /*channels=*/1,
                   {.artist = "Queen"});
  write_tone(root / "rock/b.wav");
  const auto dataset = folder(root.path(), {{"artist_from", "tags"}});
  EXPECT_EQ(dataset->tracks()[0].groups.at("artist"), "Queen");
  EXPECT_TRUE(dataset->tracks()[1].groups.empty());
}

TEST(Folder, SomeGenresCanBeChosenAndAnUnknownOneIsNamed) {
  TemporaryFolder root;
  write_tone(root / "rock/a.wav");
  write_tone(root / "jazz/a.wav");
  write_tone(root / "pop/a.wav");
  EXPECT_EQ(folder(root.path(), {{"genres", std::vector<std::string>{"rock", "jazz"}}})->genres(),
            (std::vector<std::string>{"jazz", "rock"}));
  const std::string message = message_of<ConfigError>([&] {
    folder(root.path(), {{"genres", std::vector<std::string>{"rokc"}}});
  });
  EXPECT_CONTAINS(message, "did you mean 'rock'?");
}

TEST(Folder, SectionsThatPeopleMarkedAreThoseOfItsTracks) {
  TemporaryFolder root, marks;
  write_tone(root / "rock/a.wav");
  write_tone(root / "rock/b.wav");
  write_tone(root / "jazz/c.wav");
  write_bytes(marks / "a_one.csv", "start,end,label\n0,10,A\n10,20,B\n");
  write_bytes(marks / "a_two.csv", "start,end,label\n0,20,A\n");
  write_bytes(marks / "jazz/c.lab", "0 1 intro\n");
  write_bytes(marks / "stranger.jams", "not even JSON");
  const auto dataset = folder(root.path(), {{"sections_from", marks.path().string()}});
  EXPECT_EQ(dataset->sections(dataset->tracks()[0])[0].label, "intro");
  EXPECT_EQ(dataset->annotations(dataset->tracks()[1]).size(), 2u);
  EXPECT_EQ(dataset->sections(dataset->tracks()[1]).size(), 2u) << "of the first annotator";
  EXPECT_TRUE(dataset->annotations(dataset->tracks()[2]).empty());
  ASSERT_EQ(dataset->notes().size(), 2u);
  EXPECT_CONTAINS(dataset->notes()[0], "rock/b");
  EXPECT_CONTAINS(dataset->notes()[1], "stranger.jams");
  EXPECT_TRUE(folder(root.path())->sections(dataset->tracks()[0]).empty()) << "none are asked for";
  const std::string message = message_of<DataError>([&] {
    folder(root.path(), {{"sections_from", (root / "none").string()}});
  });
  EXPECT_CONTAINS(message, "dataset folder: option 'sections_from'");
}

TEST(Folder, FoldersWhoseNamesAreSpellingsOfOneAnotherAreOneGenreAndNoted) {
  const std::string composed = "Forr\xC3\xB3", decomposed = "Forro\xCC\x81";
  TemporaryFolder root;
  for (const std::string& genre :
       {composed, decomposed, std::string("Rock"), std::string("rock"), std::string("Hip-Hop"),
        std::string("Hip Hop"), std::string("!!!"), std::string("???")})
    write_tone(root / genre / "a.wav");
  const auto dataset = folder(root.path());
  EXPECT_EQ(dataset->genres(),
            (std::vector<std::string>{"!!!", "???", decomposed, "Hip Hop", "Rock"}))
      << "names of symbols only differ as they are";
  EXPECT_EQ(dataset->tracks().size(), 8U);
  ASSERT_EQ(problems(*dataset, "spelling").size(), 3U);
  EXPECT_EQ(problems(*dataset, "spelling")[1].where, "Hip-Hop");
  EXPECT_EQ(problems(*dataset, "spelling")[1].message, "is taken for the genre 'Hip Hop'");
  const auto chosen =
      folder(root.path(), {{"genres", std::vector<std::string>{"rock", "HIP HOP"}}});
  EXPECT_EQ(chosen->genres(), (std::vector<std::string>{"Hip Hop", "rock"}))
      << "folders that are named are used alone";
  EXPECT_EQ(chosen->tracks().size(), 2U);
}

TEST(Folder, WordsThatJoinMakeNoOtherGenre) {
  TemporaryFolder root;
  for (const char* genre : {"R&B", "R and B", "rnb", "Drum'n'Bass", "drum_and_bass", "Soul"})
    write_tone(root / genre / "a.wav");
  const auto dataset = folder(root.path());
  EXPECT_EQ(dataset->genres(), (std::vector<std::string>{"Drum'n'Bass", "R and B", "Soul"}));
  ASSERT_EQ(dataset->notes().size(), 1U);
  EXPECT_CONTAINS(dataset->notes()[0], "3 genres are taken for spellings of another");
}

TEST(Folder, AnOnlyGenreIsNoted) {
  TemporaryFolder root;
  write_tone(root / "fma_small/a.wav");
  ASSERT_EQ(problems(*folder(root.path()), "one_genre").size(), 1U);
  write_tone(root / "fma_large/a.wav");
  EXPECT_TRUE(problems(*folder(root.path()), "one_genre").empty());
}

TEST(Folder, RootsThatCannotBeUsedAreExplained) {
  TemporaryFolder root;
  EXPECT_CONTAINS(message_of<ConfigError>([] { folder(""); }), "option 'root' is empty");
  EXPECT_CONTAINS(message_of<DataError>([&] { folder(root / "absent"); }), "does not exist");
  EXPECT_CONTAINS(message_of<DataError>([&] { folder(root.path()); }), "no audio files");
  EXPECT_CONTAINS(message_of<DataError>([&] { folder(root.path()); }), "expected <genre>/<file>");
  write_tone(root / "loose.wav");
  EXPECT_CONTAINS(message_of<DataError>([&] { folder(root.path()); }),
                  "1 audio files directly in it");
  EXPECT_CONTAINS(message_of<DataError>([&] { folder(root / "loose.wav"); }),
                  "is a file, not a folder");
  fs::create_directories(root / "rock");
  EXPECT_CONTAINS(message_of<DataError>([&] { folder(root.path()); }), "no audio files");
}

TEST(Folder, FoldersWithoutAudioAreLeftOutAndNoted) {
  TemporaryFolder root;
  write_tone(root / "rock/a.wav");
  write_tone(root / "soul/a.wav");
  write_bytes(root / "jazz/notes.txt", "x");
  write_bytes(root / "__MACOSX/rock/._a.wav", "x");
  write_bytes(root / "@eaDir/a.wav", "x");
  write_bytes(root / "rock/._a.wav", "x");
  fs::create_directories(root / "pop");
  const auto dataset = folder(root.path());
  EXPECT_EQ(dataset->genres(), (std::vector<std::string>{"rock", "soul"}));
  EXPECT_EQ(dataset->tracks().size(), 2U);
  const std::string note = "2 folders hold no audio and are left out: jazz, pop";
  const std::vector<std::string> notes = dataset->notes();
  EXPECT_EQ(std::ranges::count(notes, note), 1);
  ASSERT_EQ(problems(*dataset, "no_audio").size(), 1U);
  EXPECT_CONTAINS(message_of<DataError>([&] {
                    folder(root.path(), {{"genres", std::vector<std::string>{"rock", "jazz"}}});
                  }),
                  "no audio files in the genre folder jazz");
  const auto chosen = folder(root.path(), {{"genres", std::vector<std::string>{"rock", "soul"}}});
  for (const std::string& other : chosen->notes()) EXPECT_NE(other, note);
}

TEST(Folder, AGenreOfFilesThatNeedADecoderThatIsNotThereIsRefused) {
  if (!external_decoder().empty()) GTEST_SKIP() << "ffmpeg is installed";
  TemporaryFolder root;
  write_tone(root / "rock/a.wav");
  write_tone(root / "soul/a.wav");
  write_bytes(root / "jazz/a.m4a", "x");
  EXPECT_CONTAINS(message_of<DataError>([&] { folder(root.path()); }), "install ffmpeg");
  EXPECT_EQ(
      folder(root.path(), {{"genres", std::vector<std::string>{"rock", "soul"}}})->genres().size(),
      2U);
}

TEST(Folder, ARootOneLevelTooHighNamesTheFoldersBelow) {
  TemporaryFolder root;
  for (const char* genre : {"blues", "jazz"}) {
    write_tone(root / "genres_original" / genre / "a.wav");
    write_bytes(root / "images_original" / genre / "a.png", "x");
  }
  write_bytes(root / "features_30_sec.csv", "filename,label\n");
  const auto one = problems(*folder(root.path()), "one_genre");
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].where, "genres_original");
  EXPECT_CONTAINS(one[0].message, "if its folders blues, jazz are the genres, set root to ");
  EXPECT_EQ(folder(root / "genres_original")->genres(),
            (std::vector<std::string>{"blues", "jazz"}));
}

TEST(Folder, PlaceholdersForArtistsAreNoted) {
  TemporaryFolder root;
  for (const char* file : {"Various Artists/a.wav", "Various Artists/b.wav", "VA/c.wav",
                           "Queen/d.wav", "Unknown Artist/e.wav", "CD 1/f.wav"})
    write_tone(root / "rock" / file);
  const auto dataset = folder(root.path(), {{"artist_from", "parent_folder"}});
  const auto found = problems(*dataset, "placeholder");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_CONTAINS(found[0].message,
                  "5 of 6 tracks have a placeholder for an artist ('Various "
                  "Artists' 2, 'CD 1' 1, 'Unknown Artist' 1, 'VA' 1)");
}

TEST(Folder, ATrackNumberBeforeAPrefixIsNoArtist) {
  TemporaryFolder root;
  for (const char* file : {"01 - Queen - a.wav", "02 - b.wav", "1-03 - Queen - c.wav",
                           "311 - d.wav", "7. - Abba - e.wav"})
    write_tone(root / "rock" / file);
  const auto dataset = folder(root.path(), {{"artist_from", "file_prefix"}});
  std::vector<std::string> artists;
  for (const Track& track : dataset->tracks())
    artists.push_back(track.groups.contains("artist") ? track.groups.at("artist") : "");
  EXPECT_EQ(artists, (std::vector<std::string>{"Queen", "", "Queen", "311", "Abba"}));
}

TEST(Folder, AnUnreadableFolderIsNamed) {
  if (geteuid() == 0) GTEST_SKIP() << "the superuser reads everything";
  TemporaryFolder root;
  write_tone(root / "rock/closed/a.wav");
  fs::permissions(root / "rock/closed", fs::perms::none);
  EXPECT_CONTAINS(message_of<DataError>([&] { folder(root.path()); }),
                  "closed: the folder cannot be read");
  fs::permissions(root / "rock/closed", fs::perms::owner_all);
}

TEST(Folder, LinksInACircleEndAndEachFileCountsOnce) {
  TemporaryFolder root;
  write_tone(root / "rock/a/x.wav");
  fs::create_directory_symlink("..", root / "rock/a/up");
  fs::create_directory_symlink("../a", root / "rock/a/self");
  fs::create_directory_symlink("b", root / "rock/b");
  EXPECT_EQ(ids(*folder(root.path())), (std::vector<std::string>{"rock/a/x"}));
}

TEST(Folder, LinkedGenreFoldersAreFollowedAndBrokenFileLinksAreKept) {
  TemporaryFolder elsewhere, root;
  write_tone(elsewhere / "music/x.wav");
  fs::create_directory_symlink(elsewhere / "music", root / "rock");
  write_tone(root / "jazz/y.wav");
  fs::create_symlink("nowhere.wav", root / "jazz/z.wav");
  EXPECT_EQ(ids(*folder(root.path())), (std::vector<std::string>{"jazz/y", "jazz/z", "rock/x"}));
}

TEST(Folder, FilesThatDifferOnlyByExtensionAreRefused) {
  TemporaryFolder root;
  write_tone(root / "rock/a.wav");
  write_bytes(root / "rock/a.mp3", "x");
  const std::string message = message_of<DataError>([&] { folder(root.path()); });
  EXPECT_CONTAINS(message, "rock/a.mp3 and rock/a.wav");
}

TEST(Folder, NamesThatAreNotUtf8BecomeValidIds) {
  TemporaryFolder root;
  write_tone(root /
             "r\xFF"
             "ck/Bj\xC3\xB6rk \xE9\xED\xA0\x80 new\nline.wav");
  const auto dataset = folder(root.path());
  EXPECT_EQ(dataset->genres()[0], "r\\xFFck");
  EXPECT_EQ(dataset->tracks()[0].id, "r\\xFFck/Bj\xC3\xB6rk \\xE9\\xED\\xA0\\x80 new\\x0Aline");
  EXPECT_TRUE(fs::exists(dataset->tracks()[0].audio));
}

TEST(Folder, FilesThatAreNotReadAreCountedByExtension) {
  TemporaryFolder root;
  write_tone(root / "rock/a.wav");
  write_tone(root / "loose.wav");
  write_tone(root / "rock/._a.wav");
  for (const char* name :
       {"cover.jpg", "CD2/COVER.JPG", "info.nfo", "README", ".DS_Store", "Live (1999. Vol. 2)"})
    write_bytes(root / "rock" / name, "x");
  ASSERT_EQ(::mkfifo((root / "rock/pipe.wav").c_str(), 0600), 0);
  EXPECT_EQ(folder(root.path())->notes(),
            (std::vector<std::string>{
                "5 files are left out (2 .jpg, 2 without an extension, 1 .nfo): no sound by the "
                "extension",
                "1 hidden sound file is left out (1 .wav): the name begins with a dot",
                "1 pipe, socket or device is left out",
                "1 sound file directly in root is left out: no genre (loose.wav)"}));
  EXPECT_TRUE(problems(*folder(root.path()), "extra").empty());

  TemporaryFolder clean;
  write_tone(clean / "rock/a.wav");
  EXPECT_TRUE(folder(clean.path())->notes().empty());
}

TEST(Folder, OfOneSongInTwoFormatsTheOneOfLibsndfileIsUsed) {
  TemporaryFolder root;
  write_tone(root / "rock/a.wav");
  for (const char* name : {"a.m4a", "a.ape", "a.WMA"}) write_bytes(root / "rock" / name, "x");
  const auto dataset = folder(root.path());
  EXPECT_EQ(dataset->tracks().size(), 1U);
  EXPECT_EQ(dataset->tracks()[0].audio.extension(), ".wav");
  ASSERT_EQ(dataset->notes().size(), 1U);
  EXPECT_EQ(dataset->notes()[0],
            external_decoder().empty()
                ? "3 of 4 files are of formats that libsndfile does not read (1 .ape, 1 .m4a, 1 "
                  ".wma); install ffmpeg to read them"
                : "3 files are left out (1 .ape, 1 .m4a, 1 .wma): the same track is there in a "
                  "format that libsndfile reads");
}

}  // namespace folder_test
}  // namespace genrebench
