#include "signal/segmentation/sem_tails.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "signal/test_clips.hpp"

namespace genrebench::fast_sem {
namespace sem_tails_test {

std::vector<double> convolved(const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<double> out(x.size() + y.size() - 1, 0.0);
  for (std::size_t m = 0; m < x.size(); ++m)
    for (std::size_t n = 0; n < y.size(); ++n) out[m + n] += x[m] * y[n];
  return out;
}

TEST(SemTails, MomentsAreTheSumsOverTheSamples) {
  constexpr std::size_t kOrder = 33, kLength = 300;
  SemOptions options;
  options.ar_order = kOrder;
  const Shape shape(kLength, options);
  ASSERT_TRUE(shape.tails_by_transforms);
  const Grid grid(shape);
  const std::vector<float> clip = testing::noise(kLanes * kLength);
  const WindowSeries windows(clip, kLength, kLength);
  BlockMaker make(windows, shape, &grid);
  std::vector<double> x(kLength);
  windows.copy(0, x);
  const ArModel model = fit_ar(x, kOrder, ArMethod::burg);
  const std::vector<double> a(model.coefficients.data(), model.coefficients.data() + kOrder + 1);

  // f = a * x of each window, whose last kOrder samples are the tail.
  LaneArray t(kOrder);
  std::vector<std::vector<double>> residuals;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    windows.copy(lane, x);
    residuals.push_back(convolved(a, x));
    for (std::size_t m = 0; m < kOrder; ++m) t[m][lane] = residuals[lane][kLength + m];
  }
  TailTransforms transforms(kOrder);
  const TailReference reference = transforms.describe(model);
  transforms.take(make(0));
  const TailMoments moments = transforms.moments(reference, t.data());

  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::vector<double>& f = residuals[lane];
    const std::vector<double> backwards(f.rbegin(), f.rend());
    const std::vector<double> r = convolved(f, backwards);  // lag 0 at f.size() - 1
    const std::vector<double> u = convolved(r, f);          // index 0 at f.size() - 1
    double squares = 0.0, with_lags = 0.0, with_products = 0.0;
    for (std::size_t d = 0; d < kOrder; ++d) {
      double s = 0.0;
      for (std::size_t m = 0; m + d < kOrder; ++m) s += t[m][lane] * t[m + d][lane];
      const double times = d == 0 ? 1.0 : 2.0;
      squares += times * s * s;
      with_lags += times * s * r[f.size() - 1 + d];
    }
    for (std::size_t m = 0; m < kOrder; ++m)
      with_products += t[m][lane] * u[f.size() - 1 + kLength + m];
    EXPECT_NEAR(moments.squares[lane], squares, 1e-12 * squares);
    EXPECT_NEAR(moments.with_lags[lane], with_lags, 1e-10 * std::abs(with_lags));
    EXPECT_NEAR(moments.with_products[lane], with_products, 1e-10 * std::abs(with_products));
    EXPECT_GT(moments.products_energy[lane], 0.0);
  }
}

TEST(SemTails, OnlyHighOrdersOfZeroStateResidualsTakeTransforms) {
  SemOptions options;
  options.ar_order = static_cast<int>(kMinOrderOfTransforms);
  EXPECT_TRUE(Shape(400, options).tails_by_transforms);
  options.lags = 20;
  EXPECT_FALSE(Shape(400, options).tails_by_transforms);
  options.lags.reset();
  for (const Residual residual : {Residual::valid, Residual::full}) {
    options.residual = residual;
    EXPECT_FALSE(Shape(400, options).tails_by_transforms);
  }
  options.residual = Residual::zero_state;
  options.ar_order -= 1;
  EXPECT_FALSE(Shape(400, options).tails_by_transforms);
}

}  // namespace sem_tails_test
}  // namespace genrebench::fast_sem
