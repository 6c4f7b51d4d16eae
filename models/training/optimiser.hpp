#pragma once
// The optimiser of a training, with a rate of its own for each group of layers.

#include <torch/torch.h>

#include <memory>
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

  void save(torch::serialize::OutputArchive& archive) const { optimiser_->save(archive); }
  void load(torch::serialize::InputArchive& archive) { optimiser_->load(archive); }

 private:
  TrainingOptions::Optimiser kind_;
  std::vector<double> factors_;  ///< of each group's rate
  std::unique_ptr<torch::optim::Optimizer> optimiser_;
};

}  // namespace genrebench
