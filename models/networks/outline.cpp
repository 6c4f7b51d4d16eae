#include "models/networks/outline.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "models/networks/image_network.hpp"

namespace genrebench {
namespace {

std::int64_t n_parameters(const torch::nn::Module& module) {
  std::int64_t n = 0;
  for (const torch::Tensor& parameter : module.parameters()) n += parameter.numel();
  return n;
}

/// The shape without the batch.
std::vector<std::int64_t> shape_of(const torch::Tensor& batch) {
  return {batch.sizes().begin() + 1, batch.sizes().end()};
}

std::string module_kind(const torch::nn::Module& module) {
  if (const auto* convolution = module.as<torch::nn::Conv2d>())
    return fmt::format("convolution {}", fmt::join(*convolution->options.kernel_size(), " x "));
  if (module.as<torch::nn::BatchNorm2d>() != nullptr) return "batch norm";
  if (module.as<torch::nn::Linear>() != nullptr) return "fully connected";
  if (const auto* sequence = module.as<torch::nn::Sequential>())
    return fmt::format("{} blocks", sequence->size());
  return "recurrent";
}

/// What stands between a module of a head and the next one with parameters.
std::string follower_of(const torch::nn::Module& module) {
  if (module.as<torch::nn::ReLU>() != nullptr) return "ReLU";
  if (const auto* dropout = module.as<torch::nn::Dropout>();
      dropout != nullptr && dropout->options.p() > 0.0)
    return fmt::format("dropout {:g}", dropout->options.p());
  return {};
}

/// The modules of a head, each with what follows it.
void add_head(const Layer& layer, torch::nn::Module& head, NetworkOutline& outline) {
  const auto* linear = head.as<torch::nn::Linear>();
  if (linear != nullptr) {
    outline.layers.push_back({.name = layer.name,
                              .kind = module_kind(head),
                              .output = {linear->weight.size(0)},
                              .parameters = n_parameters(head)});
    return;
  }
  for (const auto& child : head.named_children()) {
    const torch::nn::Module& module = *child.value();
    if (const auto* of_head = module.as<torch::nn::Linear>()) {
      outline.layers.push_back({.name = fmt::format("{}.{}", layer.name, child.key()),
                                .kind = module_kind(module),
                                .output = {of_head->weight.size(0)},
                                .parameters = n_parameters(module)});
    } else if (const std::string follower = follower_of(module);
               !follower.empty() && !outline.layers.empty()) {
      outline.layers.back().kind += ", " + follower;
    }
  }
}

/// What a layer without parameters, between this one and the next, does; the sizes of the image
/// before and after tell.
std::string what_follows(const torch::nn::Module& module, const std::vector<std::int64_t>& before,
                         const std::vector<std::int64_t>& after) {
  const auto* convolution = module.as<torch::nn::Conv2d>();
  const std::int64_t stride = convolution == nullptr ? 1 : convolution->options.stride()->at(0);
  if (stride > 1) return fmt::format(", stride {}", stride);
  const bool is_image = after.size() == 3, smaller = is_image && after[1] < before[1];
  if (module.as<torch::nn::Sequential>() != nullptr)
    return !is_image ? ", average" : smaller ? ", stride 2" : "";
  return smaller ? ", ReLU, pooling" : ", ReLU";
}

void add_image_layers(ImageNetwork& network, torch::Tensor values, NetworkOutline& outline) {
  const std::vector<Layer> layers = network.layers();
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
    const std::vector<std::int64_t> before = shape_of(values);
    values = network.through(values, i, i + 1);
    const torch::nn::Module& module = *layers[i].module;
    outline.layers.push_back(
        {.name = layers[i].name,
         .alias = layers[i].alias,
         .kind = module_kind(module) + what_follows(module, before, shape_of(values)),
         .output = shape_of(values),
         .parameters = n_parameters(module)});
  }
  add_head(layers.back(), *layers.back().module, outline);
}

/// Recurrent layers give one state per step; the number of units is that of the hidden weights.
void add_recurrent_layers(Network& network, const InputShape& shape, NetworkOutline& outline) {
  const std::vector<Layer> layers = network.layers();
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
    const auto parameters = layers[i].module->named_parameters();
    outline.layers.push_back(
        {.name = layers[i].name,
         .kind = parameters.contains("weight_skip") ? "GRU with a gated skip" : "GRU",
         .output = {shape.steps, parameters["weight_hh"].size(1)},
         .parameters = n_parameters(*layers[i].module)});
  }
  add_head(layers.back(), *layers.back().module, outline);
}

}  // namespace

NetworkOutline outline_of(Network& network, const InputShape& shape) {
  const torch::NoGradGuard no_grad;
  network.eval();
  NetworkOutline outline;
  if (auto* image = dynamic_cast<ImageNetwork*>(&network)) {
    outline.input = {shape.channels, shape.height, shape.width};
    add_image_layers(*image, torch::zeros({1, shape.channels, shape.height, shape.width}), outline);
  } else {
    outline.input = {shape.steps, shape.features};
    add_recurrent_layers(network, shape, outline);
  }
  return outline;
}

}  // namespace genrebench
