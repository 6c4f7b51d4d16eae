#include "models/training/frozen_layers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/version.h>

#include <array>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "models/training/device.hpp"

namespace genrebench {
namespace {

std::string_view memory_of(const torch::Tensor& contiguous) {
  return {static_cast<const char*>(contiguous.data_ptr()), contiguous.nbytes()};
}

void add_tensor(ContentHasher& hasher, const std::string& name, const torch::Tensor& given) {
  const torch::Tensor tensor = given.detach().cpu().contiguous();
  hasher.add(fmt::format("{} {} [{}]\n", name, torch::toString(tensor.scalar_type()),
                         fmt::join(tensor.sizes(), ", ")));
  hasher.add(memory_of(tensor));
}

/// An image of fixed noise.
torch::Tensor sample_input(const InputShape& shape) {
  torch::Tensor input = torch::empty({1, shape.channels, shape.height, shape.width});
  Random random(1);
  auto* values = input.data_ptr<float>();
  for (std::int64_t i = 0; i < input.numel(); ++i)
    values[i] = static_cast<float>(random.uniform(-2.0, 2.0));
  return input;
}

}  // namespace

FrozenLayers::FrozenLayers(ImageNetwork& network, std::size_t n, const InputPipeline& inputs,
                           const TrainingOptions& options, const torch::Device& device,
                           const MethodCache& cache)
    : network_(network),
      n_(n),
      inputs_(inputs),
      options_(options),
      device_(device),
      cache_(options.frozen_cache ? cache.folder : std::filesystem::path()),
      warn_(cache.warn) {
  if (cache_.enabled()) fingerprint_ = fingerprint();
}

std::string FrozenLayers::fingerprint() {
  const torch::NoGradGuard no_grad;
  const MixedPrecision mixed(device_, options_.precision == TrainingOptions::Precision::mixed);
  const std::vector<Layer> layers = network_.layers();
  ContentHasher hasher;
  hasher.add(fmt::format("frozen layers {}, trainer {}, LibTorch {}, {}, precision {} {}\n{}",
                         kFrozenLayersVersion, kTrainerVersion, TORCH_VERSION, layers[n_ - 1].name,
                         static_cast<int>(options_.precision),
                         static_cast<int>(options_.frozen_precision), inputs_.recipe()));
  for (std::size_t i = 0; i < n_; ++i) {
    for (const auto& entry : layers[i].module->named_parameters())
      add_tensor(hasher, layers[i].name + " " + entry.key(), entry.value());
    for (const auto& entry : layers[i].module->named_buffers())
      if (entry.value().is_floating_point())  // not the number of batches that a batch norm saw
        add_tensor(hasher, layers[i].name + " " + entry.key(), entry.value());
  }
  const torch::Tensor sample = sample_input(inputs_.shape()).to(device_);
  add_tensor(hasher, "sample", output_of(sample, 0));
  return hasher.hash();
}

std::string FrozenLayers::key_of(const FeatureMatrix& feature) const {
  const std::string size =
      fmt::format("{} {} x {}\n", fingerprint_, feature.rows(), feature.cols());
  const std::array<std::string_view, 2> pieces = {
      size,
      {reinterpret_cast<const char*>(feature.data()),
       static_cast<std::size_t>(feature.size()) * sizeof(float)}};
  return content_hash(pieces);
}

Batch FrozenLayers::batch(const Examples& examples, const std::vector<std::size_t>& which) const {
  std::vector<KnownOutput> outputs;
  std::vector<std::size_t> unknown;
  for (const std::size_t index : which) {
    KnownOutput& known = outputs.emplace_back();
    if (cache_.enabled()) {
      known.key = key_of(*examples.features[index]);
      OutputCache::Found found = cache_.load(known.key);
      known.output = std::move(found.output);
      known.warning = std::move(found.damage);
    }
    if (!known.output.defined()) unknown.push_back(index);
  }
  Batch batch;
  if (!unknown.empty()) batch = inputs_.batch(examples, unknown);
  batch.labels = labels_of(examples, which);
  batch.outputs = std::move(outputs);
  return batch;
}

torch::Tensor FrozenLayers::output_of(const torch::Tensor& inputs, std::int64_t i) {
  // A copy has the same strides and alignment wherever the example was.
  torch::Tensor input = torch::empty(
      {1, inputs.size(1), inputs.size(2), inputs.size(3)},
      inputs.options().memory_format(options_.channels_last ? torch::MemoryFormat::ChannelsLast
                                                            : torch::MemoryFormat::Contiguous));
  input.copy_(inputs.narrow(0, i, 1));
  torch::Tensor output = network_.through(input, 0, n_).squeeze(0).contiguous();
  if (options_.frozen_precision == TrainingOptions::FrozenPrecision::single ||
      output.element_size() == 2)
    return output;
  const torch::Tensor half = output.to(torch::kFloat16);
  if (!half.isfinite().all().item<bool>() && output.isfinite().all().item<bool>())
    throw DataError(
        "frozen_precision: an output of the frozen layers does not fit into half precision, whose "
        "largest number is 65504; take single");
  return half;
}

torch::Tensor FrozenLayers::outputs(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  torch::Tensor all;
  std::int64_t n_computed = 0;
  for (std::size_t i = 0; i < batch.outputs.size(); ++i) {
    const KnownOutput& known = batch.outputs[i];
    if (!known.warning.empty())
      warn_once("damage", fmt::format("{}; it is computed again", known.warning));
    torch::Tensor output = known.output;
    if (!output.defined()) {
      output = output_of(batch.inputs, n_computed++);
      keep(known.key, output);
    }
    if (!all.defined()) {
      std::vector<std::int64_t> sizes = output.sizes().vec();
      sizes.insert(sizes.begin(), std::ssize(batch.outputs));
      all = torch::empty(sizes, output.options().device(device_));
    }
    all[static_cast<std::int64_t>(i)].copy_(output);
  }
  if (all.scalar_type() == torch::kFloat16) all = all.to(torch::kFloat32);
  return options_.channels_last && all.dim() == 4
             ? all.contiguous(torch::MemoryFormat::ChannelsLast)
             : all;
}

torch::Tensor FrozenLayers::forward(const Batch& batch) {
  return network_.through(outputs(batch), n_, network_.layers().size());
}

void FrozenLayers::keep(const std::string& key, const torch::Tensor& output) {
  if (key.empty()) return;
  try {
    cache_.store(key, output);
  } catch (const DataError& error) {
    warn_once("full", fmt::format("outputs of frozen layers are not cached: {}", error.what()));
  }
}

void FrozenLayers::warn_once(const std::string& kind, const std::string& message) {
  if (told_.insert(kind).second) warn_(message);
}

std::unique_ptr<FrozenLayers> make_frozen_layers(Network& network, std::size_t n,
                                                 const InputPipeline& inputs,
                                                 const TrainingOptions& options,
                                                 const torch::Device& device,
                                                 const MethodCache& cache) {
  auto* divisible = dynamic_cast<ImageNetwork*>(&network);
  if (n == 0 || divisible == nullptr) return nullptr;
  return std::make_unique<FrozenLayers>(*divisible, n, inputs, options, device, cache);
}

}  // namespace genrebench
