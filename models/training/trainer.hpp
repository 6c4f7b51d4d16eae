#pragma once
// Trains a network: the loop over epochs and batches, the selection of the best epoch, checkpoints.

#include <torch/torch.h>

#include <memory>
#include <string>
#include <vector>

#include "harness/plugin/method.hpp"
#include "models/networks/network.hpp"
#include "models/training/inputs.hpp"
#include "models/training/training_options.hpp"

namespace genrebench {

/// What to train, on what and how. Everything referred to must outlive the call.
struct TrainingTask {
  std::string name;  ///< of the method, for messages
  Network& network;  ///< on its device; trained in place
  const InputPipeline& inputs;
  const Examples& train;
  const Examples& valid;  ///< may be empty
  const TrainingOptions& options;
  torch::Device device;
  std::uint64_t seed = 0;  ///< of the order of the examples and of dropout
  std::string recipe;      ///< all that decides the result; a checkpoint with another recipe is not
                           ///< resumed
  MethodCache cache = {};  ///< where outputs of frozen layers are kept
};

/// Trains to the end and leaves the network with the weights of the selected epoch. Reports the
/// curves loss, accuracy (train and valid), learning_rate, gradient_norm, seconds,
/// samples_per_second and data_wait_s (train) for every epoch, counted from 1, and the notes
/// best_epoch and epochs. If the context has a checkpoint folder, a checkpoint is written after
/// each epoch, and an interrupted training continues from it. On the CPU with the same number of
/// threads, the result has the same bits.
/// @throws ConfigError  if the options do not fit the network or the examples: an unknown layer, a
/// batch larger than the examples
/// @throws NotFinite    if the loss is not finite, naming the epoch; the last checkpoint is kept
/// @throws Interrupted  after the current batch, if the user asked to stop
void train_network(const TrainingTask& task, FitContext& context);

/// The learning-rate range test (GradientMethod). The network keeps the weights of the last step.
std::vector<GradientMethod::RangePoint> range_test(const TrainingTask& task,
                                                   const GradientMethod::RangeTest& test,
                                                   FitContext& context);

}  // namespace genrebench
