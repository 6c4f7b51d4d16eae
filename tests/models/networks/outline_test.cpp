// Layers read off networks, against the published tables of their shapes and sizes.
#include "models/networks/outline.hpp"

#include <gtest/gtest.h>

#include "models/networks/image_network.hpp"
#include "models/networks/recurrent_network.hpp"
#include "models/networks/resnet34_network.hpp"
#include "models/networks/vgg16_network.hpp"
#include "models/training_support.hpp"

namespace genrebench {
namespace outline_test {

using Shape = std::vector<std::int64_t>;

std::int64_t sum(const NetworkOutline& outline) {
  std::int64_t n = 0;
  for (const NetworkLayer& layer : outline.layers) n += layer.parameters;
  return n;
}

std::int64_t counted(const Network& network) {
  std::int64_t n = 0;
  for (const torch::Tensor& parameter : network.parameters()) n += parameter.numel();
  return n;
}

TEST(Outline, Vgg16HasTheShapesOfConfigurationDAndThePapersHead) {
  const auto network = make_vgg16({.n_classes = 10});
  const NetworkOutline outline = outline_of(*network, {.channels = 3, .height = 224, .width = 224});
  EXPECT_EQ(outline.input, (Shape{3, 224, 224}));
  ASSERT_EQ(outline.layers.size(), 17u) << "13 convolutions, 256-128-64, logits";
  // Simonyan and Zisserman, Table 1, D: the convolutions have 14 714 688 parameters.
  std::int64_t convolutions = 0;
  for (std::size_t i = 0; i < 13; ++i) convolutions += outline.layers[i].parameters;
  EXPECT_EQ(convolutions, 14'714'688);
  EXPECT_EQ(outline.layers[0].output, (Shape{64, 224, 224}));
  EXPECT_EQ(outline.layers[0].alias, "block1_conv1");
  EXPECT_EQ(outline.layers[1].output, (Shape{64, 112, 112}));
  EXPECT_EQ(outline.layers[1].kind, "convolution 3 x 3, ReLU, pooling");
  EXPECT_EQ(outline.layers[12].output, (Shape{512, 7, 7}));
  EXPECT_EQ(outline.layers[13].output, (Shape{256}));
  EXPECT_EQ(outline.layers[13].kind, "fully connected, ReLU, dropout 0.5");
  EXPECT_EQ(outline.layers[13].parameters, 512 * 7 * 7 * 256 + 256);
  EXPECT_EQ(outline.layers[14].output, (Shape{128}));
  EXPECT_EQ(outline.layers[15].output, (Shape{64}));
  EXPECT_EQ(outline.layers[16].output, (Shape{10}));
  EXPECT_EQ(sum(outline), counted(*network));
}

TEST(Outline, AnotherHeadHasOtherLayers) {
  const auto network = make_vgg16({.n_classes = 4, .width = 0.1, .grid = 1, .head = {32}});
  const NetworkOutline outline = outline_of(*network, {.channels = 3, .height = 32, .width = 32});
  ASSERT_EQ(outline.layers.size(), 15u);
  EXPECT_EQ(outline.layers[13].output, (Shape{32}));
  EXPECT_EQ(sum(outline), counted(*network));
}

TEST(Outline, Resnet34HasTheShapesOfItsTable) {
  const auto network = make_resnet34({.n_classes = 10});
  const NetworkOutline outline = outline_of(*network, {.channels = 3, .height = 224, .width = 224});
  ASSERT_EQ(outline.layers.size(), 7u);
  // He et al., Table 1, 34-layer.
  EXPECT_EQ(outline.layers[0].output, (Shape{64, 112, 112}));
  EXPECT_EQ(outline.layers[0].kind, "convolution 7 x 7, stride 2");
  EXPECT_EQ(outline.layers[1].output, (Shape{64, 56, 56}));
  EXPECT_EQ(outline.layers[2].output, (Shape{64, 56, 56}));
  EXPECT_EQ(outline.layers[2].kind, "3 blocks");
  EXPECT_EQ(outline.layers[3].output, (Shape{128, 28, 28}));
  EXPECT_EQ(outline.layers[4].output, (Shape{256, 14, 14}));
  EXPECT_EQ(outline.layers[4].kind, "6 blocks, stride 2");
  EXPECT_EQ(outline.layers[5].output, (Shape{512})) << "averaged";
  EXPECT_EQ(outline.layers[6].parameters, 512 * 10 + 10);
  EXPECT_EQ(sum(outline), counted(*network));
}

TEST(Outline, RecurrentNetworksHaveAStatePerStep) {
  const auto network = make_recurrent_network(
      {.n_features = 20, .n_classes = 10, .hidden = 32, .layers = 2, .fully_connected = 16});
  const NetworkOutline outline = outline_of(*network, {.steps = 100, .features = 20});
  ASSERT_EQ(outline.layers.size(), 4u);
  EXPECT_EQ(outline.input, (Shape{100, 20}));
  EXPECT_EQ(outline.layers[0].output, (Shape{100, 32}));
  EXPECT_EQ(outline.layers[0].parameters, 3 * 32 * (20 + 32) + 6 * 32);
  EXPECT_EQ(outline.layers[2].output, (Shape{16}));
  EXPECT_EQ(outline.layers[3].output, (Shape{10}));
  EXPECT_EQ(sum(outline), counted(*network));
}

TEST(Outline, EveryDeepMethodCanBeDrawnBeforeItIsFitted) {
  for (const std::string& name : testing::kMethods) {
    const auto method = testing::quick(name);
    const auto* drawn = dynamic_cast<const DrawnMethod*>(method.get());
    ASSERT_NE(drawn, nullptr) << name;
    const NetworkOutline outline = drawn->outline(128, 100, 10);
    EXPECT_GE(outline.layers.size(), 3u) << name;
    EXPECT_EQ(outline.layers.back().output, Shape{10}) << name;
  }
}

}  // namespace outline_test
}  // namespace genrebench
