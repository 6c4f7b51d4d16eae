#include "reports/support/notes.hpp"

#include <gtest/gtest.h>

#include "harness/plugin/registry.hpp"
#include "reports/example_runs.hpp"

namespace genrebench {
namespace notes_test {

TEST(Notes, NotesOfSplitsThatDifferInNumbersOnlyAreOne) {
  std::vector<RunRecord> runs(4);
  runs[0].facts["split.notes"] = list_text(
      {"28 tracks have copies; 16 of them (of 1000) on another side", "left out: blues.00012"});
  runs[1].facts["split.notes"] = list_text(
      {"28 tracks have copies; 6 of them (of 1000) on another side", "left out: blues.00013"});
  runs[2].facts["split.notes"] = list_text(
      {"28 tracks have copies; 18 of them (of 1000) on another side", "left out: blues.00012"});
  EXPECT_EQ(
      split_notes({&runs[0], &runs[1], &runs[2], &runs[3]}),
      (std::vector<std::string>{"28 tracks have copies; 6 to 18 of them (of 1000) on another side",
                                "left out: blues.00012", "left out: blues.00013"}));
}

TEST(Notes, WhatADatasetLeavesOutStandsBeforeTheSplit) {
  std::vector<RunRecord> runs(2);
  for (RunRecord& run : runs) {
    run.facts["dataset.notes"] = list_text({"2 folders hold no audio and are left out: a, b"});
    run.facts["split.notes"] = list_text({"3 tracks have copies"});
  }
  std::vector<std::string> notes;
  add_division_notes({&runs[0], &runs[1]}, notes);
  EXPECT_EQ(notes, (std::vector<std::string>{"Data: 2 folders hold no audio and are left out: a, b",
                                             "Split: 3 tracks have copies"}));
}

}  // namespace notes_test
}  // namespace genrebench
