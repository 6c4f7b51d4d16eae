#pragma once
// What a weight file holds, whichever its format, and the types of elements that the formats have.

#include <torch/torch.h>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace genrebench {

/// Where weights come from, to be recorded with a run.
struct WeightSource {
  std::string file;    ///< as it was named; empty: not from a file
  std::string format;  ///< "safetensors", "PyTorch zip" or "PyTorch legacy"
  std::string sha256;  ///< of the file's bytes; 64 hex digits
};

struct WeightFile {
  /// Names and values, in the file's order; no name occurs twice. Tensors are on the CPU; they may
  /// share memory.
  std::vector<std::pair<std::string, torch::Tensor>> tensors;
  std::map<std::string, std::string> metadata;
  WeightSource source;
};

/// A type of elements under the names that the formats give it.
struct ElementType {
  torch::ScalarType type;
  std::string_view safetensors;  ///< "F32"
  std::string_view storage;      ///< PyTorch's class: "FloatStorage"
  std::uint64_t size;            ///< bytes
};

/// All of them, in the order in which the reference implementation of safetensors stores them.
std::span<const ElementType> element_types();

/// Tensors of more dimensions are refused, as PyTorch's own functions do.
inline constexpr std::size_t kMostDimensions = 64;

/// The number of elements of that shape, or nothing where no memory could hold them or a size is
/// negative.
std::optional<std::uint64_t> count_elements(std::span<const std::int64_t> shape);

/// The elements in `bytes`, copied. The size of `bytes` is a multiple of the type's.
/// @return  a vector
torch::Tensor elements_of(std::string_view bytes, const ElementType& type);

}  // namespace genrebench
