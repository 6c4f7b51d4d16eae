#include <cmath>

#include "base/error.hpp"
#include "baselines/support.hpp"

namespace genrebench::testing {
namespace softmax_test {

/// The weights of a fitted method, read off its answers: log p at zero and at each unit vector,
/// centred over the classes. The last row holds the intercepts.
Eigen::MatrixXd weights_of(const Method& method, Eigen::Index n_features, int n_classes) {
  Eigen::MatrixXd probes = Eigen::MatrixXd::Zero(n_features + 1, n_features);
  probes.topRows(n_features).setIdentity();
  const Predictions p = method.predict(ExampleSet(probes, {}, n_classes).examples());
  Eigen::MatrixXd weights = p.probabilities.array().log();
  weights.topRows(n_features).rowwise() -= weights.row(n_features).eval();
  weights.colwise() -= weights.rowwise().mean().eval();
  return weights;
}

/// c * sum of cross-entropies + |W|^2 / 2, written as plainly as can be.
double plain_objective(const Eigen::MatrixXd& weights, const Eigen::MatrixXd& x,
                       const std::vector<int>& y, double c) {
  const Eigen::Index n_features = x.cols();
  double loss = 0.0;
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    const Eigen::RowVectorXd scores =
        x.row(i) * weights.topRows(n_features) + weights.row(n_features);
    loss += std::log(scores.array().exp().sum()) - scores(y[static_cast<std::size_t>(i)]);
  }
  return c * loss + 0.5 * weights.topRows(n_features).squaredNorm();
}

TEST(Softmax, SolvesAProblemWorkedByHand) {
  // Class 0 at -1, class 1 at +1. By symmetry the intercepts vanish and the weights are -w and w,
  // where the derivative of 2 c log(1 + exp(-2 w)) + w^2 vanishes: w = 2 c / (1 + exp(2 w)).
  double w = 0.5;
  for (int i = 0; i < 200; ++i) w = 0.5 * (w + 2.0 / (1.0 + std::exp(2.0 * w)));
  const auto method = make_method("softmax", {{"tolerance", 1e-10}});
  RecordingContext context;
  method->fit(ExampleSet(matrix({{-1}, {1}}), {0, 1}, 2).examples(), {}, context);
  const Eigen::MatrixXd weights = weights_of(*method, 1, 2);
  EXPECT_NEAR(weights(0, 1), w, 1e-9);
  EXPECT_NEAR(weights(0, 0), -w, 1e-9);
  EXPECT_NEAR(weights(1, 0), 0.0, 1e-9);
  EXPECT_TRUE(context.warnings.empty());
}

TEST(Softmax, GivesTheClassSharesWhereFeaturesSayNothing) {
  // Without information only the intercepts, which are free of the penalty, are fitted.
  const ExampleSet train(Eigen::MatrixXd::Zero(10, 2), {0, 0, 0, 0, 0, 0, 1, 1, 1, 3}, 4);
  const Predictions p =
      answer("softmax", {{"tolerance", 1e-10}}, train, {matrix({{0.0, 0.0}}), {}, 4});
  EXPECT_TRUE(p.probabilities.row(0).isApprox(Eigen::RowVector4d(0.6, 0.3, 0.0, 0.1), 1e-9));
}

TEST(Softmax, EndsWhereTheObjectiveIsFlat) {
  const auto [raw, y] = clouds(90, 4, 3, 1.0, 1);
  const Eigen::MatrixXd x = raw.cast<float>().cast<double>();
  for (const double c : {0.01, 1.0, 100.0}) {
    const auto method = make_method("softmax", {{"c", c}, {"tolerance", 1e-9}});
    RecordingContext context;
    method->fit(ExampleSet(x, y, 3).examples(), {}, context);
    EXPECT_TRUE(context.warnings.empty());
    const Eigen::MatrixXd weights = weights_of(*method, 4, 3);
    const double at_solution = plain_objective(weights, x, y, c);
    EXPECT_NEAR(context.notes["loss"], at_solution / (c * 90.0), 1e-10);
    // Central differences: their own error is step^2 times a third derivative plus rounding over
    // the step.
    const double step = 1e-5;
    for (Eigen::Index f = 0; f < weights.rows(); ++f)
      for (Eigen::Index k = 0; k < weights.cols(); ++k) {
        Eigen::MatrixXd up = weights;
        Eigen::MatrixXd down = weights;
        up(f, k) += step;
        down(f, k) -= step;
        const double derivative =
            (plain_objective(up, x, y, c) - plain_objective(down, x, y, c)) / (2.0 * step);
        EXPECT_NEAR(derivative, 0.0, 1e-6 * std::max(1.0, c))
            << "c " << c << ", weight " << f << ", " << k;
      }
    Random random(2);
    for (int trial = 0; trial < 20; ++trial) {
      Eigen::MatrixXd other = weights;
      for (double& value : other.reshaped()) value += 0.01 * random.normal();
      EXPECT_GT(plain_objective(other, x, y, c), at_solution);
    }
  }
}

TEST(Softmax, ReportsALossThatFallsFromThatOfEqualShares) {
  const auto [x, y] = clouds(90, 4, 3, 1.0, 2);
  const auto method = make_method("softmax");
  RecordingContext context;
  method->fit(ExampleSet(x, y, 3).examples(), {}, context);
  const std::vector<double>& loss = context.curves.at("loss/train");
  EXPECT_NEAR(loss.front(), std::log(3.0), 1e-12);
  for (std::size_t i = 1; i < loss.size(); ++i) EXPECT_LE(loss[i], loss[i - 1]);
  EXPECT_EQ(context.notes.at("iterations"), double(loss.size() - 1));
  EXPECT_LE(context.notes.at("largest_gradient"), 1e-4);
  EXPECT_TRUE(context.warnings.empty());
}

TEST(Softmax, WarnsWhereItDoesNotConverge) {
  const auto [x, y] = clouds(90, 4, 3, 1.0, 3);
  const auto method =
      make_method("softmax", {{"max_iterations", std::int64_t{1}}, {"tolerance", 1e-9}});
  RecordingContext context;
  method->fit(ExampleSet(x, y, 3).examples(), {}, context);
  ASSERT_EQ(context.warnings.size(), 1u);
  expect_contains(context.warnings[0], {"softmax", "did not converge in 1 iterations"});
}

TEST(Softmax, EndsWithAWarningWhereRoundingForbidsTheTolerance) {
  const auto [x, y] = clouds(200, 4, 3, 1.0, 4);
  const auto method = make_method("softmax", {{"c", 1e9}, {"tolerance", 1e-14}});
  RecordingContext context;
  method->fit(ExampleSet(x, y, 3).examples(), {}, context);
  EXPECT_EQ(context.warnings.size(), 1u);
  expect_distributions(method->predict(ExampleSet(x, {}, 3).examples()), 200, 3);
}

TEST(Softmax, ApproachesTheClassSharesAsCVanishes) {
  const auto [x, y] = clouds(90, 4, 3, 2.0, 5);
  const ExampleSet train(x, y, 3);
  const Predictions p = answer("softmax", {{"c", 1e-9}, {"tolerance", 1e-14}}, train, train);
  EXPECT_LT((p.probabilities.array() - 1.0 / 3.0).abs().maxCoeff(), 1e-6);
}

}  // namespace softmax_test
}  // namespace genrebench::testing
