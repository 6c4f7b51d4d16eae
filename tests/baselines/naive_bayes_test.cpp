#include <cmath>

#include "base/error.hpp"
#include "baselines/support.hpp"

namespace genrebench::testing {
namespace naive_bayes_test {

// Class 0: -1 and 1, mean 0, variance 1. Class 1: 2, 4, 4 and 6, mean 4, variance 2.
const Eigen::MatrixXd kRows = matrix({{-1}, {1}, {2}, {4}, {4}, {6}});
const std::vector<int> kLabels = {0, 0, 1, 1, 1, 1};

double normal_density(double x, double mean, double variance) {
  return std::exp(-0.5 * (x - mean) * (x - mean) / variance) / std::sqrt(2.0 * M_PI * variance);
}

TEST(NaiveBayes, GivesThePosteriorWorkedByHand) {
  const ExampleSet test(matrix({{1.5}, {2.0}}), {}, 2);
  const Predictions p =
      answer("naive_bayes", {{"var_smoothing", 1e-30}}, {kRows, kLabels, 2}, test);
  for (const int i : {0, 1}) {
    const double x = i == 0 ? 1.5 : 2.0;
    const double first = 2.0 / 6.0 * normal_density(x, 0.0, 1.0);
    const double second = 4.0 / 6.0 * normal_density(x, 4.0, 2.0);
    EXPECT_NEAR(p.probabilities(i, 0), first / (first + second), 1e-14);
  }
}

TEST(NaiveBayes, WeighsClassesAlikeUnderUniformPriors) {
  const ExampleSet test(matrix({{1.5}}), {}, 3);  // the third class is absent: the priors are 1/2,
                                                  // 1/2, 0
  const Predictions p =
      answer("naive_bayes", {{"priors", std::string("uniform")}, {"var_smoothing", 1e-30}},
             {kRows, kLabels, 3}, test);
  const double first = normal_density(1.5, 0.0, 1.0);
  const double second = normal_density(1.5, 4.0, 2.0);
  EXPECT_NEAR(p.probabilities(0, 0), first / (first + second), 1e-14);
}

TEST(NaiveBayes, MultipliesTheDensitiesOfTheFeatures) {
  Eigen::MatrixXd two(6, 2);
  two << kRows, kRows.reverse();
  const Predictions p = answer("naive_bayes", {{"var_smoothing", 1e-30}}, {two, kLabels, 2},
                               {matrix({{1.5, 3.0}}), {}, 2});
  // The second feature: class 0 has 6 and 4 (mean 5, variance 1), class 1 has 4, 2, 1 and -1
  // (mean 1.5, variance 3.25).
  const double first = 2.0 * normal_density(1.5, 0.0, 1.0) * normal_density(3.0, 5.0, 1.0);
  const double second = 4.0 * normal_density(1.5, 4.0, 2.0) * normal_density(3.0, 1.5, 3.25);
  EXPECT_NEAR(p.probabilities(0, 0), first / (first + second), 1e-14);
}

TEST(NaiveBayes, AddsItsShareOfTheLargestVarianceToEveryVariance) {
  // All rows: mean 16/6, variance of the whole feature 74/6 - (16/6)^2 = 47/9.
  const auto method = make_method("naive_bayes", {{"var_smoothing", 0.5}});
  RecordingContext context;
  method->fit(ExampleSet(kRows, kLabels, 2).examples(), {}, context);
  const double floor = 0.5 * 47.0 / 9.0;
  EXPECT_NEAR(context.notes["variance_floor"], floor, 1e-14);
  const Predictions p = method->predict(ExampleSet(matrix({{1.5}}), {}, 2).examples());
  const double first = 2.0 * normal_density(1.5, 0.0, 1.0 + floor);
  const double second = 4.0 * normal_density(1.5, 4.0, 2.0 + floor);
  EXPECT_NEAR(p.probabilities(0, 0), first / (first + second), 1e-14);
}

TEST(NaiveBayes, FallsBackToThePriorsWhereNoFeatureVaries) {
  const ExampleSet train(Eigen::MatrixXd::Constant(4, 2, 3.0), {0, 0, 0, 1}, 2);
  const Predictions p = answer("naive_bayes", {}, train, {matrix({{3, 3}, {-50, 100}}), {}, 2});
  for (const int i : {0, 1}) EXPECT_NEAR(p.probabilities(i, 0), 0.75, 1e-12);
}

TEST(NaiveBayes, StaysFiniteWhereEveryDensityUnderflows) {
  const Predictions p =
      answer("naive_bayes", {}, {kRows, kLabels, 2}, {matrix({{1e6}, {-1e30}, {3e38}}), {}, 2});
  expect_distributions(p, 3, 2);
  EXPECT_EQ(p.labels[0], 1);  // far out the wider class wins
}

TEST(NaiveBayes, StaysFiniteWhereAClassHasNoSpread) {
  const Predictions p = answer("naive_bayes", {{"var_smoothing", 1e-30}},
                               {matrix({{0}, {0}, {1}, {3}}), {0, 0, 1, 1}, 2},
                               {matrix({{0}, {1e-3}, {3e38}}), {}, 2});
  expect_distributions(p, 3, 2);
  EXPECT_EQ(p.labels, (std::vector<int>{0, 1, 1}));
}

TEST(NaiveBayes, DoesNotChangeWhenFeaturesAreShifted) {
  const auto [x, y] = clouds(80, 4, 3, 1.0, 1);
  // Eighths are exact in single precision, shifted or not.
  const Eigen::MatrixXd coarse = (x * 8.0).array().round() / 8.0;
  const Eigen::MatrixXd shifted = coarse.array() + 1024.0;
  const ExampleSet a(coarse, y, 3);
  const ExampleSet b(shifted, y, 3);
  EXPECT_TRUE(answer("naive_bayes", {}, a, a)
                  .probabilities.isApprox(answer("naive_bayes", {}, b, b).probabilities, 1e-9));
}

}  // namespace naive_bayes_test
}  // namespace genrebench::testing
