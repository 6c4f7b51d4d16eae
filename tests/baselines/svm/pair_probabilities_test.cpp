#include "baselines/svm/pair_probabilities.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace pair_probabilities_test {

TEST(PairProbabilities, FallOrRiseWithTheDecisionValue) {
  const std::vector<double> values{-2, -1, -0.5, 0.5, 1, 2};
  const SigmoidFit rising = fit_sigmoid(values, {false, false, true, false, true, true});
  EXPECT_TRUE(rising.converged);
  EXPECT_LT(rising.sigmoid.a, 0.0);
  EXPECT_GT(rising.sigmoid(1.0), 0.5);
  EXPECT_LT(rising.sigmoid(-1.0), 0.5);
  EXPECT_NEAR(rising.sigmoid(0.0), 0.5, 1e-6);  // symmetric examples
  const SigmoidFit falling = fit_sigmoid(values, {true, true, false, true, false, false});
  EXPECT_NEAR(falling.sigmoid(1.0), rising.sigmoid(-1.0), 1e-9);
}

TEST(PairProbabilities, OfValuesThatTellNothingAreTheShare) {
  const SigmoidFit fit = fit_sigmoid({0, 0, 0, 0, 0, 0}, {true, false, false, true, false, false});
  EXPECT_NEAR(fit.sigmoid(0.0), (2 * 0.75 + 4.0 / 6.0) / 6.0, 1e-4);  // of Platt's targets
}

TEST(PairProbabilities, StayFiniteFarOut) {
  const Sigmoid sigmoid{.a = -1.0, .b = 0.0};
  EXPECT_EQ(sigmoid(1e6), 1.0);
  EXPECT_EQ(sigmoid(-1e6), 0.0);
}

TEST(PairProbabilities, AreRecoveredFromThoseOfConsistentPairs) {
  const Eigen::Vector4d truth(0.1, 0.2, 0.3, 0.4);
  Eigen::MatrixXd pairwise = Eigen::MatrixXd::Zero(4, 4);
  for (Eigen::Index i = 0; i < 4; ++i)
    for (Eigen::Index j = 0; j < 4; ++j)
      if (i != j) pairwise(i, j) = truth(i) / (truth(i) + truth(j));
  EXPECT_TRUE(couple(pairwise).isApprox(truth, 1e-12));
}

TEST(PairProbabilities, OfACircleOfPairsAreEqual) {
  Eigen::MatrixXd pairwise(3, 3);
  pairwise << 0, 0.9, 0.1, 0.1, 0, 0.9, 0.9, 0.1, 0;
  EXPECT_TRUE(couple(pairwise).isApprox(Eigen::Vector3d::Constant(1.0 / 3.0), 1e-12));
}

}  // namespace pair_probabilities_test
}  // namespace genrebench
