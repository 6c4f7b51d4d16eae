#include "models/training/passes.hpp"

#include <algorithm>
#include <numeric>

#include "models/training/augmentation.hpp"
#include "models/training/device.hpp"
#include "models/training/freezing.hpp"

namespace genrebench {
namespace {

void to_device(Batch& batch, const TrainingOptions& options, const torch::Device& device) {
  if (batch.inputs.defined()) batch.inputs = batch.inputs.to(device, /*non_blocking=*/true);
  if (options.channels_last && batch.inputs.defined() && batch.inputs.dim() == 4)
    batch.inputs = batch.inputs.contiguous(torch::MemoryFormat::ChannelsLast);
  for (torch::Tensor* labels : {&batch.labels, &batch.other_labels})
    if (labels->defined()) *labels = labels->to(device, /*non_blocking=*/true);
}

}  // namespace

std::vector<std::size_t> in_order(std::size_t n) {
  std::vector<std::size_t> indices(n);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return indices;
}

bool is_mixed(const TrainingOptions& options) {
  return options.precision == TrainingOptions::Precision::mixed;
}

Tally::Tally(const torch::Device& device)
    : loss_(torch::zeros({}, torch::dtype(torch::kFloat64).device(device))),
      right_(loss_.clone()) {}

void Tally::add(const torch::Tensor& logits, const Batch& batch, const torch::Tensor& mean_loss) {
  const torch::NoGradGuard no_grad;
  const std::int64_t n = batch.labels.size(0);
  n_ += n;
  loss_ += mean_loss.detach().to(torch::kFloat64) * n;
  const torch::Tensor answers = logits.argmax(1);
  const auto n_right = [&](const torch::Tensor& labels) {
    return answers.eq(labels).sum().to(torch::kFloat64);
  };
  if (batch.other_labels.defined())
    right_ +=
        n_right(batch.labels) * batch.share + n_right(batch.other_labels) * (1.0 - batch.share);
  else
    right_ += n_right(batch.labels);
}

Pass Tally::pass() const {
  const auto n = static_cast<double>(std::max<std::int64_t>(n_, 1));
  return {loss_.item<double>() / n, right_.item<double>() / n};
}

double for_each_batch(MakeBatch make, std::vector<std::vector<std::size_t>> batches,
                      const TrainingOptions& options, const torch::Device& device,
                      const std::function<void(const Batch&)>& take) {
  BatchStream stream(std::move(make), std::move(batches), options.prefetch,
                     /*pinned=*/device.is_cuda());
  while (std::optional<Batch> batch = stream.next()) {
    to_device(*batch, options, device);
    take(*batch);
  }
  return stream.waited_s();
}

MakeBatch batches_of(const InputPipeline& inputs, const Examples& examples,
                     const FrozenLayers* frozen) {
  return [&inputs, &examples, frozen](const std::vector<std::size_t>& which) {
    return frozen != nullptr ? frozen->batch(examples, which) : inputs.batch(examples, which);
  };
}

MakeBatch crops_of(const InputPipeline& inputs, const Examples& examples,
                   const TrainingOptions& options) {
  const auto n_crops = static_cast<std::size_t>(options.test_crops);
  return [&inputs, &examples, n_crops](const std::vector<std::size_t>& which) {
    return inputs.batch(
        examples, which,
        {.start = [&inputs, n_crops](std::size_t index, const FeatureMatrix& feature) {
          return crop_start(feature.cols(), inputs.n_frames(), static_cast<int>(index % n_crops),
                            static_cast<int>(n_crops));
        }});
  };
}

torch::Tensor logits_of(Network& network, FrozenLayers* frozen, const Batch& batch) {
  return (frozen != nullptr ? frozen->forward(batch) : network.forward(batch.inputs))
      .to(torch::kFloat32);
}

torch::Tensor mean_over_crops(const torch::Tensor& logits, int n_crops) {
  if (n_crops == 1) return logits;
  return torch::softmax(logits.to(torch::kFloat64), 1)
      .view({-1, n_crops, logits.size(1)})
      .mean(1)
      .log()
      .to(torch::kFloat32);
}

torch::Tensor predict_logits(Network& network, const InputPipeline& inputs,
                             const Examples& examples, const TrainingOptions& options,
                             const torch::Device& device, const MethodCache& cache) {
  const torch::NoGradGuard no_grad;
  network.eval();
  const Examples all = repeated(examples, options.test_crops);
  const bool whole = options.test_crops == 1;
  // Layers that were trained from some epoch on may be of that epoch: nobody else asks for them.
  // Nor does anybody ask twice for crops, which the cache does not know.
  const std::size_t n_frozen =
      options.unfreeze_epoch || !whole ? 0 : Freezing(network, options).n_frozen(/*epoch=*/1);
  const auto frozen = make_frozen_layers(network, n_frozen, inputs, options, device, cache);
  std::vector<torch::Tensor> logits;
  for_each_batch(whole ? batches_of(inputs, all, frozen.get()) : crops_of(inputs, all, options),
                 divide(in_order(all.size()), static_cast<std::size_t>(options.batch_size)),
                 options, device, [&](const Batch& batch) {
                   const MixedPrecision mixed(device, is_mixed(options));
                   logits.push_back(logits_of(network, frozen.get(), batch).to(torch::kCPU));
                 });
  return mean_over_crops(torch::cat(logits), options.test_crops);
}

}  // namespace genrebench
