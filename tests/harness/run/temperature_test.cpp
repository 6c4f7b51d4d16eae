#include "harness/run/temperature.hpp"

#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "support/calibration_golden.hpp"

namespace genrebench {
namespace temperature_test {

using testing::expected_calibration;
using testing::golden_forecasts;

double log_loss_of(const Eigen::MatrixXd& probabilities, const std::vector<int>& truth) {
  double sum = 0.0;
  for (Eigen::Index i = 0; i < probabilities.rows(); ++i)
    sum -= std::log(probabilities(i, truth[static_cast<std::size_t>(i)]));
  return sum / static_cast<double>(truth.size());
}

Eigen::MatrixXd rows(std::initializer_list<std::initializer_list<double>> values) {
  Eigen::MatrixXd result(static_cast<Eigen::Index>(values.size()),
                         static_cast<Eigen::Index>(values.begin()->size()));
  Eigen::Index i = 0;
  for (const auto& row : values) {
    Eigen::Index c = 0;
    for (const double value : row) result(i, c++) = value;
    ++i;
  }
  return result;
}

TEST(Temperature, IsThatOfAnIndependentSearch) {
  for (const std::string name : {"forecasts", "ties"}) {
    SCOPED_TRACE(name);
    const auto golden = golden_forecasts(name);
    const std::string prefix = name == "ties" ? "ties." : "";
    const double temperature = fit_temperature(golden.probabilities, golden.truth);
    // SciPy's search ends where the loss does not change in its last bits, which is flat ground.
    EXPECT_NEAR(temperature, expected_calibration(prefix + "temperature").front(), 1e-6);
    EXPECT_NEAR(log_loss_of(at_temperature(golden.probabilities, temperature), golden.truth),
                expected_calibration(prefix + "loss_at_temperature").front(), 1e-12);
  }
}

TEST(Temperature, RaisesToAPowerAndNormalises) {
  const Eigen::MatrixXd p = rows({{0.64, 0.36}, {0.2, 0.8}});
  const Eigen::MatrixXd two = at_temperature(p, 2.0), half = at_temperature(p, 0.5);
  EXPECT_NEAR(two(0, 0), 0.8 / 1.4, 1e-15);
  EXPECT_NEAR(two(1, 1), 2.0 / 3.0, 1e-15);
  EXPECT_NEAR(half(1, 1), 0.64 / 0.68, 1e-15);
  EXPECT_EQ(at_temperature(p, 1.0), p);
}

TEST(Temperature, FindsTheOneThatProbabilitiesWereSpoiltWith) {
  // Of 10 tracks with probabilities 0.9 and 0.1, nine are of the first class.
  Eigen::MatrixXd honest(10, 2);
  honest.col(0).setConstant(0.9);
  honest.col(1).setConstant(0.1);
  const std::vector<int> truth = {0, 0, 0, 0, 1, 0, 0, 0, 0, 0};
  EXPECT_NEAR(fit_temperature(honest, truth), 1.0, 1e-12);
  for (const double spoilt : {0.6, 1.5, 4.0}) {
    const Eigen::MatrixXd p = at_temperature(honest, 1.0 / spoilt);
    EXPECT_NEAR(fit_temperature(p, truth), spoilt, 1e-9);
    EXPECT_TRUE(at_temperature(p, fit_temperature(p, truth)).isApprox(honest, 1e-9));
  }
}

TEST(Temperature, KeepsTheOrderOfTheClasses) {
  Random random(3);
  Eigen::MatrixXd p(200, 6);
  for (Eigen::Index i = 0; i < p.rows(); ++i) {
    for (Eigen::Index c = 0; c < p.cols(); ++c) p(i, c) = std::pow(random.uniform(), 8.0);
    p.row(i) /= p.row(i).sum();
  }
  for (const double temperature : {kLeastTemperature, 0.3, 7.0, kGreatestTemperature}) {
    const Eigen::MatrixXd q = at_temperature(p, temperature);
    for (Eigen::Index i = 0; i < p.rows(); ++i) {
      Eigen::Index before = 0, after = 0;
      p.row(i).maxCoeff(&before);
      q.row(i).maxCoeff(&after);
      EXPECT_EQ(before, after);
      EXPECT_NEAR(q.row(i).sum(), 1.0, 1e-12);
    }
  }
}

TEST(Temperature, OfZeroProbabilitiesIsFinite) {
  const Eigen::MatrixXd p = rows({{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {1.0, 0.0, 0.0}});
  const double temperature = fit_temperature(p, std::vector<int>{0, 1, 2});
  EXPECT_GT(temperature, 1.0);
  const Eigen::MatrixXd q = at_temperature(p, temperature);
  // One answer of three is wrong, so the first class gets two thirds.
  EXPECT_NEAR(q(0, 0), 2.0 / 3.0, 1e-6);
  EXPECT_NEAR(q(0, 1), 1.0 / 6.0, 1e-6);
}

TEST(Temperature, StaysWithinItsLimits) {
  const Eigen::MatrixXd p = rows({{0.6, 0.4}, {0.3, 0.7}});
  EXPECT_EQ(fit_temperature(p, std::vector<int>{0, 1}), kLeastTemperature)
      << "all answers are right";
  EXPECT_EQ(fit_temperature(p, std::vector<int>{1, 0}), kGreatestTemperature) << "none is";
}

TEST(Temperature, IsOneWhereNothingTells) {
  EXPECT_EQ(fit_temperature(rows({{0.5, 0.5}, {0.5, 0.5}}), std::vector<int>{0, 1}), 1.0);
  EXPECT_EQ(fit_temperature(Eigen::MatrixXd(0, 3), {}), 1.0);
}

TEST(Temperature, NeverRaisesTheLossThatItIsFittedTo) {
  Random random(5);
  for (int trial = 0; trial < 50; ++trial) {
    Eigen::MatrixXd p(20, 4);
    std::vector<int> truth;
    for (Eigen::Index i = 0; i < p.rows(); ++i) {
      for (Eigen::Index c = 0; c < p.cols(); ++c) p(i, c) = 1e-3 + random.uniform();
      p.row(i) /= p.row(i).sum();
      truth.push_back(static_cast<int>(random.below(4)));
    }
    const double temperature = fit_temperature(p, truth);
    const double loss = log_loss_of(at_temperature(p, temperature), truth);
    EXPECT_LE(loss, log_loss_of(p, truth) + 1e-12);
    // No temperature beside it is better.
    for (const double other : {0.999 * temperature, 1.001 * temperature}) {
      if (other <= kLeastTemperature || other >= kGreatestTemperature) continue;
      EXPECT_LE(loss, log_loss_of(at_temperature(p, other), truth) + 1e-12);
    }
  }
}

}  // namespace temperature_test
}  // namespace genrebench
