#include "baselines/svm/kernel_values.hpp"

#include <cmath>

#include "baselines/support.hpp"

namespace genrebench::testing {
namespace kernel_values_test {

/// One after the other and without fused multiply-adds, as libsvm computes.
double inner_product(const Eigen::VectorXd& x, const Eigen::VectorXd& y) {
  double sum = 0.0;
  for (Eigen::Index c = 0; c < x.size(); ++c) {
    const volatile double product = x(c) * y(c);
    sum += product;
  }
  return sum;
}

double squared_distance(const Eigen::VectorXd& x, const Eigen::VectorXd& y) {
  const Eigen::VectorXd difference = x - y;
  return inner_product(difference, difference);
}

Eigen::MatrixXd random_rows(Eigen::Index n, Eigen::Index n_features, std::uint64_t seed) {
  Random random(seed);
  Eigen::MatrixXd rows(n, n_features);
  for (double& value : rows.reshaped()) value = random.normal();
  return rows;
}

TEST(KernelValues, AreThoseOfTrainingToTheLastBit) {
  for (const Eigen::Index n : {1, 3, 4, 15, 16, 17, 50}) {
    const Eigen::MatrixXd rows = random_rows(n, 37, static_cast<std::uint64_t>(n));
    const std::vector<double> linear =
        training_values(KernelRows(rows), {.shape = Kernel::Shape::linear});
    const std::vector<double> rbf =
        training_values(KernelRows(rows), {.shape = Kernel::Shape::rbf, .gamma = 0.03});
    for (Eigen::Index i = 0; i < n; ++i)
      for (Eigen::Index j = 0; j < n; ++j) {
        const auto at = static_cast<std::size_t>(i * n + j);
        const double product = inner_product(rows.row(i), rows.row(j));
        EXPECT_EQ(linear[at], product) << n << " " << i << " " << j;
        const volatile double squares =
            inner_product(rows.row(i), rows.row(i)) + inner_product(rows.row(j), rows.row(j));
        const volatile double distance = squares - 2 * product;
        EXPECT_EQ(rbf[at], std::exp(-0.03 * distance)) << n << " " << i << " " << j;
      }
  }
}

TEST(KernelValues, AreThoseOfPredictionToTheLastBit) {
  const Eigen::MatrixXd a = random_rows(21, 29, 1), b = random_rows(18, 29, 2);
  const std::vector<double> linear =
      prediction_values(KernelRows(a), KernelRows(b), {.shape = Kernel::Shape::linear});
  const std::vector<double> rbf =
      prediction_values(KernelRows(a), KernelRows(b), {.shape = Kernel::Shape::rbf, .gamma = 0.02});
  ASSERT_EQ(rbf.size(), 21u * 18u);
  for (Eigen::Index i = 0; i < 21; ++i)
    for (Eigen::Index j = 0; j < 18; ++j) {
      const auto at = static_cast<std::size_t>(i * 18 + j);
      EXPECT_EQ(linear[at], inner_product(a.row(i), b.row(j)));
      EXPECT_EQ(rbf[at], std::exp(-0.02 * squared_distance(a.row(i), b.row(j))));
    }
}

TEST(KernelValues, OfChosenRowsStandInTheirOrder) {
  const Eigen::MatrixXd rows = random_rows(9, 5, 3);
  const std::vector<std::size_t> chosen{7, 0, 7, 2};
  const std::vector<double> values =
      training_values(KernelRows(rows, chosen), {.shape = Kernel::Shape::linear});
  for (std::size_t i = 0; i < chosen.size(); ++i)
    for (std::size_t j = 0; j < chosen.size(); ++j)
      EXPECT_EQ(values[i * chosen.size() + j], inner_product(rows.row(Eigen::Index(chosen[i])),
                                                             rows.row(Eigen::Index(chosen[j]))));
}

TEST(KernelValues, OfNoRowsAreNone) {
  EXPECT_TRUE(training_values(KernelRows(Eigen::MatrixXd(0, 4)), {}).empty());
  EXPECT_TRUE(prediction_values(KernelRows(Eigen::MatrixXd(0, 4)),
                                KernelRows(Eigen::MatrixXd::Ones(3, 4)), {})
                  .empty());
}

TEST(KernelValues, AddUpInTheirOrder) {
  const std::vector<double> weights{1.0, 1e16, -1e16, 0.5}, values{3.0, 1.0, 2.0};
  // ((1 * 2 + 1e16 * 1) - 1e16 * 1) + 0.5 * 3
  EXPECT_EQ(weighted_sum(weights, std::vector<std::size_t>{2, 1, 1, 0}, values), 2.0 + 1.5);
}

}  // namespace kernel_values_test
}  // namespace genrebench::testing
