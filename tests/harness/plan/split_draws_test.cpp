#include "harness/plan/split_draws.hpp"

#include "base/error.hpp"
#include "harness/records/facts.hpp"
#include "support/pipeline.hpp"

namespace genrebench {
namespace split_draws_test {

using testing::Pipeline;

class SplitDrawing : public Pipeline {
 protected:
  /// The split of a run, drawn alone.
  Split alone(const PlannedRun& run) const {
    return registry_.splits.get(run.spec.split.name, "test")
        .make(run.spec.split.options)
        ->split(*run.data->dataset, run.data->content, run.spec.seed);
  }
};

TEST_F(SplitDrawing, AllSeedsTogetherGiveWhatEachGivesAlone) {
  const Plan p = plan(
      "method: {name: nearest_mean}\nsweep: {grid: {split.leaky: [false, true], method.shrink: [0, "
      "0.5]}}\nseeds: [5, 1, 2, 3, 4, 0, 6]\n");
  ASSERT_EQ(p.runs.size(), 28u);
  for (const PlannedRun& run : p.runs)
    EXPECT_EQ(division_hash(*run.split), division_hash(alone(run))) << run.spec.seed;
}

TEST_F(SplitDrawing, ASeedThatWasNotPlannedIsDrawnWhenItIsAskedFor) {
  const Plan p = plan("method: {name: nearest_mean}\nseeds: [0, 1]\n");
  SplitDraws draws(registry_, {p.runs[0].spec});
  EXPECT_EQ(draws.of(p.runs[0].spec, *p.runs[0].data).division, division_hash(*p.runs[0].split));
  EXPECT_EQ(draws.of(p.runs[1].spec, *p.runs[1].data).division, division_hash(*p.runs[1].split));
}

TEST_F(SplitDrawing, WhatCannotBeDrawnIsRefused) {
  EXPECT_THROW_SAYING(plan("method: {name: nearest_mean}\nsplit: {train_size: {per_genre: "
                           "19}}\nseeds: [0, 1, 2]\n"),
                      ConfigError, "split.train_size.per_genre", "expected 19 tracks");
}

TEST_F(SplitDrawing, TrainSizeIsAnAxisOfASweepAndAllChangesNoId) {
  const Plan before = plan("method: {name: nearest_mean}\nseeds: [0, 1]\n");
  const Plan sizes = plan(
      "method: {name: nearest_mean}\nsweep: {grid: {split.train_size.per_genre: [2, 4, "
      "all]}}\nseeds: [0, 1]\n");
  const Plan nested =
      plan("method: {name: nearest_mean}\nsplit: {train_size: {per_genre: 4}}\nseeds: [0, 1]\n");
  ASSERT_EQ(sizes.runs.size(), 6u);
  EXPECT_EQ(sizes.runs[4].id, before.runs[0].id) << "all is the default";
  EXPECT_EQ(sizes.runs[5].id, before.runs[1].id);
  EXPECT_EQ(sizes.runs[2].id, nested.runs[0].id) << "written as a map";
  EXPECT_NE(sizes.runs[0].id, sizes.runs[2].id);
  EXPECT_EQ(sizes.runs[0].spec.parameters(registry_).at("split.train_size.per_genre"), "2");
  const RunSpec again =
      RunSpec::from_parameters(sizes.runs[0].spec.parameters(registry_), 0, registry_);
  EXPECT_EQ(again.split, sizes.runs[0].spec.split) << "as the store reads it";
}

TEST_F(SplitDrawing, UnknownSizesAreRefusedWithTheKnownOnes) {
  EXPECT_THROW_SAYING(plan("method: {name: nearest_mean}\nsplit: {train_size: {per_gnre: 4}}\n"),
                      ConfigError, "train_size.per_gnre", "train_size.per_genre");
  EXPECT_THROW_SAYING(plan("method: {name: nearest_mean}\nsplit: {train_size: 4}\n"), ConfigError,
                      "train_size", "train_size.per_genre");
  EXPECT_THROW_SAYING(plan("method: {name: nearest_mean}\nsplit: {train_size: {per_genre: few}}\n"),
                      ConfigError, "train_size.per_genre", "'all'", "few");
}

TEST_F(SplitDrawing, RunsRecordWhatTheyTrainedOn) {
  const Plan p =
      plan("method: {name: nearest_mean}\nsweep: {grid: {split.train_size.per_genre: [4, all]}}\n");
  run(p);
  const auto reader = store();
  const auto small = reader->run(p.runs[0].id), whole = reader->run(p.runs[1].id);
  ASSERT_TRUE(small && whole);
  EXPECT_EQ(facts::kTrainAvailable.find(*small), facts::kTrainTracks.find(*whole));
  EXPECT_FALSE(facts::kTrainAvailable.recorded(*whole));
  EXPECT_EQ(facts::kTestTracks.find(*small), facts::kTestTracks.find(*whole));
  for (const std::string& n : facts::kTrainByGenre.of(*small)) {
    EXPECT_GE(std::stoi(n), 4);
    EXPECT_LE(std::stoi(n), 5) << "artists have two tracks of a genre";
  }
  EXPECT_EQ(facts::kTrainClustersByGenre.of(*small), (TextList{"2", "2"}));
}

}  // namespace split_draws_test
}  // namespace genrebench
