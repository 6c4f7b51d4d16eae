#include "models/networks/recurrent_network.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/networks/network.hpp"

namespace genrebench::testing {
namespace recurrent_network_test {

RecurrentOptions small() {
  RecurrentOptions options;
  options.n_features = 3;
  options.n_classes = 4;
  options.hidden = 6;
  options.layers = 2;
  options.fully_connected = 5;
  return options;
}

RecurrentOptions small(Combine combine) {
  RecurrentOptions options = small();
  options.skip = 2;
  options.combine = combine;
  return options;
}

std::map<std::string, torch::Tensor> parameters_of(const torch::nn::Module& module) {
  std::map<std::string, torch::Tensor> result;
  for (const auto& parameter : module.named_parameters())
    result[parameter.key()] = parameter.value();
  return result;
}

TEST(RecurrentNetwork, TakesTheWeightsOfLibtorchsGruByNameAndThenIsIt) {
  torch::manual_seed(1);
  const auto network = make_recurrent_network(small());
  torch::nn::GRU gru(torch::nn::GRUOptions(3, 6).num_layers(2).batch_first(true));
  auto own = parameters_of(*network);
  const torch::NoGradGuard no_grad;
  std::set<std::string> expected{"head.0.weight", "head.0.bias", "head.3.weight", "head.3.bias"};
  for (const auto& [name, value] : parameters_of(*gru)) {
    expected.insert("rnn." + name);
    ASSERT_TRUE(own.contains("rnn." + name)) << name;
    ASSERT_EQ(own["rnn." + name].sizes(), value.sizes()) << name;
    own["rnn." + name].copy_(value);
  }
  std::set<std::string> names;
  for (const auto& [name, value] : own) names.insert(name);
  EXPECT_EQ(names, expected);

  const torch::Tensor batch = torch::randn({5, 11, 3});
  const torch::Tensor state = std::get<0>(gru->forward(batch)).select(1, -1);
  const torch::Tensor hidden =
      torch::relu(torch::linear(state, own["head.0.weight"], own["head.0.bias"]));
  const torch::Tensor logits = torch::linear(hidden, own["head.3.weight"], own["head.3.bias"]);
  EXPECT_LE((network->forward(batch) - logits).abs().max().item<double>(), 1e-6);
}

TEST(RecurrentNetwork, StartsAsLibtorchsGruDoes) {
  torch::manual_seed(3);
  const auto network = make_recurrent_network(small());
  torch::manual_seed(3);
  torch::nn::GRU gru(torch::nn::GRUOptions(3, 6).num_layers(2));
  auto own = parameters_of(*network);
  for (const auto& [name, value] : parameters_of(*gru))
    EXPECT_TRUE(torch::equal(own["rnn." + name], value)) << name;
}

TEST(RecurrentNetwork, HasWeightsForAGateOnlyWhereStatesAreMixedByOne) {
  EXPECT_FALSE(
      parameters_of(*make_recurrent_network(small(Combine::mean))).contains("rnn.weight_skip_l0"));
  auto gated = parameters_of(*make_recurrent_network(small(Combine::gate)));
  EXPECT_EQ(gated["rnn.weight_skip_l1"].sizes(), torch::IntArrayRef({6, 6}));
  EXPECT_EQ(gated["rnn.weight_ih_l0"].sizes(), torch::IntArrayRef({24, 3}));
  RecurrentOptions plain = small(Combine::gate);
  plain.skip = 0;
  EXPECT_FALSE(parameters_of(*make_recurrent_network(plain)).contains("rnn.weight_skip_l0"));
}

TEST(RecurrentNetwork, HasEachParameterInOneLayerAndAGroupForEachLayer) {
  for (const Combine combine : {Combine::add, Combine::mean, Combine::gate}) {
    const auto network = make_recurrent_network(small(combine));
    const std::vector<Layer> layers = network->layers();
    ASSERT_EQ(layers.size(), 3u);
    std::multiset<const void*> of_layers, of_network;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      EXPECT_EQ(layers[i].group, static_cast<int>(i));
      EXPECT_EQ(layers[i].name, (std::vector<std::string>{"rnn.l0", "rnn.l1", "head"})[i]);
      for (const torch::Tensor& parameter : layers[i].module->parameters())
        of_layers.insert(parameter.unsafeGetTensorImpl());
    }
    for (const torch::Tensor& parameter : network->parameters())
      of_network.insert(parameter.unsafeGetTensorImpl());
    EXPECT_EQ(of_layers, of_network);
  }
}

TEST(RecurrentNetwork, LearnsNoWeightsOfAFrozenLayer) {
  const auto network = make_recurrent_network(small(Combine::gate));
  for (torch::Tensor& parameter : network->layers()[0].module->parameters())
    parameter.set_requires_grad(false);
  network->forward(torch::randn({2, 9, 3})).sum().backward();
  for (const auto& [name, value] : parameters_of(*network))
    EXPECT_EQ(value.grad().defined(), !name.ends_with("_l0")) << name;
}

TEST(RecurrentNetwork, CanBeMovedToAnotherType) {
  torch::manual_seed(4);
  const auto network = make_recurrent_network(small(Combine::gate));
  const torch::Tensor batch = torch::randn({2, 9, 3}), expected = network->forward(batch);
  network->to(torch::kDouble);
  const torch::Tensor found = network->forward(batch.to(torch::kDouble));
  EXPECT_EQ(found.scalar_type(), torch::kDouble);
  EXPECT_LE((found - expected).abs().max().item<double>(), 1e-6);
  for (const Layer& layer : network->layers())
    for (const torch::Tensor& parameter : layer.module->parameters())
      EXPECT_EQ(parameter.scalar_type(), torch::kDouble);
}

TEST(RecurrentNetwork, DropsUnitsInTrainingOnly) {
  torch::manual_seed(5);
  RecurrentOptions options = small(Combine::mean);
  options.dropout = 0.5;
  const auto network = make_recurrent_network(options);
  const torch::Tensor batch = torch::randn({2, 9, 3});
  EXPECT_FALSE(torch::equal(network->forward(batch), network->forward(batch)));
  network->eval();
  EXPECT_TRUE(torch::equal(network->forward(batch), network->forward(batch)));
}

TEST(RecurrentNetwork, DropsUnitsBetweenItsRecurrentLayers) {
  torch::manual_seed(6);
  RecurrentOptions options = small();
  options.dropout = 0.5;
  const auto network = make_recurrent_network(options);
  for (const auto& part : network->layers().back().module->children())
    part->eval();  // the head's dropout is off
  const torch::Tensor batch = torch::randn({2, 9, 3});
  EXPECT_FALSE(torch::equal(network->forward(batch), network->forward(batch)));
  options.layers = 1;
  const auto one_layer = make_recurrent_network(options);
  for (const auto& part : one_layer->layers().back().module->children()) part->eval();
  EXPECT_TRUE(torch::equal(one_layer->forward(batch), one_layer->forward(batch)));
}

TEST(RecurrentNetwork, LearnsWhetherASequenceRisesOrFalls) {
  for (const Combine combine : {Combine::add, Combine::mean, Combine::gate}) {
    torch::manual_seed(7);
    RecurrentOptions options = small(combine);
    options.n_features = 1;
    options.n_classes = 2;
    options.hidden = 16;
    const auto network = make_recurrent_network(options);
    const torch::Tensor labels = torch::arange(64).remainder(2);
    const torch::Tensor slopes = labels.to(torch::kFloat) * 2 - 1;
    const torch::Tensor batch = (torch::arange(12).to(torch::kFloat) - 5.5).view({1, 12, 1}) *
                                    slopes.view({64, 1, 1}) * 0.2 +
                                torch::randn({64, 12, 1}) * 0.3 + torch::randn({64, 1, 1});
    torch::optim::Adam adam(network->parameters(), torch::optim::AdamOptions(0.01));
    for (int i = 0; i < 60; ++i) {
      adam.zero_grad();
      torch::nn::functional::cross_entropy(network->forward(batch), labels).backward();
      adam.step();
    }
    const torch::Tensor right = network->forward(batch).argmax(1).eq(labels);
    EXPECT_GE(right.sum().item<int>(), 62) << static_cast<int>(combine);
  }
}

TEST(RecurrentNetwork, CountsTheMultiplyAddsOfItsStepsAndItsHead) {
  const InputShape shape{.steps = 11, .features = 3};
  const std::int64_t first = 3 * 6 * (3 + 6), second = 3 * 6 * (6 + 6), head = 6 * 5 + 5 * 4;
  EXPECT_EQ(make_recurrent_network(small())->multiply_adds(shape), 11 * (first + second) + head);
  // The gate sees the input and the state of k steps before.
  const std::int64_t gates = 6 * (3 + 6) + 6 * (6 + 6);
  EXPECT_EQ(make_recurrent_network(small(Combine::gate))->multiply_adds(shape),
            11 * (first + second + gates) + head);
}

}  // namespace recurrent_network_test
}  // namespace genrebench::testing
