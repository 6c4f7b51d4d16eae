#pragma once
// Weights of a network: from files of any format that we read, into modules and out of them.

#include <filesystem>
#include <string>
#include <vector>

#include "models/weights/weight_file.hpp"

namespace genrebench {

/// Reads safetensors and both forms of PyTorch's state dicts; the content decides, not the file's
/// ending.
/// @return  with the file's name, format and SHA-256 as its source
/// @throws DataError  naming the file, what was expected and what was found
WeightFile read_weights(const std::filesystem::path& file);

/// Which differences between a file and a module are meant.
struct LoadRules {
  /// Entries of the file whose names begin so are left out: "fc.", "classifier.", the heads of
  /// torchvision's networks.
  std::vector<std::string> ignored;
  /// Entries of the module whose names begin so may be missing from the file and then stay as they
  /// are: "head.".
  std::vector<std::string> optional;
};

/// Copies weights into a module of the same names and shapes. Entries in `ignored` are never read,
/// those in `optional` only if the file has them, in which case they must fit. Batch norm's
/// num_batches_tracked may be missing: PyTorch before 0.4.1 has none. Floating-point types are
/// converted. Nothing is changed if anything does not fit.
/// @throws DataError  in one line: how many entries are missing, unexpected or of another shape or
/// type, the first of
///                    each, and whose weights these look like if not the module's; if a value is
///                    not finite, or a variance of batch norm (running_var) is negative, with the
///                    entry
void load_weights(torch::nn::Module& module, const WeightFile& weights, const LoadRules& rules);

/// The module's parameters and buffers in the order of Python's state_dict(). They share the
/// module's memory.
WeightFile weights_of(const torch::nn::Module& module);

}  // namespace genrebench
