// VGG16 and ResNet34 against torchvision (shared/oracles/models, whose generating script is beside
// it) and by themselves, where a small width is enough.

#include "models/networks/image_network.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models/networks/multiply_adds.hpp"
#include "models/networks/resnet34_network.hpp"
#include "models/networks/vgg16_network.hpp"
#include "models/weight_support.hpp"
#include "models/weights/weights.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::testing {
namespace image_network_test {

/// u(i, k) of generate_models.py for i < n.
torch::Tensor noise(std::int64_t n, std::int64_t k) {
  torch::Tensor result = torch::empty({n}, torch::kFloat64);
  double* values = result.data_ptr<double>();
  for (std::int64_t i = 0; i < n; ++i) {
    const volatile double first = static_cast<double>(i) * 12.9898;  // rounded on its own, as NumPy
                                                                     // does, not fused with the sum
    const volatile double product = std::sin(first + static_cast<double>(k) * 78.233) * 43758.5453;
    const double v = product;
    values[i] = v - std::floor(v);
  }
  return result;
}

/// The weights that generate_models.py gives to entry number k.
torch::Tensor formula(const std::string& name, const std::vector<std::int64_t>& shape,
                      std::int64_t k) {
  if (name.ends_with("num_batches_tracked")) return torch::zeros(shape, torch::kInt64);
  std::int64_t n = 1;
  for (const std::int64_t size : shape) n *= size;
  torch::Tensor v = noise(n, k);
  if (name.ends_with("running_var"))
    v = 0.75 + 0.5 * v;
  else if (name.ends_with("running_mean") || name.ends_with("bias"))
    v = 0.1 * (v - 0.5);
  else if (shape.size() == 1)
    v = 1 + 0.1 * (v - 0.5);
  else
    v = (v - 0.5) * 2 * std::sqrt(6.0 / static_cast<double>(n / shape[0]));
  return v.to(torch::kFloat32).reshape(shape);
}

WeightFile oracle_weights(const std::filesystem::path& file, const std::string& prefix) {
  WeightFile weights;
  for (const auto& entry : nlohmann::json::parse(std::ifstream(file))) {
    const auto name = entry.at("name").get<std::string>();
    weights.tensors.emplace_back(prefix + name,
                                 formula(name, entry.at("shape"), entry.at("index")));
  }
  return weights;
}

torch::Tensor read_matrix(const std::filesystem::path& file, std::int64_t rows) {
  std::ifstream stream(file);
  std::vector<float> values;
  for (float value = 0; stream >> value;) values.push_back(value);
  return torch::tensor(values).reshape({rows, -1});
}

/// Loads the oracle's weights, which must be the network's, name by name and in order, and compares
/// its answer.
void expect_oracle(ImageNetwork& network, const std::filesystem::path& folder,
                   const std::string& name, const std::string& prefix) {
  const WeightFile weights = oracle_weights(folder / (name + "_state_dict.json"), prefix);
  const auto belongs_to_head = [](const std::string& entry) {
    return entry.starts_with("fc.") || entry.starts_with("head.");
  };
  std::vector<std::string> ours, theirs;
  for (const auto& [entry, tensor] : weights_of(network).tensors)
    if (!belongs_to_head(entry)) ours.push_back(entry);
  for (const auto& [entry, tensor] : weights.tensors)
    if (!belongs_to_head(entry)) theirs.push_back(entry);
  EXPECT_EQ(ours, theirs);

  load_weights(network, weights, {.ignored = {"fc."}, .optional = {"head."}});
  network.eval();
  const torch::NoGradGuard no_gradients;
  const torch::Tensor image =
      (2 * (noise(2 * 3 * 128 * 130, 10007) - 0.5)).to(torch::kFloat32).reshape({2, 3, 128, 130});
  const torch::Tensor answer = network.pooled_features(image);
  const torch::Tensor expected = read_matrix(folder / (name + "_pooled_eval.txt"), 2);
  ASSERT_EQ(answer.sizes(), expected.sizes());
  const double difference = ((answer - expected).abs().max() / expected.abs().max()).item<double>();
  ::testing::Test::RecordProperty("relative_difference", fmt::format("{:.1e}", difference));
  EXPECT_LT(difference, 1e-3) << "relative to the largest value";  // other orders of summation; the
                                                                   // oracles' README
}

TEST(ImageNetworkOracle, Vgg16AnswersAsTorchvisionS) {
  GENREBENCH_REQUIRE_SHARED(shared);
  expect_oracle(*make_vgg16({.n_classes = 10}), shared / "oracles/models", "vgg16_features",
                "features.");
}

TEST(ImageNetworkOracle, Resnet34AnswersAsTorchvisionS) {
  GENREBENCH_REQUIRE_SHARED(shared);
  expect_oracle(*make_resnet34({.n_classes = 10}), shared / "oracles/models", "resnet34", "");
}

TEST(ImageNetwork, AveragesByProductsAreThoseOfAdaptivePoolingAndSoAreTheirGradients) {
  for (const auto& [height, width, grid] :
       std::vector<std::array<std::int64_t, 3>>{{7, 5, 3}, {4, 4, 7}, {6, 8, 2}, {3, 9, 1}}) {
    const torch::Tensor weights =
        noise(2 * 3 * grid * grid, 1).to(torch::kFloat32).reshape({2, 3, grid, grid});
    std::vector<torch::Tensor> averages, gradients;
    for (const bool by_products : {false, true}) {
      const torch::Tensor images = noise(2 * 3 * height * width, 2)
                                       .to(torch::kFloat32)
                                       .reshape({2, 3, height, width})
                                       .requires_grad_();
      averages.push_back(averaged_over_grid(images, grid, by_products));
      gradients.push_back(torch::autograd::grad({(averages.back() * weights).sum()}, {images})[0]);
    }
    EXPECT_TRUE(torch::allclose(averages[0], averages[1], 1e-5, 1e-6)) << height << " x " << width;
    EXPECT_TRUE(torch::allclose(gradients[0], gradients[1], 1e-5, 1e-6))
        << height << " x " << width;
  }
}

std::shared_ptr<ImageNetwork> small_vgg16() {
  return make_vgg16({.n_classes = 3, .channels = 1, .width = 0.01, .grid = 2});
}
std::shared_ptr<ImageNetwork> small_resnet34() {
  return make_resnet34({.n_classes = 3, .channels = 1, .width = 0.1});
}

std::vector<std::string> described(ImageNetwork& network) {
  std::vector<std::string> result;
  for (const Layer& layer : network.layers())
    result.push_back(layer.name + (layer.alias.empty() ? "" : "=" + layer.alias) + ":" +
                     std::to_string(layer.group));
  return result;
}

std::string shape_of(const torch::nn::Module& module, const std::string& entry) {
  std::ostringstream text;
  text << tensor_named(weights_of(module), entry).sizes();
  return text.str();
}

TEST(Vgg16Network, ItsLayersHaveTorchvisionSNamesAndKerasS) {
  EXPECT_EQ(
      described(*small_vgg16()),
      (std::vector<std::string>{
          "features.0=block1_conv1:0", "features.2=block1_conv2:0", "features.5=block2_conv1:0",
          "features.7=block2_conv2:0", "features.10=block3_conv1:0", "features.12=block3_conv2:0",
          "features.14=block3_conv3:0", "features.17=block4_conv1:0", "features.19=block4_conv2:0",
          "features.21=block4_conv3:0", "features.24=block5_conv1:0", "features.26=block5_conv2:0",
          "features.28=block5_conv3:0", "head:1"}));
}

TEST(Vgg16Network, ItsHeadHasThePaperSSizesWhateverTheWidth) {
  const auto network = make_vgg16({.n_classes = 10, .width = 0.125});
  EXPECT_EQ(shape_of(*network, "features.28.weight"), "[64, 64, 3, 3]");
  EXPECT_EQ(shape_of(*network, "head.0.weight"), "[256, 3136]");  // 64 x 7 x 7
  EXPECT_EQ(shape_of(*network, "head.3.weight"), "[128, 256]");
  EXPECT_EQ(shape_of(*network, "head.6.weight"), "[64, 128]");
  EXPECT_EQ(shape_of(*network, "head.9.weight"), "[10, 64]");
}

TEST(Vgg16Network, AnImageOf224IsNotPooledBeforeTheHead) {
  const auto network = make_vgg16({.n_classes = 2, .channels = 1, .width = 0.01});
  network->eval();
  const torch::NoGradGuard no_gradients;
  torch::manual_seed(1);
  const torch::Tensor image = torch::rand({1, 1, 224, 224});
  auto features =
      std::dynamic_pointer_cast<torch::nn::SequentialImpl>(network->named_children()["features"]);
  auto head =
      std::dynamic_pointer_cast<torch::nn::SequentialImpl>(network->named_children()["head"]);
  const torch::Tensor unpooled = features->forward(image);
  EXPECT_EQ(unpooled.sizes(), torch::IntArrayRef({1, 5, 7, 7}));
  EXPECT_TRUE(torch::equal(network->forward(image), head->forward(unpooled.flatten(1))));
}

TEST(Vgg16Network, ImagesTooSmallForFivePoolingsAreRefusedWithTheSmallestSize) {
  const auto network = small_vgg16();
  EXPECT_EQ(network->forward(torch::zeros({1, 1, 32, 32})).sizes(), torch::IntArrayRef({1, 3}));
  EXPECT_THROW_SAYING(network->forward(torch::zeros({1, 1, 31, 200})), ConfigError, "vgg16",
                      "at least 32 x 32", "[1, 1, 31, 200]");
  EXPECT_THROW_SAYING(network->pooled_features(torch::zeros({1, 1, 200, 31})), ConfigError,
                      "at least 32 x 32");
  EXPECT_THROW_SAYING(network->forward(torch::zeros({1, 3, 32, 32})), ConfigError, "1 channels",
                      "[1, 3, 32, 32]");
  EXPECT_THROW_SAYING(network->forward(torch::zeros({32, 32})), ConfigError, "[32, 32]");
}

TEST(Vgg16Network, DropoutChangesTheAnswerInTrainingAndNotInEvaluation) {
  const auto network = small_vgg16();
  const torch::Tensor image = torch::ones({2, 1, 64, 64});
  network->eval();
  EXPECT_TRUE(torch::equal(network->forward(image), network->forward(image)));
  network->train();
  torch::manual_seed(1);
  EXPECT_FALSE(torch::equal(network->forward(image), network->forward(image)));
}

TEST(Resnet34Network, ItsLayersAreInThreeGroups) {
  EXPECT_EQ(described(*small_resnet34()),
            (std::vector<std::string>{"conv1:0", "bn1:0", "layer1:0", "layer2:0", "layer3:1",
                                      "layer4:1", "head:2"}));
}

TEST(Resnet34Network, WidthScalesTheChannelsToFourAtLeast) {
  const auto network = make_resnet34({.n_classes = 10, .width = 0.25});
  EXPECT_EQ(shape_of(*network, "conv1.weight"), "[16, 3, 7, 7]");
  EXPECT_EQ(shape_of(*network, "layer4.0.downsample.0.weight"), "[128, 64, 1, 1]");
  EXPECT_EQ(shape_of(*network, "head.weight"), "[10, 128]");
  EXPECT_EQ(shape_of(*make_resnet34({.n_classes = 10, .width = 1e-3}), "layer4.2.conv2.weight"),
            "[4, 4, 3, 3]");
}

TEST(Resnet34Network, ImagesOfAnySizeHaveAnAnswer) {
  const auto network = small_resnet34();
  network->eval();
  for (const std::int64_t size : {1, 17, 64})
    EXPECT_EQ(network->forward(torch::zeros({2, 1, size, 30})).sizes(), torch::IntArrayRef({2, 3}));
  EXPECT_THROW_SAYING(network->forward(torch::zeros({2, 3, 64, 64})), ConfigError, "resnet34",
                      "1 channels", "[2, 3, 64, 64]");
}

TEST(Resnet34Network, DropoutStandsBeforeTheHead) {
  const auto network = make_resnet34({.n_classes = 3, .channels = 1, .width = 0.1, .dropout = 0.5});
  const torch::Tensor image = torch::ones({2, 1, 64, 64});
  torch::manual_seed(1);
  EXPECT_FALSE(torch::equal(network->forward(image), network->forward(image)));
  network->eval();
  EXPECT_TRUE(torch::equal(network->forward(image), network->forward(image)));
}

TEST(ImageNetwork, OptionsOutOfRangeAreRefusedByName) {
  EXPECT_THROW_SAYING(make_vgg16({}), ConfigError, "vgg16", "n_classes", "found 0");
  EXPECT_THROW_SAYING(make_vgg16({.n_classes = 2, .channels = 0}), ConfigError, "channels");
  EXPECT_THROW_SAYING(make_vgg16({.n_classes = 2, .width = std::nan("")}), ConfigError, "width",
                      "nan");
  EXPECT_THROW_SAYING(make_vgg16({.n_classes = 2, .grid = 0}), ConfigError, "grid", "found 0");
  EXPECT_THROW_SAYING(make_resnet34({.n_classes = 2, .width = 0.0}), ConfigError, "resnet34",
                      "width");
  EXPECT_THROW_SAYING(make_resnet34({.n_classes = 2, .dropout = 1.0}), ConfigError, "dropout",
                      "found 1");
}

TEST(ImageNetwork, TheFirstWeightsAreDistributedAsTorchvisionS) {
  torch::manual_seed(1);
  const auto resnet = make_resnet34({.n_classes = 10});
  // Standard deviation sqrt(2 / (outputs x kernel)); its estimate from n weights deviates by 1 /
  // sqrt(2 n), of which 5 are allowed.
  const auto expect_deviation = [](const torch::nn::Module& module, const std::string& name,
                                   double expected) {
    const torch::Tensor weight = tensor_named(weights_of(module), name);
    const auto n = static_cast<double>(weight.numel());
    EXPECT_NEAR(weight.std().item<double>() / expected, 1.0, 5.0 / std::sqrt(2.0 * n)) << name;
    EXPECT_NEAR(weight.mean().item<double>() / expected, 0.0, 5.0 / std::sqrt(n)) << name;
  };
  expect_deviation(*resnet, "conv1.weight", std::sqrt(2.0 / (64 * 49)));
  expect_deviation(*resnet, "layer3.0.conv1.weight", std::sqrt(2.0 / (256 * 9)));
  expect_deviation(*resnet, "layer4.0.downsample.0.weight", std::sqrt(2.0 / 512));
  expect_equal(tensor_named(weights_of(*resnet), "layer2.1.bn2.weight"), torch::ones({128}),
               "batch norm");
  expect_equal(tensor_named(weights_of(*resnet), "layer2.1.bn2.bias"), torch::zeros({128}),
               "batch norm");
  const auto vgg = make_vgg16({.n_classes = 10, .width = 0.25});
  expect_deviation(*vgg, "features.28.weight", std::sqrt(2.0 / (128 * 9)));
  expect_equal(tensor_named(weights_of(*vgg), "features.28.bias"), torch::zeros({128}), "bias");
  expect_deviation(*vgg, "head.3.weight", std::sqrt(2.0 / (256.0 + 128.0)));
  expect_equal(tensor_named(weights_of(*vgg), "head.3.bias"), torch::zeros({128}), "bias");
}

/// The share of separable images that a network knows after some steps of Adam on all of them.
double accuracy_after_training(ImageNetwork& network, int steps) {
  torch::manual_seed(3);
  const torch::Tensor labels = torch::arange(24) % 3;
  torch::Tensor images = 0.1 * torch::rand({24, 1, 48, 48});
  for (std::int64_t i = 0; i < 24; ++i)
    images[i].narrow(1, 16 * (i % 3), 16) += 1.0;  // a bright band, at the class's height
  torch::optim::Adam optimiser(network.parameters(), torch::optim::AdamOptions(1e-3));
  network.train();
  for (int step = 0; step < steps; ++step) {
    optimiser.zero_grad();
    torch::nn::functional::cross_entropy(network.forward(images), labels).backward();
    optimiser.step();
  }
  network.eval();
  const torch::NoGradGuard no_gradients;
  return network.forward(images).argmax(1).eq(labels).to(torch::kFloat64).mean().item<double>();
}

TEST(ImageNetwork, BothLearnWhereABrightBandLies) {
  torch::manual_seed(2);
  EXPECT_GT(
      accuracy_after_training(*make_resnet34({.n_classes = 3, .channels = 1, .width = 0.1}), 40),
      0.9);
  EXPECT_GT(
      accuracy_after_training(
          *make_vgg16({.n_classes = 3, .channels = 1, .width = 0.1, .grid = 3, .dropout = 0.0}),
          60),
      0.9);
}

TEST(ImageNetwork, ACheckpointOfAnotherNetworkSaysWhoseItIs) {
  EXPECT_THROW_SAYING(load_weights(*small_vgg16(), weights_of(*small_resnet34()),
                                   {.ignored = {}, .optional = {"head."}}),
                      DataError,
                      "these look like the weights of resnet34: they have layer3.5.conv2.weight");
  EXPECT_THROW_SAYING(load_weights(*small_resnet34(), weights_of(*small_vgg16()),
                                   {.ignored = {}, .optional = {"head."}}),
                      DataError, "the weights of vgg16");
  // The same architecture of another width differs in shapes only.
  const auto wide = make_resnet34({.n_classes = 3, .channels = 1, .width = 0.2});
  EXPECT_THROW_SAYING(load_weights(*wide, weights_of(*small_resnet34()), {}), DataError,
                      "of another shape",
                      "conv1.weight: expected Float [13, 1, 7, 7], found Float [6, 1, 7, 7]");
}

TEST(ImageNetworks, SizesAreThoseThatConvolutionsGive) {
  for (const std::int64_t kernel : {1, 3, 7})
    for (const std::int64_t stride : {1, 2})
      for (const std::int64_t side : {7, 8, 33, 64}) {
        torch::nn::Conv2d convolution(
            torch::nn::Conv2dOptions(1, 2, kernel).stride(stride).padding(kernel / 2));
        const torch::Tensor image = convolution(torch::zeros({1, 1, side, side + 3}));
        ImageSize size{.height = side, .width = side + 3};
        const std::int64_t counted = multiply_adds_of(*convolution, size);
        EXPECT_EQ(size.height, image.size(2)) << kernel << " " << stride << " " << side;
        EXPECT_EQ(size.width, image.size(3)) << kernel << " " << stride << " " << side;
        EXPECT_EQ(counted, image.numel() * kernel * kernel);
      }
}

TEST(ImageNetworks, CountTheMultiplyAddsOfOneImage) {
  // torchvision's models.vgg16 and resnet34 state 15.47 G and 3.66 G for images of 224 x 224;
  // VGG16's convolutions alone are 15 346 630 656, and its head is ours.
  const InputShape image{.channels = 3, .height = 224, .width = 224};
  const torch::NoGradGuard no_grad;
  EXPECT_EQ(make_vgg16({.n_classes = 10, .channels = 3})->multiply_adds(image),
            15346630656 + 25088 * 256 + 256 * 128 + 128 * 64 + 64 * 10);
  EXPECT_EQ(make_resnet34({.n_classes = 1000, .channels = 3})->multiply_adds(image), 3663761408);
  EXPECT_EQ(make_resnet34({.n_classes = 10, .channels = 1})
                ->multiply_adds({.channels = 1, .height = 129, .width = 77}),
            846651840)
      << "of odd sizes";
}

TEST(ImageNetworks, TheHeadBeginsWithTheWeightsThatAreAskedFor) {
  const auto largest_of = [](HeadInit init, const char* name) {
    torch::manual_seed(3);
    const auto network =
        make_vgg16({.n_classes = 10, .width = 0.125, .grid = 2, .head = {40}, .head_init = init});
    return network->named_parameters()[name].abs().max().item<double>();
  };
  // 64 channels x 2 x 2 into 40 units; the largest of many uniform numbers is near their bound.
  EXPECT_NEAR(largest_of(HeadInit::glorot, "head.0.weight"), std::sqrt(6.0 / (256 + 40)), 1e-3);
  EXPECT_EQ(largest_of(HeadInit::glorot, "head.0.bias"), 0.0);
  EXPECT_NEAR(largest_of(HeadInit::torch, "head.0.weight"), 1.0 / 16.0, 1e-3);
  EXPECT_GT(largest_of(HeadInit::torch, "head.0.bias"), 0.0);
  EXPECT_NEAR(largest_of(HeadInit::torch, "head.3.weight"), 1.0 / std::sqrt(40.0), 1e-3);
}

}  // namespace image_network_test
}  // namespace genrebench::testing
