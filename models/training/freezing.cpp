#include "models/training/freezing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"

namespace genrebench {

Freezing::Freezing(Network& network, const TrainingOptions& options)
    : layers_(network.layers()), unfreeze_epoch_(options.unfreeze_epoch) {
  if (options.freeze_up_to.empty()) return;
  const auto last = std::find_if(layers_.begin(), layers_.end(), [&](const Layer& layer) {
    return layer.name == options.freeze_up_to ||
           (!layer.alias.empty() && layer.alias == options.freeze_up_to);
  });
  if (last == layers_.end()) {
    std::vector<std::string> names;
    for (const Layer& layer : layers_)
      names.push_back(layer.alias.empty() ? layer.name
                                          : fmt::format("{} ({})", layer.name, layer.alias));
    throw ConfigError(fmt::format("freeze_up_to: the network has no layer '{}'; its layers: {}",
                                  options.freeze_up_to, fmt::join(names, ", ")));
  }
  if (std::next(last) == layers_.end())
    throw ConfigError(
        fmt::format("freeze_up_to: '{}' is the last layer; nothing would be trained", last->name));
  frozen_ = static_cast<std::size_t>(last - layers_.begin()) + 1;
}

FixedTensors Freezing::fixed() const {
  FixedTensors result;
  if (unfreeze_epoch_) return result;
  for (std::size_t i = 0; i < frozen_; ++i) {
    for (const torch::Tensor& parameter : layers_[i].module->parameters())
      result.insert(parameter.unsafeGetTensorImpl());
    for (const torch::Tensor& buffer : layers_[i].module->buffers())
      result.insert(buffer.unsafeGetTensorImpl());
  }
  return result;
}

std::size_t Freezing::n_frozen(std::int64_t epoch) const {
  return unfreeze_epoch_ && epoch >= *unfreeze_epoch_ ? 0 : frozen_;
}

void Freezing::apply(std::int64_t epoch) const {
  const std::size_t frozen = n_frozen(epoch);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    for (torch::Tensor& parameter : layers_[i].module->parameters())
      parameter.requires_grad_(i >= frozen);
    if (i < frozen) layers_[i].module->eval();
  }
}

}  // namespace genrebench
