#include "reports/support/tested_tracks.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "reports/example_runs.hpp"
#include "reports/statistics/basic.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace tested_tracks_test {

PredictionRecord answer(const std::string& track, int truth, int predicted,
                        std::vector<float> probabilities = {}, const std::string& cluster = {}) {
  return {"test", track, truth, predicted, std::move(probabilities), cluster};
}

/// The runs live as long as this.
struct Looked {
  explicit Looked(const MemoryStore& store) : runs(store.runs({})), groups(group_runs(runs)) {
    name_groups(groups);
    all = tested_tracks(store, groups);
  }
  std::vector<RunRecord> runs;
  std::vector<RunGroup> groups;
  std::vector<TestedTracks> all;
};

TEST(TestedTracks, CountTheRunsThatTestedATrackAndThoseThatMissedIt) {
  MemoryStore store;
  add_run(store, {.seed = 0,
                  .accuracy = 0.5,
                  .predictions = {answer("b", 1, 0, {0.75f, 0.25f}, "Nina"),
                                  answer("a", 0, 0, {0.5f, 0.5f}, "Otis"),
                                  {"valid", "c", 0, 1, {}}}});
  add_run(store, {.seed = 1, .accuracy = 1.0, .predictions = {answer("b", 1, 1, {0.25f, 0.75f})}});
  const Looked looked(store);
  ASSERT_EQ(looked.all.size(), 1u);
  const TestedTracks& tested = looked.all.front();
  ASSERT_EQ(tested.tracks.size(), 2u) << "the validation part is not out of sample";
  EXPECT_EQ(tested.tracks[0].id, "a");
  EXPECT_EQ(tested.tracks[0].n_runs, 1u);
  EXPECT_EQ(tested.tracks[0].n_missed, 0u);
  EXPECT_TRUE(std::isnan(tested.tracks[0].confidence));
  const TestedTrack& missed = tested.tracks[1];
  EXPECT_EQ(missed.n_runs, 2u);
  EXPECT_EQ(missed.n_missed, 1u);
  EXPECT_EQ(missed.answers, (std::map<int, int>{{0, 1}, {1, 1}}));
  EXPECT_DOUBLE_EQ(missed.share_missed(), 0.5);
  EXPECT_DOUBLE_EQ(missed.confidence, 0.75);
  EXPECT_EQ(missed.cluster, "Nina") << "of the run that knows it";
  EXPECT_EQ(missed.probabilities, (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(tested.genres, (std::vector<std::string>{"blues", "jazz"}));
  EXPECT_EQ(tested.units, "artists");
  EXPECT_TRUE(tested.clusters_known);
  EXPECT_EQ(tested.title, "GTZAN, grouped by artist");
}

TEST(TestedTracks, EveryConfigurationHasTheSameWeightHoweverManyRunsItHas) {
  MemoryStore store;
  for (const std::uint64_t seed : {0u, 1u, 2u})
    add_run(store, {.method = "svm",
                    .seed = seed,
                    .accuracy = 1.0,
                    .predictions = {answer("a", 0, 0, {1.0f, 0.0f})}});
  add_run(store,
          {.method = "knn", .accuracy = 0.0, .predictions = {answer("a", 0, 1, {0.0f, 1.0f})}});
  const Looked looked(store);
  const TestedTracks& tested = looked.all.front();
  EXPECT_EQ(tested.n_configurations, 2u);
  EXPECT_EQ(tested.runs.size(), 4u);
  EXPECT_EQ(tested.tracks.front().probabilities, (std::vector<double>{0.5, 0.5}));
  EXPECT_DOUBLE_EQ(tested.tracks.front().share_missed(), 0.25) << "shares are of runs";
}

TEST(TestedTracks, ProtocolsAreNotPooled) {
  MemoryStore store;
  add_run(store, {.accuracy = 1.0, .predictions = {answer("a", 0, 0)}});
  add_run(store, {.accuracy = 1.0, .leaky = true, .predictions = {answer("a", 0, 1)}});
  const Looked looked(store);
  ASSERT_EQ(looked.all.size(), 2u);
  EXPECT_EQ(looked.all[0].tracks.front().n_missed, 0u);
  EXPECT_EQ(looked.all[1].tracks.front().n_missed, 1u);
  EXPECT_EQ(looked.all[1].title, "GTZAN, leaky split †");
}

TEST(TestedTracks, GuessesPermutedGenresAndRunsWithoutAResultSayNothingOfATrack) {
  MemoryStore store;
  const std::vector<PredictionRecord> wrong = {answer("a", 0, 1)};
  add_run(store, {.method = "majority", .accuracy = 0.0, .predictions = wrong});
  add_run(
      store,
      {.accuracy = 0.0, .parameters = {{"sanity.permute_labels", "true"}}, .predictions = wrong});
  add_run(store, {.seed = 1, .status = RunStatus::failed, .predictions = wrong});
  EXPECT_TRUE(Looked(store).all.empty());
}

TEST(TestedTracks, ProbabilitiesOfAnotherNumberOfGenresDoNotCount) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.0, .predictions = {answer("a", 0, 1, {1.0f})}});
  const Looked looked(store);
  EXPECT_TRUE(looked.all.front().tracks.front().probabilities.empty());
  EXPECT_EQ(looked.all.front().n_without_probabilities, 1u);
  EXPECT_FALSE(looked.all.front().clusters_known);
}

TEST(TestedTracks, RunsThatDisagreeOnAGenreAreADamagedStore) {
  MemoryStore store;
  add_run(store, {.seed = 0, .accuracy = 1.0, .predictions = {answer("a", 0, 0)}});
  add_run(store, {.seed = 1, .accuracy = 1.0, .predictions = {answer("a", 1, 1)}});
  EXPECT_THROW_SAYING(Looked{store}, DataError, "the genre of the track 'a' is class 0 in run");
}

TEST(TestedTracks, PooledAnswersAreThoseOfAllRuns) {
  TestedTracks tested;
  tested.tracks = {{.id = "a",
                    .genre = 0,
                    .cluster = "x",
                    .n_runs = 3,
                    .n_missed = 1,
                    .answers = {{0, 2}, {1, 1}}},
                   {.id = "b", .genre = 1, .n_runs = 1, .n_missed = 1, .answers = {{0, 1}}}};
  const ScoredRun all = pooled_answers(tested), first = pooled_answers(tested, 0);
  EXPECT_DOUBLE_EQ(all.score, 0.5);
  EXPECT_EQ(all.answers().size(), 4u);
  EXPECT_EQ(all.answers().back().cluster, -1);
  EXPECT_DOUBLE_EQ(first.score, 2.0 / 3.0);
  EXPECT_EQ(first.answers().size(), 3u);
  EXPECT_TRUE(std::isnan(pooled_answers(tested, 7).score));
}

}  // namespace tested_tracks_test
}  // namespace genrebench
