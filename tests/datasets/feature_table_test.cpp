#include <fmt/format.h>

#include <set>

#include "base/random.hpp"
#include "dataset_test_support.hpp"
#include "support/gzip.hpp"
#include "support/shared_data.hpp"

namespace genrebench {
void register_feature_table(Registry& registry);

namespace feature_table_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;

std::unique_ptr<Dataset> table(const fs::path& file, OptionValues options = {}) {
  options["root"] = file.string();
  return make_dataset(register_feature_table, options);
}

/// A table made of this text.
std::unique_ptr<Dataset> table_of(const std::string& text, OptionValues options = {}) {
  TemporaryFolder dir;
  write_bytes(dir / "t.csv", text);
  return table(dir / "t.csv", std::move(options));
}

std::string fault(const std::string& text, OptionValues options = {}) {
  return message_of<DataError>([&] { table_of(text, std::move(options)); });
}

TEST(FeatureTable, EveryColumnThatNoOptionNamesIsAFeature) {
  const auto dataset =
      table_of("filename,length,x,y,label\nb.00001.wav,9,1.5,-2e3,rock\na.mp3,9, 4 ,+5,jazz\n");
  EXPECT_EQ(dataset->feature_names(), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(dataset->genres(), (std::vector<std::string>{"jazz", "rock"}));
  EXPECT_EQ(ids(*dataset), (std::vector<std::string>{"a", "b.00001"}));
  EXPECT_EQ(dataset->tracks()[0].features, (std::vector<float>{4.0F, 5.0F}));
  EXPECT_EQ(dataset->tracks()[1].features, (std::vector<float>{1.5F, -2000.0F}));
  EXPECT_EQ(dataset->tracks()[1].genre, 1);
  EXPECT_TRUE(dataset->tracks()[0].audio.empty());
}

TEST(FeatureTable, AcceptsAByteOrderMarkWindowsLineEndsAndItsOwnColumnNames) {
  const auto dataset = table_of(
      "\xEF\xBB\xBF"
      "id,genre,singer,x,junk\r\n\"a, b\",rock,Queen,1,?\r\nc,rock,,2,?\r\n",
      {{"track_column", "id"},
       {"label_column", "genre"},
       {"artist_column", "singer"},
       {"ignore_columns", std::vector<std::string>{"junk"}}});
  EXPECT_EQ(ids(*dataset), (std::vector<std::string>{"a, b", "c"}));
  EXPECT_EQ(dataset->feature_names(), (std::vector<std::string>{"x"}));
  EXPECT_EQ(dataset->tracks()[0].groups.at("artist"), "Queen");
  EXPECT_TRUE(dataset->tracks()[1].groups.empty());
}

TEST(FeatureTable, FaultsNameFileLineColumnAndTheTextFound) {
  const std::string head = "filename,x,y,label\na,1,2,rock\n";
  for (const char* text : {"abc", "", "1,5", "0x10", "1 2"}) {
    const std::string message = fault(head + "b,1,\"" + text + "\",rock\n");
    EXPECT_CONTAINS(message,
                    "t.csv:3: column 'y': expected a number, found '" + std::string(text) + "'");
  }
  for (const char* text : {"nan", "NaN", "inf", "-Infinity"})
    EXPECT_CONTAINS(fault(head + "b,1," + text + ",rock\n"),
                    "t.csv:3: column 'y': expected a finite number, found '" + std::string(text));
  for (const char* text : {"1e39", "-1e999"})
    EXPECT_CONTAINS(fault(head + "b,1," + text + ",rock\n"), "within single precision");
  EXPECT_CONTAINS(fault(head + "b,1,rock\n"),
                  "t.csv:3: expected 4 cells as in the header, found 3");
  EXPECT_CONTAINS(fault(head + "a.wav,1,2,rock\n"),
                  "t.csv:3: column 'filename': expected each track once, found 'a' as in line 2");
  EXPECT_CONTAINS(fault(head + "b,1,2,\n"), "t.csv:3: column 'label': expected a genre");
  EXPECT_CONTAINS(fault(head + ",1,2,rock\n"),
                  "t.csv:3: column 'filename': expected the name of a track");
}

TEST(FeatureTable, AVerySmallNumberIsZero) {
  EXPECT_EQ(table_of("filename,x,label\na,1e-400,rock\n")->tracks()[0].features[0], 0.0F);
}

TEST(FeatureTable, FaultsOfTheWholeFileAreExplained) {
  EXPECT_CONTAINS(message_of<ConfigError>([] { table(""); }), "option 'root' is empty");
  EXPECT_CONTAINS(message_of<DataError>([] { table("/nowhere.csv"); }), "/nowhere.csv");
  EXPECT_CONTAINS(fault(""), "is empty");
  EXPECT_CONTAINS(fault("filename,x,label\n"), "no rows");
  EXPECT_CONTAINS(fault("filename,length,label\na,1,rock\n"), "no feature columns");
  EXPECT_CONTAINS(fault("filename,x,labels\na,1,rock\n"), "did you mean 'labels'?");
  EXPECT_CONTAINS(fault("file_name,x,label\na,1,rock\n"), "did you mean 'file_name'?");
  EXPECT_CONTAINS(
      fault("filename,x,label\na,1,rock\n", {{"ignore_columns", std::vector<std::string>{"z"}}}),
      "unknown column 'z'");
  EXPECT_CONTAINS(fault("filename,x,label\na,1,rock\n", {{"artist_column", "artist"}}),
                  "unknown column 'artist'");
}

TEST(FeatureTable, GtzanGroupsAndSplitsFollowEveryPieceOfATrack) {
  const auto dataset = table_of(
      "filename,x,label\nblues.00000.0.wav,1,blues\nblues.00000.1.wav,2,blues\njazz.00054.0.wav,3,"
      "jazz\n",
      {{"groups_from", "gtzan"}});
  EXPECT_EQ(dataset->tracks()[0].id, "blues.00000.0");
  EXPECT_EQ(dataset->tracks()[0].groups.at("artist"), "John Lee Hooker");
  EXPECT_EQ(dataset->tracks()[1].groups, dataset->tracks()[0].groups);
  EXPECT_EQ(dataset->tracks()[2].groups,
            (std::map<std::string, std::string>{{"song", "jazz.00054"}}))
      << "an unknown artist stays unknown";
  const auto splits = dataset->published_splits();
  ASSERT_EQ(splits.size(), 3U);
  EXPECT_EQ(splits[0].parts.at("blues.00000.1"), "valid");
  EXPECT_EQ(splits[0].parts.size(), 3U);
}

TEST(FeatureTable, WithGtzanGroupsAForeignTrackIsAnError) {
  for (const char* name : {"song", "blues.00000x.wav", "blues.00100.wav", "samba.00000"})
    EXPECT_CONTAINS(
        fault(std::string("filename,x,label\n") + name + ",1,blues\n", {{"groups_from", "gtzan"}}),
        "t.csv:2: column 'filename': groups_from is gtzan");
}

TEST(FeatureTable, VerifyNotesEqualRowsAndConstantColumns) {
  const auto dataset = table_of("filename,x,y,label\na,1,7,rock\nb,1,7,rock\nc,2,7,rock\n");
  ASSERT_EQ(problems(*dataset, "duplicate").size(), 1U);
  EXPECT_EQ(problems(*dataset, "duplicate")[0].message, "has the same features as a");
  ASSERT_EQ(problems(*dataset, "constant").size(), 1U);
  EXPECT_EQ(problems(*dataset, "constant")[0].where, "y");
}

/// `n` rows, genre by genre, with noise and what `cell` says of row i of genre g.
template <typename Cell>
std::string sorted_table(int n, const std::vector<std::string>& genres, Cell cell) {
  Random random(5);
  std::string text = "Unnamed: 0,filename,noise,label\n";
  for (int i = 0; i < n; ++i) {
    const int g = i * static_cast<int>(genres.size()) / n;
    text += fmt::format("{},{}.wav,{:.3f},{}\n", cell(i, g), i, random.normal(),
                        genres[static_cast<std::size_t>(g)]);
  }
  return text;
}

TEST(FeatureTable, AColumnThatTellsTheGenreIsRefusedUnlessItIsNamed) {
  const std::vector<std::string> genres = {"blues", "jazz", "rock"};
  const std::string index = sorted_table(60, genres, [](int i, int) { return i; });
  const std::string message = fault(index);
  EXPECT_CONTAINS(message, "t.csv: column 'Unnamed: 0' counts the rows");
  EXPECT_CONTAINS(message, "set dataset.ignore_columns to [\"Unnamed: 0\"]");
  EXPECT_EQ(table_of(index, {{"ignore_columns", std::vector<std::string>{"Unnamed: 0"}}})
                ->feature_names(),
            std::vector<std::string>{"noise"});
  EXPECT_EQ(
      table_of(index, {{"keep_columns", std::vector<std::string>{"Unnamed: 0"}}})->feature_names(),
      (std::vector<std::string>{"Unnamed: 0", "noise"}));
  EXPECT_CONTAINS(fault(sorted_table(60, genres, [](int, int g) { return 7 - 2 * g; })),
                  "column 'Unnamed: 0' has one value in all tracks of a genre");
  EXPECT_CONTAINS(fault(sorted_table(60, genres, [](int, int g) { return g == 1 ? 1 : 0; })),
                  "has one value in all tracks of a genre");
  EXPECT_EQ(table_of(sorted_table(60, genres, [](int, int) { return 4; }))->feature_names().size(),
            2U)
      << "a constant column tells nothing";
}

TEST(FeatureTable, EveryColumnThatTellsTheGenreIsNamedInOneMessage) {
  std::string text = "index,filename,length,x,genre_id,label\n";
  Random random(1);
  for (int i = 0; i < 48; ++i)
    text += fmt::format("{},{}.wav,661504,{:.4f},{},{}\n", 100 - i, i, random.normal(), i / 16,
                        "abc"[i / 16]);
  const std::string message = fault(text);
  EXPECT_CONTAINS(message, "'index' counts the rows, column 'genre_id' has one value");
  EXPECT_CONTAINS(message, "ignore_columns to [\"index\", \"genre_id\", \"length\"]")
      << "what is ignored already stays so";
}

TEST(FeatureTable, SpellingsOfAGenreAreOneGenreAndNoted) {
  const auto dataset = table_of(
      "filename,x,label\na,1,Hip-Hop\nb,2,hip "
      "hop\nc,3,Forr\xC3\xB3\nd,4,Forro\xCC\x81\ne,5,C#\nf,6,Pop\n");
  EXPECT_EQ(dataset->genres(), (std::vector<std::string>{"C#", "Forr\xC3\xB3", "Hip-Hop", "Pop"}));
  ASSERT_EQ(problems(*dataset, "spelling").size(), 2U);
  EXPECT_EQ(problems(*dataset, "spelling")[1].where, "hip hop");
  EXPECT_EQ(problems(*dataset, "spelling")[1].message, "is taken for the genre 'Hip-Hop'");
}

TEST(FeatureTable, TheSeparatorIsThatByWhichTheHeaderHasTheLabels) {
  for (const char separator : {',', ';', '\t', '|'}) {
    std::string text = "filename;x;y;label\na.wav;1;2;rock\nb.wav;3;4;jazz\n";
    std::ranges::replace(text, ';', separator);
    const auto dataset = table_of(text);
    EXPECT_EQ(dataset->feature_names(), (std::vector<std::string>{"x", "y"})) << separator;
    EXPECT_EQ(dataset->genres(), (std::vector<std::string>{"jazz", "rock"}));
  }
  EXPECT_EQ(table_of("filename,x;1,label\na,1,rock\n")->feature_names(),
            std::vector<std::string>{"x;1"})
      << "a comma comes first";
  EXPECT_EQ(table_of("sep=;\r\nfilename;x;label\r\na;1;rock\r\n")->tracks().size(), 1U)
      << "Excel says it";
  EXPECT_CONTAINS(fault("filename;x;genre\na;1;rock\n"), "(known: filename, x, genre)");
  EXPECT_CONTAINS(fault("label;x|label\n1;2|3\n"), "dataset.separator");
  EXPECT_EQ(
      table_of("filename;x|y;label\na;1;rock\n", {{"separator", "semicolon"}})->feature_names(),
      std::vector<std::string>{"x|y"});
}

TEST(FeatureTable, DecimalCommasAreReadWhereTheOptionSaysSo) {
  const std::string text = "filename;x;label\na;1,5;rock\nb;-2,25e1;rock\nc;3;rock\n";
  EXPECT_CONTAINS(fault(text), "set dataset.decimal to comma");
  const auto dataset = table_of(text, {{"decimal", "comma"}});
  EXPECT_EQ(dataset->tracks()[0].features[0], 1.5F);
  EXPECT_EQ(dataset->tracks()[1].features[0], -22.5F);
  EXPECT_EQ(dataset->tracks()[2].features[0], 3.0F);
  for (const char* number : {"1.5", "1.234,5", "1,2,3", "1 234,5"})
    EXPECT_CONTAINS(
        fault("filename;x;label\na;" + std::string(number) + ";rock\n", {{"decimal", "comma"}}),
        "t.csv:2: column 'x': expected a number");
  EXPECT_CONTAINS(fault("filename,x,label\na,True,rock\n"),
                  "name a column that is no feature in dataset.ignore_columns");
}

TEST(FeatureTable, GzipAndUtf16AreRead) {
  const std::string text = "filename,x,label\na.wav,1,rock\nb.wav,2,jazz\n";
  for (const std::string& bytes :
       {gzip(text), "\xFF\xFE" + utf16(text, false), "\xFE\xFF" + utf16(text, true),
        utf16(text, false), gzip("\xFE\xFF" + utf16(text, true))}) {
    const auto dataset = table_of(bytes);
    EXPECT_EQ(ids(*dataset), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(dataset->feature_names(), std::vector<std::string>{"x"});
  }
}

TEST(FeatureTable, ATableWithoutNamesOfTracksIsReadWhereTheOptionSaysSo) {
  const std::string text = "x,label\n1,rock\n2,jazz\n";
  EXPECT_CONTAINS(fault(text), "set dataset.track_column to the column that names the tracks");
  const auto dataset = table_of(text, {{"track_column", ""}});
  EXPECT_EQ(ids(*dataset), (std::vector<std::string>{"row 000001", "row 000002"}));
  EXPECT_EQ(dataset->feature_names(), std::vector<std::string>{"x"});
}

TEST(FeatureTable, PandasNamelessColumnIsNoFeatureWhereItNumbersTheRows) {
  const std::string head = ",filename,x,label\n";
  EXPECT_CONTAINS(fault(head + "0,a,1,rock\n1,b,2,jazz\n2,c,7,rock\n"),
                  "column 'Unnamed: 0' numbers the rows");
  EXPECT_CONTAINS(fault(head + "17,a,1,rock\n3,b,2,jazz\n8,c,3,rock\n"),
                  "set dataset.ignore_columns to [\"Unnamed: 0\"]");
  EXPECT_EQ(table_of(head + "17,a,1,rock\n3,b,2,jazz\n",
                     {{"ignore_columns", std::vector<std::string>{"Unnamed: 0"}}})
                ->feature_names(),
            std::vector<std::string>{"x"});
  EXPECT_EQ(
      ids(*table_of(",x,label\nb.wav,1,rock\na.wav,2,rock\n", {{"track_column", "Unnamed: 0"}})),
      (std::vector<std::string>{"a", "b"}))
      << "an index of file names";
  EXPECT_EQ(table_of("filename,x,label,\na,1,rock,\nb,2,jazz,\n")->feature_names(),
            std::vector<std::string>{"x"})
      << "lines that end in a separator";
}

TEST(FeatureTable, AColumnThatNearlyTellsTheGenreIsNoted) {
  const std::vector<std::string> genres = {"blues", "jazz", "rock"};
  const std::string slips =
      sorted_table(90, genres, [](int i, int g) { return i == 40 ? 5 : 3 * g; });
  const auto dataset = table_of(slips);
  ASSERT_EQ(dataset->notes().size(), 1U);
  EXPECT_CONTAINS(dataset->notes()[0],
                  "1 column alone tells the genre of nearly all rows "
                  "('Unnamed: 0' (99 %))");
  EXPECT_EQ(problems(*dataset, "answer").size(), 1U);
  const auto kept = table_of(sorted_table(90, genres, [](int i, int) { return i; }),
                             {{"keep_columns", std::vector<std::string>{"Unnamed: 0"}}});
  ASSERT_EQ(kept->notes().size(), 1U);
  EXPECT_CONTAINS(kept->notes()[0], "'Unnamed: 0' counts the rows");
}

TEST(FeatureTable, PlaceholdersForArtistsAreNoted) {
  const auto dataset = table_of(
      "filename,x,singer,label\na,1,VA,rock\nb,2,[unknown],rock\nc,3,Queen,jazz\n"
      "d,4,,jazz\n",
      {{"artist_column", "singer"}});
  const auto found = problems(*dataset, "placeholder");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_CONTAINS(found[0].message, "2 of 4 tracks have a placeholder for an artist");
}

TEST(FeatureTable, ABlankGenreIsNone) {
  EXPECT_CONTAINS(fault("filename,x,label\na,1,rock\nb,1,  \n"), "t.csv:3: column 'label'");
}

TEST(FeatureTable, TracksNamedAsGtzansAreNotedWhereTheOptionDoesNotSaySo) {
  const std::string text = "filename,x,label\nblues.00000.0.wav,1,blues\njazz.00001.wav,2,jazz\n";
  ASSERT_EQ(table_of(text)->notes().size(), 1U);
  EXPECT_CONTAINS(table_of(text)->notes()[0], "dataset.groups_from: gtzan");
  EXPECT_TRUE(table_of(text, {{"groups_from", "gtzan"}})->notes().empty());
}

TEST(FeatureTable, ManyFindingsOfAKindAreOneLine) {
  std::string head = "filename", row;
  for (int i = 0; i < 500; ++i) {
    head += ",x" + std::to_string(i);
    row += ",1";
  }
  const auto dataset = table_of(head + ",label\na" + row + ",rock\nb" + row + ",jazz\n");
  ASSERT_EQ(problems(*dataset, "constant").size(), 1U);
  EXPECT_CONTAINS(problems(*dataset, "constant")[0].message, "x19 and 480 more");
}

TEST(FeatureTable, ThePublicGtzanTableHas57FeaturesOfAThousandTracks) {
  GENREBENCH_REQUIRE_SHARED(shared);
  const auto dataset = table(shared / "data/gtzan_features_30s.csv", {{"groups_from", "gtzan"}});
  EXPECT_EQ(dataset->tracks().size(), 1000U);
  EXPECT_EQ(dataset->feature_names().size(), 57U);
  EXPECT_EQ(dataset->genres().size(), 10U);
  EXPECT_EQ(dataset->tracks()[0].id, "blues.00000");
  EXPECT_EQ(dataset->tracks()[0].groups.at("artist"), "John Lee Hooker");
  EXPECT_EQ(dataset->published_splits()[0].parts.size(), 930U);
  EXPECT_EQ(dataset->published_splits()[2].parts.size(), 948U);
}

}  // namespace feature_table_test
}  // namespace genrebench
