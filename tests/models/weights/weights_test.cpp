#include "models/weights/weights.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <tuple>

#include "base/digest.hpp"
#include "base/safetensors.hpp"
#include "models/weight_support.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::testing {
namespace weights_test {

/// Entries in state-dict order: body.weight, body.bias, norm.weight, norm.bias, norm.running_mean,
/// norm.running_var, norm.num_batches_tracked, head.weight, head.bias.
class Small final : public torch::nn::Module {
 public:
  Small() {
    body = register_module("body", torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 2, 3)));
    norm = register_module("norm", torch::nn::BatchNorm2d(2));
    head = register_module("head", torch::nn::Linear(2, 4));
  }
  torch::nn::Conv2d body{nullptr};
  torch::nn::BatchNorm2d norm{nullptr};
  torch::nn::Linear head{nullptr};
};

WeightFile copy_of(const torch::nn::Module& module) {
  WeightFile weights = weights_of(module);
  for (auto& [name, tensor] : weights.tensors) tensor = tensor.clone();
  return weights;
}

void erase(WeightFile& weights, const std::string& name) {
  std::erase_if(weights.tensors, [&](const auto& entry) { return entry.first == name; });
}

void replace(WeightFile& weights, const std::string& name, const torch::Tensor& by) {
  for (auto& [key, tensor] : weights.tensors)
    if (key == name) tensor = by;
}

void expect_same(const WeightFile& a, const WeightFile& b) {
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, tensor] : a.tensors) expect_equal(tensor_named(b, name), tensor, name);
}

/// Weights of those names, without any content.
WeightFile named(const std::vector<std::string>& names) {
  WeightFile weights;
  for (const std::string& name : names) weights.tensors.emplace_back(name, torch::zeros({1}));
  return weights;
}

TEST(Weights, TheContentDecidesWhichFormatAFileHas) {
  const TemporaryFolder folder;
  for (const std::string name : {"types.safetensors", "types_zip.pth", "types_legacy.pth"}) {
    const std::filesystem::path file = folder.write("weights.bin", bytes_of(kGoldenWeights / name));
    const WeightFile weights = read_weights(file);
    expect_equal(tensor_named(weights, "float32"), counting({2, 3}, torch::kFloat32), name);
    EXPECT_EQ(weights.source.file, file.string());
    EXPECT_EQ(weights.source.sha256, sha256(bytes_of(file)));
    EXPECT_EQ(weights.source.format, name == "types.safetensors" ? "safetensors"
                                     : name == "types_zip.pth"   ? "PyTorch zip"
                                                                 : "PyTorch legacy");
  }
}

TEST(Weights, FilesOfOtherFormatsAreRefusedWithAdvice) {
  const TemporaryFolder folder;
  EXPECT_THROW_SAYING(read_weights(folder.write("a.h5", "\x89HDF\r\n\x1a\n")), DataError, "a.h5",
                      "Keras", "safetensors");
  std::string tar(257, '\0');
  tar += "ustar";
  EXPECT_THROW_SAYING(read_weights(folder.write("a.pth", tar)), DataError, "a.pth", "tar",
                      "later PyTorch");
  EXPECT_THROW_SAYING(read_weights(folder.write("a.html", "<html>404</html>")), DataError, "a.html",
                      "neither");
  EXPECT_THROW_SAYING(read_weights(folder.write("empty", "")), DataError, "empty", "found 0 bytes");
  EXPECT_THROW_SAYING(read_weights(folder / "missing"), DataError, "missing", "No such file");
}

TEST(Weights, AModuleSEntriesComeInPythonSOrderAndShareItsMemory) {
  const Small module;
  const WeightFile weights = weights_of(module);
  std::vector<std::string> names;
  for (const auto& [name, tensor] : weights.tensors) names.push_back(name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"body.weight", "body.bias", "norm.weight", "norm.bias",
                                      "norm.running_mean", "norm.running_var",
                                      "norm.num_batches_tracked", "head.weight", "head.bias"}));
  EXPECT_TRUE(weights.tensors[0].second.is_alias_of(module.body->weight));
  EXPECT_FALSE(weights.tensors[0].second.requires_grad());
}

TEST(Weights, WhatOneModuleSavesAnotherLoads) {
  const TemporaryFolder folder;
  Small one;
  one.norm->running_mean.fill_(3);
  one.norm->num_batches_tracked.fill_(5);
  Small other;
  write_safetensors(folder / "small.safetensors", weights_of(one));
  load_weights(other, read_weights(folder / "small.safetensors"), {});
  expect_same(weights_of(one), weights_of(other));
  EXPECT_TRUE(other.body->weight.requires_grad());
}

TEST(Weights, RulesLeaveOutTheFileSHeadAndKeepTheModuleS) {
  const Small one;
  Small other;
  WeightFile weights = copy_of(one);
  erase(weights, "head.weight");
  erase(weights, "head.bias");
  erase(weights, "norm.num_batches_tracked");  // as before PyTorch 0.4.1
  weights.tensors.emplace_back("classifier.6.weight", torch::zeros({1000, 4096}));
  const torch::Tensor head = other.head->weight.detach().clone();
  load_weights(other, weights, {.ignored = {"fc.", "classifier."}, .optional = {"head."}});
  expect_equal(other.body->weight.detach(), one.body->weight.detach(), "body");
  expect_equal(other.head->weight.detach(), head, "head");
}

TEST(Weights, AnOptionalEntryThatIsThereMustFit) {
  Small module;
  WeightFile weights = copy_of(Small());
  replace(weights, "head.weight", torch::zeros({1000, 2}));
  EXPECT_THROW_SAYING(load_weights(module, weights, {.ignored = {}, .optional = {"head."}}),
                      DataError, "head.weight: expected Float [4, 2], found Float [1000, 2]");
  load_weights(module, weights, {.ignored = {"head."}, .optional = {"head."}});
}

TEST(Weights, FloatingPointTypesAreConvertedAndOthersAreNot) {
  Small module;
  WeightFile weights = copy_of(module);
  replace(weights, "body.bias", torch::tensor({1.5, -2.0}, torch::kFloat16));
  load_weights(module, weights, {});
  expect_equal(module.body->bias.detach(), torch::tensor({1.5F, -2.0F}), "body.bias");
  replace(weights, "body.bias", torch::tensor({1, 2}));
  EXPECT_THROW_SAYING(load_weights(module, weights, {}), DataError,
                      "body.bias: expected Float [2], found Long [2]");
}

TEST(Weights, ValuesThatNoNetworkCanComputeWithAreRefusedWithTheirEntryAndNothingIsChanged) {
  const float nan = std::numeric_limits<float>::quiet_NaN(),
              infinity = std::numeric_limits<float>::infinity();
  const std::vector<std::tuple<std::string, torch::Tensor, std::string>> cases = {
      {"body.bias", torch::tensor({nan, 0.0F}),
       "some.pth: 1 of 2 values of body.bias are not finite numbers"},
      {"norm.weight", torch::tensor({infinity, -infinity}),
       "some.pth: 2 of 2 values of norm.weight are not finite numbers"},
      {"norm.running_mean", torch::tensor({0.0F, nan}), "1 of 2 values of norm.running_mean"},
      {"norm.running_var", torch::tensor({1.0F, nan}), "1 of 2 values of norm.running_var"},
      {"norm.running_var", torch::tensor({1.0F, -1.0F}),
       "some.pth: norm.running_var holds variances; expected none below 0, found -1"},
      {"body.bias", torch::tensor({1e300, 0.0}, torch::kFloat64),
       "1 of 2 values of body.bias are not finite"},  // in single precision
  };
  for (const auto& [entry, values, said] : cases) {
    Small module;
    const WeightFile before = copy_of(module);
    WeightFile weights = copy_of(Small());
    weights.source.file = "some.pth";
    ASSERT_EQ(values.sizes(), tensor_named(weights, entry).sizes()) << entry;
    replace(weights, entry, values);
    EXPECT_THROW_SAYING(load_weights(module, weights, {}), DataError, said);
    expect_same(weights_of(module), before);
  }
  Small module;
  WeightFile weights = copy_of(module);
  replace(weights, "norm.running_var", torch::zeros({2}));
  load_weights(module, weights, {});  // batch norm adds its epsilon
  replace(weights, "body.bias", torch::tensor({nan, 0.0F}));
  load_weights(module, weights, {.ignored = {"body.bias"}, .optional = {"body.bias"}});  // is not
                                                                                         // read
}

TEST(Weights, OneMessageSaysAllThatDoesNotFitAndNothingIsChanged) {
  Small module;
  WeightFile weights = copy_of(Small());
  weights.source.file = "some.pth";
  for (const char* name : {"norm.weight", "norm.bias", "norm.running_mean", "norm.running_var"})
    erase(weights, name);
  replace(weights, "body.weight", torch::zeros({2, 1, 5, 5}));
  weights.tensors.emplace_back("extra", torch::zeros({1}));
  const WeightFile before = copy_of(module);
  EXPECT_THROW_SAYING(
      load_weights(module, weights, {}), DataError, "some.pth: expected the network's 9 entries",
      "4 missing (norm.weight, norm.bias, norm.running_mean, ...)", "1 unexpected (extra)",
      "1 of another shape or type (body.weight: expected Float [2, 1, 3, 3], found Float [2, 1, 5, "
      "5])");
  expect_same(before, weights_of(module));
}

TEST(Weights, ThoseOfAnotherArchitectureAreRecognised) {
  Small module;
  const auto expect_look = [&](const std::vector<std::string>& names, const std::string& whose) {
    EXPECT_THROW_SAYING(load_weights(module, named(names), {}), DataError,
                        "these look like the weights of " + whose);
  };
  expect_look({"layer1.0.conv1.weight", "layer1.0.conv3.weight"},
              "resnet50: they have layer1.0.conv3.weight");
  expect_look({"layer1.0.conv3.weight", "layer3.22.conv3.weight"}, "resnet101");
  expect_look({"layer1.1.conv2.weight", "layer3.5.conv2.weight"}, "resnet34");
  expect_look({"layer1.1.conv2.weight"}, "resnet18");
  expect_look({"features.0.weight", "features.28.weight"}, "vgg16: they have features.28.weight");
  expect_look({"features.28.weight", "features.34.weight"}, "vgg19");
  EXPECT_THROW_SAYING(load_weights(module, named({"unknown"}), {}), DataError,
                      "1 unexpected (unknown)");
}

}  // namespace weights_test
}  // namespace genrebench::testing
