#include "dataset_test_support.hpp"
#include "support/distributions.hpp"

namespace genrebench {
void register_folder(Registry& registry);

namespace {

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

TEST(Folder, AGenreWithoutAudioIsNamed) {
  TemporaryFolder root;
  write_tone(root / "rock/a.wav");
  write_bytes(root / "jazz/notes.txt", "x");
  fs::create_directories(root / "pop");
  EXPECT_CONTAINS(message_of<DataError>([&] { folder(root.path()); }), "genre folders jazz, pop");
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

TEST(Folder, FilesOutsideGenreFoldersAreNoted) {
  TemporaryFolder root;
  write_tone(root / "rock/a.wav");
  write_tone(root / "loose.wav");
  const auto extra = problems(*folder(root.path()), "extra");
  ASSERT_EQ(extra.size(), 1U);
  EXPECT_EQ(extra[0].where, "loose.wav");
}

}  // namespace
}  // namespace genrebench
