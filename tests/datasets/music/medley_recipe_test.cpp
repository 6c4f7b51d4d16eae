#include "datasets/medley_support.hpp"

namespace genrebench {
namespace medley_recipe_test {

namespace fs = std::filesystem;
using namespace testing;

using MedleyRecipe = MedleyFolder;

TEST_F(MedleyRecipe, OptionsThatCannotBeAreRefused) {
  EXPECT_CONTAINS(refusal(small(levels(), {{"source", std::string("foldr")}})),
                  "option 'source': unknown dataset 'foldr'; did you mean 'folder'?");
  EXPECT_CONTAINS(refusal(small(levels(), {{"source", std::string("medley")}})),
                  "must be another dataset");
  EXPECT_CONTAINS(refusal(small("", {{"source", std::string("gtzan")}})),
                  "option 'source_root' is empty; expected the root of the dataset gtzan");
  EXPECT_CONTAINS(refusal(small(levels(), {{"min_tracks", std::int64_t{5}}})),
                  "'min_tracks' must be at most max_tracks, found 5 and 4");
  EXPECT_CONTAINS(refusal(small(levels(), {{"segment_s", std::vector<std::string>{"9", "x"}}})),
                  "'segment_s' must be numbers from 0.1 to 3600, found 'x'");
  EXPECT_CONTAINS(refusal(small(levels(), {{"segment_s", 0.01}})), "found '0.01'");
  EXPECT_CONTAINS(refusal(small(levels(), {{"segment_s", std::string("nan")}})), "found 'nan'");
  EXPECT_CONTAINS(refusal(small(levels(), {{"segment_s", std::vector<std::string>{}}})),
                  "'segment_s' is empty");
  EXPECT_CONTAINS(refusal(small(levels(), {{"fade_ms", 200.0}})),
                  "at most half of the shortest segment, 150 ms, found 200");
  const fs::path table = dir_.write("table.csv", "filename,tempo,label\na.wav,1,polka\n");
  EXPECT_CONTAINS(refusal(small(table, {{"source", std::string("feature_table")}})),
                  "feature_table has features only");
  EXPECT_CONTAINS(message_of<DataError>([&] { write_set(levels(), small(levels())); }),
                  "expected a new or empty folder");
}

}  // namespace medley_recipe_test
}  // namespace genrebench
