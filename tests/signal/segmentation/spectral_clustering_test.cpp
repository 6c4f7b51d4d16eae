#include "signal/segmentation/spectral_clustering.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.hpp"
#include "signal/graph_support.hpp"
#include "signal/segmentation/affinity.hpp"

namespace genrebench {
namespace spectral_clustering_test {

using testing::block_affinity;
using testing::block_labels;
using testing::cliques;
using testing::difference;
using testing::spectral_golden;

Eigen::MatrixXd block_laplacian(Eigen::Index n, int blocks, double between,
                                std::uint64_t seed = 1) {
  return normalised_laplacian_of_adjacency(block_affinity(n, blocks, between, seed));
}

TEST(SpectralCluster, FindsBlocks) {
  for (const Eigen::Index n : {10, 60, 200, 333}) {
    const SpectralClustering result =
        spectral_cluster(block_laplacian(n, 5, n < 20 ? 0.01 : 0.1), {.clusters = 5});
    EXPECT_EQ(result.labels, block_labels(n, 5)) << n;
    EXPECT_EQ(result.clusters, 5);
    EXPECT_FALSE(result.clusters_chosen);
    EXPECT_EQ(result.eigenvalues.size(), 6);
    EXPECT_NEAR(result.eigenvalues[0], 1.0, 1e-12);
    EXPECT_EQ(result.embedding.cols(), 5);
    EXPECT_LT(difference(result.embedding.rowwise().norm(), Eigen::VectorXd::Ones(n)), 1e-14);
    EXPECT_TRUE(result.isolated.empty());
  }
}

TEST(SpectralCluster, FindsDisconnectedCliquesAndTheirNumber) {
  for (const Eigen::Index n : {25, 100, 403}) {
    const Eigen::MatrixXd laplacian = normalised_laplacian_of_adjacency(cliques(n, 5));
    EXPECT_EQ(spectral_cluster(laplacian, {.clusters = 5}).labels, block_labels(n, 5)) << n;
    const SpectralClustering chosen = spectral_cluster(laplacian);
    EXPECT_EQ(chosen.clusters, 5) << n;
    EXPECT_TRUE(chosen.clusters_chosen);
    EXPECT_EQ(chosen.labels, block_labels(n, 5)) << n;
    EXPECT_EQ(chosen.eigenvalues.size(), 11);
  }
}

TEST(SpectralCluster, ChoosesTheNumberOfBlocks) {
  for (const int blocks : {2, 3, 7, 10}) {
    EXPECT_EQ(spectral_cluster(block_laplacian(120, blocks, 0.02)).clusters, blocks);
  }
  EXPECT_EQ(
      spectral_cluster(block_laplacian(120, 7, 0.02), {.clusters = std::nullopt, .max_clusters = 4})
          .eigenvalues.size(),
      5);
  EXPECT_LE(
      spectral_cluster(block_laplacian(120, 7, 0.02), {.clusters = std::nullopt, .max_clusters = 4})
          .clusters,
      4);
}

TEST(SpectralCluster, AgreesWithScikitLearn) {
  const std::pair<AffinityScale, std::string> scales[] = {
      {AffinityScale::literal, "literal"},
      {AffinityScale::median, "median"},
      {AffinityScale::self_tuning, "self_tuning"}};
  for (const auto& [scale, name] : scales) {
    const Eigen::MatrixXd laplacian = normalised_laplacian(
        affinity_exponents(symmetrise(spectral_golden("sem")), {.scale = scale}));
    const SpectralClustering result = spectral_cluster(laplacian, {.clusters = 4});
    const Eigen::MatrixXd expected = spectral_golden(name + "_labels");
    std::vector<int> labels;
    for (const double label : expected.reshaped()) labels.push_back(static_cast<int>(label));
    EXPECT_EQ(result.labels, canonical_labels(labels)) << name;
    EXPECT_LT(difference(result.eigenvalues.transpose(),
                         spectral_golden(name + "_eigenvalues").leftCols(5)),
              1e-13)
        << name;
    const Eigen::MatrixXd leading = leading_eigenpairs(laplacian, 4).vectors;
    EXPECT_LT(
        difference(leading.row(0) * leading.transpose(), spectral_golden(name + "_projector_row0")),
        1e-11)
        << name;
  }
}

TEST(SpectralCluster, FollowsAPermutationOfTheVertices) {
  for (const Eigen::Index n : {50, 150}) {
    const Eigen::MatrixXd laplacian = block_laplacian(n, 4, 0.1);
    const std::vector<Eigen::Index> order = testing::shuffled_indices(n, 11);
    const SpectralClustering straight = spectral_cluster(laplacian, {.clusters = 4});
    const SpectralClustering permuted = spectral_cluster(laplacian(order, order), {.clusters = 4});
    std::vector<int> expected;
    for (const Eigen::Index i : order)
      expected.push_back(straight.labels[static_cast<std::size_t>(i)]);
    EXPECT_EQ(permuted.labels, canonical_labels(expected));
    EXPECT_LT(difference(permuted.eigenvalues.head(4), straight.eigenvalues.head(4)), 1e-12);
  }
}

TEST(SpectralCluster, GivesTheSameBitsAgain) {
  for (const Eigen::Index n : {50, 250}) {
    const Eigen::MatrixXd laplacian = block_laplacian(n, 5, 0.8);
    const SpectralClustering first = spectral_cluster(laplacian, {.clusters = 5, .seed = 3});
    const SpectralClustering second =
        spectral_cluster(Eigen::MatrixXd(laplacian), {.clusters = 5, .seed = 3});
    EXPECT_EQ(first.labels, second.labels);
    EXPECT_EQ(first.eigenvalues, second.eigenvalues);
    EXPECT_EQ(first.embedding, second.embedding);
  }
}

TEST(SpectralCluster, GivesAnIsolatedVertexItsOwnCluster) {
  for (const Eigen::Index n : {21, 161}) {
    Eigen::MatrixXd affinity = block_affinity(n, 2, 0.05);
    affinity.row(3).setZero();
    affinity.col(3).setZero();
    const SpectralClustering result =
        spectral_cluster(normalised_laplacian_of_adjacency(affinity), {.clusters = 3});
    std::vector<int> expected = block_labels(n, 2);
    expected[3] = 2;
    EXPECT_EQ(result.labels, canonical_labels(expected));
    EXPECT_EQ(result.isolated, std::vector<int>{3});
  }
}

/// Two groups at 4 within and 9 between; two more vertices, at `far` from the second group and more
/// from the first, and the last at `chain` from the other.
Eigen::MatrixXd far_distances(Eigen::Index half, double far, double chain, double chain_to_groups) {
  const Eigen::Index n = 2 * half + 2;
  Eigen::MatrixXd distances = Eigen::MatrixXd::Constant(n, n, 4.0);
  distances.block(0, half, half, half).setConstant(9.0);
  distances.block(half, 0, half, half).setConstant(9.0);
  distances.rightCols(2).setConstant(chain_to_groups);
  distances.bottomRows(2).setConstant(chain_to_groups);
  distances.row(n - 2).head(half).setConstant(far + 1.0);
  distances.row(n - 2).segment(half, half).setConstant(far);
  distances.col(n - 2) = distances.row(n - 2);
  distances(n - 1, n - 2) = distances(n - 2, n - 1) = chain;
  return distances;
}

TEST(SpectralCluster, PutsFarVerticesToTheirNearestCluster) {
  // Literal: affinities of 1e-7 within the groups, 1e-35 between, 1e-272 or nothing beyond.
  for (const Eigen::Index half : {6, 50}) {
    const Eigen::Index n = 2 * half + 2;
    for (const Eigen::MatrixXd& distances :
         {far_distances(half, 25.0, 30.0, 75.0), far_distances(half, 50.0, 70.0, 45.0)}) {
      const Eigen::MatrixXd laplacian =
          normalised_laplacian(affinity_exponents(distances, {.scale = AffinityScale::literal}));
      const SpectralClustering result = spectral_cluster(laplacian, {.clusters = 2});
      std::vector<int> expected(static_cast<std::size_t>(n), 1);
      std::fill_n(expected.begin(), half, 0);
      if (distances(n - 1, 0) == distances(n - 1, half))
        expected.back() = result.labels.back();  // as far from both groups
      EXPECT_EQ(result.labels, expected);
      EXPECT_TRUE(result.isolated.empty());
      EXPECT_LT(difference(result.embedding.rowwise().norm(), Eigen::VectorXd::Ones(n)), 1e-14);
    }
    EXPECT_EQ(spectral_cluster(
                  normalised_laplacian(affinity_exponents(far_distances(half, 25.0, 30.0, 75.0),
                                                          {.scale = AffinityScale::literal})),
                  {.clusters = 2})
                  .labels.back(),
              1);
  }
}

TEST(SpectralCluster, LeavesRowsOfFurtherComponentsZero) {
  const SpectralClustering result =
      spectral_cluster(normalised_laplacian_of_adjacency(cliques(12, 4)), {.clusters = 2});
  EXPECT_EQ(result.labels.size(), 12u);
  for (Eigen::Index i = 0; i < 12; ++i) {
    const double norm = result.embedding.row(i).norm();
    EXPECT_TRUE(norm == 0.0 || std::abs(norm - 1.0) < 1e-14) << norm;
  }
}

TEST(SpectralCluster, OfAsManyClustersAsVerticesSeparatesThemAll) {
  const SpectralClustering result = spectral_cluster(block_laplacian(6, 2, 0.3), {.clusters = 6});
  EXPECT_EQ(result.labels, (std::vector<int>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(result.eigenvalues.size(), 6);
}

TEST(SpectralCluster, OfIdenticalWindowsHasOneLabelOrAnArbitraryDivision) {
  const Eigen::MatrixXd laplacian =
      normalised_laplacian(affinity_exponents(Eigen::MatrixXd::Zero(80, 80)));
  const SpectralClustering one = spectral_cluster(laplacian, {.clusters = 1});
  EXPECT_EQ(one.labels, std::vector<int>(80, 0));
  EXPECT_EQ(spectral_cluster(laplacian, {.clusters = 3}).labels.size(), 80u);
}

TEST(SpectralCluster, TakesTheSmallestGraphs) {
  EXPECT_TRUE(spectral_cluster(Eigen::MatrixXd(0, 0)).labels.empty());
  EXPECT_EQ(spectral_cluster(Eigen::MatrixXd(0, 0)).clusters, 0);
  EXPECT_EQ(spectral_cluster(Eigen::MatrixXd::Ones(1, 1)).labels, std::vector<int>{0});
  EXPECT_EQ(spectral_cluster(Eigen::MatrixXd::Ones(1, 1), {.clusters = 1}).clusters, 1);
  const Eigen::MatrixXd pair = block_laplacian(2, 1, 1.0);
  EXPECT_EQ(spectral_cluster(pair).labels, (std::vector<int>{0, 0}));
  EXPECT_EQ(spectral_cluster(pair, {.clusters = 2}).labels, (std::vector<int>{0, 1}));
  EXPECT_EQ(spectral_cluster(block_laplacian(3, 1, 1.0)).clusters, 2);
}

TEST(SpectralCluster, RefusesImpossibleOptions) {
  const Eigen::MatrixXd laplacian = block_laplacian(6, 2, 0.1);
  EXPECT_THROW_SAYING(spectral_cluster(laplacian, {.clusters = 7}), ConfigError, "clusters", "7",
                      "6");
  EXPECT_THROW_SAYING(spectral_cluster(laplacian, {.clusters = 0}), ConfigError, "clusters", "0");
  EXPECT_THROW_SAYING(spectral_cluster(laplacian, {.clusters = std::nullopt, .max_clusters = 1}),
                      ConfigError, "max_clusters", "1");
  EXPECT_THROW_SAYING(spectral_cluster(laplacian, {.clusters = 2, .restarts = 0}), ConfigError,
                      "restarts");
  EXPECT_THROW_SAYING(spectral_cluster(Eigen::MatrixXd(0, 0), {.clusters = 1}), ConfigError,
                      "clusters", "0");
  EXPECT_THROW_SAYING(spectral_cluster(Eigen::MatrixXd::Constant(4, 4, std::nan(""))), DataError,
                      "NaN");
  EXPECT_THROW_SAYING(spectral_cluster(Eigen::MatrixXd::Zero(4, 3)), DataError, "4 x 3");
}

TEST(CanonicalLabels, AreNumberedInOrderOfAppearance) {
  EXPECT_EQ(canonical_labels({7, 7, -1, 3, -1, 7}), (std::vector<int>{0, 0, 1, 2, 1, 0}));
  EXPECT_TRUE(canonical_labels({}).empty());
}

}  // namespace spectral_clustering_test
}  // namespace genrebench
