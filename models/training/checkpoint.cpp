#include "models/training/checkpoint.hpp"

#include <fmt/format.h>

#include <cstring>
#include <sstream>

#include "base/error.hpp"
#include "base/files.hpp"

namespace genrebench {
namespace {

/// All weights and running statistics; their memory is the network's.
std::vector<torch::Tensor> tensors_of(const Network& network) {
  std::vector<torch::Tensor> tensors = network.parameters();
  const std::vector<torch::Tensor> buffers = network.buffers();
  tensors.insert(tensors.end(), buffers.begin(), buffers.end());
  return tensors;
}

void write_tensors(torch::serialize::OutputArchive& archive, const std::string& name,
                   const std::vector<torch::Tensor>& tensors) {
  for (std::size_t i = 0; i < tensors.size(); ++i)
    archive.write(fmt::format("{}_{}", name, i), tensors[i].detach());
}

std::vector<torch::Tensor> read_tensors(torch::serialize::InputArchive& archive,
                                        const std::string& name, const Network& network,
                                        const torch::Device& device) {
  std::vector<torch::Tensor> tensors;
  for (const torch::Tensor& like : tensors_of(network)) {
    torch::Tensor& tensor = tensors.emplace_back();
    archive.read(fmt::format("{}_{}", name, tensors.size() - 1), tensor);
    if (tensor.sizes() != like.sizes())
      throw DataError(
          fmt::format("the checkpoint is of another network: tensor {} of '{}' has another shape",
                      tensors.size() - 1, name));
    tensor = tensor.to(device);
  }
  return tensors;
}

std::vector<Epoch> read_history(torch::serialize::InputArchive& archive) {
  torch::Tensor numbers;
  archive.read("history", numbers);
  numbers = numbers.to(torch::kCPU).contiguous();
  std::vector<Epoch> epochs(static_cast<std::size_t>(numbers.size(0)));
  std::memcpy(static_cast<void*>(epochs.data()), numbers.data_ptr<double>(),
              epochs.size() * sizeof(Epoch));
  return epochs;
}

}  // namespace

std::vector<torch::Tensor> snapshot(const Network& network) {
  std::vector<torch::Tensor> copies;
  for (const torch::Tensor& tensor : tensors_of(network)) copies.push_back(tensor.detach().clone());
  return copies;
}

void restore(Network& network, const std::vector<torch::Tensor>& from) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> to = tensors_of(network);
  for (std::size_t i = 0; i < to.size(); ++i) to[i].copy_(from[i]);
}

void write_checkpoint(const std::filesystem::path& file, const std::string& recipe,
                      const Network& network, const Optimiser& optimiser, TrainingState state) {
  torch::serialize::OutputArchive archive, of_optimiser;
  archive.write("recipe", c10::IValue(recipe));
  archive.write("best_epoch", c10::IValue(state.best_epoch));
  archive.write(
      "history",
      torch::from_blob(state.history.data(),
                       {std::ssize(state.history), std::int64_t{kEpochNumbers}}, torch::kFloat64)
          .clone());
  write_tensors(archive, "weights", tensors_of(network));
  write_tensors(archive, "best", state.best);
  optimiser.save(of_optimiser);
  archive.write("optimiser", of_optimiser);
  std::ostringstream bytes;
  archive.save_to(bytes);
  write_file_atomically(file, bytes.view());
}

std::optional<TrainingState> read_checkpoint(const std::filesystem::path& file,
                                             const std::string& recipe, Network& network,
                                             Optimiser& optimiser, const torch::Device& device) {
  try {
    torch::serialize::InputArchive archive, of_optimiser;
    archive.load_from(file.string(), device);
    c10::IValue found_recipe, best_epoch;
    archive.read("recipe", found_recipe);
    if (found_recipe.toStringRef() != recipe) return std::nullopt;
    TrainingState state;
    state.history = read_history(archive);
    archive.read("best_epoch", best_epoch);
    state.best_epoch = best_epoch.toInt();
    const std::vector<torch::Tensor> weights = read_tensors(archive, "weights", network, device);
    state.best = read_tensors(archive, "best", network, device);
    archive.read("optimiser", of_optimiser);
    optimiser.load(of_optimiser);
    restore(network, weights);
    return state;
  } catch (const c10::Error&) {
    throw DataError(fmt::format("{}: the checkpoint is damaged; delete it to train from the start",
                                file.string()));
  } catch (const DataError& error) {
    throw DataError(
        fmt::format("{}: {}; delete it to train from the start", file.string(), error.what()));
  }
}

}  // namespace genrebench
