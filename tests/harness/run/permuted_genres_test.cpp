#include "harness/run/permuted_genres.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace genrebench {
namespace permuted_genres_test {

Split all_used(std::size_t n) {
  Split split;
  split.parts.assign(n, Part::train);
  return split;
}

/// Tracks of `n_genres` genres in turn.
std::vector<int> in_turn(std::size_t n, int n_genres) {
  std::vector<int> genres;
  for (std::size_t t = 0; t < n; ++t) genres.push_back(static_cast<int>(t) % n_genres);
  return genres;
}

double share_kept(const std::vector<int>& a, const std::vector<int>& b) {
  std::size_t n = 0;
  for (std::size_t t = 0; t < a.size(); ++t) n += a[t] == b[t];
  return static_cast<double>(n) / static_cast<double>(a.size());
}

TEST(PermutedGenres, WithoutClustersTheyAreAPermutation) {
  const std::vector<int> genres = in_turn(400, 4);
  const std::vector<int> permuted = permuted_genres(genres, {}, all_used(400), 1);
  std::vector<int> a = genres, b = permuted;
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  EXPECT_EQ(a, b);
  EXPECT_NEAR(share_kept(genres, permuted), 0.25, 0.09);  // four standard deviations
}

TEST(PermutedGenres, ACountOfEachGenreIsKeptWhereGenresDifferInSize) {
  std::vector<int> genres(90, 0);
  genres.insert(genres.end(), 10, 1);
  const std::vector<int> permuted = permuted_genres(genres, {}, all_used(100), 2);
  EXPECT_EQ(std::count(permuted.begin(), permuted.end(), 1), 10);
}

TEST(PermutedGenres, TracksOfOneClusterGetOneGenre) {
  const std::vector<int> genres = in_turn(200, 5);
  std::vector<std::string> clusters;
  for (std::size_t t = 0; t < 200; ++t)
    clusters.push_back(t % 3 == 0 ? "" : "artist " + std::to_string(t / 8));
  const std::vector<int> permuted = permuted_genres(genres, clusters, all_used(200), 3);
  std::map<std::string, int> of_cluster;
  for (std::size_t t = 0; t < 200; ++t) {
    if (clusters[t].empty()) continue;
    EXPECT_EQ(of_cluster.try_emplace(clusters[t], permuted[t]).first->second, permuted[t]) << t;
  }
  for (int genre = 0; genre < 5; ++genre)
    EXPECT_NEAR(static_cast<double>(std::count(permuted.begin(), permuted.end(), genre)), 40.0, 8.0)
        << "up to the size of a cluster, at both ends";
}

TEST(PermutedGenres, GenresOfClustersFollowTheSeedAlone) {
  const std::vector<int> genres = in_turn(60, 3);
  std::vector<std::string> clusters;
  for (std::size_t t = 0; t < 60; ++t) clusters.push_back("artist " + std::to_string(t / 4));
  const Split split = all_used(60);
  EXPECT_EQ(permuted_genres(genres, clusters, split, 4),
            permuted_genres(genres, clusters, split, 4));
  EXPECT_NE(permuted_genres(genres, clusters, split, 4),
            permuted_genres(genres, clusters, split, 5));
}

TEST(PermutedGenres, EachClusterGetsEachGenreEquallyOften) {
  const std::vector<int> genres = in_turn(30, 3);
  std::vector<std::string> clusters;
  for (std::size_t t = 0; t < 30; ++t) clusters.push_back("artist " + std::to_string(t / 5));
  const Split split = all_used(30);
  std::vector<int> counts(3);
  for (std::uint64_t seed = 0; seed < 900; ++seed)
    ++counts[static_cast<std::size_t>(permuted_genres(genres, clusters, split, seed)[0])];
  for (const int count : counts) EXPECT_NEAR(count, 300.0, 57.0);  // four standard deviations
}

TEST(PermutedGenres, WhatTheSplitLeavesOutTakesNoPart) {
  const std::vector<int> genres = {2, 0, 0, 1, 1, 2};
  Split split = all_used(6);
  split.parts[0] = split.parts[5] = Part::none;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<int> permuted = permuted_genres(genres, {}, split, seed);
    EXPECT_EQ(permuted[0], 2);
    EXPECT_EQ(permuted[5], 2);
    EXPECT_EQ(std::count(permuted.begin() + 1, permuted.begin() + 5, 0), 2);
  }
}

TEST(PermutedGenres, ASingleClusterKeepsOneGenre) {
  const std::vector<int> permuted =
      permuted_genres({0, 1, 1}, {"one", "one", "one"}, all_used(3), 6);
  EXPECT_EQ(permuted, (std::vector<int>{1, 1, 1}));
}

}  // namespace permuted_genres_test
}  // namespace genrebench
