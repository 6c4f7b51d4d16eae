#include "reports/support/scores.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "reports/example_runs.hpp"

namespace genrebench {
namespace scores_test {

TEST(Scores, TheDivisionIsTheFactOrElseTheSplitWithItsSeed) {
  RunRecord run;
  run.seed = 3;
  run.parameters = {{"split.kind", "stratified"}, {"split.train_fraction", "0.7"}};
  RunRecord other = run;
  other.seed = 4;
  EXPECT_NE(division_of(run), division_of(other));
  other.parameters["split.seed"] = run.parameters["split.seed"] = "1";
  EXPECT_EQ(division_of(run), division_of(other)) << "both divisions are drawn from one seed";
  run.facts["split.division"] = "abc";
  EXPECT_EQ(division_of(run), "abc");
  other.parameters = {{"split.kind", "published"}};
  run = other;
  run.seed = 5;
  EXPECT_EQ(division_of(run), division_of(other)) << "a published list has no seed";
}

TEST(Scores, ACountIsAWholeNumberOrNothing) {
  EXPECT_EQ(count_of("12"), std::optional<std::size_t>(12));
  for (const char* text : {"", "12.5", "-1", "12 tracks"}) EXPECT_EQ(count_of(text), std::nullopt);
  EXPECT_EQ(range_text(5, 5), "5");
  EXPECT_EQ(range_text(5, 9), "5 to 9");
}

TEST(Scores, TheTestRatioIsOfTheScoredPartAndNotANumberWhereItIsNotKnown) {
  RunRecord run;
  run.facts = {{"split.n_train", "80"}, {"split.n_valid", "40"}, {"split.n_test", "20"}};
  EXPECT_EQ(test_ratio(run, "test"), 0.25);
  EXPECT_EQ(test_ratio(run, "valid"), 0.5);
  run.facts["split.n_train"] = "0";
  EXPECT_TRUE(std::isnan(test_ratio(run, "test")));
}

TEST(Scores, AnswersOfOneArtistShareAClusterInAllRuns) {
  MemoryStore store;
  for (const std::uint64_t seed : {0u, 1u})
    add_run(store, {.seed = seed,
                    .accuracy = 0.5,
                    .predictions = answers("test", {{.genre = 0, .n_right = 2, .n_tracks = 4}},
                                           /*per_artist=*/2)});
  add_run(store, {.status = RunStatus::failed,
                  .predictions = answers("test", {{.genre = 0, .n_right = 1, .n_tracks = 1}})});
  const std::vector<RunRecord> runs = store.runs("");
  const Scores scores(store);
  const Answers& first = scores.answers(runs[0], "test");
  const Answers& second = scores.answers(runs[1], "test");
  ASSERT_EQ(first.size(), 4u);
  EXPECT_EQ(first[0].cluster, first[1].cluster);
  EXPECT_NE(first[0].cluster, first[2].cluster);
  EXPECT_EQ(first[0].cluster, second[0].cluster);
  EXPECT_EQ(first[3].track, second[3].track);
  EXPECT_TRUE(scores.answers(runs[0], "train").empty());
  EXPECT_TRUE(scores.answers(runs[2], "test").empty()) << "the run failed";
}

TEST(Scores, FinalMetricsAreThoseOfTheStoreForRunsThatAreDone) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.5, .valid_accuracy = 0.25});
  add_run(store, {.status = RunStatus::failed, .valid_accuracy = 0.75});
  const std::vector<RunRecord> runs = store.runs("");
  const Scores scores(store);
  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(scores.final_metric(runs[0], "test", "accuracy"), 0.5);
    EXPECT_EQ(scores.final_metric(runs[0], "valid", "accuracy"), 0.25);
    EXPECT_EQ(scores.final_metric(runs[0], "valid", "macro_f1"), std::nullopt);
    EXPECT_EQ(scores.final_metric(runs[1], "valid", "accuracy"), std::nullopt) << "it failed";
  }
}

TEST(Scores, WhatClustersAreCalledIsRecorded) {
  RunRecord run;
  EXPECT_EQ(cluster_units({&run}), "artists");
  run.facts["split.clusters"] = "album";
  EXPECT_EQ(cluster_units({&run}), "albums");
}

}  // namespace scores_test
}  // namespace genrebench
