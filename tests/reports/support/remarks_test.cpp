#include "reports/support/remarks.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"

namespace genrebench {
namespace remarks_test {

TEST(Remarks, AnAccuracyOfSomeOfThePlannedRunsIsMarkedAndExplained) {
  Remarks remarks{.legend = IntervalLegend(0.95)};
  Measured accuracy;
  accuracy.mean = 0.5;
  accuracy.values = {0.5};
  EXPECT_EQ(remarks.accuracy(accuracy, {.planned = 1, .done = 1}, {}).text, "50.0 %");
  EXPECT_EQ(remarks.partial_note(), "");
  EXPECT_EQ(remarks.accuracy(accuracy, {.planned = 2, .done = 1}, {}).text, "50.0 % *");
  EXPECT_TRUE(remarks.partial_note().starts_with("* "));
  EXPECT_EQ(remarks.legend.notes().size(), 1u) << "means without an interval";
}

TEST(Remarks, RunsAndTheirFailuresAddUp) {
  std::vector<RunRecord> runs(2);
  runs[0].status = RunStatus::done;
  runs[1].id = "0123456789";
  runs[1].status = RunStatus::failed;
  runs[1].message = "out of memory";
  Remarks remarks{.legend = IntervalLegend(0.95)};
  remarks.add_runs("SVM", {&runs[0]});
  remarks.add_runs("KNN", {&runs[1]});
  EXPECT_EQ(remarks.runs, (Runs{&runs[0], &runs[1]}));
  EXPECT_EQ(remarks.failures,
            std::vector<std::string>{"KNN: 1 of 1 runs failed: out of memory (run 01234567)."});
}

TEST(Remarks, EachProtocolWithAMarkHasItsNote) {
  Remarks remarks{.legend = IntervalLegend(0.95)};
  remarks.protocols = {{.kind = Protocol::Kind::grouped, .groups = "artist"},
                       {.kind = Protocol::Kind::leaky, .groups = ""}};
  const std::vector<std::string> notes = remarks.mark_notes();
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_TRUE(notes[0].starts_with("† ")) << notes[0];
}

}  // namespace remarks_test
}  // namespace genrebench
