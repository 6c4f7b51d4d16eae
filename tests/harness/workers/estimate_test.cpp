#include "harness/workers/estimate.hpp"

#include <gtest/gtest.h>

#include "support/pipeline.hpp"

namespace genrebench {
namespace estimate_test {

class Estimates : public testing::Pipeline {
 protected:
  static std::vector<const PlannedRun*> all_runs(const Plan& plan) {
    std::vector<const PlannedRun*> runs;
    for (const PlannedRun& run : plan.runs) runs.push_back(&run);
    return runs;
  }
};

TEST_F(Estimates, KnowNothingWithoutEarlierRuns) {
  const Plan p = plan("method: {name: nearest_mean}\nseeds: 3\n");
  const WorkEstimate left = estimate_work(all_runs(p), registry_, {}, /*threads=*/1, nullptr);
  EXPECT_EQ(left.n_unknown, 3u);
  EXPECT_EQ(left.run_s, 0.0);
  EXPECT_EQ(left.n_tracks, 0u) << "the features come with the dataset";
}

TEST_F(Estimates, GoByEarlierRunsOfTheSameKind) {
  run(plan("method: {name: nearest_mean}\nseeds: [0, 1]\n"));
  const Plan p = plan("sweep: {grid: {method.name: [nearest_mean, broken]}}\nseeds: [5, 6, 7]\n");
  const auto opened = store();
  const WorkEstimate left = estimate_work(all_runs(p), registry_, {}, /*threads=*/1, opened.get());
  EXPECT_EQ(left.n_unknown, 3u) << "those of the method that never ran";
  EXPECT_GT(left.run_s, 0.0);
}

}  // namespace estimate_test
}  // namespace genrebench
