#include "harness/data/level_notes.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace level_notes_test {

TEST(LevelNotes, OneNotePerFaultWithTheNumberOfFilesAndTheWorst) {
  const std::vector<FileLevels> files = {
      {.name = "rock/a", .peak = 9830.0f},
      {.name = "rock/b", .peak = 1.5f},
      {.name = "rock/c", .peak = 1.0f},
      {.name = "jazz/lossy", .peak = 1.9f, .usual_peak = 2.0f},
      {.name = "jazz/inverted", .peak = 0.5f, .usual_peak = 1.0f, .kept_share = 0.001},
      {.name = "jazz/wide", .peak = 0.5f, .usual_peak = 1.0f, .kept_share = 0.2}};
  const std::vector<LevelNote> notes = level_notes(files);
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes[0].where, "rock/a");
  EXPECT_EQ(notes[0].message,
            "2 of 6 files have samples beyond full scale, which is 1 (the largest is 9830, in "
            "rock/a), so features of level differ from those of other files; divide such files by "
            "the full scale of their integers, 32768 for 16 bit");
  EXPECT_EQ(notes[1].where, "jazz/inverted");
  EXPECT_EQ(notes[1].message,
            "2 of 6 files have channels that cancel each other when they are mixed (jazz/inverted "
            "keeps 0.1 % of its energy); invert one channel of such files, or keep one only");
}

TEST(LevelNotes, SoundFilesGiveNone) {
  EXPECT_TRUE(level_notes({}).empty());
  EXPECT_TRUE(level_notes({{.name = "a", .peak = 1.0f}}).empty());
  EXPECT_TRUE(
      level_notes({{.name = "mp3", .peak = 1.3f, .usual_peak = 2.0f, .kept_share = 0.9}}).empty());
  const std::vector<LevelNote> one = level_notes({{.name = "a", .peak = 1.25f}});
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].message.substr(0, 70),
            "1 of 1 file has samples beyond full scale, which is 1 (the largest is ");
}

}  // namespace level_notes_test
}  // namespace genrebench
