#pragma once
// A checkpoint as a file: sealed safetensors, which are checked before anything of them is used.
// LibTorch is not needed to read it this far.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/safetensors.hpp"
#include "base/weight_layout.hpp"
#include "models/training/history.hpp"

namespace genrebench {

struct CheckpointFile {
  std::string recipe;           ///< all that decides the result
  std::vector<Epoch> history;   ///< at least one
  std::int64_t best_epoch = 0;  ///< counted from 1, one of the history
  WeightLayout weights;         ///< of the network, of the best epoch and of the optimiser
};

/// The bytes to write, sealed. They refer to the checkpoint.
/// @param file  what is written, for messages
/// @throws DataError  as safetensors_bytes()
SafetensorsBytes checkpoint_bytes(const CheckpointFile& checkpoint, std::string_view file);

/// @param file  its name, for messages
/// @return  a checkpoint whose tensors refer to the bytes
/// @throws DataError  in one line: the file is damaged, or is no checkpoint of this version
CheckpointFile parse_checkpoint(std::string_view bytes, std::string_view file);

}  // namespace genrebench
