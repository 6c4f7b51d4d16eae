#include "base/csv.hpp"

#include <fmt/format.h>

#include "datasets/dataset_test_support.hpp"

namespace genrebench {
namespace csv_test {

using testing::message_of;

TEST(Csv, ReadsQuotedCellsWithCommasLineBreaksAndDoubledQuotes) {
  const CsvTable table =
      parse_csv("a,b\n\"x,1\",\"he said \"\"hm\"\"\"\n\"two\nlines\",\nlast,\"\"", "t.csv");
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[0].cells, (std::vector<std::string>{"x,1", "he said \"hm\""}));
  EXPECT_EQ(table.rows[1].cells, (std::vector<std::string>{"two\nlines", ""}));
  EXPECT_EQ(table.rows[2].cells, (std::vector<std::string>{"last", ""}));
  EXPECT_EQ(table.where(table.rows[2]), "t.csv:5");
}

TEST(Csv, AcceptsAByteOrderMarkWindowsLineEndsAndBlankLines) {
  const CsvTable table = parse_csv(
      "\xEF\xBB\xBF"
      "a,b\r\n1,2\r\n\r\n3,4\r\n",
      "t.csv");
  EXPECT_EQ(table.columns, (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[1].cells, (std::vector<std::string>{"3", "4"}));
  EXPECT_EQ(table.rows[1].line, 4U);
}

TEST(Csv, WhatIsWrittenIsReadBack) {
  const std::string cell = "a \"b\", c\nd";
  EXPECT_EQ(parse_csv("x\n" + csv_cell(cell) + "\n", "t").rows[0].cells[0], cell);
  EXPECT_EQ(csv_cell("plain"), "plain");
}

TEST(Csv, FaultsNameFileAndLine) {
  const auto fault = [](std::string_view text) {
    return message_of<DataError>([&] { parse_csv(text, "t.csv"); });
  };
  EXPECT_CONTAINS(fault(""), "t.csv: is empty");
  EXPECT_CONTAINS(fault("\n\n"), "t.csv: is empty");
  EXPECT_CONTAINS(fault("a,b\n1,2\n1\n"), "t.csv:3: expected 2 cells as in the header, found 1");
  EXPECT_CONTAINS(fault("a,b\n1,2,3\n"), "found 3");
  EXPECT_CONTAINS(fault("a,b\n1,\"2\n3,4\n"), "t.csv:2: the quote that opens here is never closed");
  EXPECT_CONTAINS(fault("a\n\"1\"2\n"), "t.csv:2: found '2' after the closing quote");
  EXPECT_CONTAINS(fault("a\n\"d\ne\"\x01\xC3\xA9\n"),
                  "found '\uFFFDé' after the closing quote of 'd↵e'")
      << "one line that a terminal can show";
  EXPECT_CONTAINS(fault("a\n1\"2\n"), "t.csv:2: a quote inside");
  EXPECT_CONTAINS(fault("a,a\n"), "'a' is there twice");
  EXPECT_CONTAINS(fault("a,,b\n"), "column 2 has no name");
  EXPECT_CONTAINS(fault(std::string_view("a\0b\n", 4)), "zero byte");
}

TEST(Csv, TheLinesOfALongerHeaderAreJoinedByPoints) {
  const CsvTable table =
      parse_csv(",track,track,set\n,genre_top,title,split\nid,,,\n2,Rock,x,test\n", "t.csv",
                {.header_rows = 3});
  EXPECT_EQ(table.columns,
            (std::vector<std::string>{"id", "track.genre_top", "track.title", "set.split"}));
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.rows[0].cells[1], "Rock");
  EXPECT_EQ(table.rows[0].line, 4U);
  const auto fault = [](std::string_view text) {
    return message_of<DataError>([&] { parse_csv(text, "t.csv", {.header_rows = 2}); });
  };
  EXPECT_CONTAINS(fault("a,b\n"), "expected a header of 2 lines, found 1");
  EXPECT_CONTAINS(fault("a,b\nc\n"), "t.csv:2: expected 2 names as in the line above, found 1");
  EXPECT_CONTAINS(fault("a,a\nb,b\n1,2\n"), "the column 'a.b' is there twice");
}

TEST(Csv, TheLastColumnMayTakeWhatIsBeyondTheHeader) {
  const CsvFormat format{.separator = '\t', .rest_in_last = true};
  const CsvTable table = parse_csv("id\ttags\n1\ta\tb\tc\n2\ta\n", "t.tsv", format);
  EXPECT_EQ(table.rows[0].cells, (std::vector<std::string>{"1", "a\tb\tc"}));
  EXPECT_EQ(table.rows[1].cells, (std::vector<std::string>{"2", "a"}));
  EXPECT_CONTAINS(message_of<DataError>([&] { parse_csv("id\ttags\n1\n", "t.tsv", format); }),
                  "t.tsv:2: expected 2 cells as in the header, found 1");
}

TEST(Csv, CellsMayBeSeparatedOtherwise) {
  const CsvTable table = parse_csv("a;b,c\n\"x;1\";2,5\n", "t.csv", {.separator = ';'});
  EXPECT_EQ(table.columns, (std::vector<std::string>{"a", "b,c"}));
  EXPECT_EQ(table.rows[0].cells, (std::vector<std::string>{"x;1", "2,5"}));
  EXPECT_EQ(parse_csv("a\tb\r1\t2\r", "t", {.separator = '\t'}).rows[0].cells[1], "2")
      << "lines of old Macintoshes";
  EXPECT_CONTAINS(
      message_of<DataError>([] { parse_csv("\"a\",b\n", "t.csv", {.separator = '\t'}); }),
      "expected 'tab' or the end of the line");
}

TEST(Csv, ColumnsWithoutANameMayBeNamedAsPandasNamesThem) {
  const CsvTable table =
      parse_csv(",a,\n0,1,2\n", "t.csv", {.separator = ',', .nameless_columns = true});
  EXPECT_EQ(table.columns, (std::vector<std::string>{"Unnamed: 0", "a", "Unnamed: 2"}));
  EXPECT_CONTAINS(message_of<DataError>([] {
                    parse_csv(",Unnamed: 0\n", "t.csv",
                              {.separator = ',', .nameless_columns = true});
                  }),
                  "'Unnamed: 0' is there twice");
}

TEST(Csv, BlanksAroundTheNameOfAColumnDoNotMatter) {
  const CsvTable table = parse_csv("a, b ,c\n", "t.csv");
  EXPECT_EQ(table.column("b"), 1U);
  EXPECT_EQ(table.column(" c"), 2U);
  EXPECT_TRUE(table.find("a ").has_value());
  EXPECT_FALSE(table.find("d").has_value());
}

TEST(Csv, AHeaderIsReadAlone) {
  const CsvTable table = parse_csv_header("a,b\n1\n", "t.csv");
  EXPECT_EQ(table.columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(table.rows.empty()) << "a row that is too short does not matter";
}

TEST(Csv, MessagesOfWideTablesAreShort) {
  std::string header = "c0";
  for (int i = 1; i < 30000; ++i) header += fmt::format(",c{}", i);
  const CsvTable table = parse_csv(header, "t.csv");
  const std::string message = message_of<DataError>([&] { (void)table.column("label"); });
  EXPECT_LT(message.size(), 400U);
  EXPECT_CONTAINS(message, "c19 and 29980 more");
  const CsvTable long_name = parse_csv(fmt::format("{:x<100000},y\n", ""), "t.csv");
  EXPECT_LT(message_of<DataError>([&] { (void)long_name.column("label"); }).size(), 400U);
}

TEST(Csv, AMissingColumnNamesTheNearest) {
  const CsvTable table = parse_csv("track,genre\n", "t.csv");
  EXPECT_CONTAINS(message_of<DataError>([&] { (void)table.column("gerne"); }),
                  "did you mean 'genre'?");
}

TEST(Csv, AMissingFileOrAFolderIsNamed) {
  EXPECT_CONTAINS(message_of<DataError>([] { read_csv("/nowhere/x.csv"); }),
                  "/nowhere/x.csv: cannot be opened");
  testing::TemporaryFolder folder;
  EXPECT_CONTAINS(message_of<DataError>([&] { read_csv(folder.path()); }),
                  "expected a file, found a folder");
}

}  // namespace csv_test
}  // namespace genrebench
