#include <set>

#include "dataset_test_support.hpp"
#include "support/shared_data.hpp"

namespace genrebench {
void register_feature_table(Registry& registry);

namespace {

namespace fs = std::filesystem;
using namespace testing;

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
  const auto dataset = table_of("filename,length,x,y,label\nb.00001.wav,9,1.5,-2e3,rock\na.mp3,9, 4 ,+5,jazz\n");
  EXPECT_EQ(dataset->feature_names(), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(dataset->genres(), (std::vector<std::string>{"jazz", "rock"}));
  EXPECT_EQ(ids(*dataset), (std::vector<std::string>{"a", "b.00001"}));
  EXPECT_EQ(dataset->tracks()[0].features, (std::vector<float>{4.0F, 5.0F}));
  EXPECT_EQ(dataset->tracks()[1].features, (std::vector<float>{1.5F, -2000.0F}));
  EXPECT_EQ(dataset->tracks()[1].genre, 1);
  EXPECT_TRUE(dataset->tracks()[0].audio.empty());
}

TEST(FeatureTable, AcceptsAByteOrderMarkWindowsLineEndsAndItsOwnColumnNames) {
  const auto dataset = table_of("\xEF\xBB\xBF" "id,genre,singer,x,junk\r\n\"a, b\",rock,Queen,1,?\r\nc,rock,,2,?\r\n",
                                {{"track_column", "id"}, {"label_column", "genre"}, {"artist_column", "singer"},
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
    EXPECT_CONTAINS(message, "t.csv:3: column 'y': expected a number, found '" + std::string(text) + "'");
  }
  for (const char* text : {"nan", "NaN", "inf", "-Infinity"})
    EXPECT_CONTAINS(fault(head + "b,1," + text + ",rock\n"), "t.csv:3: column 'y': expected a finite number, found '" + std::string(text));
  for (const char* text : {"1e39", "-1e999"})
    EXPECT_CONTAINS(fault(head + "b,1," + text + ",rock\n"), "within single precision");
  EXPECT_CONTAINS(fault(head + "b,1,rock\n"), "t.csv:3: expected 4 cells as in the header, found 3");
  EXPECT_CONTAINS(fault(head + "a.wav,1,2,rock\n"), "t.csv:3: column 'filename': expected each track once, found 'a' as in line 2");
  EXPECT_CONTAINS(fault(head + "b,1,2,\n"), "t.csv:3: column 'label': expected a genre");
  EXPECT_CONTAINS(fault(head + ",1,2,rock\n"), "t.csv:3: column 'filename': expected the name of a track");
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
  EXPECT_CONTAINS(fault("filename,x,label\na,1,rock\n", {{"ignore_columns", std::vector<std::string>{"z"}}}), "unknown column 'z'");
  EXPECT_CONTAINS(fault("filename,x,label\na,1,rock\n", {{"artist_column", "artist"}}), "unknown column 'artist'");
}

TEST(FeatureTable, GtzanGroupsAndSplitsFollowEveryPieceOfATrack) {
  const auto dataset = table_of("filename,x,label\nblues.00000.0.wav,1,blues\nblues.00000.1.wav,2,blues\njazz.00054.0.wav,3,jazz\n",
                                {{"groups_from", "gtzan"}});
  EXPECT_EQ(dataset->tracks()[0].id, "blues.00000.0");
  EXPECT_EQ(dataset->tracks()[0].groups.at("artist"), "John Lee Hooker");
  EXPECT_EQ(dataset->tracks()[1].groups, dataset->tracks()[0].groups);
  EXPECT_EQ(dataset->tracks()[2].groups.at("artist"), "jazz.00054");
  const auto splits = dataset->published_splits();
  ASSERT_EQ(splits.size(), 3U);
  EXPECT_EQ(splits[0].parts.at("blues.00000.1"), "valid");
  EXPECT_EQ(splits[0].parts.size(), 3U);
}

TEST(FeatureTable, WithGtzanGroupsAForeignTrackIsAnError) {
  for (const char* name : {"song", "blues.00000x.wav", "blues.00100.wav", "samba.00000"})
    EXPECT_CONTAINS(fault(std::string("filename,x,label\n") + name + ",1,blues\n", {{"groups_from", "gtzan"}}),
                    "t.csv:2: column 'filename': groups_from is gtzan");
}

TEST(FeatureTable, VerifyNotesEqualRowsAndConstantColumns) {
  const auto dataset = table_of("filename,x,y,label\na,1,7,rock\nb,1,7,rock\nc,2,7,rock\n");
  ASSERT_EQ(problems(*dataset, "duplicate").size(), 1U);
  EXPECT_EQ(problems(*dataset, "duplicate")[0].message, "has the same features as a");
  ASSERT_EQ(problems(*dataset, "constant").size(), 1U);
  EXPECT_EQ(problems(*dataset, "constant")[0].where, "y");
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

}  // namespace
}  // namespace genrebench
