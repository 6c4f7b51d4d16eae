#pragma once
// The norm of a network's gradients, step by step.

#include <torch/torch.h>

#include <optional>
#include <vector>

#include "base/clock.hpp"

namespace genrebench {

/// Norm of all gradients together, a number on their device. With `clip`, gradients of a larger
/// norm are then scaled down to it. The processor does not wait for the device, as
/// torch::nn::utils::clip_grad_norm_ does; the values are the same.
/// @param parameters  at least one has a gradient; those without are left out
torch::Tensor gradient_norm(const std::vector<torch::Tensor>& parameters,
                            std::optional<double> clip);

/// Mean of an epoch's norms. Reading a number from a GPU waits until all that was asked of it is
/// done, so norms stay there and are read about once a second.
class MeanGradientNorm {
 public:
  /// @param n_steps  of the epoch
  MeanGradientNorm(const torch::Device& device, std::int64_t n_steps);

  /// Adds one step's norm.
  /// @return  a sum that is not finite, if that was noticed now: on the CPU after the step itself
  std::optional<double> add(const torch::Tensor& norm);

  /// The mean over the steps of the epoch; not finite if one of them is not.
  double mean() const { return sum_.item<double>(); }

 private:
  torch::Tensor sum_;
  double n_steps_;
  SteadyClock::time_point read_ = SteadyClock::now();
};

}  // namespace genrebench
