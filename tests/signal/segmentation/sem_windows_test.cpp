#include "signal/segmentation/sem_windows.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "signal/test_clips.hpp"

namespace genrebench::fast_sem {
namespace sem_windows_test {

TEST(SemReference, OfOneTapByHand) {
  const Reference reference =
      describe_reference({.coefficients = Eigen::Vector2d(1.0, -0.5), .noise_variance = 3.0});
  EXPECT_EQ(reference.noise_variance, 3.0);
  EXPECT_EQ(reference.a, (std::vector<double>{-0.5, 1.0}));
  EXPECT_EQ(reference.c, (std::vector<double>{-0.5, 1.25, -0.5}));
  EXPECT_EQ(reference.b, (std::vector<double>{0.25, -1.125, 1.5, -0.5}));
  EXPECT_EQ(reference.aa, (std::vector<double>{0.25, -1.0, 1.0}));
  EXPECT_DOUBLE_EQ(reference.a_norm, std::sqrt(1.25));
  EXPECT_EQ(reference.gain, 1.5);
}

TEST(SemShape, LagsBeyondTheResidualAreAllLags) {
  SemOptions options;
  options.ar_order = 4;
  options.residual = Residual::valid;
  options.lags = 95;
  EXPECT_FALSE(Shape(100, options).all_lags);
  EXPECT_EQ(Shape(100, options).residual_length, 96U);
  options.lags = 96;
  EXPECT_TRUE(Shape(100, options).all_lags);
  options.residual = Residual::full;
  EXPECT_EQ(Shape(100, options).residual_length, 104U);
}

TEST(SemBlock, EachLaneHoldsItsOwnWindowAndLanesBeyondTheLastRepeatIt) {
  SemOptions options;
  options.ar_order = 2;
  options.lags = 3;
  const std::vector<float> clip = testing::noise(3 * 50);
  const WindowSeries windows(clip, 50, 50);
  const Shape shape(50, options);
  BlockMaker make(windows, shape, nullptr);
  const Block& block = make(0);
  std::vector<double> x(50);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    windows.copy(std::min<std::size_t>(lane, 2), x);
    double energy = 0.0, next = 0.0;
    for (std::size_t n = 0; n < 50; ++n) energy += x[n] * x[n];
    for (std::size_t n = 0; n + 1 < 50; ++n) next += x[n] * x[n + 1];
    EXPECT_NEAR(block.power[lane], energy / 50.0, 1e-14);
    EXPECT_NEAR(block.lagged[2][lane], energy, 1e-13) << "lag 0";
    EXPECT_NEAR(block.lagged[1][lane], next, 1e-13) << "lag -1";
    EXPECT_NEAR(block.lagged[3][lane], next, 1e-13) << "lag 1";
  }
}

TEST(SemBlock, BothWaysToTheProductsAtTheEdgesAgree) {
  SemOptions options;
  options.ar_order = 6;
  options.residual = Residual::valid;
  const std::vector<float> clip = testing::noise(kLanes * 400);
  const WindowSeries windows(clip, 400, 400);
  const Shape shape(400, options);
  const Grid at_nodes(shape);
  Grid by_transforms(shape);
  by_transforms.inverse_at_nodes = false;
  BlockMaker make_at_nodes(windows, shape, &at_nodes), transform(windows, shape, &by_transforms);
  const Block &a = make_at_nodes(0), &b = transform(0);
  EXPECT_EQ(a.squared_power, b.squared_power);
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    for (std::size_t q = 0; q < a.product_at_end.size(); ++q) {
      EXPECT_NEAR(a.product_at_end[q][lane], b.product_at_end[q][lane], 1e-9);
      EXPECT_NEAR(a.product_at_begin[q][lane], b.product_at_begin[q][lane], 1e-9);
      EXPECT_NEAR(a.square_at_end[q][lane], b.square_at_end[q][lane], 1e-9);
    }
}

TEST(SemBlock, LagsFromTheNodesAreThoseOfTheSamples) {
  const std::vector<float> clip = testing::noise(kLanes * 900);
  const WindowSeries windows(clip, 900, 900);
  std::vector<double> x(900);
  for (const int order : {3, 20}) {
    SemOptions options;
    options.ar_order = order;
    const Shape shape(900, options);
    const Grid grid(shape);
    BlockMaker make(windows, shape, &grid);
    const Block& block = make(0);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      windows.copy(lane, x);
      for (std::size_t lag = 0; lag < 2 * shape.p; ++lag) {
        double sum = 0.0;
        for (std::size_t n = 0; n + lag < x.size(); ++n) sum += x[n] * x[n + lag];
        EXPECT_NEAR(block.lagged[shape.p + lag][lane], sum, 1e-11) << "lag " << lag;
      }
    }
  }
}

TEST(Phases, ArePowersOfOneTurn) {
  const Phases phases({0.0, 0.3, 3.1}, 9);
  for (Eigen::Index k = 0; k < 3; ++k)
    for (Eigen::Index l = 0; l < 9; ++l) {
      const double angle = (k == 0 ? 0.0 : k == 1 ? 0.3 : 3.1) * static_cast<double>(l);
      EXPECT_NEAR(phases.real(k, l), std::cos(angle), 1e-14);
      EXPECT_NEAR(phases.imaginary(k, l), -std::sin(angle), 1e-14);
    }
}

}  // namespace sem_windows_test
}  // namespace genrebench::fast_sem
