#pragma once
// PyTorch's own weight files: what torch.save writes of a state dict, without running any code in
// it.

#include <string_view>

#include "base/weight_layout.hpp"

namespace genrebench {

/// Reads a state dict, or a checkpoint that has one under "state_dict" or "model", in either form
/// of torch.save: the zip archive of PyTorch 1.6 and later or the older stream of pickles.
/// @param file  its name, for messages
/// @return  the tensors in the state dict's order; their bytes stay where they are
/// @throws DataError  naming the file, the place or the tensor, what was expected and what was
/// found; also for a file that calls a function which no state dict needs, which is named and never
/// called
/// Source: torch/serialization.py of PyTorch 1.13; Lib/pickletools.py of Python 3.11; checked in
/// tests/interop
WeightLayout pickle_layout(std::string_view bytes, std::string_view file);

}  // namespace genrebench
