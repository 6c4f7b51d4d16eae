#pragma once
// The tensors of a weight file, whichever its format.

#include <torch/torch.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/weight_layout.hpp"

namespace genrebench {

struct WeightFile {
  /// Names and values, in the file's order; no name occurs twice. Tensors are on the CPU; they may
  /// share memory.
  std::vector<std::pair<std::string, torch::Tensor>> tensors;
  std::map<std::string, std::string> metadata;
  WeightSource source;
};

torch::ScalarType scalar_type(const ElementType& type);

/// One tensor, whose elements are copied.
torch::Tensor tensor_of(const TensorLayout& layout);

/// All tensors. Storages are copied once, however many tensors view them.
WeightFile tensors_of(const WeightLayout& layout);

/// Tensors as a layout that refers to their memory, which this holds: contiguous and on the CPU.
struct HeldLayout {
  WeightLayout layout;
  std::vector<torch::Tensor> tensors;
};

/// @param file  what the tensors are for, for messages
/// @throws DataError  naming the file and the tensor, if it is not dense or its type is not one of
/// element_types()
HeldLayout layout_of(const WeightFile& weights, std::string_view file);

/// Reads safetensors. @throws DataError  as safetensors_layout()
WeightFile read_safetensors(const std::filesystem::path& file);

/// The same of a file that is in memory. @param file  its name, for messages
WeightFile parse_safetensors(std::string_view bytes, std::string_view file);

/// Writes the bytes that the reference implementation writes (with more than one entry of metadata
/// it leaves their order open): larger elements first, then by name. The tensors' bytes are not
/// copied, where they are contiguous and on the CPU. The file appears whole or not at all.
/// @throws DataError  as layout_of() and safetensors_bytes(), and if the file cannot be written
void write_safetensors(const std::filesystem::path& file, const WeightFile& weights);

/// Reads what torch.save wrote of a state dict. @throws DataError  as pickle_layout()
WeightFile read_pickle_weights(const std::filesystem::path& file);

/// The same of a file that is in memory. @param file  its name, for messages
WeightFile parse_pickle_weights(std::string_view bytes, std::string_view file);

}  // namespace genrebench
