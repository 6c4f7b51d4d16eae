#include "harness/workers/later_runs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "harness/workers/run_queue.hpp"
#include "support/segmented_songs.hpp"

namespace genrebench {
namespace later_runs_test {

using namespace testing::segmentation;

class Later : public SegmentationPipeline {
 protected:
  Later() { add_four_songs(); }

  /// Two runs for each of n features: mfcc_statistics with 1 to n coefficients.
  Plan sweep(int n) {
    std::string coefficients;
    for (int i = 1; i <= n; ++i) coefficients += (i == 1 ? "" : ", ") + std::to_string(i);
    return plan(
        "dataset: {name: unknown_structure}\n"
        "split: {kind: stratified, train_fraction: 0.5}\n"
        "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 256, n_mels: 40}\n"
        "method: {name: nearest_mean}\n"
        "sweep: {grid: {features.n_mfcc: [" +
        coefficients + "]}}\nseeds: 2\n");
  }
  static std::vector<const PlannedRun*> in_order(const Plan& plan) {
    return ordered_runs(plan, RunEstimates(nullptr), RunOrder::listed);
  }
  static std::int64_t feature_of(const PlannedRun& run) {
    return std::get<std::int64_t>(run.spec.features.options.at("n_mfcc"));
  }
  static const PlannedRun& run_of(const Plan& plan, std::int64_t feature) {
    return *std::ranges::find_if(plan.runs,
                                 [&](const PlannedRun& run) { return feature_of(run) == feature; });
  }
  /// The features of runs, each once, in their order.
  static std::vector<std::int64_t> features_of(const std::vector<const PlannedRun*>& runs) {
    std::vector<std::int64_t> features;
    for (const PlannedRun* run : runs)
      if (features.empty() || features.back() != feature_of(*run))
        features.push_back(feature_of(*run));
    return features;
  }
};

TEST_F(Later, TheNextOnesComeFirstAndThereAreNotTooMany) {
  const Plan all = sweep(40);
  LaterRuns later(in_order(all));
  const auto none = [](const PlannedRun&) { return false; };
  const auto beside = later.beside(run_of(all, 36), none);
  EXPECT_EQ(beside.size(), 2 * (LaterRuns::kMost - 1)) << "with both seeds of each";
  std::vector<std::int64_t> expected = {37, 38, 39, 40};
  for (std::int64_t i = 1; i <= 27; ++i) expected.push_back(i);
  EXPECT_EQ(features_of(beside), expected);
}

TEST_F(Later, WhatIsSettledIsLeftOut) {
  const Plan all = sweep(4);
  LaterRuns later(in_order(all));
  const auto settled = [&](const PlannedRun& run) {
    return feature_of(run) == 3 || (feature_of(run) == 4 && run.spec.seed == all.runs[0].spec.seed);
  };
  EXPECT_EQ(features_of(later.beside(run_of(all, 2), settled)), (std::vector<std::int64_t>{4, 1}));
  EXPECT_EQ(features_of(later.beside(run_of(all, 4), settled)), (std::vector<std::int64_t>{1, 2}));
}

TEST_F(Later, OtherDatasetsHaveNothingToShare) {
  const Plan first = sweep(2);
  add_song("five", 0, {{'A', 3.0}});
  const Plan second = sweep(2);
  std::vector<const PlannedRun*> runs = in_order(first);
  for (const PlannedRun* run : in_order(second)) runs.push_back(run);
  LaterRuns later(runs);
  for (const PlannedRun* run :
       later.beside(run_of(second, 1), [](const PlannedRun&) { return false; }))
    EXPECT_EQ(run->data->fingerprint, second.runs[0].data->fingerprint);
}

}  // namespace later_runs_test
}  // namespace genrebench
