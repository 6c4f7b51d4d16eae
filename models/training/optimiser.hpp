#pragma once
// The optimiser of a training, with a rate of its own for each group of layers.

#include <torch/torch.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/networks/network.hpp"
#include "models/training/schedules.hpp"
#include "models/training/training_options.hpp"

namespace genrebench {

class Optimiser {
 public:
  /// Each group of layers trains at the rate of the group after it, divided by
  /// options.discriminative; the last group trains at the full rate.
  Optimiser(Network& network, const TrainingOptions& options);

  /// Sets what the next step trains with.
  void set(const Rates& rates);
  void step() { optimiser_->step(); }

  /// What the steps so far have left: moments and counts, by name. The tensors are the optimiser's.
  using State = std::map<std::string, torch::Tensor>;
  State state() const;

  /// Continues from a state. Nothing is changed if it does not fit.
  /// @throws DataError  if a tensor has another shape than its parameter, or there are other
  /// tensors than those of this kind of optimiser
  void set_state(const State& state);

 private:
  std::vector<torch::Tensor> parameters() const;

  TrainingOptions::Optimiser kind_;
  std::vector<double> factors_;  ///< of each group's rate
  std::unique_ptr<torch::optim::Optimizer> optimiser_;
};

}  // namespace genrebench
