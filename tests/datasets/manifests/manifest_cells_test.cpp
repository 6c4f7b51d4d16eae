#include "datasets/manifests/manifest_cells.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "datasets/dataset_test_support.hpp"

namespace genrebench {
namespace manifest_cells_test {

using testing::message_of;

/// What a function makes of a cell.
template <typename Function>
auto read(const Function& function, const std::string& text) {
  RecordTable table;
  table.name = "t.csv";
  table.columns = {"x"};
  table.records.push_back({3, {text}});
  return function(CellPlace{table, table.records.front(), 0});
}

template <typename Function>
std::string fault(const Function& function, const std::string& text) {
  return message_of<DataError>([&] { read(function, text); });
}

TEST(ManifestCells, SecondsAreNumbersFromZeroOn) {
  EXPECT_EQ(read(seconds_in, " 30.5 "), 30.5);
  EXPECT_EQ(read(seconds_in, ""), 0.0);
  for (const char* text : {"-1", "1:30", "nan", "1e9", "30s"})
    EXPECT_CONTAINS(
        fault(seconds_in, text),
        fmt::format("t.csv:3: column 'x': expected seconds from 0 to 10000000, found '{}'", text));
}

TEST(ManifestCells, FeaturesAreFiniteNumbersToTheBit) {
  EXPECT_EQ(read(feature_in, "0.1"), 0.1F);
  EXPECT_EQ(read(feature_in, "-2e3"), -2000.0F);
  for (const char* text : {"inf", "nan", "1e39", "abc", "1,5"})
    EXPECT_CONTAINS(fault(feature_in, text), "expected a finite number of single precision, found");
  EXPECT_CONTAINS(fault(feature_in, " "), "found an empty cell");
}

TEST(ManifestCells, AnMd5SumHas32Digits) {
  EXPECT_EQ(read(md5_in, "D41D8CD98F00B204E9800998ECF8427E"), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(read(md5_in, " "), "");
  for (const char* text : {"d41d8cd98f00b204e9800998ecf8427", "x41d8cd98f00b204e9800998ecf8427e"})
    EXPECT_CONTAINS(fault(md5_in, text), "expected an MD5 sum of 32 hexadecimal digits");
}

TEST(ManifestCells, PartsHaveTheUsualWords) {
  EXPECT_EQ(read(part_in, "Training"), "train");
  EXPECT_EQ(read(part_in, " val "), "valid");
  EXPECT_EQ(read(part_in, "evaluation"), "test");
  EXPECT_EQ(read(part_in, ""), "");
  EXPECT_CONTAINS(fault(part_in, "holdout"),
                  "expected train, valid or test, or nothing, found 'holdout'");
}

TEST(ManifestCells, ItemsAreDifferentTextsWithoutBlanks) {
  EXPECT_EQ(cell_items(" pop ; rock;;pop", ';'), (std::vector<std::string>{"pop", "rock"}));
  EXPECT_TRUE(cell_items("", ';').empty());
  EXPECT_TRUE(is_blank(" \t"));
  EXPECT_FALSE(is_blank(" a"));
}

}  // namespace manifest_cells_test
}  // namespace genrebench
