#include "signal/segmentation/leading_eigenpairs.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.hpp"
#include "signal/graph_support.hpp"
#include "signal/segmentation/affinity.hpp"

namespace genrebench {
namespace leading_eigenpairs_test {

using testing::block_affinity;
using testing::block_labels;
using testing::cliques;
using testing::difference;
using testing::spectral_golden;

Eigen::MatrixXd block_laplacian(Eigen::Index n, int blocks, double between,
                                std::uint64_t seed = 1) {
  return normalised_laplacian_of_adjacency(block_affinity(n, blocks, between, seed));
}

Eigen::MatrixXd ring(Eigen::Index n) {
  Eigen::MatrixXd laplacian = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i) laplacian(i, (i + 1) % n) = laplacian((i + 1) % n, i) = 0.5;
  return laplacian;
}

void expect_eigenpairs(const Eigen::MatrixXd& matrix, const LeadingEigenpairs& pairs,
                       double norm = 1.0) {
  const Eigen::Index count = pairs.values.size();
  ASSERT_EQ(pairs.vectors.rows(), matrix.rows());
  ASSERT_EQ(pairs.vectors.cols(), count);
  EXPECT_LT(difference(pairs.vectors.transpose() * pairs.vectors,
                       Eigen::MatrixXd::Identity(count, count)),
            1e-12);
  EXPECT_LE((matrix * pairs.vectors - pairs.vectors * pairs.values.asDiagonal())
                .colwise()
                .norm()
                .maxCoeff(),
            1e-8 * norm);
  const Eigen::VectorXd expected = leading_eigenpairs_dense(matrix, static_cast<int>(count)).values;
  EXPECT_LT(difference(pairs.values, expected), 1e-12 * norm);  // quadratic in the residual
  const std::optional<double> next = leading_eigenpairs_dense(matrix, static_cast<int>(count)).next;
  ASSERT_EQ(pairs.next.has_value(), next.has_value());
  if (next) {
    EXPECT_LE(*pairs.next, *next + 1e-7 * norm);
    EXPECT_GE(*pairs.next, *next - 1e-3 * norm);
  }
}

TEST(LeadingEigenpairs, OfSmallMatricesAreKnown) {
  Eigen::MatrixXd matrix(2, 2);
  matrix << 2.0, 1.0, 1.0, 2.0;
  const LeadingEigenpairs pairs = leading_eigenpairs(matrix, 2);
  EXPECT_NEAR(pairs.values[0], 3.0, 1e-15);
  EXPECT_NEAR(pairs.values[1], 1.0, 1e-15);
  expect_eigenpairs(matrix, pairs, 3.0);
  EXPECT_EQ(leading_eigenpairs(Eigen::MatrixXd::Constant(1, 1, -4.0), 1).values[0], -4.0);
  EXPECT_EQ(leading_eigenpairs(Eigen::MatrixXd(0, 0), 0).values.size(), 0);
  EXPECT_EQ(leading_eigenpairs(matrix, 0).vectors.cols(), 0);
}

TEST(LeadingEigenpairs, ByLanczosAreThoseOfADenseSolver) {
  for (const Eigen::Index n : {80, 201, 300}) {
    for (const double between : {0.01, 0.2, 0.9}) {
      for (const int count : {1, 6, 11}) {
        const Eigen::MatrixXd laplacian = block_laplacian(n, 5, between);
        const LeadingEigenpairs pairs = leading_eigenpairs(laplacian, count);
        EXPECT_EQ(pairs.solver, EigenSolver::lanczos);
        expect_eigenpairs(laplacian, pairs);
      }
    }
  }
}

TEST(LeadingEigenpairs, MayBeNegativeAndOfAnySize) {
  Random random(3);
  Eigen::MatrixXd matrix(150, 150);
  for (double& x : matrix.reshaped()) x = random.normal();
  for (const double scale : {1e-200, 1.0, 1e150}) {
    const Eigen::MatrixXd shifted = scale * (Eigen::MatrixXd(matrix + matrix.transpose()) -
                                             100.0 * Eigen::MatrixXd::Identity(150, 150));
    const double norm = shifted.cwiseAbs().colwise().sum().maxCoeff();
    LeadingEigenpairs pairs = leading_eigenpairs(shifted, 4);
    pairs.values /= norm;
    *pairs.next /= norm;
    expect_eigenpairs(shifted / norm, pairs);
  }
}

TEST(LeadingEigenpairs, HoldRepeatedEigenvaluesAsOftenAsTheyOccur) {
  const LeadingEigenpairs of_cliques =
      leading_eigenpairs(normalised_laplacian_of_adjacency(cliques(100, 5)), 6);
  EXPECT_EQ(of_cliques.solver, EigenSolver::lanczos);
  for (Eigen::Index i = 0; i < 5; ++i) EXPECT_NEAR(of_cliques.values[i], 1.0, 1e-12);
  EXPECT_NEAR(of_cliques.values[5], -1.0 / 19.0, 1e-12);

  for (const double between : {0.0, 1e-200, 1e-16, 1e-12, 1e-8, 1e-5}) {
    const Eigen::MatrixXd laplacian = block_laplacian(203, 5, between, 7);
    const LeadingEigenpairs pairs = leading_eigenpairs(laplacian, 6);
    EXPECT_EQ(pairs.solver, EigenSolver::lanczos);
    expect_eigenpairs(laplacian, pairs);
  }

  const LeadingEigenpairs of_ring = leading_eigenpairs(ring(200), 5);  // cos(2 pi k / 200), twice
                                                                       // each but the first
  EXPECT_EQ(of_ring.solver, EigenSolver::lanczos);
  for (Eigen::Index i = 0; i < 5; ++i)
    EXPECT_NEAR(of_ring.values[i],
                std::cos(2.0 * std::numbers::pi * static_cast<double>((i + 1) / 2) / 200.0), 1e-12);

  const LeadingEigenpairs of_identity = leading_eigenpairs(Eigen::MatrixXd::Identity(90, 90), 4);
  EXPECT_LT(difference(of_identity.values, Eigen::VectorXd::Ones(4)), 1e-14);
  EXPECT_EQ(leading_eigenpairs(Eigen::MatrixXd::Zero(90, 90), 4).values, Eigen::VectorXd::Zero(4));
}

TEST(LeadingEigenpairs, AreFoundDenselyWhereLanczosDoesNotConverge) {
  const Eigen::VectorXd values =
      Eigen::VectorXd::LinSpaced(400, 0.0, 1.0).unaryExpr([](double x) { return 1.0 - x * x * x; });
  const LeadingEigenpairs pairs = leading_eigenpairs(values.asDiagonal(), 5);  // apart by 1e-7 and
                                                                               // less
  EXPECT_EQ(pairs.solver, EigenSolver::dense_after_lanczos);
  EXPECT_LT(difference(pairs.values, values.head(5)), 1e-15);
}

TEST(LeadingEigenpairs, RefuseWhatIsNotFinite) {
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(3, 3);
  matrix(2, 1) = matrix(1, 2) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW_SAYING(leading_eigenpairs(matrix, 1), DataError, "NaN");
  EXPECT_THROW_SAYING(leading_eigenpairs(Eigen::MatrixXd::Zero(2, 3), 1), DataError, "2 x 3");
}

}  // namespace leading_eigenpairs_test
}  // namespace genrebench
