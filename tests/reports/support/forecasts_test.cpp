#include "reports/support/forecasts.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "reports/example_forecasts.hpp"
#include "reports/example_runs.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace forecasts_test {

class ForecastsOfRuns : public ::testing::Test {
 protected:
  void add(ExampleForecasts example, const std::string& division = "d") {
    add(example_forecasts(example), division, example.seed);
  }
  void add(std::vector<PredictionRecord> predictions, const std::string& division,
           std::uint64_t seed) {
    add_run(store_, {.seed = seed,
                     .accuracy = 0.5,
                     .facts = {{"split.clusters", "artist"}},
                     .predictions = std::move(predictions),
                     .division = division});
  }
  ForecastSet read() {
    records_ = store_.runs("table2");
    Runs runs;
    for (const RunRecord& record : records_) runs.push_back(&record);
    return ForecastSet(store_, runs, "test");
  }

  static double accuracy_of(const ForecastSet& set, std::size_t run, Weights weights) {
    return share_right(set.runs()[run].forecasts, weights);
  }
  static Measured accuracy(const ForecastSet& set, double level = 0.95) {
    return set.measure([&](std::size_t run, Weights w) { return accuracy_of(set, run, w); },
                       kProportion, level);
  }

  MemoryStore store_;
  std::vector<RunRecord> records_;
};

TEST_F(ForecastsOfRuns, AreWhatTheStoreHas) {
  add({.n_tracks = 8, .per_artist = 4});
  const ForecastSet set = read();
  ASSERT_EQ(set.runs().size(), 1u);
  const RunForecasts& run = set.runs()[0];
  const auto predictions = example_forecasts({.n_tracks = 8, .per_artist = 4});
  ASSERT_EQ(run.forecasts.size(), 8u);
  for (std::size_t t = 0; t < 8; ++t) {
    EXPECT_EQ(run.forecasts.truth[t], predictions[t].truth);
    EXPECT_EQ(run.forecasts.predicted[t], predictions[t].predicted);
    EXPECT_EQ(run.forecasts.confidence(t),
              predictions[t].probabilities[static_cast<std::size_t>(predictions[t].predicted)]);
  }
  EXPECT_EQ(run.clusters, (std::vector<int>{0, 0, 0, 0, 1, 1, 1, 1}));
  EXPECT_EQ(set.records(), (Runs{&records_[0]}));
}

TEST_F(ForecastsOfRuns, OfOneDivisionHaveTheIntervalThatTheSameAnswersHaveElsewhere) {
  // A score that intervals.hpp knows too: the accuracy.
  add({.seed = 3});
  const ForecastSet set = read();
  const Scores scores(store_);
  const RunRecord& run = records_[0];
  const std::vector<ScoredRun> scored = {
      scores.scored(run, share_right(set.runs()[0].forecasts), "test")};
  const Estimate expected = estimate_score(scored, ScoreKind::accuracy, "artists");
  const Measured ours = accuracy(set);
  ASSERT_TRUE(ours.interval && expected.interval);
  EXPECT_EQ(ours.method_id(), "bootstrap_artists");
  EXPECT_EQ(ours.n_units, 30u);
  EXPECT_NEAR(ours.mean, expected.mean, 1e-12);
  EXPECT_NEAR(ours.interval->low, expected.interval->low, 1e-9);
  EXPECT_NEAR(ours.interval->high, expected.interval->high, 1e-9);
}

TEST_F(ForecastsOfRuns, OfUnknownArtistsAreResampledByTrack) {
  add({.per_artist = 0});
  const Measured ours = accuracy(read());
  EXPECT_EQ(ours.method_id(), "bootstrap_tracks");
  EXPECT_EQ(ours.n_units, 120u);
}

TEST_F(ForecastsOfRuns, OfOneDivisionAreNotMoreTracksForBeingPredictedTwice) {
  add({.seed = 1});
  const Measured one = accuracy(read());
  add(example_forecasts({.seed = 1}), "d", 2);
  const Measured two = accuracy(read());
  EXPECT_EQ(two.values.size(), 2u);
  EXPECT_EQ(two.n_units, 30u);
  EXPECT_NEAR(one.interval->low, two.interval->low, 1e-9);
  EXPECT_NEAR(one.interval->high, two.interval->high, 1e-9);
}

TEST_F(ForecastsOfRuns, OfSeveralDivisionsHaveAnIntervalOverThem) {
  for (std::uint64_t seed = 0; seed < 4; ++seed)
    add({.seed = seed}, "division " + std::to_string(seed));
  const ForecastSet set = read();
  std::vector<DivisionScore> divisions;
  for (std::size_t r = 0; r < 4; ++r) divisions.push_back({accuracy_of(set, r, {}), 300.0 / 700.0});
  const Estimate expected = corrected_t(divisions, kProportion);
  const Measured ours = accuracy(set);
  EXPECT_EQ(ours.method_id(), "corrected_t");
  EXPECT_NEAR(ours.interval->low, expected.interval->low, 1e-12);
  EXPECT_NEAR(ours.interval->high, expected.interval->high, 1e-12);
}

TEST_F(ForecastsOfRuns, SomeTracksHaveTheAccuracyOfTheseAlone) {
  add({.seed = 3});
  const ForecastSet set = read();
  std::vector<std::size_t> some;
  double n_right = 0.0;
  for (std::size_t t = 0; t < 60; ++t) {
    some.push_back(t);
    n_right += set.runs()[0].forecasts.right(t) ? 1.0 : 0.0;
  }
  const Estimate share = set.share_right({some}, 0.95);
  EXPECT_NEAR(share.mean, n_right / 60.0, 1e-12);
  EXPECT_EQ(share.method_id(), "bootstrap_artists");
  EXPECT_EQ(share.n_units, 15u);
  EXPECT_TRUE(std::isnan(set.share_right({{}}, 0.95).mean)) << "of no track";
}

TEST_F(ForecastsOfRuns, WithoutArtistsTheSharesOfTracksHaveWilsonsInterval) {
  add({.per_artist = 0});
  const ForecastSet set = read();
  const Estimate share = set.share_right({{0, 1, 2, 3, 4, 5, 6, 7}}, 0.95);
  const Interval wilson = wilson_interval(8.0 * share.mean, 8.0);
  EXPECT_EQ(share.method_id(), "wilson");
  EXPECT_NEAR(share.interval->low, wilson.low, 1e-12);
  EXPECT_NEAR(share.interval->high, wilson.high, 1e-12);
}

TEST_F(ForecastsOfRuns, WithoutProbabilitiesAreCountedAndLeftOut) {
  add({});
  auto without = example_forecasts({.seed = 2});
  for (PredictionRecord& one : without) one.probabilities.clear();
  add(std::move(without), "d", 2);
  const ForecastSet set = read();
  EXPECT_EQ(set.runs().size(), 1u);
  EXPECT_EQ(set.n_without(), 1u);
}

TEST_F(ForecastsOfRuns, ThatDoNotFitTogetherAreRefused) {
  auto damaged = example_forecasts({});
  damaged[3].probabilities.push_back(0.0f);
  add(std::move(damaged), "d", 1);
  EXPECT_THROW_SAYING(read(), DataError, "track 3", "2 probabilities", "found 3");
  MemoryStore other;
  std::swap(store_, other);
  damaged = example_forecasts({});
  damaged[5].truth = 2;
  add(std::move(damaged), "d", 1);
  EXPECT_THROW_SAYING(read(), DataError, "track 5", "of the classes 2");
}

}  // namespace forecasts_test
}  // namespace genrebench
