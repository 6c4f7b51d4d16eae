#pragma once
// Counts the multiplications with an addition of layers, from their shapes (MethodCost).

#include <torch/torch.h>

#include <cstdint>

namespace genrebench {

/// Rows and columns of an image.
struct ImageSize {
  std::int64_t height = 0;
  std::int64_t width = 0;
};

/// What a square kernel, padded by half its size, makes of an image.
inline ImageSize size_after(const ImageSize& image, std::int64_t kernel, std::int64_t stride) {
  const auto side = [&](std::int64_t length) {
    return (length + kernel / 2 * 2 - kernel) / stride + 1;
  };
  return {.height = side(image.height), .width = side(image.width)};
}

/// Of a square convolution that is padded by half its size, for one example.
/// @param image  before it; becomes the size after it
inline std::int64_t multiply_adds_of(const torch::nn::Conv2dImpl& convolution, ImageSize& image) {
  const torch::Tensor& weight = convolution.weight;
  image = size_after(image, weight.size(2), convolution.options.stride()->at(0));
  return weight.numel() * image.height * image.width;  // each weight once for each pixel
}

/// Of the linear layers of a module, for one example.
inline std::int64_t multiply_adds_of_linear(const torch::nn::Module& module) {
  std::int64_t sum = 0;
  for (const auto& part : module.modules(/*include_self=*/false))
    if (const auto* linear = part->as<torch::nn::Linear>()) sum += linear->weight.numel();
  return sum;
}

}  // namespace genrebench
