#pragma once
// Weight files of any format that is read.

#include <string_view>

#include "base/weight_layout.hpp"

namespace genrebench {

/// Reads safetensors and both forms of PyTorch's state dicts; the content decides, not the file's
/// ending.
/// @param file  its name, for messages
/// @throws DataError  naming the file, what was expected and what was found
WeightLayout weight_layout(std::string_view bytes, std::string_view file);

}  // namespace genrebench
