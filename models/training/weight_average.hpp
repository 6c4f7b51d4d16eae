#pragma once
// An exponential mean of a network's weights over the steps of its training.

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "models/networks/network.hpp"
#include "models/training/freezing.hpp"

namespace genrebench {

/// The mean of all weights and running statistics but the fixed ones. What does not change stays
/// the same to the bit, and numbers that are counted (int64) are taken as they are.
/// Source: Polyak and Juditsky, SIAM J. Control Optim. 30(4), 1992; TensorFlow's
/// ExponentialMovingAverage with num_updates
class WeightAverage {
 public:
  /// Begins with the network's weights.
  WeightAverage(const Network& network, double decay, const FixedTensors& fixed);

  /// Takes in the weights after a step: mean <- f mean + (1 - f) weights, f = min(decay, (1 + t) /
  /// (10 + t)).
  /// @param t  number of the step, counted from 1 over all epochs
  void update(const Network& network, std::int64_t t);

  /// In the order of snapshot().
  const std::vector<torch::Tensor>& values() const { return values_; }

  /// Continues from values() of the same network.
  void set_values(std::vector<torch::Tensor> values) { values_ = std::move(values); }

 private:
  double decay_;
  FixedTensors fixed_;
  std::vector<torch::Tensor> values_;
};

/// While it lives, a network has the mean's weights. Without a mean it changes nothing.
class WithAverage {
 public:
  /// @param average  may be null
  WithAverage(Network& network, const WeightAverage* average, const FixedTensors& fixed);
  ~WithAverage();
  WithAverage(const WithAverage&) = delete;
  WithAverage& operator=(const WithAverage&) = delete;

 private:
  Network& network_;
  const FixedTensors& fixed_;
  std::vector<torch::Tensor> own_;  ///< empty: nothing to give back
};

}  // namespace genrebench
