#include "signal/segmentation/k_means.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "base/error.hpp"
#include "signal/graph_support.hpp"

namespace genrebench {
namespace k_means_test {

using testing::spectral_golden;

Eigen::MatrixXd on_a_line(std::initializer_list<double> values) {
  Eigen::MatrixXd points(values.size(), 1);
  std::copy(values.begin(), values.end(), points.data());
  return points;
}

Eigen::MatrixXd uniform_points(Eigen::Index n, Eigen::Index dimensions, std::uint64_t seed) {
  Random random(seed);
  Eigen::MatrixXd points(n, dimensions);
  for (double& x : points.reshaped()) x = random.uniform();
  return points;
}

/// Sum of squared distances to the nearest centre, the simple way.
double inertia(const Eigen::MatrixXd& points, const Eigen::MatrixXd& centres) {
  double sum = 0.0;
  for (Eigen::Index i = 0; i < points.rows(); ++i)
    sum += (centres.rowwise() - points.row(i)).rowwise().squaredNorm().minCoeff();
  return sum;
}

TEST(KMeans, FindsTwoPairsOnALine) {
  const KMeans result = k_means(on_a_line({0.0, 10.0, 1.0, 12.0}), {.clusters = 2});
  EXPECT_EQ(result.labels[0], result.labels[2]);
  EXPECT_EQ(result.labels[1], result.labels[3]);
  EXPECT_NE(result.labels[0], result.labels[1]);
  EXPECT_EQ(result.centres(result.labels[0], 0), 0.5);
  EXPECT_EQ(result.centres(result.labels[1], 0), 11.0);
  EXPECT_EQ(result.inertia, 2.5);
}

TEST(KMeans, OfOneClusterIsTheMean) {
  const KMeans result = k_means(on_a_line({1.0, 2.0, 6.0}), {.clusters = 1});
  EXPECT_EQ(result.centres(0, 0), 3.0);
  EXPECT_EQ(result.inertia, 14.0);
}

TEST(KMeans, OfAsManyClustersAsPointsIsExact) {
  const KMeans result = k_means(on_a_line({3.0, 1.0, 4.0, 1.5, 9.0}), {.clusters = 5});
  EXPECT_EQ(result.inertia, 0.0);
  EXPECT_EQ(std::set<int>(result.labels.begin(), result.labels.end()).size(), 5u);
  EXPECT_EQ(k_means(on_a_line({7.0}), {.clusters = 1}).labels, std::vector<int>{0});
}

TEST(KMeans, EndsAtAFixedPoint) {
  for (const Eigen::Index n : {63, 64, 65, 500}) {
    const Eigen::MatrixXd points = uniform_points(n, 3, static_cast<std::uint64_t>(n));
    const KMeans result = k_means(points, {.clusters = 7, .restarts = 1, .seed = 5});
    Eigen::MatrixXd means = Eigen::MatrixXd::Zero(7, 3);
    Eigen::VectorXd sizes = Eigen::VectorXd::Zero(7);
    for (Eigen::Index i = 0; i < n; ++i) {
      Eigen::Index nearest = 0;
      (result.centres.rowwise() - points.row(i)).rowwise().squaredNorm().minCoeff(&nearest);
      EXPECT_EQ(result.labels[static_cast<std::size_t>(i)], nearest);
      means.row(nearest) += points.row(i);
      sizes[nearest] += 1.0;
    }
    EXPECT_GT(sizes.minCoeff(), 0.0);
    for (Eigen::Index c = 0; c < 7; ++c)
      EXPECT_LT((means.row(c) / sizes[c] - result.centres.row(c)).norm(), 1e-14);
    EXPECT_NEAR(result.inertia, inertia(points, result.centres), 1e-12);
  }
}

TEST(KMeans, ReachesTheInertiaThatScikitLearnReaches) {
  const Eigen::MatrixXd expected = spectral_golden("k_means_inertia");
  for (Eigen::Index row = 0; row < expected.rows(); ++row) {
    const KMeans result =
        k_means(spectral_golden("points"),
                {.clusters = static_cast<int>(expected(row, 0)), .restarts = 5000});
    EXPECT_LE(result.inertia, expected(row, 1) + 1e-10) << "clusters: " << expected(row, 0);
  }
}

TEST(KMeans, IsTheSameForTheSameSeed) {
  const Eigen::MatrixXd points = uniform_points(300, 5, 9);
  const KMeans first = k_means(points, {.clusters = 6, .restarts = 3, .seed = 4});
  const KMeans second = k_means(points, {.clusters = 6, .restarts = 3, .seed = 4});
  EXPECT_EQ(first.labels, second.labels);
  EXPECT_EQ(first.centres, second.centres);
  EXPECT_EQ(first.inertia, second.inertia);
}

TEST(KMeans, KeepsTheBestStart) {
  const Eigen::MatrixXd points = uniform_points(200, 2, 10);
  double last = std::numeric_limits<double>::infinity();
  for (const int restarts : {1, 2, 5, 20}) {
    const double now = k_means(points, {.clusters = 9, .restarts = restarts}).inertia;
    EXPECT_LE(now, last);
    last = now;
  }
}

TEST(KMeans, TerminatesWithFewerDistinctPointsThanClusters) {
  const KMeans result = k_means(on_a_line({2.0, 5.0, 2.0, 2.0, 5.0, 2.0}), {.clusters = 4});
  EXPECT_EQ(result.inertia, 0.0);
  EXPECT_EQ(std::set<int>(result.labels.begin(), result.labels.end()).size(), 2u);
  EXPECT_TRUE(result.centres.allFinite());
  EXPECT_EQ(k_means(Eigen::MatrixXd::Zero(70, 3), {.clusters = 5}).labels, std::vector<int>(70, 0));
}

TEST(KMeans, RefillsAClusterThatLosesItsLastPoint) {
  // Without the rule, hundreds of these starts end with fewer than six clusters.
  for (std::uint64_t seed = 0; seed < 20000; ++seed) {
    const Eigen::MatrixXd points = uniform_points(12, 2, seed % 400);
    const KMeans result = k_means(points, {.clusters = 6, .restarts = 1, .seed = seed});
    EXPECT_EQ(std::set<int>(result.labels.begin(), result.labels.end()).size(), 6u) << seed;
  }
}

TEST(KMeans, RefusesImpossibleOptions) {
  const Eigen::MatrixXd points = on_a_line({1.0, 2.0, 3.0});
  EXPECT_THROW_SAYING(k_means(points, {.clusters = 4}), ConfigError, "clusters", "4", "3");
  EXPECT_THROW_SAYING(k_means(points, {.clusters = 0}), ConfigError, "clusters", "0");
  EXPECT_THROW_SAYING(k_means(points, {.clusters = 1, .restarts = 0}), ConfigError, "restarts");
  EXPECT_THROW_SAYING(k_means(points, {.clusters = 1, .max_iterations = 0}), ConfigError,
                      "max_iterations");
  EXPECT_THROW_SAYING(k_means(Eigen::MatrixXd(3, 0), {.clusters = 2}), DataError, "coordinates");
  EXPECT_THROW_SAYING(k_means(Eigen::MatrixXd(0, 2), {.clusters = 1}), ConfigError, "clusters",
                      "0");
  EXPECT_THROW_SAYING(
      k_means(on_a_line({1.0, std::numeric_limits<double>::quiet_NaN()}), {.clusters = 1}),
      DataError, "NaN");
}

}  // namespace k_means_test
}  // namespace genrebench
