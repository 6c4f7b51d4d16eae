#include "models/networks/image_network.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace genrebench {

int scaled_channels(int channels, double width) {
  return std::max(4, static_cast<int>(std::lround(channels * width)));
}

void check_image_options(std::string_view method, int n_classes, int channels, double width,
                         double dropout) {
  const auto check = [&](bool right, std::string_view option, std::string_view expected,
                         double found) {
    if (!right)
      throw ConfigError(
          fmt::format("{}: {}: expected {}, found {}", method, option, expected, found));
  };
  check(n_classes > 0, "n_classes", "at least 1", n_classes);
  check(channels > 0, "channels", "at least 1", channels);
  check(width > 0.0 && width <= 16.0, "width", "a factor above 0, at most 16", width);
  check(dropout >= 0.0 && dropout < 1.0, "dropout", "a probability from 0 and below 1", dropout);
}

void check_head(std::string_view method, const std::vector<int>& sizes) {
  for (const int size : sizes)
    if (size < 1)
      throw ConfigError(
          fmt::format("{}: head: expected layers of at least 1 unit, found {}", method, size));
}

void check_images(std::string_view method, const torch::Tensor& batch, int channels, int smallest) {
  if (batch.dim() != 4 || batch.size(1) != channels || batch.size(2) < smallest ||
      batch.size(3) < smallest)
    throw ConfigError(fmt::format(
        "{}: expected images of {} channels and at least {} x {}, found a batch of shape [{}]",
        method, channels, smallest, smallest, fmt::join(batch.sizes(), ", ")));
}

namespace {

/// The matrix, n_cells x size, that averages `size` values over cells.
torch::Tensor averaging_matrix(std::int64_t size, std::int64_t n_cells) {
  torch::Tensor matrix = torch::zeros({n_cells, size});
  auto weights = matrix.accessor<float, 2>();
  for (std::int64_t cell = 0; cell < n_cells; ++cell) {
    const std::int64_t begin = cell * size / n_cells,
                       end = ((cell + 1) * size + n_cells - 1) / n_cells;
    for (std::int64_t i = begin; i < end; ++i)
      weights[cell][i] = 1.0f / static_cast<float>(end - begin);
  }
  return matrix;
}

}  // namespace

torch::Tensor averaged_over_grid(const torch::Tensor& images, std::int64_t grid, bool by_products) {
  if (!by_products) return torch::adaptive_avg_pool2d(images, {grid, grid});
  const auto matrix = [&](std::int64_t size) {
    return averaging_matrix(size, grid).to(images.device(), images.scalar_type());
  };
  const torch::Tensor rows = torch::matmul(matrix(images.size(2)), images.contiguous());
  return torch::matmul(rows, matrix(images.size(3)).t());
}

void initialise_convolutions(torch::nn::Module& module) {
  for (const auto& part : module.modules(/*include_self=*/false)) {
    if (auto* convolution = part->as<torch::nn::Conv2d>()) {
      torch::nn::init::kaiming_normal_(convolution->weight, /*a=*/0.0, torch::kFanOut,
                                       torch::kReLU);
      if (convolution->bias.defined()) torch::nn::init::zeros_(convolution->bias);
    } else if (auto* norm = part->as<torch::nn::BatchNorm2d>()) {
      torch::nn::init::ones_(norm->weight);
      torch::nn::init::zeros_(norm->bias);
    }
  }
}

}  // namespace genrebench
