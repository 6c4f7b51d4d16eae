#include "reports/support/tied_with_best.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"
#include "reports/support/cells.hpp"

namespace genrebench {
namespace tied_with_best_test {

/// The configurations of an example store as contenders of one family, in the order of the store.
struct Arena {
  MemoryStore store;

  std::vector<AgainstBest> places(double level = 0.95) {
    runs = store.runs("table2");
    std::vector<Contender> contenders;
    for (const RunGroup& group : group_runs(runs))
      contenders.push_back({.runs = group.runs, .family = family_of(group)});
    const Scores scores(store);
    return compare_with_best(scores, contenders, level);
  }

  std::vector<RunRecord> runs;
};

/// Answers on 290 tracks of 58 artists of one genre; the first `n_right` are right.
ExampleRun on_a_list(const std::string& method, int n_right, int per_artist = 5) {
  return {.method = method,
          .accuracy = n_right / 290.0,
          .predictions =
              answers("test", {{.genre = 0, .n_right = n_right, .n_tracks = 290}}, per_artist),
          .division = "a list"};
}

TEST(TiedWithBest, TwoTracksOf290DoNotMakeAMethodBetter) {
  Arena arena;
  add_run(arena.store, on_a_list("svm", 230));
  add_run(arena.store, on_a_list("knn", 228));
  const std::vector<AgainstBest> places = arena.places();
  ASSERT_EQ(places.size(), 2u);
  EXPECT_EQ(places[0].standing, Standing::best);
  EXPECT_EQ(places[1].standing, Standing::tied);
  EXPECT_NEAR(places[1].difference.mean, 2.0 / 290.0, 1e-12);
  EXPECT_GT(places[1].p_holm, 0.05);
}

TEST(TiedWithBest, IdenticalAnswersAreTiedWithAPOfOne) {
  Arena arena;
  add_run(arena.store, on_a_list("svm", 230));
  add_run(arena.store, on_a_list("knn", 230));
  const std::vector<AgainstBest> places = arena.places();
  EXPECT_EQ(places[1].standing, Standing::tied);
  EXPECT_EQ(places[1].p, 1.0);
  EXPECT_FALSE(places[1].difference.interval.has_value()) << "none of no width";
}

TEST(TiedWithBest, WhatIsWrongOnManyArtistsIsWorse) {
  Arena arena;
  add_run(arena.store, on_a_list("svm", 230));
  add_run(arena.store, on_a_list("knn", 130));
  const std::vector<AgainstBest> places = arena.places();
  EXPECT_EQ(places[1].standing, Standing::worse);
  EXPECT_LT(places[1].p_holm, 0.001);
  EXPECT_EQ(places[1].difference.method_id(), "bootstrap_artists");
}

TEST(TiedWithBest, WhatIsBetterOnOneArtistOnlyIsNotBetter) {
  Arena arena;
  // 40 of 290 tracks are of one artist, and only those differ.
  const auto run = [&](const std::string& method, int n_right) {
    ExampleRun one = on_a_list(method, n_right);
    for (std::size_t i = 150; i < 190; ++i) one.predictions[i].cluster = "the singer";
    add_run(arena.store, one);
  };
  run("svm", 190);
  run("knn", 150);
  const std::vector<AgainstBest> places = arena.places();
  EXPECT_NEAR(places[1].difference.mean, 40.0 / 290.0, 1e-12);
  EXPECT_EQ(places[1].standing, Standing::tied);
}

TEST(TiedWithBest, SeveralDivisionsAreComparedByTheCorrectedT) {
  Arena arena;
  add_seeds(arena.store, {.method = "svm"}, {0.80, 0.82, 0.81, 0.83, 0.79});
  add_seeds(arena.store, {.method = "knn"}, {0.60, 0.63, 0.60, 0.62, 0.58});
  add_seeds(arena.store, {.method = "softmax"}, {0.79, 0.83, 0.80, 0.82, 0.80});
  const std::vector<AgainstBest> places = arena.places();
  EXPECT_EQ(places[1].standing, Standing::worse);
  EXPECT_EQ(places[1].difference.method_id(), "corrected_t");
  EXPECT_EQ(places[2].standing, Standing::tied);
  // By hand: differences 0.20 0.19 0.21 0.21 0.21: mean 0.204, s^2 = 8e-5, variance of the mean
  // s^2 (1/5 + 300/700), t = 28.768 with 4 degrees of freedom; Holm doubles the smaller p of two.
  EXPECT_NEAR(*places[1].p, 8.69019e-6, 1e-10);
  EXPECT_NEAR(*places[1].p_holm, 2.0 * *places[1].p, 1e-12);
  EXPECT_EQ(places[1].runs.size(), 5u);
  EXPECT_EQ(places[1].references.size(), 5u);
}

TEST(TiedWithBest, FamiliesHaveABestEachAndRunsWithoutCommonDivisionsAreNotCompared) {
  Arena arena;
  add_run(arena.store, on_a_list("svm", 230));
  ExampleRun leaky = on_a_list("svm", 280);
  leaky.leaky = true;
  add_run(arena.store, leaky);
  ExampleRun other = on_a_list("knn", 100);
  other.division = "another list";
  add_run(arena.store, other);
  add_run(arena.store, {.method = "softmax", .status = RunStatus::planned});
  const std::vector<AgainstBest> places = arena.places();
  ASSERT_EQ(places.size(), 4u);
  EXPECT_EQ(places[0].standing, Standing::best);
  EXPECT_EQ(places[1].standing, Standing::best) << "of the leaky ones";
  EXPECT_EQ(places[2].standing, Standing::unknown);
  EXPECT_EQ(places[3].standing, Standing::unknown);
  EXPECT_FALSE(any_compared(places));
  EXPECT_EQ(against_best_note(places, "test accuracy", 0.95), "");
}

TEST(TiedWithBest, TheOneThatComesFirstMayBeBeatenOnTest) {
  Arena arena;
  add_run(arena.store, on_a_list("svm", 130));
  add_run(arena.store, on_a_list("knn", 230));
  EXPECT_EQ(arena.places()[1].standing, Standing::better);
}

TEST(TiedWithBest, TheNoteNamesTestsCorrectionAndNumberOfComparisons) {
  Arena arena;
  add_run(arena.store, on_a_list("svm", 230));
  add_run(arena.store, on_a_list("knn", 130));
  add_run(arena.store, on_a_list("softmax", 228));
  const std::string note = against_best_note(arena.places(), "validation accuracy", 0.95);
  for (const char* part : {"the first by validation accuracy", "a bootstrap over artists",
                           "family-wise error of 5 % (Holm, 2 comparisons)"})
    EXPECT_TRUE(contains(note, part)) << note;
}

TEST(TiedWithBest, TopContendersAreTheBestOfTheMeansAndWhatIsTiedWithIt) {
  Arena arena;
  add_run(arena.store, on_a_list("knn", 130));
  add_run(arena.store, on_a_list("softmax", 228));
  add_run(arena.store, on_a_list("svm", 230));
  const std::vector<RunRecord> runs = arena.store.runs("table2");
  std::vector<Contender> contenders;
  for (const RunRecord& run : runs) contenders.push_back({.runs = {&run}});
  const Scores scores(arena.store);
  const TopContenders top = top_contenders(scores, contenders, 0.95);
  EXPECT_EQ(top.is_top, (std::vector<bool>{false, true, true}));
  EXPECT_TRUE(contains(top.note, "In bold: the best and what is tied with it."));
  contenders.resize(1);
  const TopContenders alone = top_contenders(scores, contenders, 0.95);
  EXPECT_EQ(alone.is_top, std::vector<bool>{false}) << "there is nothing to be better than";
  EXPECT_EQ(alone.note, "");
}

}  // namespace tied_with_best_test
}  // namespace genrebench
