#include "datasets/manifests/record_table.hpp"

#include <string>
#include <vector>

#include "datasets/dataset_test_support.hpp"
#include "support/gzip.hpp"

namespace genrebench {
namespace record_table_test {

using testing::message_of;
using testing::TemporaryFolder;
using testing::write_bytes;

using Cells = std::vector<std::string>;

RecordTable read(const std::string& name, const std::string& text, RecordOptions options = {}) {
  const TemporaryFolder folder;
  write_bytes(folder / name, text);
  return read_records(folder / name, options);
}

RecordTable lines(std::string_view text) {
  return parse_json_records(text, "t.jsonl", RecordFormat::json_lines);
}

RecordTable document(std::string_view text) {
  return parse_json_records(text, "t.json", RecordFormat::json);
}

TEST(RecordTable, TheNameOfAFileSaysHowItIsWritten) {
  EXPECT_EQ(format_of_name("a/GTZAN.train.jsonl"), RecordFormat::json_lines);
  EXPECT_EQ(format_of_name("songs.NDJSON.gz"), RecordFormat::json_lines);
  EXPECT_EQ(format_of_name("fold00.json"), RecordFormat::json);
  for (const char* name : {"songs.csv", "songs.tsv.gz", "songs.txt", "json", "songs"})
    EXPECT_EQ(format_of_name(name), RecordFormat::csv) << name;
}

TEST(RecordTable, CsvIsReadWithAnySeparatorAndTsvWithTabs) {
  const RecordTable table = read("songs.csv", "id; genre\n\"a;b\";rock\n", {.wanted = "genre"});
  EXPECT_EQ(table.columns, (Cells{"id", "genre"})) << "without the blanks around names";
  ASSERT_EQ(table.records.size(), 1U);
  EXPECT_EQ(table.records[0].cells, (Cells{"a;b", "rock"}));
  EXPECT_EQ(table.stem, "songs");
  EXPECT_TRUE(table.where(table.records[0]).ends_with("songs.csv:2"));
  EXPECT_EQ(table.column("genre"), 1U);
  EXPECT_FALSE(table.has_column("Genre"));
  const RecordTable tags = read("songs.tsv", "ID\tTAGS\n1\tgenre---pop\tgenre---rock\n",
                                {.rest_in_last = true, .wanted = "TAGS"});
  EXPECT_EQ(tags.records[0].cells, (Cells{"1", "genre---pop\tgenre---rock"}));
}

TEST(RecordTable, TheHeaderMayHaveSeveralLines) {
  const RecordTable table =
      read("tracks.csv", ",set,track\n,split,genre_top\ntrack_id,,\n2,training,Hip-Hop\n",
           {.header_rows = 3, .wanted = "track.genre_top"});
  EXPECT_EQ(table.columns, (Cells{"track_id", "set.split", "track.genre_top"}));
}

TEST(RecordTable, GzipAndAByteOrderMarkDoNotMatter) {
  const RecordTable table =
      read("songs.jsonl.gz", testing::gzip("\xEF\xBB\xBF{\"id\": \"a\", \"genre\": \"rock\"}\n"));
  EXPECT_EQ(table.columns, (Cells{"genre", "id"}));
  EXPECT_EQ(table.stem, "songs");
}

TEST(RecordTable, EveryLineOfJsonLinesIsARecord) {
  const RecordTable table = lines(
      "{\"id\": \"a\", \"n\": 30.5, \"good\": true, \"by\": null}\r\n\n"
      "{\"id\": \"b\", \"tags\": [\"pop\", \"rock\", 3], \"label\": {\"beat\": 1, \"deep\": "
      "{\"x\": \"y\"}}}\n");
  EXPECT_EQ(table.columns, (Cells{"by", "good", "id", "n", "label.beat", "label.deep.x", "tags"}));
  ASSERT_EQ(table.records.size(), 2U);
  EXPECT_EQ(table.records[0].cells, (Cells{"", "true", "a", "30.5", "", "", ""}));
  EXPECT_EQ(table.records[1].cells, (Cells{"", "", "b", "", "1", "y", "pop\trock\t3"}));
  EXPECT_EQ(table.where(table.records[1]), "t.jsonl:3");
}

TEST(RecordTable, ADocumentIsAListOfTracksOrAnObjectOfThem) {
  const RecordTable list = document("[{\"id\": \"a\"}, {\"id\": \"b\"}]");
  EXPECT_EQ(list.columns, (Cells{"id"}));
  EXPECT_EQ(list.where(list.records[1]), "t.json: record 2");
  const RecordTable labels = document("{\"x.wav\": [\"blues\"], \"y.wav\": \"rock\"}");
  EXPECT_EQ(labels.columns, (Cells{"value", "key"}));
  EXPECT_EQ(labels.records[0].cells, (Cells{"blues", "x.wav"}));
  EXPECT_EQ(labels.records[1].cells, (Cells{"rock", "y.wav"}));
  const RecordTable objects = document("{\"x\": {\"genre\": \"rock\"}}");
  EXPECT_EQ(objects.columns, (Cells{"genre", "key"}));
  EXPECT_TRUE(document("").records.empty());
}

TEST(RecordTable, FaultsOfJsonNameTheFileAndTheLineOrTheRecord) {
  const auto fault_of_lines = [](std::string_view text) {
    return message_of<DataError>([&] { lines(text); });
  };
  const auto fault = [](std::string_view text) {
    return message_of<DataError>([&] { document(text); });
  };
  EXPECT_CONTAINS(fault_of_lines("{\"a\": 1}\n{\"a\": }\n"), "t.jsonl:2: expected JSON");
  EXPECT_CONTAINS(fault_of_lines("[1]\n"), "t.jsonl:1: expected an object that describes a track");
  EXPECT_CONTAINS(fault_of_lines("{\"a\": 1, \"a\": 2}\n"), "the member 'a' is there twice");
  EXPECT_CONTAINS(fault_of_lines("{\"a.b\": 1, \"a\": {\"b\": 2}}\n"),
                  "the column 'a.b' is there twice");
  EXPECT_CONTAINS(fault("{\"x.wav\": [\"a\"], \"x.wav\": [\"b\"]}"),
                  "t.json: the member 'x.wav' is there twice");
  EXPECT_CONTAINS(fault("[{\"id\": 1}, 2]"), "t.json: record 2: expected an object");
  EXPECT_CONTAINS(fault("3"), "expected a list of tracks or an object of them, found 3");
  EXPECT_CONTAINS(fault("{\"a\": 1e999}"), "a number that is too large");
  EXPECT_CONTAINS(fault(std::string(20, '[') + std::string(20, ']')), "at most 16 levels");
  std::string wide = "{";
  for (int i = 0; i < 1001; ++i) {
    if (i > 0) wide += ',';
    wide += "\"m" + std::to_string(i) + "\": 1";
  }
  wide += '}';
  EXPECT_CONTAINS(fault_of_lines(wide), "more than 1000 different members");
}

TEST(RecordTable, FaultsOfCsvAreThoseOfTables) {
  EXPECT_CONTAINS(
      message_of<DataError>([] { read("t.csv", "id,genre\na\n", {.wanted = "genre"}); }),
      "t.csv:2: expected 2 cells as in the header, found 1");
  EXPECT_CONTAINS(message_of<DataError>([] { read("t.csv", ""); }), "is empty");
  EXPECT_CONTAINS(message_of<DataError>([] { read_records("/nowhere/t.jsonl"); }),
                  "/nowhere/t.jsonl");
  EXPECT_CONTAINS(message_of<DataError>([] {
                    read("t.csv", "id,genre\na,b\n", {.wanted = "genre"}).column("gener");
                  }),
                  "did you mean 'genre'?");
}

}  // namespace record_table_test
}  // namespace genrebench
