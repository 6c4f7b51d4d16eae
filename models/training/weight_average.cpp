#include "models/training/weight_average.hpp"

#include <algorithm>

#include "models/training/checkpoint.hpp"

namespace genrebench {

WeightAverage::WeightAverage(const Network& network, double decay, const FixedTensors& fixed)
    : decay_(decay), fixed_(fixed), values_(snapshot(network, fixed)) {}

void WeightAverage::update(const Network& network, std::int64_t t) {
  const torch::NoGradGuard no_grad;
  const double factor =
      std::min(decay_, (1.0 + static_cast<double>(t)) / (10.0 + static_cast<double>(t)));
  const std::vector<torch::Tensor> now = tensors_of(network, fixed_);
  for (std::size_t i = 0; i < values_.size(); ++i) {
    // By the difference, so that equal numbers stay as they are.
    if (values_[i].is_floating_point())
      values_[i].add_(now[i].detach() - values_[i], 1.0 - factor);
    else
      values_[i].copy_(now[i]);
  }
}

WithAverage::WithAverage(Network& network, const WeightAverage* average, const FixedTensors& fixed)
    : network_(network), fixed_(fixed) {
  if (average == nullptr) return;
  own_ = snapshot(network, fixed);
  restore(network, average->values(), fixed);
}

WithAverage::~WithAverage() {
  if (!own_.empty()) restore(network_, own_, fixed_);
}

}  // namespace genrebench
