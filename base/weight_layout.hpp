#pragma once
// What a weight file holds, whichever its format: names, types and shapes, and where in the file's
// bytes the elements lie. LibTorch is not needed to read a file this far; weight_file.hpp makes
// tensors of it.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

/// Where weights come from, to be recorded with a run.
struct WeightSource {
  std::string file;    ///< as it was named; empty: not from a file
  std::string format;  ///< "safetensors", "PyTorch zip" or "PyTorch legacy"
  std::string sha256;  ///< of the file's bytes; 64 hex digits
};

enum class ElementKind {
  int64,
  float64,
  float32,
  int32,
  bfloat16,
  float16,
  int16,
  int8,
  uint8,
  boolean
};

/// A type of elements under the names that the formats give it.
struct ElementType {
  ElementKind kind;
  std::string_view safetensors;  ///< "F32"
  std::string_view storage;      ///< PyTorch's class: "FloatStorage"
  std::uint64_t size;            ///< bytes
};

/// All of them, in the order in which the reference implementation of safetensors stores them: that
/// of ElementKind.
std::span<const ElementType> element_types();

/// Tensors of more dimensions are refused, as PyTorch's own functions do.
inline constexpr std::size_t kMostDimensions = 64;

/// The strides of a tensor whose elements lie one after the other, the last dimension innermost.
/// @param shape  one that count_elements() accepts
std::vector<std::int64_t> contiguous_strides(std::span<const std::int64_t> shape);

/// A tensor as a view of bytes that lie elsewhere.
struct TensorLayout {
  std::string name = {};
  const ElementType* type = nullptr;
  std::vector<std::int64_t> shape = {};
  std::vector<std::int64_t> strides = {};  ///< in elements, one per size, none negative
  std::int64_t offset = 0;                 ///< of the first element in the storage, in elements
  std::string_view storage = {};  ///< whole elements; several tensors may view the same ones
};

/// All elements of the tensors lie within their storages, no name occurs twice.
struct WeightLayout {
  std::vector<TensorLayout> tensors = {};  ///< in the file's order
  std::map<std::string, std::string> metadata = {};
  WeightSource source = {};

  /// Null if there is no tensor of this name.
  const TensorLayout* find(std::string_view name) const;
};

}  // namespace genrebench
