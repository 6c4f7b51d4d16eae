#include "signal/segmentation/affinity.hpp"

#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "signal/graph_support.hpp"

namespace genrebench {
namespace affinity_test {

using testing::difference;
using testing::spectral_golden;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Eigen::MatrixXd matrix(Eigen::Index n, std::initializer_list<double> values) {
  Eigen::MatrixXd result(n, n);
  std::copy(values.begin(), values.end(), result.reshaped<Eigen::RowMajor>().begin());
  return result;
}

Eigen::MatrixXd exponents(const Eigen::MatrixXd& distances, AffinityScale scale,
                          int neighbour = 7) {
  return affinity_exponents(distances, {.scale = scale, .neighbour = neighbour});
}

Eigen::VectorXd descending_eigenvalues(const Eigen::MatrixXd& symmetric) {
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(symmetric).eigenvalues().reverse();
}

TEST(Symmetrise, TakesTheMeanWithTheTranspose) {
  EXPECT_EQ(symmetrise(matrix(2, {0.5, 1.0, 4.0, 0.0})), matrix(2, {0.5, 2.5, 2.5, 0.0}));
}

TEST(Symmetrise, TakesNanForInfinity) {
  EXPECT_EQ(symmetrise(matrix(2, {kNan, 1.0, kNan, 2.0})),
            matrix(2, {kInfinity, kInfinity, kInfinity, 2.0}));
}

TEST(Symmetrise, RefusesWhatIsNoDistanceMatrix) {
  EXPECT_THROW_SAYING(symmetrise(Eigen::MatrixXd::Zero(2, 3)), DataError, "square", "2 x 3");
  EXPECT_THROW_SAYING(symmetrise(matrix(2, {0, 1, -2, 0})), DataError, "(1, 0)", "-2");
  EXPECT_EQ(symmetrise(Eigen::MatrixXd(0, 0)).size(), 0);
}

// Distances 0 1 3 / 1 0 2 / 3 2 0: nearest neighbours at 1, 1, 2; the median of all nine is 1.
const Eigen::MatrixXd kTriangle = matrix(3, {0, 1, 3, 1, 0, 2, 3, 2, 0});

TEST(AffinityExponents, AreTheSquaresOfScaledDistances) {
  const double inf = kInfinity;
  EXPECT_EQ(exponents(kTriangle, AffinityScale::literal),
            matrix(3, {inf, 1, 9, 1, inf, 4, 9, 4, inf}));
  EXPECT_EQ(exponents(2.0 * kTriangle, AffinityScale::median),
            exponents(kTriangle, AffinityScale::literal));
  EXPECT_EQ(exponents(kTriangle, AffinityScale::self_tuning, 1),
            matrix(3, {inf, 1, 4.5, 1, inf, 2, 4.5, 2, inf}));
  // Second neighbours at 3, 2, 3; a third does not exist.
  for (const int neighbour : {2, 3, 100}) {
    EXPECT_LT((exponents(kTriangle, AffinityScale::self_tuning, neighbour) -
               matrix(3, {0, 1.0 / 6, 1, 1.0 / 6, 0, 4.0 / 6, 1, 4.0 / 6, 0}))
                  .reshaped()
                  .unaryExpr([](double x) { return std::isinf(x) ? 0.0 : std::abs(x); })
                  .maxCoeff(),
              1e-15);
  }
}

TEST(AffinityExponents, TakeTheMedianAsMatlabDoesOfAnEvenNumberOfElements) {
  // Sorted 0 1 3 3: the median is 2, diagonal included.
  EXPECT_EQ(exponents(matrix(2, {0, 3, 3, 1}), AffinityScale::median)(0, 1), 2.25);
}

TEST(AffinityExponents, DoNotDependOnTheUnitOfDistanceUnlessLiteral) {
  for (const AffinityScale scale : {AffinityScale::median, AffinityScale::self_tuning}) {
    EXPECT_EQ(adjacency(exponents(1024.0 * kTriangle, scale, 1)),
              adjacency(exponents(kTriangle, scale, 1)));
  }
}

TEST(AffinityExponents, OfInfiniteDistancesAreInfinite) {
  const Eigen::MatrixXd distances = matrix(3, {0, 1, kInfinity, 1, 0, 2, kInfinity, 2, 0});
  for (const AffinityScale scale :
       {AffinityScale::literal, AffinityScale::median, AffinityScale::self_tuning}) {
    const Eigen::MatrixXd result = exponents(distances, scale);
    EXPECT_EQ(result(0, 2), kInfinity);
    EXPECT_TRUE(std::isfinite(result(0, 1)) && std::isfinite(result(1, 2)));
    EXPECT_EQ(result, result.transpose());
  }
  EXPECT_EQ(exponents(distances, AffinityScale::self_tuning)(0, 1), 0.5);  // scales 1 (its only
                                                                           // one) and 2
}

TEST(AffinityExponents, TakeTheLimitWhereTheScaleIsZeroOrInfinite) {
  // Windows 0, 1, 2 are identical, 3 is apart: the median of 16 elements is 0.
  const Eigen::MatrixXd twins = matrix(4, {0, 0, 0, 6, 0, 0, 0, 6, 0, 0, 0, 6, 6, 6, 6, 0});
  EXPECT_EQ(exponents(twins, AffinityScale::median)(0, 1), 0.0);
  EXPECT_EQ(exponents(twins, AffinityScale::median)(0, 3), kInfinity);
  EXPECT_EQ(exponents(twins, AffinityScale::self_tuning, 1)(0, 1), 0.0);
  EXPECT_EQ(exponents(twins, AffinityScale::self_tuning, 1)(0, 3), 1.0);
  const Eigen::MatrixXd apart = matrix(
      3, {kInfinity, 1, kInfinity, 1, kInfinity, kInfinity, kInfinity, kInfinity, kInfinity});
  EXPECT_EQ(exponents(apart, AffinityScale::median)(0, 1), 0.0);
  EXPECT_EQ(exponents(apart, AffinityScale::median)(0, 2), kInfinity);
  EXPECT_EQ(exponents(Eigen::MatrixXd::Zero(5, 5), AffinityScale::self_tuning)(3, 4), 0.0);
}

TEST(AffinityExponents, RefuseWhatIsNotSymmetric) {
  EXPECT_THROW_SAYING(affinity_exponents(matrix(2, {0, 1, 2, 0})), DataError, "symmetric");
  EXPECT_THROW_SAYING(affinity_exponents(matrix(2, {0, kNan, kNan, 0})), DataError, "nan");
  EXPECT_THROW_SAYING(affinity_exponents(matrix(2, {0, -1, -1, 0})), DataError, "-1");
  EXPECT_THROW_SAYING(affinity_exponents(Eigen::MatrixXd::Zero(1, 2)), DataError, "square");
  EXPECT_THROW_SAYING(exponents(kTriangle, AffinityScale::self_tuning, 0), ConfigError, "neighbour",
                      "0");
}

TEST(Adjacency, IsTheExponentialWithoutSelfEdges) {
  const Eigen::MatrixXd affinity = adjacency(matrix(2, {5, std::log(4.0), std::log(4.0), 5}));
  EXPECT_NEAR(affinity(0, 1), 0.25, 1e-16);
  EXPECT_EQ(affinity(0, 0), 0.0);
  EXPECT_EQ(adjacency(matrix(2, {0, kInfinity, kInfinity, 0})), Eigen::MatrixXd::Zero(2, 2));
}

TEST(Laplacian, DividesByTheRootsOfTheDegrees) {
  // Affinities 1/2, 1/4, 1/4: degrees 3/4, 3/4, 1/2.
  const Eigen::MatrixXd affinity = matrix(3, {0, 0.5, 0.25, 0.5, 0, 0.25, 0.25, 0.25, 0});
  const double a = 0.5 / 0.75;
  const double b = 0.25 / std::sqrt(0.75 * 0.5);
  const Eigen::MatrixXd expected = matrix(3, {0, a, b, a, 0, b, b, b, 0});
  EXPECT_LT(difference(normalised_laplacian_of_adjacency(affinity), expected), 1e-15);
  EXPECT_LT(difference(normalised_laplacian(-affinity.array().log().matrix()), expected), 1e-15);
}

TEST(Laplacian, FromExponentsIsThatOfTheAffinities) {
  for (const AffinityScale scale :
       {AffinityScale::literal, AffinityScale::median, AffinityScale::self_tuning}) {
    const Eigen::MatrixXd t = exponents(symmetrise(spectral_golden("sem")), scale);
    const Eigen::MatrixXd laplacian = normalised_laplacian(t);
    EXPECT_LT(difference(laplacian, normalised_laplacian_of_adjacency(adjacency(t))), 1e-14);
    EXPECT_EQ(laplacian, laplacian.transpose());
    const Eigen::VectorXd eigenvalues = descending_eigenvalues(laplacian);
    EXPECT_NEAR(eigenvalues[0], 1.0, 1e-14);
    EXPECT_GE(eigenvalues[eigenvalues.size() - 1], -1.0);
  }
}

TEST(Laplacian, AgreesWithScipy) {
  const std::pair<AffinityScale, std::string> scales[] = {
      {AffinityScale::literal, "literal"},
      {AffinityScale::median, "median"},
      {AffinityScale::self_tuning, "self_tuning"}};
  for (const auto& [scale, name] : scales) {
    const Eigen::MatrixXd laplacian =
        normalised_laplacian(exponents(symmetrise(spectral_golden("sem")), scale));
    EXPECT_LT(difference(laplacian.row(0), spectral_golden(name + "_laplacian_row0")), 1e-13)
        << name;
    EXPECT_LT(difference(descending_eigenvalues(laplacian).transpose(),
                         spectral_golden(name + "_eigenvalues")),
              1e-13)
        << name;
  }
}

TEST(Laplacian, KeepsRowsWhoseAffinitiesAllUnderflow) {
  // Two pairs at distances 30 and 40, all else at 45 to 50: exp(-S^2) is 0 everywhere.
  const Eigen::MatrixXd distances =
      matrix(4, {0, 30, 48, 50, 30, 0, 45, 49, 48, 45, 0, 40, 50, 49, 40, 0});
  const Eigen::MatrixXd t = exponents(distances, AffinityScale::literal);
  ASSERT_EQ(adjacency(t).maxCoeff(), 0.0);
  const Eigen::MatrixXd laplacian = normalised_laplacian(t);
  EXPECT_NEAR(laplacian(0, 1), 1.0, 1e-12);  // each pair is all but alone
  EXPECT_NEAR(laplacian(2, 3), 1.0, 1e-12);
  EXPECT_NEAR(descending_eigenvalues(laplacian)[1], 1.0, 1e-12);
}

TEST(Laplacian, KeepsToWhomAFarVertexIsAttached) {
  // 2 is nearer to 1 than to 0, but at 50: its true entries, exp(-1250) and less, are no numbers of
  // double precision.
  const Eigen::MatrixXd laplacian = normalised_laplacian(
      exponents(matrix(3, {0, 1, 50.1, 1, 0, 50, 50.1, 50, 0}), AffinityScale::literal));
  EXPECT_NEAR(laplacian(2, 1), 1e-100, 1e-101);
  EXPECT_NEAR(laplacian(2, 0) / laplacian(2, 1), std::exp(50.0 * 50.0 - 50.1 * 50.1), 1e-12);
  EXPECT_NEAR(laplacian(1, 0), 1.0, 1e-12);
  EXPECT_EQ(laplacian, laplacian.transpose());
}

TEST(Laplacian, MakesAnIsolatedVertexAComponentOfItsOwn) {
  const Eigen::MatrixXd expected = matrix(3, {0, 1, 0, 1, 0, 0, 0, 0, 1});
  const double inf = kInfinity;
  EXPECT_EQ(normalised_laplacian(matrix(3, {inf, 2, inf, 2, inf, inf, inf, inf, inf})), expected);
  EXPECT_EQ(normalised_laplacian_of_adjacency(matrix(3, {0, 4, 0, 4, 0, 0, 0, 0, 0})), expected);
  EXPECT_EQ(normalised_laplacian(matrix(1, {inf})), matrix(1, {1}));
  EXPECT_EQ(normalised_laplacian(Eigen::MatrixXd(0, 0)).size(), 0);
  EXPECT_EQ(normalised_laplacian_of_adjacency(Eigen::MatrixXd(0, 0)).size(), 0);
}

TEST(Laplacian, FollowsAPermutationOfTheWindows) {
  const Eigen::MatrixXd sem = symmetrise(spectral_golden("sem"));
  const std::vector<Eigen::Index> order = testing::shuffled_indices(sem.rows(), 3);
  const Eigen::MatrixXd laplacian = normalised_laplacian(affinity_exponents(sem));
  EXPECT_LT(difference(normalised_laplacian(affinity_exponents(sem(order, order))),
                       laplacian(order, order)),
            1e-15);
}

TEST(Laplacian, RefusesNan) {
  EXPECT_THROW_SAYING(normalised_laplacian(matrix(2, {0, kNan, kNan, 0})), DataError, "nan");
  EXPECT_THROW_SAYING(normalised_laplacian_of_adjacency(matrix(2, {0, kNan, kNan, 0})), DataError,
                      "nan");
  EXPECT_THROW_SAYING(normalised_laplacian_of_adjacency(matrix(2, {0, kInfinity, kInfinity, 0})),
                      DataError, "inf");
  EXPECT_THROW_SAYING(normalised_laplacian_of_adjacency(Eigen::MatrixXd::Zero(2, 1)), DataError,
                      "square");
  EXPECT_THROW_SAYING(normalised_laplacian(Eigen::MatrixXd::Zero(2, 1)), DataError, "square");
  EXPECT_THROW_SAYING(adjacency(Eigen::MatrixXd::Zero(2, 1)), DataError, "square");
}

}  // namespace affinity_test
}  // namespace genrebench
