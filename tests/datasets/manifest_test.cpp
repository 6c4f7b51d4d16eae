#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "datasets/dataset_test_support.hpp"

namespace genrebench {
void register_manifest(Registry& registry);

namespace manifest_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;

using Words = std::vector<std::string>;

/// Lists in a folder, and the dataset that they make. Tracks need no audio.
class Manifests : public ::testing::Test {
 protected:
  std::unique_ptr<Dataset> open(const std::string& name, OptionValues options = {}) const {
    options["root"] = (folder_ / name).string();
    options.emplace("path", std::string());
    return make_dataset(register_manifest, options);
  }

  std::unique_ptr<Dataset> list(const std::string& text, OptionValues options = {}) const {
    write_bytes(folder_ / "list.csv", text);
    return open("list.csv", std::move(options));
  }

  /// What is wrong with the list. @tparam Error  DataError or ConfigError
  template <typename Error = DataError>
  std::string fault(const std::string& text, OptionValues options = {}) const {
    return message_of<Error>([&] { list(text, std::move(options)); });
  }

  TemporaryFolder folder_;
};

using Groups = std::map<std::string, std::string>;

TEST_F(Manifests, ColumnsOfTheUsualNamesNeedNoOption) {
  const auto dataset = list(
      "id,genre,artist,album,song,md5,group:label,split:own,fold:three,mood\n"
      "b,rock,Queen,Jazz,bicycle,,EMI,train,1,glad\n"
      "a,Jazz,,,,d41d8cd98f00b204e9800998ecf8427e,,test,3,\n");
  EXPECT_EQ(dataset->genres(), (Words{"Jazz", "rock"}));
  EXPECT_EQ(ids(*dataset), (Words{"a", "b"}));
  const Track& a = dataset->tracks()[0];
  const Track& b = dataset->tracks()[1];
  EXPECT_TRUE(a.groups.empty());
  EXPECT_EQ(a.published_md5, "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(
      b.groups,
      (Groups{{"artist", "Queen"}, {"album", "Jazz"}, {"song", "bicycle"}, {"label", "EMI"}}));
  EXPECT_TRUE(b.audio.empty());
  EXPECT_TRUE(b.is_whole_file());
  const auto splits = dataset->published_splits();
  ASSERT_EQ(splits.size(), 2U);
  EXPECT_EQ(splits[0].name, "own");
  EXPECT_EQ(splits[0].parts, (Groups{{"a", "test"}, {"b", "train"}}));
  EXPECT_FALSE(splits[0].folds);
  EXPECT_EQ(splits[1].name, "three");
  EXPECT_EQ(splits[1].parts, (Groups{{"a", "3"}, {"b", "1"}}));
  EXPECT_TRUE(splits[1].folds);
  const auto further = dataset->further_columns();
  ASSERT_EQ(further.size(), 1U);
  EXPECT_EQ(further[0].first, "mood");
  EXPECT_EQ(further[0].second, (Words{"", "glad"})) << "in the order of the tracks";
}

TEST_F(Manifests, ColumnsOfOtherNamesAreNamedByOptions) {
  const auto dataset = list("Nr;Style;Band;By;Set;Fold\n7;rock;Queen;Mercury;Validation;2\n",
                            {{"id_column", std::string("Nr")},
                             {"genre_column", std::string("Style")},
                             {"artist_column", std::string("Band")},
                             {"group_columns", Words{"composer=By"}},
                             {"split_columns", Words{"official=Set"}},
                             {"fold_columns", Words{"Fold"}}});
  EXPECT_EQ(dataset->tracks()[0].groups, (Groups{{"artist", "Queen"}, {"composer", "Mercury"}}));
  EXPECT_EQ(dataset->published_splits()[0].parts, (Groups{{"7", "valid"}}));
  EXPECT_EQ(dataset->published_splits()[1].name, "Fold");
  EXPECT_TRUE(dataset->further_columns().empty());
}

TEST_F(Manifests, PathsBeginInTheFolderOfTheListOrInAudioRoot) {
  write_tone(folder_ / "music/rock/x.wav");
  write_bytes(folder_ / "music/list.jsonl", "{\"path\": \"rock/x.wav\", \"genre\": \"rock\"}\n");
  const OptionValues by_path = {{"path", std::string("path")}};
  const auto beside = open("music/list.jsonl", by_path);
  EXPECT_EQ(ids(*beside), (Words{"rock/x"})) << "the path without the extension";
  EXPECT_EQ(beside->tracks()[0].audio, folder_ / "music" / "rock/x.wav");
  write_bytes(folder_ / "list.csv", "name,genre\nx,rock\n");
  const auto elsewhere = open("list.csv", {{"path", std::string("{genre}/{name}.wav")},
                                           {"audio_root", (folder_ / "music").string()}});
  EXPECT_TRUE(fs::exists(elsewhere->tracks()[0].audio));
  EXPECT_EQ(elsewhere->further_columns().size(), 1U) << "a cell of a pattern is kept";
  const std::string absolute = (folder_ / "music/rock/x.wav").string();
  write_bytes(folder_ / "list.csv", fmt::format("path,genre\n{},rock\n", absolute));
  EXPECT_EQ(open("list.csv", by_path)->tracks()[0].audio, absolute);
}

TEST_F(Manifests, SomeAbsentFilesAreNotedAndAllOfThemAreAnError) {
  write_tone(folder_ / "x.wav");
  const OptionValues by_path = {{"path", std::string("path")}};
  const auto dataset = list("path,genre\nx.wav,rock\ny.wav,rock\n", by_path);
  ASSERT_EQ(dataset->notes().size(), 1U);
  EXPECT_CONTAINS(dataset->notes()[0], "1 of 2 audio files is not there, such as ");
  EXPECT_EQ(dataset->tracks().size(), 2U) << "the absent one becomes a bad track";
  EXPECT_CONTAINS(fault("path,genre\ny.wav,rock\n", by_path),
                  "none of the 1 audio files is there, such as ");
  EXPECT_CONTAINS(fault("path,genre\ny.wav,rock\n", by_path), "set dataset.audio_root");
  EXPECT_CONTAINS(fault("path,genre\n,rock\n", by_path), "list.csv:2: expected the path");
}

TEST_F(Manifests, TracksMayBeSpansOfOneFile) {
  write_tone(folder_ / "long.wav");
  const auto dataset = list("path,genre,start_s,end_s\nlong.wav,rock,,0.05\nlong.wav,rock,0.05,\n",
                            {{"path", std::string("path")}});
  EXPECT_EQ(ids(*dataset), (Words{"long@0", "long@0.05"}));
  EXPECT_EQ(dataset->tracks()[0].end_s, 0.05);
  EXPECT_EQ(dataset->tracks()[1].start_s, 0.05);
  EXPECT_EQ(dataset->sources(dataset->tracks()[0]), dataset->sources(dataset->tracks()[1]))
      << "they are cut from one recording";
  EXPECT_EQ(dataset->sources(dataset->tracks()[0]), (Words{"long.wav"})) << "without the place";
  EXPECT_CONTAINS(
      fault("id,genre,start_s,end_s\na,rock,30,20\n"),
      "list.csv:2: column 'end_s': expected an end after the start at 30 s, found '20'");
  EXPECT_CONTAINS(fault("id,genre,start_s\na,rock,soon\n"), "column 'start_s': expected seconds");
}

TEST_F(Manifests, GenresAreOneWhateverTheirSpelling) {
  const auto dataset = list("id,genre\na,Hip-Hop\nb,hip hop\nc,rock\n");
  EXPECT_EQ(dataset->genres(), (Words{"Hip-Hop", "rock"}));
  ASSERT_EQ(dataset->notes().size(), 1U);
  EXPECT_CONTAINS(dataset->notes()[0], "hip hop for Hip-Hop");
  EXPECT_EQ(problems(*dataset, "spelling").size(), 1U);
}

TEST_F(Manifests, TracksWithoutOrWithSeveralGenresAreRefusedOrCounted) {
  const std::string text = "id,genre\na,rock;pop\nb,\nc,pop\nd,rock\n";
  const OptionValues separated = {{"genre_separator", std::string("semicolon")}};
  const auto with = [&](const char* option, const char* word, OptionValues options) {
    options[option] = std::string(word);
    return options;
  };
  EXPECT_CONTAINS(fault(text, separated), "list.csv:2: column 'genre': expected one genre");
  const OptionValues skip = with("several_genres", "skip", separated);
  EXPECT_CONTAINS(fault(text, skip), "list.csv:3: column 'genre': expected a genre");
  const auto without = list(text, with("no_genre", "skip", skip));
  EXPECT_EQ(ids(*without), (Words{"c", "d"}));
  EXPECT_EQ(without->notes(),
            (Words{"1 of 4 rows has no genre: left out (dataset.no_genre)",
                   "1 of 4 rows has several genres: left out (dataset.several_genres)"}));
  EXPECT_EQ(problems(*without, "left_out").size(), 2U);
  const auto first =
      list(text, with("no_genre", "skip", with("several_genres", "first", separated)));
  EXPECT_EQ(ids(*first), (Words{"a", "c", "d"}));
  EXPECT_EQ(first->genre_name(first->tracks()[0].genre), "rock");
}

TEST_F(Manifests, TagsWithoutThePrefixAreNoGenres) {
  write_bytes(folder_ / "tags.tsv",
              "id\ttags\na\tgenre---rock\tmood---sad\nb\tmood---glad\tgenre---pop\n");
  const auto dataset = open("tags.tsv", {{"rest_in_last", std::string("true")},
                                         {"genre_column", std::string("tags")},
                                         {"genre_prefix", std::string("genre---")}});
  EXPECT_EQ(dataset->genres(), (Words{"pop", "rock"}));
}

TEST_F(Manifests, RowsAndGenresAreChosenAndTheOthersCounted) {
  const std::string text = "id,genre,set\na,rock,small\nb,pop,medium\nc,folk,small\nd,rock,large\n";
  const auto chosen = list(text, {{"where", Words{"set=small|medium"}}});
  EXPECT_EQ(ids(*chosen), (Words{"a", "b", "c"}));
  bool counted_rows = false;
  for (const auto& [what, value] : chosen->facts())
    counted_rows = counted_rows || value == "1 row: set=small|medium";
  EXPECT_TRUE(counted_rows);
  EXPECT_TRUE(chosen->notes().empty()) << "what was asked for needs no note";
  const auto genres = list(text, {{"genres", Words{"rock", "pop", "ska"}}});
  EXPECT_EQ(genres->genres(), (Words{"pop", "rock", "ska"}));
  EXPECT_EQ(genres->notes(), (Words{"1 of 4 rows has other genres than dataset.genres: left out",
                                    "no track is of the genre ska, which dataset.genres names"}));
  EXPECT_CONTAINS(fault(text, {{"where", Words{"set=tiny"}}}), "no track in 4 rows: 4 left out by");
  EXPECT_CONTAINS(fault(text, {{"where", Words{"sett=small"}}}), "did you mean 'set'?");
  EXPECT_CONTAINS(fault<ConfigError>(text, {{"where", Words{"small"}}}), "option 'where'");
}

TEST_F(Manifests, ATitleAndAnArtistAreASong) {
  const auto dataset = list(
      "id,genre,artist,title\na,rock,Queen,Bicycle\nb,rock,queen,bicycle!\n"
      "c,rock,,Bicycle\n");
  const auto& tracks = dataset->tracks();
  EXPECT_EQ(tracks[0].groups.at("song"), tracks[1].groups.at("song"));
  EXPECT_FALSE(tracks[2].groups.contains("song")) << "a title alone is no song";
}

TEST_F(Manifests, FeaturesStandInForAudio) {
  const auto dataset = list("id,genre,feature:x,tempo\na,rock,0.5,120\nb,pop,1,90\n",
                            {{"feature_columns", Words{"tempo"}}});
  EXPECT_EQ(dataset->feature_names(), (Words{"tempo", "x"}));
  EXPECT_EQ(dataset->tracks()[0].features, (std::vector<float>{120.0F, 0.5F}));
  EXPECT_CONTAINS(fault("id,genre,feature:x\na,rock,much\n"),
                  "list.csv:2: column 'feature:x': expected a finite number");
}

TEST_F(Manifests, AFeatureThatTellsTheGenreIsNoted) {
  std::string text = "id,genre,feature:code\n";
  for (int i = 0; i < 40; ++i)
    text += fmt::format("track{},{},{}\n", i, i % 2 == 0 ? "rock" : "pop", i % 2);
  ASSERT_EQ(list(text)->notes().size(), 1U);
  EXPECT_CONTAINS(list(text)->notes()[0], "the feature 'code' has one value in all tracks");
}

TEST_F(Manifests, ATrackMayBeInAPartOfEachOfSeveralLists) {
  write_bytes(folder_ / "0/train.csv", "id,genre\na,rock\nb,pop\n");
  write_bytes(folder_ / "0/test.csv", "id,genre\nc,rock\n");
  write_bytes(folder_ / "1/train.csv", "id,genre\nc,rock\na,rock\n");
  write_bytes(folder_ / "1/test.csv", "id,genre\nb,pop\n");
  const auto dataset = open("", {{"files", Words{"zero/train=0/train.csv", "zero/test=0/test.csv",
                                                 "one/train=1/train.csv", "one/test=1/test.csv"}}});
  EXPECT_EQ(ids(*dataset), (Words{"a", "b", "c"}));
  const auto splits = dataset->published_splits();
  ASSERT_EQ(splits.size(), 2U);
  EXPECT_EQ(splits[0].name, "zero");
  EXPECT_EQ(splits[0].parts, (Groups{{"a", "train"}, {"b", "train"}, {"c", "test"}}));
  EXPECT_EQ(splits[1].parts, (Groups{{"a", "train"}, {"b", "test"}, {"c", "train"}}));
}

TEST_F(Manifests, ListsThatContradictEachOtherAreRefused) {
  write_bytes(folder_ / "a.csv", "id,genre\na,rock\n");
  write_bytes(folder_ / "b.csv", "id,genre\na,pop\n");
  write_bytes(folder_ / "c.csv", "id,genre,feature:x\nc,pop,1\n");
  const auto fault_of = [&](const Words& files) {
    return message_of<DataError>([&] { open("", {{"files", files}}); });
  };
  EXPECT_CONTAINS(fault_of({"train=a.csv", "test=a.csv"}),
                  "a.csv:2: expected each track once, found 'a' as in ");
  EXPECT_CONTAINS(fault_of({"a.csv", "b.csv"}), "expected each track once");
  EXPECT_CONTAINS(fault_of({"x/train=a.csv", "y/train=b.csv"}),
                  "the track 'a' has another genre, file or group in ");
  EXPECT_CONTAINS(fault_of({"a.csv", "c.csv"}), "expected the features none as in the list before");
  EXPECT_CONTAINS(fault_of({"nowhere.csv"}), "nowhere.csv");
  write_bytes(folder_ / "d.csv", "id,genre\nd,pop\n");
  EXPECT_CONTAINS(message_of<ConfigError>([&] {
                    open("", {{"files", Words{"x/train=a.csv", "x/7=d.csv"}}});
                  }),
                  "expected parts (train, valid, test) or folds of 'x', found both");
}

TEST_F(Manifests, FactsOfGtzanFollowTheNamesOfItsTracks) {
  const auto dataset =
      list("filename,genre\nblues.00000.wav,blues\ngenres/rock/rock.00001.wav,rock\n",
           {{"id_column", std::string("filename")}, {"facts_from", std::string("gtzan")}});
  EXPECT_EQ(dataset->tracks()[0].groups.at("artist"), "John Lee Hooker");
  ASSERT_EQ(dataset->published_splits().size(), 3U);
  EXPECT_EQ(dataset->published_splits()[0].parts.count("blues.00000.wav"), 1U);
  EXPECT_CONTAINS(fault("id,genre\nsamba.00000,blues\n", {{"facts_from", std::string("gtzan")}}),
                  "list.csv:2: facts_from is gtzan, so expected one of its tracks");
}

TEST_F(Manifests, FaultsNameTheFileTheLineAndTheColumn) {
  EXPECT_CONTAINS(fault("id,genre\na,rock\na,pop\n"),
                  "list.csv:3: expected each track once, found 'a' as in ");
  EXPECT_CONTAINS(fault("id,genre\n,rock\n"),
                  "list.csv:2: column 'id': expected the id of a track");
  EXPECT_CONTAINS(fault("name,genre\na,rock\n"), "expected a column 'id' or 'path'");
  EXPECT_CONTAINS(fault("id,style\na,rock\n"), "unknown column 'genre'");
  EXPECT_CONTAINS(fault("id,genre\na,rock\n", {{"artist_column", std::string("band")}}),
                  "unknown column 'band'");
  EXPECT_CONTAINS(fault("id,genre,split:x\na,rock,maybe\n"),
                  "column 'split:x': expected train, valid or test, or nothing, found 'maybe'");
  EXPECT_CONTAINS(fault("id,genre,md5\na,rock,12\n"), "column 'md5': expected an MD5 sum");
  EXPECT_CONTAINS(fault("id,genre\n"), "no track in 0 rows");
  EXPECT_CONTAINS(fault("id,genre\na,rock,x\n"), "expected 2 cells as in the header, found 3");
}

TEST_F(Manifests, OptionsThatContradictEachOtherAreRefused) {
  const std::string text = "id,genre,artist,x,split:x\na,rock,Queen,1,train\n";
  EXPECT_CONTAINS(fault<ConfigError>(text, {{"group_columns", Words{"artist=x"}}}),
                  "two columns of ");
  EXPECT_CONTAINS(fault<ConfigError>(text, {{"fold_columns", Words{"x"}}}),
                  "give the published split 'x'");
  EXPECT_CONTAINS(fault<ConfigError>(text, {{"path", std::string("{x")}}), "option 'path'");
  EXPECT_CONTAINS(message_of<ConfigError>([] { make_dataset(register_manifest, {}); }),
                  "option 'root' is empty");
  EXPECT_CONTAINS(message_of<DataError>([&] { open(""); }), "is a folder; expected the list");
  write_bytes(folder_ / "list.csv", text);
  EXPECT_CONTAINS(message_of<DataError>([&] {
                    open("list.csv", {{"files", Words{"train=list.csv"}}});
                  }),
                  "is no folder");
}

TEST_F(Manifests, SectionsThatPeopleMarkedAreThoseOfTheTracks) {
  write_bytes(folder_ / "marked/a.csv", "start,end,label\n0,10,verse\n10,20.5,chorus\n");
  const auto dataset =
      list("id,genre\na,rock\nb,pop\n", {{"sections_from", (folder_ / "marked").string()}});
  ASSERT_EQ(dataset->sections(dataset->tracks()[0]).size(), 2U);
  EXPECT_EQ(dataset->sections(dataset->tracks()[0])[1].end_s, 20.5);
  EXPECT_TRUE(dataset->sections(dataset->tracks()[1]).empty());
}

TEST_F(Manifests, UsualGroupsAndSourcesAreTakenFromTheList) {
  const auto dataset = list("id,genre,artist,album,sources\na,rock,Queen,Jazz,one| two\nb,pop,,,\n",
                            {{"usual_groups", Words{"artist"}}});
  EXPECT_EQ(dataset->usual_groups(), (Words{"artist"}));
  EXPECT_EQ(dataset->sources(dataset->tracks()[0]), (Words{"one", "two"}));
  EXPECT_TRUE(dataset->sources(dataset->tracks()[1]).empty());
}

}  // namespace manifest_test
}  // namespace genrebench
