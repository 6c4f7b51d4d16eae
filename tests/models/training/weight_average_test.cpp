#include "models/training/weight_average.hpp"

#include <gtest/gtest.h>

#include "models/networks/image_network.hpp"
#include "models/networks/recurrent_network.hpp"
#include "models/networks/resnet34_network.hpp"
#include "models/training/checkpoint.hpp"

namespace genrebench {
namespace weight_average_test {

std::shared_ptr<Network> small() {
  return make_recurrent_network({.n_features = 2, .n_classes = 2, .hidden = 2});
}

/// Sets every weight to a number.
void fill(Network& network, double value) {
  const torch::NoGradGuard no_grad;
  for (torch::Tensor& parameter : network.parameters()) parameter.fill_(value);
}

TEST(WeightAverage, IsTheExponentialMeanWithTheFactorOfEarlySteps) {
  const auto network = small();
  fill(*network, 1.0);
  WeightAverage average(*network, 0.3, {});
  double expected = 1.0;
  for (std::int64_t t = 1; t <= 5; ++t) {
    const double value = static_cast<double>(t * t);
    fill(*network, value);
    average.update(*network, t);
    const double factor = std::min(0.3, static_cast<double>(1 + t) / static_cast<double>(10 + t));
    expected = factor * expected + (1.0 - factor) * value;
    for (const torch::Tensor& tensor : average.values())
      EXPECT_NEAR(tensor.min().item<double>(), expected, 1e-5 * expected) << t;
  }
}

TEST(WeightAverage, WhatDoesNotChangeStaysTheSameToTheBit) {
  const auto network = small();
  const std::vector<torch::Tensor> before = snapshot(*network);
  WeightAverage average(*network, 0.9, {});
  for (std::int64_t t = 1; t <= 100; ++t) average.update(*network, t);
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_TRUE(torch::equal(average.values()[i], before[i]));
}

TEST(WeightAverage, RunningStatisticsAreAveragedAndCountsAreTaken) {
  const auto network = make_resnet34({.n_classes = 2, .channels = 1, .width = 0.07});
  network->train();
  WeightAverage average(*network, 0.999, {});
  const std::vector<torch::Tensor> first = snapshot(*network);
  network->forward(torch::randn({2, 1, 32, 32}));
  average.update(*network, 1);
  const std::vector<torch::Tensor> now = snapshot(*network);
  bool counted = false, averaged = false;
  for (std::size_t i = 0; i < now.size(); ++i) {
    const torch::Tensor& mean = average.values()[i];
    if (now[i].scalar_type() == torch::kInt64) {
      EXPECT_TRUE(torch::equal(mean, now[i]));
      counted = true;
    } else if (!torch::equal(first[i], now[i])) {
      const double factor = 2.0 / 11.0;
      EXPECT_TRUE(torch::allclose(mean, first[i] * factor + now[i] * (1.0 - factor), 1e-4, 1e-6));
      averaged = true;
    }
  }
  EXPECT_TRUE(counted && averaged);
}

TEST(WeightAverage, LeavesOutFixedTensorsAndGivesTheWeightsBack) {
  const auto network = small();
  const FixedTensors fixed = {network->parameters().front().unsafeGetTensorImpl()};
  WeightAverage average(*network, 0.5, fixed);
  EXPECT_EQ(average.values().size(), network->parameters().size() - 1);
  fill(*network, 3.0);
  average.update(*network, 100);
  const std::vector<torch::Tensor> own = snapshot(*network);
  {
    const WithAverage averaged(*network, &average, fixed);
    EXPECT_EQ(network->parameters().front().min().item<float>(), 3.0f) << "fixed";
    for (std::size_t i = 0; i < average.values().size(); ++i)
      EXPECT_TRUE(torch::equal(network->parameters()[i + 1], average.values()[i]));
  }
  for (std::size_t i = 0; i < own.size(); ++i)
    EXPECT_TRUE(torch::equal(snapshot(*network)[i], own[i]));
  const WithAverage nothing(*network, nullptr, fixed);
  EXPECT_TRUE(torch::equal(network->parameters()[1], own[1]));
}

}  // namespace weight_average_test
}  // namespace genrebench
