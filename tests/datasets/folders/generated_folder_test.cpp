#include "datasets/folders/generated_folder.hpp"

#include <nlohmann/json.hpp>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "datasets/dataset_test_support.hpp"

namespace genrebench::testing {
namespace generated_folder_test {

namespace fs = std::filesystem;

TEST(GeneratedFolder, JsonTextReplacesBytesThatAreNotUtf8) {
  const nlohmann::ordered_json json = {{"id", "caf\xe9"}, {"n", 1}};
  EXPECT_EQ(json_text(json, /*indent=*/-1), "{\"id\":\"caf\xef\xbf\xbd\",\"n\":1}");
  EXPECT_EQ(json_text({{"n", 1}}, /*indent=*/2), "{\n  \"n\": 1\n}");
}

TEST(GeneratedFolder, OnlyANewOrEmptyFolderIsWrittenTo) {
  const TemporaryFolder folder;
  prepare_generated_folder(folder / "new/inside");
  EXPECT_TRUE(fs::is_directory(folder / "new/inside"));
  EXPECT_NO_THROW(prepare_generated_folder(folder / "new/inside"));
  EXPECT_THROW_SAYING(prepare_generated_folder(folder / "new"), DataError,
                      "expected a new or empty folder");
  const fs::path file = folder.write("file", "text");
  EXPECT_THROW_SAYING(prepare_generated_folder(file), DataError, "cannot be made");
}

TEST(GeneratedFolder, SectionsThatOverlapOrBelongToNoTrackAreRefusedByLine) {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& rows) {
    return read_sections(folder.write("sections.csv", "track,label,start_s,end_s\n" + rows),
                         {"a", "b"});
  };
  const auto sections = read("a,A,0,1\nb,A,0,2\na,B,1,3.5\n");
  ASSERT_EQ(sections.at("a").size(), 2u);
  EXPECT_EQ(sections.at("a")[1].label, "B");
  EXPECT_EQ(sections.at("a")[1].end_s, 3.5);
  EXPECT_THROW_SAYING(read("c,A,0,1\n"), DataError, "sections.csv:2", "found 'c'");
  EXPECT_THROW_SAYING(read("a,A,0,1\na,B,0.5,2\n"), DataError, "sections.csv:3",
                      "expected a section after the one before it");
  EXPECT_THROW_SAYING(read("a,A,1,1\n"), DataError, "sections.csv:2");
  EXPECT_THROW_SAYING(read("a,A,-1,1\n"), DataError, "expected seconds, found '-1'");
}

TEST(GeneratedFolder, NamesThatLeadElsewhereAreRefusedByLine) {
  const TemporaryFolder folder;
  const auto table =
      read_csv(folder.write("metadata.csv", "track\nJazz #2 (live)..\n/etc\n..\na/../b\n.\n"));
  EXPECT_EQ(name_within(table, table.rows[0], 0), "Jazz #2 (live)..");
  for (std::size_t row = 1; row < table.rows.size(); ++row)
    EXPECT_THROW_SAYING(name_within(table, table.rows[row], 0), DataError,
                        "metadata.csv:" + std::to_string(row + 2), table.rows[row].cells[0]);
}

}  // namespace generated_folder_test
}  // namespace genrebench::testing
