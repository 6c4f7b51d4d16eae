#pragma once
// The file from which an interrupted training continues.

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/networks/network.hpp"
#include "models/training/history.hpp"
#include "models/training/optimiser.hpp"

namespace genrebench {

/// How far a training has come.
struct TrainingState {
  std::vector<Epoch> history;
  std::int64_t best_epoch = 0;      ///< counted from 1; 0: no epoch has ended yet
  std::vector<torch::Tensor> best;  ///< the snapshot of that epoch
};

/// A copy of all weights and running statistics.
std::vector<torch::Tensor> snapshot(const Network& network);

/// Sets all weights and running statistics.
void restore(Network& network, const std::vector<torch::Tensor>& from);

/// Replaces the file atomically.
/// @param recipe  all that decides the result: read_checkpoint accepts no other
void write_checkpoint(const std::filesystem::path& file, const std::string& recipe,
                      const Network& network, const Optimiser& optimiser, TrainingState state);

/// Sets the network and the optimiser to what the checkpoint holds. Neither is changed if the
/// recipe differs or the file is damaged in what is read before them.
/// @return  nothing if the checkpoint has another recipe
/// @throws DataError  the file is damaged or is of another network
std::optional<TrainingState> read_checkpoint(const std::filesystem::path& file,
                                             const std::string& recipe, Network& network,
                                             Optimiser& optimiser, const torch::Device& device);

}  // namespace genrebench
