#include "reports/support/robustness_data.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "reports/deformed_runs.hpp"

namespace genrebench::robustness {
namespace robustness_data_test {

using testing::add_deformed;
using testing::robust_methods;

struct Read {
  explicit Read(const MemoryStore& store)
      : runs(store.runs("robust")), scores(store), families(make_families(scores, runs, 0.95)) {}
  std::vector<RunRecord> runs;
  Scores scores;
  std::vector<Family> families;
};

TEST(RobustnessData, OrdersLevelsFromTheMildestAndMeasuresEach) {
  const MemoryStore store = robust_methods();
  const Read read(store);
  ASSERT_EQ(read.families.size(), 1u);
  const Family& family = read.families[0];
  EXPECT_EQ(family.units, "artists");
  ASSERT_EQ(family.methods.size(), 2u);
  const Method& svm = family.methods[0];
  EXPECT_EQ(svm.name, "svm");
  EXPECT_EQ(svm.counts.done, 2u);
  EXPECT_NEAR(svm.accuracy.mean, 0.9, 1e-12);
  ASSERT_EQ(svm.series.size(), 2u);
  const Series& noise = svm.series[0];
  EXPECT_EQ(noise.name, "noise");
  ASSERT_EQ(noise.levels.size(), 2u);
  EXPECT_EQ(noise.levels[0].text, "30 dB SNR");
  EXPECT_NEAR(noise.levels[0].accuracy.mean, 0.75, 1e-12);
  EXPECT_NEAR(noise.levels[0].change.accuracy.mean, -0.15, 1e-12);
  EXPECT_NEAR(noise.levels[1].change.accuracy.mean, -0.4, 1e-12);
  ASSERT_TRUE(noise.levels[1].change.accuracy.interval);
  EXPECT_LT(noise.levels[1].change.accuracy.interval->high, 0.0);
}

TEST(RobustnessData, CountsGenresThatChangeWhetherRightOrWrong) {
  const MemoryStore store = robust_methods();
  const Read read(store);
  const Method& svm = read.families[0].methods[0];
  // Of 20 artists svm misses {0, 10} clean, {0, 4, 8, 12, 16} under mild noise: 5 of 20 change.
  // Under strong noise it misses the ten even ones: 8 of 20 change.
  EXPECT_NEAR(svm.series[0].levels[0].changed.mean, 0.25, 1e-12);
  EXPECT_NEAR(svm.series[0].levels[1].changed.mean, 0.4, 1e-12);
  ASSERT_TRUE(svm.series[0].levels[1].changed.interval);
  EXPECT_LT(svm.series[0].levels[1].changed.interval->low, 0.4);
  EXPECT_GT(svm.series[0].levels[1].changed.interval->high, 0.4);
  EXPECT_EQ(svm.series[1].levels[0].changed.mean, 0.0);
  EXPECT_TRUE(svm.series[1].levels[0].change.identical);
}

TEST(RobustnessData, AveragesDropsOverLevelsAndThenOverDeformations) {
  const MemoryStore store = robust_methods();
  const Read read(store);
  const Method& svm = read.families[0].methods[0];
  const double noise = 0.5 * ((1.0 - 0.75 / 0.9) + (1.0 - 0.5 / 0.9));
  EXPECT_NEAR(svm.drop.mean, 0.5 * (noise + 0.0), 1e-12);
  EXPECT_NEAR(svm.deformed, 0.5 * (0.625 + 0.9), 1e-12);
  EXPECT_NEAR(svm.changed, 0.5 * (0.325 + 0.0), 1e-12);
}

TEST(RobustnessData, FindsTheWorstDeformationOfEachGenreOverTheMethods) {
  const MemoryStore store = robust_methods();
  const Read read(store);
  const auto worst = worst_deformations(read.scores, read.families[0]);
  ASSERT_EQ(worst.size(), 2u);
  EXPECT_EQ(worst[0].genre, "blues");
  EXPECT_EQ(worst[0].deformation, "noise");
  EXPECT_EQ(worst[0].level, "10 dB SNR");
  EXPECT_NEAR(worst[0].clean, 0.85, 1e-12);
  EXPECT_NEAR(worst[0].deformed, 0.625, 1e-12);
}

TEST(RobustnessData, TellsGroupsOfEqualStrengthApartByTheirOptions) {
  MemoryStore store;
  const std::string clean = add_deformed(store, {});
  for (const std::string colour : {"white", "pink"})
    for (const double strength : {0.1, 0.3})
      add_deformed(store, {.deformation = "noise",
                           .level = fmt::format("{}", strength),
                           .strength = strength,
                           .clean = clean,
                           .parameters = {{"deform.colour", colour}}});
  const Read read(store);
  const auto& series = read.families[0].methods[0].series;
  ASSERT_EQ(series.size(), 2u);
  EXPECT_EQ(series[0].name, "noise, colour=white");
  EXPECT_EQ(series[1].name, "noise, colour=pink");
  EXPECT_EQ(series[0].levels.size(), 2u);
}

TEST(RobustnessData, LeavesOutWhatHasNoCleanRun) {
  MemoryStore store = robust_methods();
  add_deformed(store, {.method = "mlp", .deformation = "noise", .clean = "gone"});
  const Read read(store);
  EXPECT_EQ(read.families[0].methods.size(), 2u);
  ASSERT_EQ(read.families[0].left_out.size(), 1u);
  EXPECT_EQ(read.families[0].left_out[0], "mlp, noise");
}

TEST(RobustnessData, RanksByScoreWithMissingOnesLast) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(ranking({0.5, nan, 0.7, 0.5}), (std::vector<std::size_t>{2, 0, 3, 1}));
}

TEST(RobustnessData, MeansOfADeformationAreOverItsLevels) {
  const MemoryStore store = robust_methods();
  const Read read(store);
  const Family& family = read.families[0];
  EXPECT_NEAR(mean_accuracy(family.methods[1], "noise"), 0.775, 1e-12);
  EXPECT_TRUE(std::isnan(mean_accuracy(family.methods[1], "speed")));
  EXPECT_EQ(deformations(family), (std::vector<std::string>{"noise", "mp3"}));
}

}  // namespace robustness_data_test
}  // namespace genrebench::robustness
