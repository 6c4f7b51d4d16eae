#pragma once
// The file from which an interrupted training continues.

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/networks/network.hpp"
#include "models/training/freezing.hpp"
#include "models/training/history.hpp"
#include "models/training/optimiser.hpp"

namespace genrebench {

/// How far a training has come.
struct TrainingState {
  std::vector<Epoch> history;
  std::int64_t best_epoch = 0;              ///< counted from 1; 0: no epoch has ended yet
  std::vector<torch::Tensor> best;          ///< the snapshot of that epoch
  std::vector<torch::Tensor> average = {};  ///< the mean of the weights; empty: there is none
};

/// All weights and running statistics but the fixed ones; their memory is the network's.
std::vector<torch::Tensor> tensors_of(const Network& network, const FixedTensors& fixed = {});

/// A copy of all weights and running statistics but the fixed ones.
std::vector<torch::Tensor> snapshot(const Network& network, const FixedTensors& fixed = {});

/// Sets all weights and running statistics but the fixed ones.
void restore(Network& network, const std::vector<torch::Tensor>& from,
             const FixedTensors& fixed = {});

/// Replaces the file atomically. It holds tensors, numbers and text as safetensors, with a hash of
/// all of them (checkpoint_file.hpp): nothing in it can run.
/// @param recipe  all that decides the result: read_checkpoint accepts no other
/// @param state   of at least one epoch
/// @param fixed   left out: a network of the same recipe begins with them
void write_checkpoint(const std::filesystem::path& file, const std::string& recipe,
                      const Network& network, const Optimiser& optimiser,
                      const TrainingState& state, const FixedTensors& fixed = {});

/// Sets the network, the optimiser and the mean to what the checkpoint holds. None is changed if
/// the recipe differs or the file cannot be used.
/// @return  nothing if the checkpoint has another recipe
/// @throws DataError  in one line: the file is damaged, of another version, network or optimiser
std::optional<TrainingState> read_checkpoint(const std::filesystem::path& file,
                                             const std::string& recipe, Network& network,
                                             Optimiser& optimiser, const torch::Device& device,
                                             const FixedTensors& fixed = {});

}  // namespace genrebench
