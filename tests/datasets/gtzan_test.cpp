#include <set>

#include "dataset_test_support.hpp"
#include "datasets/facts/gtzan_facts.hpp"
#include "harness/grouping/artist_names.hpp"
#include "support/distributions.hpp"
#include "support/shared_data.hpp"

namespace genrebench {
void register_gtzan(Registry& registry);

namespace gtzan_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;
using Severity = DatasetProblem::Severity;

std::unique_ptr<Dataset> gtzan(const fs::path& root) {
  return make_dataset(register_gtzan, {{"root", root.string()}});
}

TEST(GtzanFacts, KnowAllTracksAndTheirPublishedSplits) {
  EXPECT_EQ(gtzan_tracks().size(), 1000U);
  for (const auto& [id, track] : gtzan_tracks()) EXPECT_EQ(track.md5_wav.size(), 32U) << id;
  const auto count = [](const PublishedSplit& split, std::string_view part) {
    return std::count_if(split.parts.begin(), split.parts.end(),
                         [&](const auto& p) { return p.second == part; });
  };
  const auto& splits = gtzan_published_splits();
  ASSERT_EQ(splits.size(), 3U);
  EXPECT_EQ(splits[0].name, "fault_filtered");
  EXPECT_EQ(count(splits[0], "train"), 443);
  EXPECT_EQ(count(splits[0], "valid"), 197);
  EXPECT_EQ(count(splits[0], "test"), 290);
  EXPECT_EQ(splits[1].name, "stratified");
  EXPECT_EQ(count(splits[1], "train"), 500);
  EXPECT_EQ(count(splits[1], "valid"), 250);
  EXPECT_EQ(count(splits[1], "test"), 250);
  EXPECT_EQ(splits[2].name, "artist_folds");
  EXPECT_TRUE(splits[2].folds);
  EXPECT_EQ(splits[2].parts.size(), 948U);
  EXPECT_EQ(count(splits[2], "1") + count(splits[2], "2") + count(splits[2], "3"), 948);
  for (const auto& split : splits)
    for (const auto& [id, part] : split.parts) EXPECT_TRUE(gtzan_tracks().contains(id));
}

TEST(GtzanFacts, ExactCopiesAndRepeatedTitlesAreOneSong) {
  const auto song = [](const char* id) { return gtzan_tracks().at(id).groups.at("song"); };
  EXPECT_EQ(song("metal.00042"), song("metal.00063"));  // "Caught InThe Middle", "Caught In The
                                                        // Middle"
  EXPECT_EQ(song("metal.00058"), song("rock.00016"));   // Queen, in two genres
  EXPECT_EQ(song("blues.00024"), song("blues.00028"));
  EXPECT_NE(song("blues.00000"), song("blues.00001"));
  std::map<std::string, std::string> song_by_md5;
  for (const auto& [id, track] : gtzan_tracks())
    if (track.groups.contains("song")) {
      EXPECT_EQ(song_by_md5.emplace(track.md5_wav, track.groups.at("song")).first->second,
                track.groups.at("song"));
    }
}

TEST(GtzanFacts, SpellingsOfAnArtistAndCollaborationsAreOneGroup) {
  std::vector<std::string> ids, names;
  for (const auto& [id, track] : gtzan_tracks()) ids.push_back(id), names.push_back(track.artist);
  const std::vector<std::string> joined = join_artists(names);
  const auto artist = [&](const char* id) {
    return joined[static_cast<std::size_t>(std::ranges::find(ids, id) - ids.begin())];
  };
  EXPECT_EQ(artist("disco.00047"), artist("disco.00013"))
      << "Barbra Streisand and Donna Summer; Donna Summer";
  EXPECT_EQ(artist("reggae.00087"), artist("reggae.00000"))
      << "Lauryn Hill and Bob Marley; Bob Marley";
  EXPECT_EQ(artist("hiphop.00040"), artist("reggae.00000")) << "Lauryn Hill, by the chain";
  std::set<std::string> rage, all(joined.begin(), joined.end());
  for (std::size_t t = 0; t < ids.size(); ++t)
    if (names[t].starts_with("Rage Against")) rage.insert(joined[t]);
  EXPECT_EQ(rage.size(), 1U) << "two spellings";
  all.erase("");
  EXPECT_EQ(all.size(), 235U) << "of 244 spellings; a rule that joins more is too greedy";
  EXPECT_EQ(std::ranges::count(joined, std::string()), 81) << "tracks without a known artist";
}

TEST(Gtzan, ReadsASubsetInAnyOfTheThreeLayouts) {
  for (const char* layout : {"", "genres", "genres_original"}) {
    TemporaryFolder root;
    write_tone(root / layout / "rock/rock.00016.wav");
    write_bytes(root / layout / "blues/blues.00000.au", "x");
    const auto dataset = gtzan(root.path());
    EXPECT_EQ(dataset->genres().size(), 10U);
    EXPECT_EQ(ids(*dataset), (std::vector<std::string>{"blues.00000", "rock.00016"}));
    EXPECT_EQ(dataset->tracks()[1].genre, 9);
    EXPECT_EQ(dataset->tracks()[1].groups.at("artist"), "Queen");
    EXPECT_TRUE(fs::exists(dataset->tracks()[1].audio));
  }
}

TEST(Gtzan, LayoutsOfOtherDistributorsAreReadAsTheyLie) {
  const auto expect_two_tracks = [](const fs::path& root, const char* what) {
    const auto dataset = gtzan(root);
    EXPECT_EQ(ids(*dataset), (std::vector<std::string>{"blues.00000", "jazz.00054"})) << what;
    for (const DatasetProblem& problem : problems(*dataset, "extra"))
      EXPECT_EQ(problem.severity, Severity::note) << what << ": " << problem.message;
  };
  TemporaryFolder kaggle, hugging_face;
  for (const char* genre : {"blues", "jazz"}) {
    const std::string track = std::string(genre) + (genre[0] == 'b' ? ".00000" : ".00054");
    write_tone(kaggle / "archive/Data/genres_original" / genre / (track + ".wav"));
    write_bytes(kaggle / "archive/Data/images_original" / genre / (track + ".png"), "x");
    write_tone(hugging_face / "data/genres" / genre / (track + ".wav"));
    write_bytes(hugging_face / "data/genres" / genre / ("._" + track + ".wav"), "x");
    write_bytes(hugging_face / "data/genres" / genre / (std::string(genre) + ".mf"), "x");
    write_bytes(hugging_face / "data/genres" / genre / "other.mf", "x");
    write_bytes(hugging_face / "data/__MACOSX/genres" / genre / ("._" + track + ".wav"), "x");
    write_bytes(hugging_face / "data/genres/__MACOSX" / genre / ("._" + track + ".wav"), "x");
  }
  write_bytes(kaggle / "archive/Data/features_3_sec.csv", "filename,label\n");
  write_bytes(hugging_face / "data/genres/bextract_single.mf", "x");
  expect_two_tracks(kaggle.path(), "two levels above");
  expect_two_tracks(kaggle / "archive/Data", "Kaggle's folder");
  expect_two_tracks(kaggle / "archive/Data/genres_original", "the genres");
  expect_two_tracks(hugging_face.path(), "Hugging Face's repository");
  expect_two_tracks(hugging_face / "data/genres", "its archive");
  write_tone(kaggle / "copy/genres/blues/blues.00001.wav");
  EXPECT_CONTAINS(message_of<DataError>([&] { gtzan(kaggle.path()); }), "several folders in");
}

TEST(Gtzan, FoldersThatAreNotGtzanAreRefused) {
  TemporaryFolder root;
  EXPECT_CONTAINS(message_of<ConfigError>([] { gtzan(""); }), "option 'root' is empty");
  EXPECT_CONTAINS(message_of<DataError>([&] { gtzan(root.path()); }), "found no folders");
  write_tone(root / "samba/samba.00000.wav");
  const std::string foreign = message_of<DataError>([&] { gtzan(root.path()); });
  EXPECT_CONTAINS(foreign, "no genre folder of GTZAN");
  EXPECT_CONTAINS(foreign, "found the folders samba");
  fs::create_directories(root / "jazz");
  EXPECT_CONTAINS(message_of<DataError>([&] { gtzan(root.path()); }), "no audio file of GTZAN");
}

TEST(Gtzan, TwoFilesOfOneTrackAreRefused) {
  TemporaryFolder root;
  write_tone(root / "jazz/jazz.00001.wav");
  write_bytes(root / "jazz/jazz.00001.au", "x");
  EXPECT_CONTAINS(message_of<DataError>([&] { gtzan(root.path()); }),
                  "jazz/jazz.00001.au and jazz/jazz.00001.wav");
}

TEST(Gtzan, VerifyReportsEveryFault) {
  TemporaryFolder root;
  write_tone(root / "jazz/jazz.00001.wav");
  write_tone(root / "jazz/rock.00002.wav");   // swapped
  write_tone(root / "blues/rock.00003.wav");  // swapped, and there in its own folder too
  write_bytes(root / "rock/rock.00003.ogg", "x");
  write_bytes(root / "jazz/jazz.00054.ogg", "x");
  write_bytes(root / "jazz/jazz.00100.wav", "x");
  write_bytes(root / "jazz/readme.txt", "x");
  write_bytes(root / "jazz/old/jazz.00009.wav", "x");
  write_bytes(root / "samba/x.wav", "x");
  const auto dataset = gtzan(root.path());
  EXPECT_EQ(ids(*dataset),
            (std::vector<std::string>{"jazz.00001", "jazz.00054", "rock.00002", "rock.00003"}));
  EXPECT_EQ(dataset->tracks()[3].audio.extension(), ".ogg");
  EXPECT_EQ(dataset->tracks()[2].genre, 9);

  const auto swapped = problems(*dataset, "swapped");
  ASSERT_EQ(swapped.size(), 2U);
  EXPECT_EQ(swapped[1].where, "jazz/rock.00002.wav");
  EXPECT_EQ(swapped[1].severity, Severity::error);
  EXPECT_EQ(problems(*dataset, "duplicate").size(), 1U);

  std::set<std::string> extra;
  for (const DatasetProblem& problem : problems(*dataset, "extra")) extra.insert(problem.where);
  EXPECT_EQ(extra, (std::set<std::string>{"jazz/jazz.00100.wav", "jazz/old", "samba"}));
  const auto left_out = problems(*dataset, "left_out");
  ASSERT_FALSE(left_out.empty());
  EXPECT_EQ(left_out[0].message, "1 file is left out (1 .txt): no sound by the extension");

  const auto missing = problems(*dataset, "missing");
  ASSERT_EQ(missing.size(), 11U);
  EXPECT_EQ(missing[5].where, "jazz");
  EXPECT_EQ(missing[5].message, "98 of 100 tracks are absent: 00000, 00002-00053, 00055-00099");
  EXPECT_CONTAINS(missing[10].message, "996 of 1000 tracks are absent");
  for (const DatasetProblem& problem : missing)
    EXPECT_EQ(problem.severity,
              problem.message == "all 100 tracks are absent" ? Severity::error : Severity::note)
        << problem.where;
  EXPECT_EQ(std::count_if(missing.begin(), missing.end(),
                          [](const auto& p) { return p.severity == Severity::error; }),
            8);

  const auto md5 = problems(*dataset, "md5");
  ASSERT_EQ(md5.size(), 1U);
  EXPECT_EQ(md5[0].severity, Severity::note);
  EXPECT_CONTAINS(md5[0].message, "cannot apply to 2 of 4 files, .ogg");

  const auto known = problems(*dataset, "known_fault");
  ASSERT_FALSE(known.empty());
  EXPECT_EQ(known[0].where, "jazz.00054");
}

TEST(Gtzan, GenreFoldersSpelledOtherwiseAreUsedAndNoted) {
  TemporaryFolder root;
  write_tone(root / "Hip-Hop/hiphop.00000.wav");
  write_tone(root / "Rock/rock.00000.wav");
  const auto dataset = gtzan(root.path());
  EXPECT_EQ(ids(*dataset), (std::vector<std::string>{"hiphop.00000", "rock.00000"}));
  const auto spelling = problems(*dataset, "spelling");
  ASSERT_EQ(spelling.size(), 2U);
  EXPECT_EQ(spelling[0].where, "Hip-Hop");
  EXPECT_EQ(spelling[0].severity, Severity::note);
  EXPECT_CONTAINS(spelling[0].message, "'hiphop'");
}

TEST(Gtzan, PublishedChecksumsAreOfWavFilesAlone) {
  TemporaryFolder root;
  write_tone(root / "jazz/jazz.00001.WAV");
  write_bytes(root / "jazz/jazz.00002.ogg", "x");
  const auto dataset = gtzan(root.path());
  EXPECT_EQ(dataset->tracks()[0].published_md5, gtzan_tracks().at("jazz.00001").md5_wav);
  EXPECT_EQ(dataset->tracks()[1].published_md5, "");
}

TEST(Gtzan, KnowsThePapersTableAndHowFilesSound) {
  TemporaryFolder root;
  write_tone(root / "jazz/jazz.00001.wav");
  const auto dataset = gtzan(root.path());
  std::vector<std::string> counted;
  for (const PublishedCount& count : dataset->published_counts()) {
    EXPECT_EQ(count.n_tracks, 100);
    counted.push_back(count.genre);
  }
  std::sort(counted.begin(), counted.end());
  EXPECT_EQ(counted, dataset->genres());
  EXPECT_EQ(dataset->published_counts()[8].printed_name, "Hip Hop");
  EXPECT_EQ(dataset->expected_audio().sample_rate_hz, 22050.0);
  EXPECT_EQ(dataset->expected_audio().channels, 1);
}

TEST(Gtzan, AGeneratedFolderIsOfItsShape) {
  TemporaryFolder root;
  const auto written = write_gtzan(
      root.path(), {.genres = {"blues", "rock"}, .tracks_per_genre = 2, .duration_s = 1.0}, ".ogg");
  const auto dataset = gtzan(root.path());
  ASSERT_EQ(dataset->tracks().size(), written.size());
  for (std::size_t i = 0; i < written.size(); ++i) {
    EXPECT_EQ(dataset->tracks()[i].id, written[i].id);
    EXPECT_EQ(dataset->tracks()[i].audio, written[i].file);
    EXPECT_EQ(dataset->genre_name(dataset->tracks()[i].genre), written[i].genre);
    const AudioInfo info = probe_audio(written[i].file);
    EXPECT_EQ(info.sample_rate_hz, 22050.0);
    EXPECT_EQ(info.channels, 1);
    EXPECT_NEAR(info.duration_s, 1.0, 1e-3);
  }
  EXPECT_TRUE(problems(*dataset, "extra").empty());
}

TEST(Gtzan, WithoutAudioAllTracksAreThereByName) {
  const auto dataset = make_dataset(register_gtzan, {{"audio", std::string("none")}});
  ASSERT_EQ(dataset->tracks().size(), 1000U);
  EXPECT_EQ(dataset->genres(), gtzan_genres());
  const Track& first = dataset->tracks().front();
  EXPECT_EQ(first.id, "blues.00000");
  EXPECT_EQ(first.groups.at("artist"), "John Lee Hooker");
  for (const Track& track : dataset->tracks()) EXPECT_TRUE(track.audio.empty()) << track.id;
  EXPECT_EQ(dataset->published_splits().size(), 3U);
  EXPECT_TRUE(problems(*dataset, "missing").empty());
  EXPECT_TRUE(problems(*dataset, "md5").empty());
  EXPECT_CONTAINS(
      message_of<ConfigError>([] {
        make_dataset(register_gtzan, {{"audio", std::string("none")}, {"root", std::string("/x")}});
      }),
      "'root' has no use with audio: none, found '/x'");
}

TEST(Gtzan, TheMiniSetHasAHundredTracksByTheRightArtists) {
  GENREBENCH_REQUIRE_SHARED(shared);
  const auto dataset = gtzan(shared / "data/gtzan-mini");
  ASSERT_EQ(dataset->tracks().size(), 100U);
  EXPECT_EQ(dataset->tracks()[0].id, "blues.00000");
  EXPECT_EQ(dataset->tracks()[0].groups.at("artist"), "John Lee Hooker");
  EXPECT_EQ(dataset->tracks()[0].groups.at("song"), "johnleehooker/onebourbononescotchandonebeer");
  std::map<int, int> by_genre;
  for (const Track& track : dataset->tracks()) ++by_genre[track.genre];
  for (int genre = 0; genre < 10; ++genre) EXPECT_EQ(by_genre[genre], 10);
  for (const DatasetProblem& problem : dataset->verify())
    EXPECT_EQ(problem.severity, Severity::note) << problem.message;
  EXPECT_EQ(problems(*dataset, "missing").size(), 11U);
  EXPECT_EQ(problems(*dataset, "md5").size(), 1U);
  EXPECT_FALSE(dataset->facts().empty());
}

}  // namespace gtzan_test
}  // namespace genrebench
