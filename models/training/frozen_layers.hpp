#pragma once
// The frozen layers of a network as a stage of its own, whose outputs are computed once per example
// and kept.

#include <torch/torch.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "harness/plugin/method.hpp"
#include "models/networks/image_network.hpp"
#include "models/training/inputs.hpp"
#include "models/training/output_cache.hpp"
#include "models/training/training_options.hpp"

namespace genrebench {

/// Computes what frozen layers give, or takes it from the cache: the bits are the same. Therefore
/// each example goes through the frozen layers alone: kernels choose their order of sums by the
/// size of the batch. An output is kept under everything that decides it: the weights, the layers,
/// the example's features, the options of inputs, the precision, LibTorch's version, and, as a
/// sample of what processor, threads and libraries do, the output for a fixed input.
class FrozenLayers {
 public:
  /// @param network  in eval mode as far as it is frozen; its frozen weights stay as they are
  /// @param n        number of frozen layers, at least 1 and not all
  /// @param cache    an empty folder: nothing is kept
  FrozenLayers(ImageNetwork& network, std::size_t n, const InputPipeline& inputs,
               const TrainingOptions& options, const torch::Device& device,
               const MethodCache& cache);

  /// A batch with the outputs that are cached, and the inputs of the other examples. Any thread may
  /// call it.
  /// @throws  as InputPipeline::batch()
  Batch batch(const Examples& examples, const std::vector<std::size_t>& which) const;

  /// The whole network's logits. What batch() did not find is computed and kept.
  /// @param batch  on the device
  /// @throws DataError  if an output does not fit into half precision
  torch::Tensor forward(const Batch& batch);

  /// The outputs of the frozen layers for a batch, one row per example.
  torch::Tensor outputs(const Batch& batch);

  const OutputCache& cache() const { return cache_; }

 private:
  /// @param inputs  of any number of examples; those of number i are taken
  torch::Tensor output_of(const torch::Tensor& inputs, std::int64_t i);
  std::string fingerprint();
  std::string key_of(const FeatureMatrix& feature) const;
  void keep(const std::string& key, const torch::Tensor& output);
  void warn_once(const std::string& kind, const std::string& message);

  ImageNetwork& network_;
  std::size_t n_;
  const InputPipeline& inputs_;
  const TrainingOptions& options_;
  torch::Device device_;
  OutputCache cache_;
  std::function<void(const std::string&)> warn_;
  std::set<std::string> told_;
  std::string fingerprint_;  ///< of all but the example; empty: nothing is cached
};

/// The frozen layers of a network; null if there are none, or if the network cannot be divided.
std::unique_ptr<FrozenLayers> make_frozen_layers(Network& network, std::size_t n,
                                                 const InputPipeline& inputs,
                                                 const TrainingOptions& options,
                                                 const torch::Device& device,
                                                 const MethodCache& cache);

}  // namespace genrebench
