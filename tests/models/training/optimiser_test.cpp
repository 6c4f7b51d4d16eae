// The optimiser and the freezing of layers, on a small recurrent network.
#include "models/training/optimiser.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/networks/recurrent_network.hpp"
#include "models/training/freezing.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace optimiser_test {

/// Groups: rnn.l0, rnn.l1, head.
std::shared_ptr<Network> network() {
  torch::manual_seed(1);
  return make_recurrent_network({.n_features = 3, .n_classes = 2, .hidden = 4, .layers = 2});
}

TEST(Optimiser, EachGroupMovesByTheRateOfTheNextOneDividedByDiscriminative) {
  const auto net = network();
  TrainingOptions options;
  options.optimiser = TrainingOptions::Optimiser::sgd;
  options.discriminative = 10.0;
  options.momentum = 0.0;
  Optimiser optimiser(*net, options);
  std::vector<torch::Tensor> before;
  for (torch::Tensor& parameter : net->parameters()) {
    before.push_back(parameter.detach().clone());
    parameter.mutable_grad() = torch::ones_like(parameter);
  }
  optimiser.set({.learning_rate = 1.0, .momentum = 0.0});
  optimiser.step();
  const std::vector<double> rates = {0.01, 0.1, 1.0};
  for (const Layer& layer : net->layers())
    for (const torch::Tensor& parameter : layer.module->parameters())
      for (std::size_t i = 0; i < before.size(); ++i)
        if (parameter.is_same(net->parameters()[i])) {
          const double moved = (before[i] - parameter).mean().item<double>();
          EXPECT_NEAR(moved, rates[static_cast<std::size_t>(layer.group)], 1e-6) << layer.name;
        }
}

TEST(Optimiser, MomentumIsSgdsOrTheFirstBetaOfAdam) {
  using Kind = TrainingOptions::Optimiser;
  for (const Kind kind : {Kind::adam, Kind::adamw, Kind::sgd}) {
    const auto net = network();
    TrainingOptions options;
    options.optimiser = kind;
    Optimiser optimiser(*net, options);
    optimiser.set({.learning_rate = 0.5, .momentum = 0.25});
    for (torch::Tensor& parameter : net->parameters())
      parameter.mutable_grad() = torch::ones_like(parameter);
    optimiser.step();
    EXPECT_FALSE(optimiser.state().empty()) << "a momentum is kept";
  }
}

TEST(Freezing, HoldsTheFirstLayersUntilTheEpochInWhichAllAreTrained) {
  const auto net = network();
  TrainingOptions options;
  options.freeze_up_to = "rnn.l0";
  options.unfreeze_epoch = 3;
  const Freezing freezing(*net, options);
  const auto trained = [&](std::int64_t epoch) {
    net->train();
    freezing.apply(epoch);
    std::vector<bool> result;
    for (const Layer& layer : net->layers())
      result.push_back(layer.module->parameters().front().requires_grad());
    return result;
  };
  EXPECT_EQ(trained(1), (std::vector<bool>{false, true, true}));
  EXPECT_EQ(trained(2), (std::vector<bool>{false, true, true}));
  EXPECT_EQ(trained(3), (std::vector<bool>{true, true, true}));
}

TEST(Freezing, RefusesALayerThatIsNotThereAndTheLastOne) {
  const auto net = network();
  TrainingOptions options;
  options.freeze_up_to = "rnn.l7";
  EXPECT_THROW_SAYING(Freezing(*net, options), ConfigError, "rnn.l7", "rnn.l0, rnn.l1, head");
  options.freeze_up_to = "head";
  EXPECT_THROW_SAYING(Freezing(*net, options), ConfigError, "last layer");
}

}  // namespace optimiser_test
}  // namespace genrebench
