#include "datasets/manifests/cell_pattern.hpp"

#include <string>
#include <vector>

#include "datasets/dataset_test_support.hpp"

namespace genrebench {
namespace cell_pattern_test {

using testing::message_of;

RecordTable table() {
  RecordTable result;
  result.name = "tracks.csv";
  result.stem = "tracks";
  result.columns = {"track_id", "genre", "group:band"};
  result.records.push_back({2, {"2", "rock", "x"}});
  return result;
}

std::string filled(const std::string& text) {
  const RecordTable one = table();
  return CellPattern(text, "option 'path'")(one, one.records.front());
}

std::string fault(const std::string& text) {
  return message_of<ConfigError>([&] { CellPattern(text, "option 'path'"); });
}

TEST(CellPattern, TextWithoutBracesIsAColumn) {
  EXPECT_EQ(filled("genre"), "rock");
  EXPECT_TRUE(CellPattern("genre", "").is_column());
  EXPECT_FALSE(CellPattern("{genre}", "").is_column());
}

TEST(CellPattern, CellsTakeTheirPlaces) {
  EXPECT_EQ(filled("{track_id:6:3}/{track_id:6}.mp3"), "000/000002.mp3") << "FMA's folders";
  EXPECT_EQ(filled("{genre}/{genre:2}.wav"), "rock/rock.wav") << "nothing is cut by a width";
  EXPECT_EQ(filled("{genre:0:1}"), "r");
  EXPECT_EQ(filled("{group:band}"), "x") << "a name with a colon";
  EXPECT_EQ(filled("{{{genre}}}"), "{rock}");
}

TEST(CellPattern, ACellMayLoseItsExtension) {
  RecordTable one = table();
  const auto filled_with = [&](const std::string& cell) {
    one.records.front().cells[1] = cell;
    return CellPattern("{genre:stem}.low.mp3", "")(one, one.records.front());
  };
  EXPECT_EQ(filled_with("41/241.mp3"), "41/241.low.mp3") << "MTG-Jamendo's smaller files";
  EXPECT_EQ(filled_with("a.b/241"), "a.b/241.low.mp3");
  EXPECT_EQ(filled_with(".hidden"), ".hidden.low.mp3");
}

TEST(CellPattern, TheNameOfTheListIsKnownUnlessAColumnIsCalledSo) {
  EXPECT_EQ(filled("48000/{file}/{genre}"), "48000/tracks/rock");
  RecordTable other = table();
  other.columns[1] = "file";
  EXPECT_EQ(CellPattern("{file}", "")(other, other.records.front()), "rock");
  EXPECT_EQ(CellPattern("{file}{genre}", "").columns_in(table()),
            (std::vector<std::string>{"genre"}));
}

TEST(CellPattern, FaultsNameTheOptionAndTheText) {
  EXPECT_CONTAINS(fault("a/{genre"), "option 'path': '{' stands alone in 'a/{genre'");
  EXPECT_CONTAINS(fault("a}b"), "'}' stands alone");
  EXPECT_CONTAINS(fault("{}"), "expected the name of a column");
  EXPECT_CONTAINS(fault("{genre:1000}"), "expected a number from 0 to 100");
  EXPECT_CONTAINS(message_of<DataError>([] { filled("{gener}"); }), "did you mean 'genre'?");
}

}  // namespace cell_pattern_test
}  // namespace genrebench
