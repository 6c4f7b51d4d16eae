#include "models/training/gradient_norm.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace genrebench {
namespace gradient_norm_test {

/// Parameters with gradients, and one without.
std::vector<torch::Tensor> parameters(double scale = 1.0) {
  torch::manual_seed(3);
  std::vector<torch::Tensor> all;
  for (const std::int64_t n : {1, 7, 300}) {
    all.push_back(torch::randn({n, 3}).requires_grad_());
    all.back().mutable_grad() = torch::randn({n, 3}) * scale;
  }
  all.push_back(torch::randn({2}).requires_grad_());
  return all;
}

TEST(GradientNorm, IsThatOfLibtorchAndClipsAsItDoes) {
  for (const double limit : {0.5, 1e4}) {
    const auto ours = parameters(), theirs = parameters();
    const double expected = torch::nn::utils::clip_grad_norm_(theirs, limit);
    EXPECT_EQ(gradient_norm(parameters(), {}).item<double>(), expected);
    EXPECT_EQ(gradient_norm(ours, limit).item<double>(), expected) << "of before";
    for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(torch::equal(ours[i].grad(), theirs[i].grad()));
    EXPECT_FALSE(ours[3].grad().defined());
  }
}

TEST(GradientNorm, OfOneParameterIsItsOwn) {
  torch::Tensor one = torch::zeros({2}).requires_grad_();
  one.mutable_grad() = torch::tensor({3.0f, 4.0f});
  EXPECT_EQ(gradient_norm({one}, {}).item<double>(), 5.0);
}

TEST(GradientNorm, TheMeanIsOverTheStepsOfTheEpoch) {
  MeanGradientNorm mean(torch::kCPU, 4);
  for (const float norm : {1.0f, 2.0f, 3.0f, 6.0f})
    EXPECT_FALSE(mean.add(torch::tensor(norm)).has_value());
  EXPECT_EQ(mean.mean(), 3.0);
}

TEST(GradientNorm, OneThatIsNotFiniteIsNoticedAtOnceOnTheCpu) {
  for (const float bad :
       {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    MeanGradientNorm mean(torch::kCPU, 2);
    EXPECT_FALSE(mean.add(torch::tensor(1.0f)).has_value());
    const auto noticed = mean.add(torch::tensor(bad));
    ASSERT_TRUE(noticed.has_value());
    EXPECT_FALSE(std::isfinite(*noticed));
    EXPECT_FALSE(std::isfinite(mean.mean()));
  }
}

}  // namespace gradient_norm_test
}  // namespace genrebench
