#include "reports/support/answer_clusters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace genrebench {
namespace answer_clusters_test {

ScoredRun run_of(Answers answers) {
  return {.answers = [answers = std::move(answers)] { return answers; }};
}

/// Two artists of genre 0 with two tracks each, one of genre 1 with one, and a track of genre 1
/// whose artist is not known.
Answers some_answers() {
  return {{.track = 0, .cluster = 7, .truth = 0, .predicted = 0},
          {.track = 1, .cluster = 7, .truth = 0, .predicted = 1},
          {.track = 2, .cluster = 8, .truth = 0, .predicted = 0},
          {.track = 3, .cluster = 8, .truth = 0, .predicted = 0},
          {.track = 4, .cluster = 9, .truth = 1, .predicted = 0},
          {.track = 5, .cluster = -1, .truth = 1, .predicted = 1}};
}

TEST(AnswerClusters, ATrackOfUnknownArtistIsAClusterOfItsOwn) {
  const AnswerClusters clusters = cluster_answers(std::vector{run_of(some_answers())}, {});
  EXPECT_TRUE(clusters.known);
  EXPECT_EQ(clusters.n_tracks, 6u);
  std::vector<double> sizes = clusters.sizes();
  std::sort(sizes.begin(), sizes.end());
  EXPECT_EQ(sizes, (std::vector<double>{1, 1, 2, 2}));
  EXPECT_EQ(clusters.n_strata, 2) << "a stratum per genre";
}

TEST(AnswerClusters, RunsOfOneDivisionAddUp) {
  const AnswerClusters clusters =
      cluster_answers(std::vector{run_of(some_answers()), run_of(some_answers())}, {});
  EXPECT_EQ(clusters.n_tracks, 6u);
  const std::vector<double> sizes = clusters.sizes();
  EXPECT_EQ(*std::max_element(sizes.begin(), sizes.end()), 4.0);
}

TEST(AnswerClusters, AGenreOfOneClusterJoinsTheSmallestStratum) {
  Answers answers = some_answers();
  answers.pop_back();
  const AnswerClusters clusters = cluster_answers(std::vector{run_of(answers)}, {});
  EXPECT_EQ(clusters.n_strata, 1);
}

TEST(AnswerClusters, AResampleKeepsTheSharesOfTheStrata) {
  const AnswerClusters clusters = cluster_answers(std::vector{run_of(some_answers())}, {});
  const StratifiedAccuracy accuracy(clusters, &AnswerCluster::first);
  const std::vector<int> all(clusters.all.size(), 1);
  EXPECT_NEAR(accuracy(all), 4.0 / 6.0, 1e-15);
  // Without the artist of genre 0 that is half right: genre 0 keeps its four of six tracks.
  std::vector<int> weights = all;
  for (std::size_t c = 0; c < clusters.all.size(); ++c)
    if (clusters.all[c].first.n_answers == 2.0 && clusters.all[c].first.n_right == 1.0)
      weights[c] = 0;
  EXPECT_NEAR(accuracy(weights), (4.0 * 1.0 + 2.0 * 0.5) / 6.0, 1e-15);
  EXPECT_TRUE(std::isnan(accuracy(std::vector<int>(clusters.all.size(), 0))));
}

}  // namespace answer_clusters_test
}  // namespace genrebench
