#include "models/networks/resnet34_network.hpp"

#include <fmt/format.h>

#include <array>

#include "models/networks/image_network.hpp"
#include "models/networks/multiply_adds.hpp"

namespace genrebench {
namespace {

using torch::nn::BatchNorm2d;
using torch::nn::Conv2d;
using torch::nn::Conv2dOptions;
using torch::nn::Sequential;

constexpr std::string_view kResnet34 = "resnet34";

struct Stage {
  int n_blocks;
  int channels;
  int stride;  ///< of its first block
  int group;   ///< rates
};
constexpr std::array<Stage, 4> kStages{
    {{3, 64, 1, 0}, {4, 128, 2, 0}, {6, 256, 2, 1}, {3, 512, 2, 1}}};
constexpr int kHeadGroup = 2;

Conv2d convolution(int inputs, int outputs, int size, int stride) {
  return Conv2d(Conv2dOptions(inputs, outputs, size).stride(stride).padding(size / 2).bias(false));
}

/// Two convolutions and a way past them.
class BasicBlock final : public torch::nn::Module {
 public:
  BasicBlock(int inputs, int outputs, int stride)
      : conv1_(register_module("conv1", convolution(inputs, outputs, 3, stride))),
        bn1_(register_module("bn1", BatchNorm2d(outputs))),
        conv2_(register_module("conv2", convolution(outputs, outputs, 3, 1))),
        bn2_(register_module("bn2", BatchNorm2d(outputs))) {
    if (stride != 1 || inputs != outputs)
      downsample_ = register_module(
          "downsample", Sequential(convolution(inputs, outputs, 1, stride), BatchNorm2d(outputs)));
  }

  torch::Tensor forward(const torch::Tensor& input) {
    const torch::Tensor hidden = bn1_(conv1_(input)).relu_();
    const torch::Tensor past = downsample_ ? downsample_->forward(input) : input;
    return bn2_(conv2_(hidden)).add_(past).relu_();
  }

  /// @param image  before it; becomes the size after it
  std::int64_t multiply_adds(ImageSize& image) const {
    ImageSize past = image;
    std::int64_t sum = multiply_adds_of(*conv1_, image) + multiply_adds_of(*conv2_, image);
    if (!downsample_.is_empty())
      sum += multiply_adds_of(*downsample_->children().front()->as<Conv2d>(), past);
    return sum;
  }

 private:
  Conv2d conv1_;
  BatchNorm2d bn1_;
  Conv2d conv2_;
  BatchNorm2d bn2_;
  Sequential downsample_{nullptr};
};

class Resnet34 final : public ImageNetwork {
 public:
  explicit Resnet34(const Resnet34Options& options) : options_(options) {
    int channels = scaled_channels(kStages.front().channels, options.width);
    add("conv1", conv1_ = convolution(options.channels, channels, 7, 2), 0);
    add("bn1", bn1_ = BatchNorm2d(channels), 0);
    for (std::size_t i = 0; i < kStages.size(); ++i) {
      const int next = scaled_channels(kStages[i].channels, options.width);
      Sequential stage;
      for (int block = 0; block < kStages[i].n_blocks; ++block)
        stage->push_back(
            BasicBlock(block == 0 ? channels : next, next, block == 0 ? kStages[i].stride : 1));
      add(fmt::format("layer{}", i + 1), stage, kStages[i].group);
      stages_[i] = stage;
      channels = next;
    }
    dropout_ = register_module("dropout", torch::nn::Dropout(options.dropout));
    if (options.head.empty()) {
      add("head", head_ = torch::nn::Linear(channels, options.n_classes), kHeadGroup);
    } else {
      add_deep_head(channels);
    }
    initialise_convolutions(*this);
  }

  torch::Tensor through(const torch::Tensor& batch, std::size_t begin, std::size_t end) override {
    torch::Tensor image = batch;
    for (std::size_t i = begin; i < end; ++i) image = through_layer(image, i);
    return image;
  }

  torch::Tensor pooled_features(const torch::Tensor& batch) override {
    return through(batch, 0, layers_.size() - 1);
  }

  std::vector<Layer> layers() override { return layers_; }

  std::optional<std::int64_t> multiply_adds(const InputShape& shape) const override {
    ImageSize image{.height = shape.height, .width = shape.width};
    std::int64_t sum = multiply_adds_of(*conv1_, image);
    sum += head_.is_empty() ? multiply_adds_of_linear(*deep_head_) : head_->weight.numel();
    image = size_after(image, /*kernel=*/3, /*stride=*/2);
    for (const Sequential& stage : stages_)
      for (const auto& block : stage->children())
        sum += block->as<BasicBlock>()->multiply_adds(image);
    return sum;
  }

 private:
  /// @param i  index among layers()
  torch::Tensor through_layer(const torch::Tensor& image, std::size_t i) {
    constexpr std::size_t kConvolution = 0, kNorm = 1, kFirstStage = 2;
    if (i == kConvolution) {
      check_images(kResnet34, image, options_.channels, /*smallest=*/1);
      return conv1_(image);
    }
    if (i == kNorm)
      return torch::max_pool2d(bn1_(image).relu_(), /*kernel_size=*/3, /*stride=*/2,
                               /*padding=*/1);
    const std::size_t stage = i - kFirstStage;
    if (stage == stages_.size())
      return head_.is_empty() ? deep_head_->forward(dropout_(image)) : head_(dropout_(image));
    const torch::Tensor result = stages_[stage]->forward(image);
    return stage + 1 == stages_.size() ? result.mean({2, 3}) : result;
  }

  void add_deep_head(int n_inputs) {
    deep_head_ = Sequential();
    for (const int size : options_.head) {
      deep_head_->push_back(torch::nn::Linear(n_inputs, size));
      deep_head_->push_back(torch::nn::ReLU());
      deep_head_->push_back(torch::nn::Dropout(options_.dropout));
      n_inputs = size;
    }
    deep_head_->push_back(torch::nn::Linear(n_inputs, options_.n_classes));
    add("head", deep_head_, kHeadGroup);
  }

  template <typename Holder>
  void add(const std::string& name, const Holder& module, int group) {
    register_module(name, module);
    layers_.push_back({name, "", module.ptr(), group});
  }

  Resnet34Options options_;
  Conv2d conv1_{nullptr};
  BatchNorm2d bn1_{nullptr};
  std::array<Sequential, kStages.size()> stages_;
  torch::nn::Dropout dropout_{nullptr};
  torch::nn::Linear head_{nullptr};  ///< of one layer
  Sequential deep_head_{nullptr};    ///< of several; one of the two is there
  std::vector<Layer> layers_;
};

}  // namespace

std::shared_ptr<ImageNetwork> make_resnet34(const Resnet34Options& options) {
  check_image_options(kResnet34, options.n_classes, options.channels, options.width,
                      options.dropout);
  check_head(kResnet34, options.head);
  return std::make_shared<Resnet34>(options);
}

}  // namespace genrebench
