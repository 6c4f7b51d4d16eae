#include "signal/segmentation/sem_pairs.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "signal/test_clips.hpp"

namespace genrebench::fast_sem {
namespace sem_pairs_test {

/// r_e[0] and the sum of r_e[k]^2 over k = 1 .. n_lags - 1 from the residual itself.
std::pair<double, double> moments(const ArModel& model, const std::vector<double>& x,
                                  const Shape& shape) {
  std::vector<double> residual;
  for (std::size_t n = shape.head ? shape.p : 0; n < x.size() + (shape.tail ? 0 : shape.p); ++n) {
    double sum = 0.0;
    for (std::size_t k = 0; k <= shape.p; ++k)
      if (n >= k && n - k < x.size())
        sum += model.coefficients[static_cast<Eigen::Index>(k)] * x[n - k];
    residual.push_back(sum);
  }
  double power = 0.0, squares = 0.0;
  for (std::size_t lag = 0; lag < shape.n_lags; ++lag) {
    double r = 0.0;
    for (std::size_t n = 0; n + lag < residual.size(); ++n) r += residual[n] * residual[n + lag];
    if (lag == 0) power = r;
    if (lag > 0) squares += r * r;
  }
  return {power, squares};
}

TEST(SemPairs, FewLagsAreThoseOfTheResidual) {
  const std::vector<float> clip = testing::noise(kLanes * 200);
  const WindowSeries windows(clip, 200, 200);
  std::vector<double> x(200);
  windows.copy(0, x);
  const ArModel model = fit_ar(x, 5, ArMethod::yule_walker);
  for (const Residual residual : {Residual::zero_state, Residual::valid, Residual::full}) {
    SemOptions options;
    options.ar_order = 5;
    options.lags = 12;
    options.residual = residual;
    const Shape shape(200, options);
    BlockMaker make(windows, shape, nullptr);
    const Block& block = make(0);
    const Sums sums = PairSums(shape).few_lags(describe_reference(model), block);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      windows.copy(lane, x);
      const auto [power, squares] = moments(model, x, shape);
      EXPECT_NEAR(sums.power[lane], power, sums.power_error[lane]);
      EXPECT_NEAR(sums.squares[lane], squares, sums.squares_error[lane]);
      EXPECT_LT(sums.power_error[lane], 1e-12 * power);
      EXPECT_LT(sums.squares_error[lane], 1e-10 * squares);
    }
  }
}

TEST(SemPairs, AResidualWithoutPowerHasNoBound) {
  const Reference reference =
      describe_reference({.coefficients = Eigen::Vector2d(1.0, -1.0), .noise_variance = 1.0});
  const Sums sums{.power = {}, .squares = {}, .power_error = {}, .squares_error = {}};
  const Bounded value =
      sem_of_sums(reference, sums, {.lane = 0, .mean_square = 1.0, .residual_length = 100.0});
  EXPECT_TRUE(std::isinf(value.bound));
  EXPECT_EQ(value.ratio, 0.0);
}

}  // namespace sem_pairs_test
}  // namespace genrebench::fast_sem
