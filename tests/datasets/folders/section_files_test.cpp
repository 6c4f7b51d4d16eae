#include "datasets/folders/section_files.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace section_files_test {

using testing::TemporaryFolder;

const std::vector<Section> kTwo = {{0.0, 12.5, "A"}, {12.5, 30.0, "verse 2"}};

std::string jams(const std::string& annotations) {
  return "{\"annotations\": [" + annotations + "], \"file_metadata\": {}, \"sandbox\": {}}";
}

std::string annotation(const std::string& name_space, const std::string& annotator,
                       const std::string& data) {
  return "{\"namespace\": \"" + name_space + "\", \"annotation_metadata\": {\"annotator\": " +
         (annotator.empty() ? "{}" : "{\"name\": \"" + annotator + "\"}") + "}, \"data\": [" +
         data + "]}";
}

const std::string kData =
    "{\"time\": 12.5, \"duration\": 17.5, \"value\": \"verse 2\", \"confidence\": null},"
    "{\"time\": 0, \"duration\": 12.5, \"value\": \"A\", \"confidence\": 1}";

TEST(Lab, HasStartEndAndLabelPerLineSeparatedByBlanks) {
  const SongAnnotations read =
      parse_lab("# a comment\n0.0\t12.5\tA\r\n\n 12.5  30.000  verse 2 \n", "song.lab");
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].annotator, "");
  EXPECT_EQ(read[0].sections, kTwo);
  EXPECT_EQ(parse_lab("\xEF\xBB\xBF"
                      "0 1 caf\xE9",
                      "song.lab")[0]
                .sections[0]
                .label,
            "caf\xC3\xA9")
      << "a byte order mark is skipped, Latin-1 is read";
}

TEST(Lab, NamesTheLineThatIsNoSection) {
  for (const std::string text : {"0 1 A\n1 two B", "0 1 A\n0.5", "0 1 A\n1 1 B", "0 1 A\n-1 2 B",
                                 "0 1 A\n1 nan B", "0 1 A\n1 2 ", "0 2 A\n0 1 B\n-0.5 1 C"})
    EXPECT_THROW_SAYING(parse_lab(text, "song.lab"), DataError, "song.lab:", "in seconds");
  EXPECT_THROW_SAYING(parse_lab("0 1 A\n1 two B", "song.lab"), DataError, "song.lab:2",
                      "found '1 two B'");
  EXPECT_THROW_SAYING(parse_lab("# nothing\n", "song.lab"), DataError, "song.lab",
                      "at least one section");
}

TEST(SectionTable, HasColumnsInAnyOrderAndAnAnnotatorIfThereAreSeveral) {
  const SongAnnotations one =
      section_table(parse_csv("label,start,end\nA,0,12.5\nverse 2,12.5,30\n", "song.csv"));
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].sections, kTwo);
  const SongAnnotations two = section_table(
      parse_csv("annotator,start_s,end_s,label\nx,0,12.5,A\ny,0,30,B\nx,12.5,30,verse 2\n", "s"));
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].annotator, "x");
  EXPECT_EQ(two[0].sections, kTwo);
  EXPECT_EQ(two[1].sections, (std::vector<Section>{{0.0, 30.0, "B"}}));
}

TEST(SectionTable, OfSongsNamesTheTrack) {
  const auto songs = section_table_of_songs(
      parse_csv("track,start,end,label\nb,0,1,A\na,0,12.5,A\na,12.5,30,verse 2\n", "all.csv"));
  ASSERT_EQ(songs.size(), 2u);
  EXPECT_EQ(songs.at("a")[0].sections, kTwo);
}

TEST(SectionTable, NamesTheRowOrTheColumnThatIsWrong) {
  const auto read = [](const std::string& text) { section_table(parse_csv(text, "song.csv")); };
  EXPECT_THROW_SAYING(read("start,end,label\n0,1,A\n1,x,B\n"), DataError, "song.csv:3",
                      "column 'end'", "'x'");
  EXPECT_THROW_SAYING(read("start,end,label\n0,1,A\n3,2,B\n"), DataError, "song.csv:3", "3 to 2 s");
  EXPECT_THROW_SAYING(read("start,end,label\n5,6,A\n1,2,B\n"), DataError, "song.csv:3");
  EXPECT_THROW_SAYING(read("start,end,label\n-1,1,A\n"), DataError, "song.csv:2", "'-1'");
  EXPECT_THROW_SAYING(read("start,stop,label\n0,1,A\n"), DataError, "unknown column 'end'");
  EXPECT_THROW_SAYING(read("start,end,label\n"), DataError, "at least one section");
}

TEST(Jams, GivesOneAnnotationPerAnnotatorInOrderOfTime) {
  const SongAnnotations read = parse_jams(
      jams(annotation("beat", "z", "") + "," + annotation("segment_open", "Ann", kData) + "," +
           annotation("segment_open", "", kData) + "," + annotation("segment_open", "Ann", kData)),
      "song.jams");
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(read[0].annotator, "Ann");
  EXPECT_EQ(read[1].annotator, "2");
  EXPECT_EQ(read[2].annotator, "Ann (2)");
  for (const SectionAnnotation& one : read) EXPECT_EQ(one.sections, kTwo);
}

TEST(Jams, ReadsTheNamespaceThatIsAskedForOrTheUsualOne) {
  const std::string upper = "{\"time\": 0, \"duration\": 9, \"value\": \"A\"}",
                    function = "{\"time\": 0, \"duration\": 9, \"value\": \"intro\"}",
                    levels =
                        "{\"time\": 0, \"duration\": 9, \"value\": {\"label\": \"X\", "
                        "\"level\": 0}}, {\"time\": 0, \"duration\": 4, \"value\": "
                        "{\"label\": \"x\", \"level\": 1}}";
  const std::string text = jams(annotation("multi_segment", "", levels) + "," +
                                annotation("segment_salami_function", "", function) + "," +
                                annotation("segment_salami_upper", "", upper));
  const auto label = [&](const std::string& name_space) {
    const SongAnnotations read = parse_jams(text, "song.jams", name_space);
    EXPECT_EQ(read.size(), 1u);
    EXPECT_EQ(read[0].sections.size(), 1u) << "the first level only";
    return read[0].sections[0].label;
  };
  EXPECT_EQ(label(""), "A");
  EXPECT_EQ(label("segment_salami_function"), "intro");
  EXPECT_EQ(label("multi_segment"), "X");
  EXPECT_THROW_SAYING(parse_jams(text, "song.jams", "segment_open"), DataError, "song.jams",
                      "segment_open", "segment_salami_upper");
}

TEST(Jams, SaysWhatIsNoJams) {
  const auto read = [](const std::string& text) { parse_jams(text, "song.jams"); };
  EXPECT_THROW_SAYING(read("{\"annotations\": ["), DataError, "song.jams", "not valid JSON");
  EXPECT_THROW_SAYING(read("[]"), DataError, "no list 'annotations'");
  EXPECT_THROW_SAYING(read(jams("")), DataError, "no annotation");
  EXPECT_THROW_SAYING(read(jams("3")), DataError, "annotation 0", "'namespace'");
  EXPECT_THROW_SAYING(read(jams(annotation("beat", "", ""))), DataError, "beat");
  const auto data = [&](const std::string& observations) {
    read(jams(annotation("segment_open", "", observations)));
  };
  EXPECT_THROW_SAYING(data(""), DataError, "at least one section");
  EXPECT_THROW_SAYING(data("{\"time\": \"0\", \"duration\": 1, \"value\": \"A\"}"), DataError,
                      "observation 0", "'time'");
  EXPECT_THROW_SAYING(data("{\"time\": 0, \"duration\": 1}"), DataError, "'value'");
  EXPECT_THROW_SAYING(data("{\"time\": 0, \"duration\": 0, \"value\": \"A\"}"), DataError,
                      "section 1", "0 to 0 s");
  EXPECT_THROW_SAYING(data("{\"time\": 0, \"duration\": 1, \"value\": [1]}"), DataError,
                      "neither a label");
}

TEST(SectionFiles, AreKnownByTheirEndings) {
  for (const char* name : {"a.jams", "a.LAB", "folder/a.b.csv"}) EXPECT_TRUE(is_section_file(name));
  for (const char* name : {"a.txt", "a", "a.csv.gz", ".lab/a"}) EXPECT_FALSE(is_section_file(name));
  const TemporaryFolder folder;
  EXPECT_EQ(read_section_file(folder.write("a.lab", "0 12.5 A\n12.5 30 verse 2\n"))[0].sections,
            kTwo);
  EXPECT_EQ(
      read_section_file(folder.write("a.jams", jams(annotation("segment_open", "", kData))))[0]
          .sections,
      kTwo);
  EXPECT_THROW_SAYING(read_section_file(folder / "none.lab"), DataError, "none.lab");
}

TEST(SectionFiles, OfOthersAreRead) {
  GENREBENCH_REQUIRE_SHARED(shared);
  EXPECT_GT(read_section_file(shared / "data/structure/mir_eval/ref00.lab")[0].sections.size(), 3u);
  EXPECT_GT(
      read_section_file(shared / "data/structure/pop909/001_annotator1.csv")[0].sections.size(),
      3u);
}

}  // namespace section_files_test
}  // namespace genrebench
