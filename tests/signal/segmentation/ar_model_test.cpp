// AR models: worked by hand, by properties, at their limits, and against NumPy and SciPy
// (tests/golden/sem/generate.py and the oracle values outside the repository).

#include "signal/segmentation/ar_model.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "signal/audio/audio.hpp"
#include "signal/segmentation/window_series.hpp"
#include "signal/test_clips.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace ar_model_test {

constexpr ArMethod kMethods[] = {ArMethod::yule_walker, ArMethod::burg, ArMethod::forward_backward};

Eigen::MatrixXd golden(const std::string& name) {
  return testing::read_matrix(std::filesystem::path(GENREBENCH_SOURCE_DIR "/tests/golden/sem") /
                              (name + ".txt"));
}

/// Coefficients and variance of each window, a row each, as the reference files have them.
Eigen::MatrixXd models(std::span<const float> clip, std::size_t length, std::size_t n_windows,
                       int order, ArMethod method) {
  const WindowSeries windows(clip, length, length);
  Eigen::MatrixXd rows(static_cast<Eigen::Index>(n_windows), order + 2);
  std::vector<double> window(length);
  for (std::size_t i = 0; i < n_windows; ++i) {
    windows.copy(i, window);
    const ArModel model = fit_ar(window, order, method);
    rows.row(static_cast<Eigen::Index>(i)) << model.coefficients.transpose(), model.noise_variance;
  }
  return rows;
}

/// Coefficients to `tolerance` of the largest, variances to `tolerance` of themselves.
void expect_models(const Eigen::MatrixXd& got, const Eigen::MatrixXd& expected, double tolerance) {
  ASSERT_EQ(got.rows(), expected.rows());
  ASSERT_EQ(got.cols(), expected.cols());
  const Eigen::Index last = got.cols() - 1;
  const double largest = expected.leftCols(last).cwiseAbs().maxCoeff();
  EXPECT_LT((got - expected).leftCols(last).cwiseAbs().maxCoeff(), tolerance * largest);
  EXPECT_LT(((got - expected).col(last).array() / expected.col(last).array()).abs().maxCoeff(),
            tolerance);
}

TEST(ArModel, OrderOneOfThreeSamplesByHand) {
  // x = 2, 1, 1: r[0] = 6/3, r[1] = 3/3, so a = -1/2 and the variance 2 - 1/2.
  const std::vector<double> x = {2.0, 1.0, 1.0};
  const ArModel yule_walker = fit_ar(x, 1, ArMethod::yule_walker);
  EXPECT_DOUBLE_EQ(yule_walker.coefficients[1], -0.5);
  EXPECT_DOUBLE_EQ(yule_walker.noise_variance, 1.5);
  // Forward pairs (1, 2), (1, 1), backward the same reversed: a = -(2 + 1 + 2 + 1) / (4 + 1 + 1 +
  // 1).
  const ArModel least_squares = fit_ar(x, 1, ArMethod::forward_backward);
  EXPECT_DOUBLE_EQ(least_squares.coefficients[1], -6.0 / 7.0);
  EXPECT_NEAR(least_squares.noise_variance, (1.0 + 1.0 + 4.0 + 1.0 - 36.0 / 7.0) / 4.0, 1e-15);
  // Burg's first reflection is the same quotient; its variance starts from the mean power.
  const ArModel burg = fit_ar(x, 1, ArMethod::burg);
  EXPECT_DOUBLE_EQ(burg.coefficients[1], -6.0 / 7.0);
  EXPECT_NEAR(burg.noise_variance, 2.0 * (1.0 - 36.0 / 49.0), 1e-15);
}

TEST(ArModel, RecoversTheProcessThatMadeTheWindow) {
  // x[n] = 1.2 x[n - 1] - 0.8 x[n - 2] + u[n]
  Random random(3);
  std::vector<double> x(60000);
  for (std::size_t n = 0; n < x.size(); ++n)
    x[n] = (n > 0 ? 1.2 * x[n - 1] : 0.0) - (n > 1 ? 0.8 * x[n - 2] : 0.0) + 0.1 * random.normal();
  for (const ArMethod method : kMethods) {
    const ArModel model = fit_ar(x, 4, method);
    const Eigen::VectorXd truth = (Eigen::VectorXd(5) << 1.0, -1.2, 0.8, 0.0, 0.0).finished();
    // Standard deviations are below 1 / sqrt(60000) = 0.004.
    EXPECT_LT((model.coefficients - truth).cwiseAbs().maxCoeff(), 0.016);
    EXPECT_NEAR(model.noise_variance, 0.01, 0.0004);
  }
}

TEST(ArModel, AgreesWithNumPyOnAGeneratedClip) {
  const std::vector<float> clip = testing::golden_clip();
  expect_models(models(clip, 500, 8, 12, ArMethod::yule_walker), golden("ar12_yule_walker"), 1e-9);
  expect_models(models(clip, 500, 8, 12, ArMethod::burg), golden("ar12_burg"), 1e-9);
  expect_models(models(clip, 500, 8, 12, ArMethod::forward_backward),
                golden("ar12_forward_backward"), 1e-9);
}

TEST(ArModel, AgreesWithTheOracleOnRealMusic) {
  GENREBENCH_REQUIRE_SHARED(shared);
  for (const std::string genre : {"blues", "classical", "metal"}) {
    const std::vector<float> clip =
        read_audio(shared / "oracles" / ("clip_" + genre + ".wav"), 0.0);
    const auto oracle = [&](const std::string& name) {
      return testing::read_matrix(shared / "oracles" / ("signal_" + genre) / (name + ".txt"));
    };
    expect_models(models(clip, 11025, 10, 20, ArMethod::yule_walker), oracle("ar20_yule_walker"),
                  1e-6);
    expect_models(models(clip, 11025, 10, 20, ArMethod::forward_backward),
                  oracle("ar20_forward_backward"), 1e-6);
  }
}

TEST(ArModel, YuleWalkerAndBurgAreStable) {
  // All reflection coefficients of Levinson's recursion, run backwards, are below one.
  for (const ArMethod method : {ArMethod::yule_walker, ArMethod::burg}) {
    const std::vector<float> tone = testing::tone(440.0, 400);
    Eigen::VectorXd a =
        fit_ar(std::vector<double>(tone.begin(), tone.end()), 30, method).coefficients;
    for (Eigen::Index m = a.size() - 1; m >= 1; --m) {
      const double k = a[m];
      ASSERT_LT(std::abs(k), 1.0 + 1e-9);
      if (std::abs(k) >= 1.0 - 1e-9) break;
      a.head(m) = ((a.head(m) - k * a.segment(1, m).reverse()) / (1.0 - k * k)).eval();
    }
  }
}

TEST(ArModel, ASilentWindowIsWhiteWithoutPower) {
  for (const ArMethod method : kMethods) {
    const ArModel model = fit_ar(std::vector<double>(50, 0.0), 5, method);
    EXPECT_EQ(model.coefficients, Eigen::VectorXd::Unit(6, 0));
    EXPECT_EQ(model.noise_variance, 0.0);
  }
}

TEST(ArModel, AConstantWindowIsPredictedFromItsPast) {
  for (const double level : {1e-12, 0.5, -3e5}) {
    const std::vector<double> x(64, level);
    const ArModel burg = fit_ar(x, 5, ArMethod::burg);
    EXPECT_NEAR(burg.coefficients[1], -1.0, 1e-12);
    EXPECT_EQ(burg.coefficients.tail(4), Eigen::VectorXd::Zero(4));
    EXPECT_LT(burg.noise_variance, 1e-15 * level * level);
    // Of all that predict it, the solution of least norm weighs every sample alike.
    const ArModel least_squares = fit_ar(x, 5, ArMethod::forward_backward);
    EXPECT_LT((least_squares.coefficients.tail(5).array() + 0.2).abs().maxCoeff(), 1e-9);
    EXPECT_EQ(least_squares.noise_variance, 0.0);
    // The biased autocorrelation sees the edges: M - 1 of M samples are predicted.
    const ArModel yule_walker = fit_ar(x, 1, ArMethod::yule_walker);
    EXPECT_NEAR(yule_walker.coefficients[1], -63.0 / 64.0, 1e-12);
  }
}

TEST(ArModel, AnyOrderBelowTheLengthGivesFiniteModels) {
  const std::vector<float> noise = testing::noise(40);
  const std::vector<double> x(noise.begin(), noise.end());
  for (const ArMethod method : kMethods)
    for (int order = 1; order < 40; ++order) {
      const ArModel model = fit_ar(x, order, method);
      ASSERT_TRUE(model.coefficients.allFinite()) << order;
      ASSERT_GE(model.noise_variance, 0.0);
      ASSERT_TRUE(std::isfinite(model.noise_variance));
    }
}

TEST(ArModel, ScalingTheWindowScalesTheVarianceAlone) {
  const std::vector<float> noise = testing::noise(300);
  std::vector<double> x(noise.begin(), noise.end()), louder(x);
  for (double& value : louder) value *= 4.0;
  for (const ArMethod method : kMethods) {
    const ArModel a = fit_ar(x, 7, method), b = fit_ar(louder, 7, method);
    EXPECT_EQ(a.coefficients, b.coefficients);  // a power of two: to the bit
    EXPECT_EQ(16.0 * a.noise_variance, b.noise_variance);
  }
}

TEST(ArModel, AnOrderThatTheWindowCannotHaveIsRefused) {
  const std::vector<double> x(10, 1.0);
  EXPECT_THROW_SAYING(fit_ar(x, 10, ArMethod::burg), ConfigError,
                      "expected 1 to 9 for a window of 10 samples, found 10");
  EXPECT_THROW_SAYING(fit_ar(x, 0, ArMethod::burg), ConfigError, "found 0");
  EXPECT_THROW_SAYING(fit_ar({}, 1, ArMethod::burg), ConfigError, "found 1");
}

}  // namespace ar_model_test
}  // namespace genrebench
