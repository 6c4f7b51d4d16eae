// Each preset on a small folder in the shape in which the owners distribute their lists.
#include "datasets/manifests/manifest_presets.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "datasets/dataset_test_support.hpp"
#include "support/shared_data.hpp"

namespace genrebench {
void register_manifest(Registry& registry);

namespace manifest_presets_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;

using Words = std::vector<std::string>;
using Parts = std::map<std::string, std::string>;

std::unique_ptr<Dataset> open(const std::string& preset, const fs::path& root,
                              const fs::path& audio_root = {}) {
  OptionValues options = {{"preset", preset}, {"root", root.string()}};
  if (!audio_root.empty()) options["audio_root"] = audio_root.string();
  return make_dataset(register_manifest, options);
}

std::string genre_of(const Dataset& dataset, std::size_t track) {
  return dataset.genre_name(dataset.tracks()[track].genre);
}

TEST(ManifestPresets, TheFirstIsWhatTheDefaultsAreAndEachSaysWhatItIs) {
  const auto presets = manifest_presets();
  EXPECT_EQ(presets.front().name, "own");
  EXPECT_EQ(presets.size(), 7U);
  for (const Preset& preset : presets) EXPECT_FALSE(preset.help.empty()) << preset.name;
}

/// fma_metadata/tracks.csv with a few of its columns.
void write_fma(const TemporaryFolder& folder) {
  write_bytes(folder / "fma_metadata/tracks.csv",
              ",album,album,artist,artist,set,set,track,track,track\n"
              ",id,title,id,name,split,subset,genre_top,interest,title\n"
              "track_id,,,,,,,,,\n"
              "2,1,AWOL,1,AWOL,training,small,Hip-Hop,4656,Food\n"
              "5,1,AWOL,1,AWOL,training,small,Hip-Hop,1933,This World\n"
              "140,61,\"Niris, \"\"live\"\"\",54,Alec K,validation,medium,Folk,13,Queen\n"
              "155999,99,x,77,Other,test,large,Rock,1,y\n");
  for (const char* file :
       {"fma_small/000/000002.mp3", "fma_small/000/000005.mp3", "fma_medium/000/000002.mp3",
        "fma_medium/000/000005.mp3", "fma_medium/000/000140.mp3"})
    write_bytes(folder / file, "not decoded here");
}

TEST(ManifestPresets, FmaHasThreeLinesOfHeaderAndFoldersByNumber) {
  const TemporaryFolder folder;
  write_fma(folder);
  const auto small = open("fma_small", folder / "fma_metadata/tracks.csv", folder / "fma_small");
  EXPECT_EQ(ids(*small), (Words{"2", "5"}));
  EXPECT_EQ(small->genres(), (Words{"Hip-Hop"}));
  EXPECT_EQ(small->tracks()[0].audio, folder / "fma_small/000/000002.mp3");
  EXPECT_EQ(small->tracks()[0].groups.at("artist"), "1");
  EXPECT_EQ(small->usual_groups(), (Words{"artist", "song"}));
  EXPECT_NE(small->tracks()[0].groups.at("song"), small->tracks()[1].groups.at("song"));
  EXPECT_TRUE(small->notes().empty());
  const auto medium = open("fma_medium", folder / "fma_metadata/tracks.csv", folder / "fma_medium");
  EXPECT_EQ(medium->tracks().size(), 3U) << "medium holds small";
  const auto splits = medium->published_splits();
  ASSERT_EQ(splits.size(), 1U);
  EXPECT_EQ(splits[0].name, "official");
  EXPECT_EQ(splits[0].parts, (Parts{{"2", "train"}, {"5", "train"}, {"140", "valid"}}));
  Words further;
  for (const auto& [name, cells] : medium->further_columns()) further.push_back(name);
  EXPECT_EQ(further, (Words{"album.title", "artist.name", "set.subset", "track.interest"}));
}

TEST(ManifestPresets, MtgJamendoLeavesOutTracksOfSeveralGenres) {
  const TemporaryFolder folder;
  const std::string header = "TRACK_ID\tARTIST_ID\tALBUM_ID\tPATH\tDURATION\tTAGS\n";
  const std::string rock =
      "track_0000241\tartist_000005\talbum_000033\t41/241.mp3\t340.1\tgenre---rock\n";
  const std::string pop =
      "track_0000759\tartist_000103\talbum_000124\t59/759.mp3\t379.8\tgenre---pop\n";
  const std::string both =
      "track_0000247\tartist_000007\talbum_000034\t47/247.mp3\t85.9\tgenre---pop\tgenre---rock\n";
  for (int split = 0; split < 5; ++split) {
    const auto write = [&](const char* part, const std::string& rows) {
      write_bytes(folder / fmt::format("splits/split-{}/autotagging_genre-{}.tsv", split, part),
                  fmt::format("{}{}", header, rows));
    };
    write("train", split == 0 ? rock : pop);
    write("validation", both);
    write("test", split == 0 ? pop : rock);
  }
  for (const char* file : {"songs/41/241.mp3", "songs/59/759.mp3"})
    write_bytes(folder / file, "not decoded here");
  const auto dataset = open("mtg_jamendo", folder / "splits", folder / "songs");
  EXPECT_EQ(ids(*dataset), (Words{"track_0000241", "track_0000759"}));
  EXPECT_EQ(dataset->genres(), (Words{"pop", "rock"}));
  EXPECT_EQ(dataset->tracks()[0].groups,
            (Parts{{"artist", "artist_000005"}, {"album", "album_000033"}}));
  ASSERT_EQ(dataset->published_splits().size(), 5U);
  EXPECT_EQ(dataset->published_splits()[4].name, "split-4");
  EXPECT_EQ(dataset->published_splits()[0].parts,
            (Parts{{"track_0000241", "train"}, {"track_0000759", "test"}}));
  EXPECT_EQ(dataset->notes(),
            (Words{"5 of 15 rows have several genres: left out (dataset.several_genres)"}));
}

TEST(ManifestPresets, KagglesGtzanKnowsItsArtists) {
  const TemporaryFolder folder;
  write_bytes(folder / "Data/features_30_sec.csv",
              "filename,length,chroma_stft_mean,label\nblues.00000.wav,661794,0.35,blues\n"
              "rock.00001.wav,661794,0.34,rock\n");
  write_tone(folder / "Data/genres_original/blues/blues.00000.wav");
  write_tone(folder / "Data/genres_original/rock/rock.00001.wav");
  const auto dataset = open("gtzan_kaggle", folder / "Data/features_30_sec.csv");
  EXPECT_EQ(ids(*dataset), (Words{"blues.00000", "rock.00001"}));
  EXPECT_TRUE(fs::exists(dataset->tracks()[0].audio));
  EXPECT_EQ(dataset->tracks()[0].groups.at("artist"), "John Lee Hooker");
  EXPECT_EQ(dataset->tracks()[0].published_md5.size(), 32U);
  EXPECT_EQ(dataset->published_splits().size(), 3U);
  EXPECT_TRUE(dataset->feature_names().empty()) << "the table is a list here";
}

TEST(ManifestPresets, MarblesLinesAreOneListAndKnowGtzansSplits) {
  const TemporaryFolder folder;
  const auto write = [&](const char* part, const std::string& genre, int number) {
    const std::string path = fmt::format("data/GTZAN/genres/{0}/{0}.{1:05}.wav", genre, number);
    write_bytes(folder / fmt::format("lists/GTZAN.{}.jsonl", part),
                fmt::format("{{\"audio_path\": \"{}\", \"label\": \"{}\", \"duration\": "
                            "30.013333333333332, \"sample_rate\": 22050, \"channels\": 1}}\n",
                            path, genre));
    write_tone(folder / path);
  };
  write("train", "blues", 29);
  write("val", "jazz", 3);
  write("test", "rock", 7);
  const auto dataset = open("marble_gtzan", folder / "lists", folder.path());
  EXPECT_EQ(ids(*dataset), (Words{"blues.00029", "jazz.00003", "rock.00007"}));
  EXPECT_EQ(genre_of(*dataset, 1), "jazz");
  const auto splits = dataset->published_splits();
  ASSERT_EQ(splits.size(), 4U);
  EXPECT_EQ(splits[0].name, "marble");
  EXPECT_EQ(splits[0].parts,
            (Parts{{"blues.00029", "train"}, {"jazz.00003", "valid"}, {"rock.00007", "test"}}));
}

TEST(ManifestPresets, HearsFoldsAreFoldsOfUnknownArtists) {
  const TemporaryFolder folder;
  for (int fold = 0; fold < 10; ++fold) {
    const std::string name = fmt::format("tfds_id_{}.wav", fold);
    write_bytes(folder / fmt::format("fold{:02}.json", fold),
                fmt::format("{{\"{}\": [\"{}\"]}}", name, fold % 2 == 0 ? "blues" : "rock"));
    write_tone(folder / fmt::format("48000/fold{:02}", fold) / name);
  }
  const auto dataset = open("hear_gtzan", folder.path());
  EXPECT_EQ(dataset->tracks().size(), 10U);
  EXPECT_EQ(genre_of(*dataset, 3), "rock");
  EXPECT_TRUE(fs::exists(dataset->tracks()[9].audio));
  EXPECT_TRUE(dataset->tracks()[0].groups.empty());
  const auto splits = dataset->published_splits();
  ASSERT_EQ(splits.size(), 1U);
  EXPECT_TRUE(splits[0].folds);
  EXPECT_EQ(splits[0].parts.at("tfds_id_7.wav"), "7");
}

TEST(ManifestPresets, AMissingListOfThemIsNamed) {
  const TemporaryFolder folder;
  write_bytes(folder / "GTZAN.train.jsonl", "{\"audio_path\": \"x\", \"label\": \"blues\"}\n");
  EXPECT_CONTAINS(message_of<DataError>([&] { open("marble_gtzan", folder.path()); }),
                  "facts_from is gtzan");
  EXPECT_CONTAINS(message_of<DataError>([&] { open("hear_gtzan", folder.path()); }), "fold00.json");
  EXPECT_CONTAINS(message_of<DataError>([&] { open("mtg_jamendo", folder.path()); }),
                  "autotagging_genre-train.tsv");
}

TEST(ManifestPresets, TheSharedTableOfGtzanIsReadAsKagglesList) {
  GENREBENCH_REQUIRE_SHARED(shared);
  // The table without its audio: names alone.
  const auto dataset = make_dataset(register_manifest,
                                    {{"preset", std::string("gtzan_kaggle")},
                                     {"path", std::string()},
                                     {"id_column", std::string("filename")},
                                     {"root", (shared / "data/gtzan_features_30s.csv").string()}});
  EXPECT_EQ(dataset->tracks().size(), 1000U);
  EXPECT_EQ(dataset->genres().size(), 10U);
  EXPECT_EQ(dataset->published_splits()[0].parts.size(), 930U);
  EXPECT_EQ(dataset->further_columns().size(), 58U) << "length and 57 features";
}

}  // namespace manifest_presets_test
}  // namespace genrebench
