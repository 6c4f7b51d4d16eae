#include "signal/segmentation/mds.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "signal/graph_support.hpp"
#include "signal/segmentation/affinity.hpp"

namespace genrebench {
namespace mds_test {

using testing::difference;
using testing::spectral_golden;

Eigen::MatrixXd distances_of(const Eigen::MatrixXd& points) {
  Eigen::MatrixXd distances(points.rows(), points.rows());
  for (Eigen::Index i = 0; i < points.rows(); ++i)
    distances.col(i) = (points.rowwise() - points.row(i)).rowwise().norm();
  return distances;
}

TEST(ClassicalScaling, PutsARectangleBack) {
  Eigen::MatrixXd corners(4, 2);
  corners << 2.0, 0.5, 2.0, -0.5, -2.0, -0.5, -2.0, 0.5;
  EXPECT_LT(difference(classical_scaling(distances_of(corners)), corners), 1e-14);
  EXPECT_LT(difference(classical_scaling(1e200 * distances_of(corners)), 1e200 * corners), 1e186);
}

TEST(ClassicalScaling, KeepsDistancesInThePlane) {
  Random random(2);
  for (const Eigen::Index n : {3, 10, 120}) {
    Eigen::MatrixXd points(n, 2);
    for (double& x : points.reshaped()) x = random.normal();
    const Eigen::MatrixXd distances = distances_of(points);
    const Eigen::MatrixXd scaled = classical_scaling(distances);
    EXPECT_LT(difference(distances_of(scaled), distances), 1e-7) << n;
    EXPECT_LT(scaled.colwise().mean().norm(), 1e-7);
    EXPECT_GE(scaled.col(0).norm(), scaled.col(1).norm());
    EXPECT_EQ(classical_scaling(distances), scaled);
  }
}

TEST(ClassicalScaling, AgreesWithScipy) {
  const Eigen::MatrixXd scaled = classical_scaling(symmetrise(spectral_golden("sem")));
  EXPECT_LT(difference(scaled.cwiseAbs(), spectral_golden("mds")), 1e-12);
}

TEST(ClassicalScaling, PutsPointsOnALineWhereTheDistancesAre) {
  Eigen::MatrixXd line(3, 2);
  line << 2.0, 0.0, 0.0, 0.0, -2.0, 0.0;
  EXPECT_LT(difference(classical_scaling(distances_of(line)), line), 1e-7);
}

TEST(ClassicalScaling, TakesInfiniteDistancesForTheLargest) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Eigen::MatrixXd distances(3, 3);
  distances << 0.0, 3.0, 4.0, 3.0, 0.0, 4.0, 4.0, 4.0, 0.0;
  Eigen::MatrixXd broken = distances;
  broken(0, 2) = broken(2, 0) = kInfinity;
  broken(1, 1) = std::nan("");
  EXPECT_EQ(classical_scaling(broken), classical_scaling(distances));
  EXPECT_LT(difference(distances_of(classical_scaling(Eigen::MatrixXd::Constant(2, 2, kInfinity))),
                       distances_of(Eigen::Vector2d(0.0, 1.0))),
            1e-14);
}

TEST(ClassicalScaling, TakesTheSmallestGraphs) {
  EXPECT_EQ(classical_scaling(Eigen::MatrixXd(0, 0)).rows(), 0);
  EXPECT_EQ(classical_scaling(Eigen::MatrixXd::Constant(1, 1, 5.0)), Eigen::MatrixXd::Zero(1, 2));
  Eigen::MatrixXd expected(2, 2);
  expected << 1.5, 0.0, -1.5, 0.0;
  EXPECT_LT(difference(classical_scaling(Eigen::MatrixXd::Constant(2, 2, 3.0)), expected), 1e-14);
  EXPECT_EQ(classical_scaling(Eigen::MatrixXd::Zero(9, 9)), Eigen::MatrixXd::Zero(9, 2));
}

TEST(ClassicalScaling, RefusesWhatIsNotSquare) {
  EXPECT_THROW_SAYING(classical_scaling(Eigen::MatrixXd::Zero(2, 3)), DataError, "2 x 3");
}

}  // namespace mds_test
}  // namespace genrebench
