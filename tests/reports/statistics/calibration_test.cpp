#include "reports/statistics/calibration.hpp"

#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "support/calibration_golden.hpp"

namespace genrebench {
namespace statistics_calibration_test {

using testing::expected_calibration;
using testing::golden_forecasts;

/// Our number beside those of other programs. Both compute in double precision, torchmetrics in
/// part in single precision.
constexpr double kTolerance = 1e-6;
constexpr int kBins = 10;

/// Every track is given its most probable class.
Forecasts make(Eigen::MatrixXd probabilities, std::vector<int> truth) {
  Forecasts result{.probabilities = std::move(probabilities), .truth = std::move(truth)};
  for (Eigen::Index i = 0; i < result.probabilities.rows(); ++i) {
    Eigen::Index best = 0;
    result.probabilities.row(i).maxCoeff(&best);
    result.predicted.push_back(static_cast<int>(best));
  }
  return result;
}

Forecasts golden(const std::string& name) {
  auto read = golden_forecasts(name);
  return make(std::move(read.probabilities), std::move(read.truth));
}

/// Tracks of two classes that are given the first one.
/// @param confidence  in it
Forecasts of_confidence(const std::vector<double>& confidence, const std::vector<int>& truth) {
  Forecasts result{.probabilities = Eigen::MatrixXd(std::ssize(confidence), 2),
                   .truth = truth,
                   .predicted = std::vector<int>(confidence.size(), 0)};
  for (std::size_t i = 0; i < confidence.size(); ++i)
    result.probabilities.row(static_cast<Eigen::Index>(i)) << confidence[i], 1.0 - confidence[i];
  return result;
}

/// Values of a kind that a bin may have.
std::vector<CalibrationBin> bins_of(const Forecasts& forecasts, int n_bins = kBins) {
  return calibration_bins(forecasts, equal_mass_bins(confidences(forecasts), n_bins));
}

TEST(Calibration, IsThatOfOtherPrograms) {
  for (const std::string name : {"forecasts", "ties"}) {
    SCOPED_TRACE(name);
    const std::string prefix = name == "ties" ? "ties." : "";
    const auto expected = [&](const std::string& what) {
      return expected_calibration(prefix + what);
    };
    const Forecasts forecasts = golden(name);
    EXPECT_NEAR(log_loss(forecasts), expected("log_loss")[0], kTolerance);
    EXPECT_NEAR(brier_score(forecasts), expected("brier")[0], kTolerance);
    EXPECT_NEAR(overconfidence(forecasts), expected("overconfidence")[0], kTolerance);
    const std::vector<CalibrationBin> bins = bins_of(forecasts);
    EXPECT_NEAR(calibration_error(bins), expected("ece")[0], kTolerance);
    EXPECT_NEAR(debiased_calibration_error(bins), expected("debiased_ece")[0], kTolerance);
    EXPECT_NEAR(debiased_square_error(bins), expected("debiased_square")[0], kTolerance);
    const BrierParts parts = brier_parts(forecasts, class_bins(forecasts, kBins));
    const std::vector<double> theirs = expected("brier_parts");
    EXPECT_NEAR(parts.reliability, theirs[0], kTolerance);
    EXPECT_NEAR(parts.resolution, theirs[1], kTolerance);
    EXPECT_NEAR(parts.uncertainty, theirs[2], kTolerance);
    const RiskCurve curve(forecasts);
    EXPECT_NEAR(curve.area(), expected("area")[0], kTolerance);
    EXPECT_NEAR(curve.excess_area(), expected("excess_area")[0], kTolerance);
    const std::vector<double> risks = expected("risks");
    for (std::size_t i = 0; i < risks.size(); ++i)
      EXPECT_NEAR(curve.risk(static_cast<double>(i + 1) / 10.0), risks[i], kTolerance) << i;
  }
}

TEST(Calibration, OfBinsOfEqualWidthIsThatOfTorchmetrics) {
  const Forecasts forecasts = golden("forecasts");
  EXPECT_NEAR(calibration_error(calibration_bins(forecasts, equal_width_bins(15))),
              expected_calibration("ece_of_equal_width")[0], kTolerance);
}

TEST(Calibration, IsThatOfTheProgramOfKumarAndOthers) {
  const std::vector<CalibrationBin> bins = bins_of(golden("forecasts"));
  EXPECT_NEAR(calibration_error(bins), expected_calibration("ece_of_kumar")[0], kTolerance);
  // The mean of 400 estimates, each of which is made from 1000 random draws.
  EXPECT_NEAR(debiased_calibration_error(bins), expected_calibration("debiased_ece_drawn")[0],
              1e-4);
}

TEST(Calibration, BinsAreThoseOfScikitLearn) {
  Forecasts forecasts = golden("forecasts");
  forecasts.probabilities.conservativeResize(300, Eigen::NoChange);
  forecasts.truth.resize(300);
  forecasts.predicted.resize(300);
  const std::vector<double> shares = expected_calibration("shares_of_300"),
                            means = expected_calibration("means_of_300");
  const std::vector<CalibrationBin> bins = bins_of(forecasts);
  ASSERT_EQ(bins.size(), shares.size());
  for (std::size_t b = 0; b < bins.size(); ++b) {
    EXPECT_EQ(bins[b].n, 30.0);
    EXPECT_NEAR(bins[b].share_right, shares[b], kTolerance);
    EXPECT_NEAR(bins[b].confidence, means[b], kTolerance);
  }
}

TEST(Calibration, WeightsAreThoseOfScikitLearn) {
  const Forecasts forecasts = golden("forecasts");
  const std::vector<double> weights = expected_calibration("weights");
  EXPECT_NEAR(log_loss(forecasts, weights), expected_calibration("weighted_log_loss")[0],
              kTolerance);
  EXPECT_NEAR(brier_score(forecasts, weights), expected_calibration("weighted_brier")[0],
              kTolerance);
}

TEST(Calibration, WholeWeightsAreTracksThatAreThereSeveralTimes) {
  const Forecasts once = golden("forecasts");
  const std::vector<double> weights = expected_calibration("weights");
  Forecasts often{.probabilities = Eigen::MatrixXd(0, once.probabilities.cols())};
  for (std::size_t t = 0; t < once.size(); ++t)
    for (int i = 0; i < static_cast<int>(weights[t]); ++i) {
      often.probabilities.conservativeResize(often.probabilities.rows() + 1, Eigen::NoChange);
      often.probabilities.bottomRows(1) = once.probabilities.row(static_cast<Eigen::Index>(t));
      often.truth.push_back(once.truth[t]);
      often.predicted.push_back(once.predicted[t]);
    }
  const BinLimits limits = equal_mass_bins(confidences(once), kBins);
  const std::vector<BinLimits> classes = class_bins(once, kBins);
  EXPECT_NEAR(share_right(once, weights), share_right(often), 1e-12);
  EXPECT_NEAR(overconfidence(once, weights), overconfidence(often), 1e-12);
  const auto a = calibration_bins(once, limits, weights), b = calibration_bins(often, limits);
  EXPECT_NEAR(calibration_error(a), calibration_error(b), 1e-12);
  EXPECT_NEAR(debiased_calibration_error(a), debiased_calibration_error(b), 1e-12);
  EXPECT_NEAR(debiased_square_error(a), debiased_square_error(b), 1e-12);
  const BrierParts of_once = brier_parts(once, classes, weights),
                   of_often = brier_parts(often, classes);
  EXPECT_NEAR(of_once.reliability, of_often.reliability, 1e-12);
  EXPECT_NEAR(of_once.resolution, of_often.resolution, 1e-12);
  EXPECT_NEAR(of_once.uncertainty, of_often.uncertainty, 1e-12);
  const RiskCurve curve(once), repeated(often);
  EXPECT_NEAR(curve.area(weights), repeated.area(), 1e-12);
  EXPECT_NEAR(curve.risk(0.4, weights), repeated.risk(0.4), 1e-12);
}

TEST(Calibration, LogLossIsClipped) {
  EXPECT_NEAR(log_loss(of_confidence({0.0}, {0})), -std::log(kClip), 1e-12);
  EXPECT_NEAR(log_loss(of_confidence({1.0, 0.5}, {0, 0})), (kClip + std::log(2.0)) / 2.0, 1e-12);
}

TEST(Calibration, BrierScoreByHand) {
  // (0.3^2 + 0.3^2 + 0.7^2 + 0.7^2) / 2
  EXPECT_NEAR(brier_score(of_confidence({0.7, 0.7}, {0, 1})), 0.58, 1e-12);
}

TEST(Calibration, BrierScoreIsTheSumOfItsParts) {
  for (const std::string name : {"forecasts", "ties"})
    for (const int n_bins : {1, 3, 10, 1000}) {
      const Forecasts forecasts = golden(name);
      const BrierParts parts = brier_parts(forecasts, class_bins(forecasts, n_bins));
      EXPECT_NEAR(parts.score, brier_score(forecasts), 1e-12);
      EXPECT_NEAR(parts.reliability - parts.resolution + parts.uncertainty, parts.score, 1e-12);
    }
}

TEST(Calibration, PartsOfTheBrierScoreByHand) {
  // Half of the tracks are said to be right with 0.8 and are so four times of five; the others have
  // 0.5 and are right once of five. Both classes contribute the same.
  std::vector<double> confidence(10, 0.8);
  std::fill(confidence.begin() + 5, confidence.end(), 0.5);
  const Forecasts forecasts = of_confidence(confidence, {0, 0, 0, 0, 1, 0, 1, 1, 1, 1});
  const BrierParts parts = brier_parts(forecasts, class_bins(forecasts, 2));
  EXPECT_NEAR(parts.reliability, 2.0 * 0.5 * 0.3 * 0.3, 1e-12);
  EXPECT_NEAR(parts.resolution, 2.0 * 0.3 * 0.3, 1e-12);
  EXPECT_NEAR(parts.uncertainty, 2.0 * 0.25, 1e-12);
}

TEST(Calibration, ErrorByHand) {
  const Forecasts forecasts = of_confidence({0.6, 0.6, 0.9, 0.9}, {0, 1, 0, 0});
  const std::vector<CalibrationBin> bins = bins_of(forecasts, 2);
  ASSERT_EQ(bins.size(), 2u);
  EXPECT_NEAR(calibration_error(bins), 0.5 * 0.1 + 0.5 * 0.1, 1e-12);
  EXPECT_NEAR(overconfidence(forecasts), 0.0, 1e-12) << "one bin too high, the other too low";
  // The first bin has the variance 0.5 * 0.5 / (2 - 1), the second none.
  EXPECT_NEAR(debiased_square_error(bins), 0.5 * (0.01 - 0.25) + 0.5 * 0.01, 1e-12);
}

TEST(Calibration, DebiasingTakesTwoFifthsOfTheErrorOfCalibratedForecastsAndAllOfTheSquaredOne) {
  Random random(11);
  double plain = 0.0, debiased = 0.0, squares = 0.0;
  constexpr int kTrials = 400;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> confidence;
    std::vector<int> truth;
    for (int i = 0; i < 300; ++i) {
      confidence.push_back(0.3 + 0.65 * random.uniform());
      truth.push_back(random.uniform() < confidence.back() ? 0 : 1);
    }
    const auto bins = bins_of(of_confidence(confidence, truth));
    plain += calibration_error(bins) / kTrials;
    debiased += debiased_calibration_error(bins) / kTrials;
    squares += debiased_square_error(bins) / kTrials;
  }
  // Of 30 tracks a share varies by about 0.085, whose mean distance from the truth is 0.067.
  EXPECT_GT(plain, 0.055);
  // Where the true error is 0, a bin's distance is 0.80 deviations on average, and drawn once more
  // it is 1.13: 1.60 - 1.13 = 0.47 are left.
  EXPECT_NEAR(debiased, 0.47 / 0.80 * plain, 0.03 * plain);
  EXPECT_NEAR(squares, 0.0, 1e-3);
}

TEST(Calibration, BinsHoldEquallyManyValuesAndEqualOnesTogether) {
  EXPECT_EQ(equal_mass_bins(std::vector<double>{4, 1, 3, 2}, 2), (BinLimits{2.5}));
  EXPECT_EQ(equal_mass_bins(std::vector<double>{1, 1, 1, 2}, 2), (BinLimits{1.0}));
  EXPECT_EQ(equal_mass_bins(std::vector<double>{1, 1, 1, 2}, 4), (BinLimits{1.0}));
  EXPECT_EQ(equal_mass_bins(std::vector<double>{1, 2, 2, 2}, 2), (BinLimits{}))
      << "the values up to the limit, 2, are all";
  EXPECT_EQ(equal_mass_bins(std::vector<double>{1, 2}, 5), (BinLimits{1.5}));
  EXPECT_TRUE(equal_mass_bins(std::vector<double>(7, 0.5), 3).empty());
  EXPECT_TRUE(equal_mass_bins({}, 3).empty());
  EXPECT_EQ(equal_width_bins(4), (BinLimits{0.25, 0.5, 0.75}));
  EXPECT_EQ(bin_of(0.25, {0.25, 0.5}), 0u);
  EXPECT_EQ(bin_of(0.26, {0.25, 0.5}), 1u);
  EXPECT_EQ(bin_of(0.51, {0.25, 0.5}), 2u);
}

TEST(Calibration, NoBinOfEqualMassIsEmpty) {
  Random random(2);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> values;
    for (std::size_t i = 0, n = 1 + random.below(30); i < n; ++i)
      values.push_back(static_cast<double>(random.below(8)) / 8.0);
    const BinLimits limits = equal_mass_bins(values, 1 + static_cast<int>(random.below(12)));
    std::vector<int> n(limits.size() + 1);
    for (const double value : values) ++n[bin_of(value, limits)];
    for (const int count : n) EXPECT_GT(count, 0);
  }
}

TEST(Calibration, RiskByHand) {
  const Forecasts forecasts = of_confidence({0.9, 0.8, 0.7, 0.6}, {0, 1, 0, 1});
  const RiskCurve curve(forecasts);
  EXPECT_EQ(curve.risk(0.25), 0.0);
  EXPECT_EQ(curve.risk(0.5), 0.5);
  EXPECT_NEAR(curve.risk(0.75), 1.0 / 3.0, 1e-12);
  EXPECT_EQ(curve.risk(1.0), 0.5);
  EXPECT_EQ(curve.risk(0.3), 0.5) << "at least three tenths of four are two";
  EXPECT_EQ(curve.accepted(0.5), (std::vector<std::size_t>{0, 1}));
  EXPECT_NEAR(curve.area(), (0.0 + 0.5 + 1.0 / 3.0 + 0.5) / 4.0, 1e-12);
  // Best: right, right, wrong, wrong.
  EXPECT_NEAR(curve.excess_area(), curve.area() - (1.0 / 3.0 + 0.5) / 4.0, 1e-12);
}

TEST(Calibration, TracksOfEqualConfidenceAreAcceptedTogether) {
  const Forecasts forecasts = of_confidence({0.9, 0.9, 0.9, 0.9}, {0, 1, 1, 1});
  const RiskCurve curve(forecasts);
  EXPECT_EQ(curve.risk(0.1), 0.75);
  EXPECT_EQ(curve.area(), 0.75);
  EXPECT_EQ(curve.accepted(0.1).size(), 4u);
}

TEST(Calibration, TheBestOrderHasNoExcess) {
  const RiskCurve curve(of_confidence({0.9, 0.8, 0.7, 0.6}, {0, 0, 1, 1}));
  EXPECT_NEAR(curve.excess_area(), 0.0, 1e-12);
}

TEST(Calibration, ConfidenceIsThatOfThePredictedGenre) {
  // Votes may decide for another class than the most probable one.
  Forecasts forecasts = of_confidence({0.7}, {1});
  forecasts.predicted = {1};
  EXPECT_NEAR(forecasts.confidence(0), 0.3, 1e-12);
  EXPECT_TRUE(forecasts.right(0));
  EXPECT_NEAR(overconfidence(forecasts), -0.7, 1e-12);
}

TEST(Calibration, OfNoTracksIsNoNumber) {
  const Forecasts none{.probabilities = Eigen::MatrixXd(0, 2)};
  EXPECT_TRUE(std::isnan(log_loss(none)));
  EXPECT_TRUE(std::isnan(brier_score(none)));
  EXPECT_TRUE(std::isnan(calibration_error(bins_of(none))));
  EXPECT_TRUE(std::isnan(RiskCurve(none).area()));
  const Forecasts one = of_confidence({0.7}, {0});
  EXPECT_TRUE(std::isnan(log_loss(one, std::vector<double>{0.0})));
  EXPECT_TRUE(std::isnan(RiskCurve(one).risk(0.5, std::vector<double>{0.0})));
}

}  // namespace statistics_calibration_test
}  // namespace genrebench
