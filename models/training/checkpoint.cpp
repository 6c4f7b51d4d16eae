#include "models/training/checkpoint.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/mapped_file.hpp"
#include "models/training/checkpoint_file.hpp"
#include "models/weights/weight_file.hpp"

namespace genrebench {
namespace {

using Entries = std::vector<std::pair<std::string, torch::Tensor>>;

/// The parts of a checkpoint begin the names of its tensors.
constexpr std::string_view kWeights = "weights.", kBest = "best.", kOptimiser = "optimiser.",
                           kAverage = "average.";

/// All weights and running statistics but the fixed ones; their memory is the network's.
Entries entries_of(const Network& network, const FixedTensors& fixed) {
  Entries entries;
  const auto add = [&](const std::string& name, const torch::Tensor& tensor) {
    if (!fixed.contains(tensor.unsafeGetTensorImpl())) entries.emplace_back(name, tensor);
  };
  for (const auto& parameter : network.named_parameters()) add(parameter.key(), parameter.value());
  for (const auto& buffer : network.named_buffers()) add(buffer.key(), buffer.value());
  return entries;
}

/// The tensors of one part, in the order of the network's entries.
/// @throws DataError  if one is missing or does not fit
std::vector<torch::Tensor> read_part(const WeightLayout& weights, std::string_view part,
                                     const Entries& entries, const torch::Device& device) {
  std::vector<torch::Tensor> tensors;
  for (const auto& [name, like] : entries) {
    const TensorLayout* layout = weights.find(fmt::format("{}{}", part, name));
    if (layout == nullptr || like.sizes() != torch::IntArrayRef(layout->shape) ||
        like.scalar_type() != scalar_type(*layout->type))
      throw DataError(fmt::format("of another network: expected '{}{}' of shape [{}], found {}",
                                  part, name, fmt::join(like.sizes(), ", "),
                                  layout == nullptr ? "nothing" : "another shape or type"));
    tensors.push_back(tensor_of(*layout).to(device));
  }
  return tensors;
}

bool has_average(const WeightLayout& weights) {
  return std::any_of(weights.tensors.begin(), weights.tensors.end(),
                     [](const TensorLayout& tensor) { return tensor.name.starts_with(kAverage); });
}

Optimiser::State read_optimiser(const WeightLayout& weights) {
  Optimiser::State state;
  for (const TensorLayout& layout : weights.tensors)
    if (layout.name.starts_with(kOptimiser))
      state.emplace(layout.name.substr(kOptimiser.size()), tensor_of(layout));
  return state;
}

}  // namespace

std::vector<torch::Tensor> tensors_of(const Network& network, const FixedTensors& fixed) {
  std::vector<torch::Tensor> tensors;
  for (const auto& [name, tensor] : entries_of(network, fixed)) tensors.push_back(tensor);
  return tensors;
}

std::vector<torch::Tensor> snapshot(const Network& network, const FixedTensors& fixed) {
  std::vector<torch::Tensor> copies;
  for (const auto& [name, tensor] : entries_of(network, fixed))
    copies.push_back(tensor.detach().clone());
  return copies;
}

void restore(Network& network, const std::vector<torch::Tensor>& from, const FixedTensors& fixed) {
  const torch::NoGradGuard no_grad;
  const Entries to = entries_of(network, fixed);
  for (std::size_t i = 0; i < to.size(); ++i) torch::Tensor(to[i].second).copy_(from[i]);
}

void write_checkpoint(const std::filesystem::path& file, const std::string& recipe,
                      const Network& network, const Optimiser& optimiser,
                      const TrainingState& state, const FixedTensors& fixed) {
  WeightFile weights;
  const Entries entries = entries_of(network, fixed);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& [name, tensor] = entries[i];
    weights.tensors.emplace_back(fmt::format("{}{}", kWeights, name), tensor);
    weights.tensors.emplace_back(fmt::format("{}{}", kBest, name), state.best[i]);
    if (!state.average.empty())
      weights.tensors.emplace_back(fmt::format("{}{}", kAverage, name), state.average[i]);
  }
  for (const auto& [name, tensor] : optimiser.state())
    weights.tensors.emplace_back(fmt::format("{}{}", kOptimiser, name), tensor);
  HeldLayout held = layout_of(weights, file.string());
  const CheckpointFile checkpoint{.recipe = recipe,
                                  .history = state.history,
                                  .best_epoch = state.best_epoch,
                                  .weights = std::move(held.layout)};
  write_file_atomically(file, checkpoint_bytes(checkpoint, file.string()).pieces());
}

std::optional<TrainingState> read_checkpoint(const std::filesystem::path& file,
                                             const std::string& recipe, Network& network,
                                             Optimiser& optimiser, const torch::Device& device,
                                             const FixedTensors& fixed) {
  const MappedFile mapped(file);
  CheckpointFile checkpoint = parse_checkpoint(mapped.bytes(), file.string());
  if (checkpoint.recipe != recipe) return std::nullopt;
  try {
    const Entries entries = entries_of(network, fixed);
    const auto weights = read_part(checkpoint.weights, kWeights, entries, device);
    TrainingState state{.history = std::move(checkpoint.history),
                        .best_epoch = checkpoint.best_epoch,
                        .best = read_part(checkpoint.weights, kBest, entries, device)};
    if (has_average(checkpoint.weights))
      state.average = read_part(checkpoint.weights, kAverage, entries, device);
    optimiser.set_state(read_optimiser(checkpoint.weights));
    restore(network, weights, fixed);
    return state;
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}: the checkpoint is {}", file.string(), error.what()));
  }
}

}  // namespace genrebench
