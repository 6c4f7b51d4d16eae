#include "models/networks/vgg16_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "models/networks/image_network.hpp"
#include "models/networks/multiply_adds.hpp"

namespace genrebench {
namespace {

using torch::nn::Conv2d;
using torch::nn::Conv2dOptions;
using torch::nn::Dropout;
using torch::nn::Linear;
using torch::nn::MaxPool2d;
using torch::nn::MaxPool2dOptions;
using torch::nn::ReLU;
using torch::nn::ReLUOptions;

constexpr std::string_view kVgg16 = "vgg16";
constexpr int kSmallestImage = 32;  // halved five times

struct Block {
  int n_convolutions;
  int channels;
};
constexpr std::array<Block, 5> kBlocks{{{2, 64}, {2, 128}, {3, 256}, {3, 512}, {3, 512}}};

Linear linear(int n_inputs, int n_outputs, HeadInit init) {
  Linear result(n_inputs, n_outputs);  // with PyTorch's first weights
  if (init == HeadInit::torch) return result;
  torch::nn::init::xavier_uniform_(result->weight);
  torch::nn::init::zeros_(result->bias);
  return result;
}

class Vgg16 final : public ImageNetwork {
 public:
  explicit Vgg16(const Vgg16Options& options) : options_(options) {
    register_module("features", features_);
    register_module("head", head_);
    const int channels = add_convolutions();
    add_head(channels * options.grid * options.grid);
    initialise_convolutions(*this);
  }

  torch::Tensor through(const torch::Tensor& batch, std::size_t begin, std::size_t end) override {
    const std::size_t n = convolutions_.size();
    torch::Tensor image = convolved(batch, begin, std::min(end, n));
    // Where the grid is that of the image, pooling is the identity.
    if (begin < n && end >= n && (image.size(2) != options_.grid || image.size(3) != options_.grid))
      image = averaged_over_grid(image, options_.grid, /*by_products=*/!image.is_cpu());
    return end > n ? head_->forward(image.flatten(1)) : image;
  }

  torch::Tensor pooled_features(const torch::Tensor& batch) override {
    return convolved(batch, 0, convolutions_.size()).mean({2, 3});
  }

  std::vector<Layer> layers() override {
    std::vector<Layer> result = convolutions_;
    result.push_back({"head", "", head_.ptr(), 1});
    return result;
  }

  std::optional<std::int64_t> multiply_adds(const InputShape& shape) const override {
    ImageSize image{.height = shape.height, .width = shape.width};
    std::int64_t sum = multiply_adds_of_linear(*head_);
    std::size_t place = 0;
    for (const Block& block : kBlocks) {
      for (int i = 0; i < block.n_convolutions; ++i, ++place)
        sum += multiply_adds_of(*convolutions_[place].module->as<Conv2d>(), image);
      image = {.height = image.height / 2, .width = image.width / 2};
    }
    return sum;
  }

 private:
  /// Convolutions [begin, end), each with the activation and the pooling behind it.
  torch::Tensor convolved(const torch::Tensor& batch, std::size_t begin, std::size_t end) {
    if (begin == 0) check_images(kVgg16, batch, options_.channels, kSmallestImage);
    torch::Tensor image = batch;
    const std::size_t stop = end < starts_.size() ? starts_[end] : features_->size();
    for (std::size_t i = begin < starts_.size() ? starts_[begin] : stop; i < stop; ++i)
      image = (features_->begin() + static_cast<std::ptrdiff_t>(i))->forward(image);
    return image;
  }

  /// @return  channels of the last
  int add_convolutions() {
    int channels = options_.channels;
    for (std::size_t block = 0; block < kBlocks.size(); ++block) {
      const int next = scaled_channels(kBlocks[block].channels, options_.width);
      for (int i = 0; i < kBlocks[block].n_convolutions; ++i) {
        const Conv2d convolution(Conv2dOptions(channels, next, 3).padding(1));
        starts_.push_back(features_->size());
        convolutions_.push_back({fmt::format("features.{}", features_->size()),
                                 fmt::format("block{}_conv{}", block + 1, i + 1), convolution.ptr(),
                                 0});
        features_->push_back(convolution);
        features_->push_back(ReLU(ReLUOptions(/*inplace=*/true)));
        channels = next;
      }
      features_->push_back(MaxPool2d(MaxPool2dOptions(2).stride(2)));
    }
    return channels;
  }

  void add_head(int n_inputs) {
    for (const int size : options_.head) {
      head_->push_back(linear(n_inputs, size, options_.head_init));
      head_->push_back(ReLU());
      head_->push_back(Dropout(options_.dropout));
      n_inputs = size;
    }
    head_->push_back(linear(n_inputs, options_.n_classes, options_.head_init));
  }

  Vgg16Options options_;
  torch::nn::Sequential features_;
  torch::nn::Sequential head_;
  std::vector<Layer> convolutions_;
  std::vector<std::size_t> starts_;  ///< of each convolution among the modules of `features`
};

}  // namespace

std::shared_ptr<ImageNetwork> make_vgg16(const Vgg16Options& options) {
  check_image_options(kVgg16, options.n_classes, options.channels, options.width, options.dropout);
  if (options.grid < 1)
    throw ConfigError(fmt::format("{}: grid: expected at least 1, found {}", kVgg16, options.grid));
  check_head(kVgg16, options.head);
  return std::make_shared<Vgg16>(options);
}

}  // namespace genrebench
