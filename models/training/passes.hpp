#pragma once
// A pass over examples: batches go through a network, and what comes out is counted or kept.

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "harness/plugin/method.hpp"
#include "models/networks/network.hpp"
#include "models/training/frozen_layers.hpp"
#include "models/training/history.hpp"
#include "models/training/inputs.hpp"
#include "models/training/training_options.hpp"

namespace genrebench {

/// 0, 1, ... n - 1.
std::vector<std::size_t> in_order(std::size_t n);

/// Whether products are computed in bfloat16.
bool is_mixed(const TrainingOptions& options);

/// Sums of losses and of right answers. They stay on the device, so that the CPU need not wait for
/// every batch.
class Tally {
 public:
  explicit Tally(const torch::Device& device);

  /// @param logits     n x classes
  /// @param mean_loss  of these n examples
  /// Where second examples are mixed in, an answer is right by the share of the example it names.
  void add(const torch::Tensor& logits, const Batch& batch, const torch::Tensor& mean_loss);

  Pass pass() const;

 private:
  torch::Tensor loss_, right_;
  std::int64_t n_ = 0;
};

/// Calls `take(batch)`, with the batch on the device, for each batch of a pass.
/// @return  time spent waiting for batches, seconds
double for_each_batch(MakeBatch make, std::vector<std::vector<std::size_t>> batches,
                      const TrainingOptions& options, const torch::Device& device,
                      const std::function<void(const Batch&)>& take);

/// @param frozen  null: the whole network is computed from inputs
MakeBatch batches_of(const InputPipeline& inputs, const Examples& examples,
                     const FrozenLayers* frozen);

/// Batches of crop i % options.test_crops of example i / options.test_crops, for examples that are
/// repeated().
MakeBatch crops_of(const InputPipeline& inputs, const Examples& examples,
                   const TrainingOptions& options);

/// Logits in float32.
/// @param frozen  null: the whole network is computed from inputs
torch::Tensor logits_of(Network& network, FrozenLayers* frozen, const Batch& batch);

/// The probabilities of an example's crops averaged, as logits.
/// @param logits  n * n_crops x classes
/// @return        n x classes: the logarithms of the means
torch::Tensor mean_over_crops(const torch::Tensor& logits, int n_crops);

/// Logits of examples, n x classes, float32 on the CPU; of several crops of each if
/// options.test_crops says so.
/// @param cache  where outputs of frozen layers are kept
torch::Tensor predict_logits(Network& network, const InputPipeline& inputs,
                             const Examples& examples, const TrainingOptions& options,
                             const torch::Device& device, const MethodCache& cache);

}  // namespace genrebench
