#include "reports/support/measured.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace measured_test {

Runs pointers(const std::vector<RunRecord>& runs) {
  Runs result;
  for (const RunRecord& run : runs) result.push_back(&run);
  return result;
}

TEST(Measured, RunsAreCountedByStatus) {
  std::vector<RunRecord> runs(6);
  runs[0].status = runs[1].status = RunStatus::done;
  runs[2].status = RunStatus::failed;
  runs[3].status = RunStatus::skipped;
  runs[4].status = RunStatus::pruned;
  runs[5].status = RunStatus::lost;
  const Tally counts = tally(pointers(runs));
  EXPECT_EQ(counts.planned, 6u);
  EXPECT_EQ(counts.done, 2u);
  EXPECT_EQ(counts.failed, 1u);
  EXPECT_EQ(counts.skipped, 1u);
  EXPECT_EQ(counts.pruned, 1u);
  EXPECT_FALSE(counts.complete());
}

TEST(Measured, AMeanOverSomeOfThePlannedRunsIsPartial) {
  Measured measured;
  EXPECT_FALSE(is_partial(measured, {.planned = 3})) << "there is no number to mark";
  measured.values = {0.5, 0.6};
  EXPECT_TRUE(is_partial(measured, {.planned = 3}));
  EXPECT_FALSE(is_partial(measured, {.planned = 2}));
}

TEST(Measured, OnlyRunsThatAreDoneHaveAFinalMetric) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.4});
  add_run(store, {.accuracy = 0.9, .status = RunStatus::failed});
  const std::vector<RunRecord> runs = store.runs("");
  EXPECT_EQ(final_metric(store, runs[0], "test", "accuracy"), 0.4);
  EXPECT_EQ(final_metric(store, runs[1], "test", "accuracy"), std::nullopt);
  EXPECT_EQ(final_metric(store, runs[0], "test", "no such metric"), std::nullopt);
  const Measured measured = measure(Scores(store), pointers(runs), "test", "accuracy", 0.95);
  EXPECT_EQ(measured.values, std::vector<double>{0.4});
}

TEST(Measured, ScoresOfASegmentationAreMeansOverTracksOfTheirMeansOverRuns) {
  MemoryStore store;
  for (const std::uint64_t seed : {0u, 1u}) {
    const double more = 0.1 * static_cast<double>(seed);
    add_run(store, {.seed = seed,
                    .metrics = {{"structure", "pairwise_f", -1, 0.5 + more},
                                {"structure", "pairwise_f", 0, 0.4 + more},
                                {"structure", "pairwise_f", 1, 0.6 + more}}});
  }
  const std::vector<RunRecord> runs = store.runs("");
  const Measured measured = measure_structure(Scores(store), pointers(runs), "pairwise_f", 0.95);
  EXPECT_EQ(measured.values.size(), 2u);
  EXPECT_EQ(measured.n_tracks, 2u);
  EXPECT_NEAR(measured.mean, 0.55, 1e-15);
  EXPECT_EQ(measured.units, "tracks");
}

TEST(Measured, SourcesThatAreNoListsNameTheRun) {
  MemoryStore store;
  const std::string id = add_run(store, {.facts = {{"structure.sources", "{}x"}},
                                         .metrics = {{"structure", "pairwise_f", -1, 0.5}}});
  const std::vector<RunRecord> runs = store.runs("");
  EXPECT_THROW_SAYING(measure_structure(Scores(store), pointers(runs), "pairwise_f", 0.95),
                      DataError, id, "structure.sources");
}

}  // namespace measured_test
}  // namespace genrebench
