#include "models/weights/weight_file.hpp"

#include <array>
#include <cassert>
#include <cstring>

namespace genrebench {

std::span<const ElementType> element_types() {
  static constexpr std::array<ElementType, 10> kTypes{{
      {torch::kInt64, "I64", "LongStorage", 8},
      {torch::kFloat64, "F64", "DoubleStorage", 8},
      {torch::kFloat32, "F32", "FloatStorage", 4},
      {torch::kInt32, "I32", "IntStorage", 4},
      {torch::kBFloat16, "BF16", "BFloat16Storage", 2},
      {torch::kFloat16, "F16", "HalfStorage", 2},
      {torch::kInt16, "I16", "ShortStorage", 2},
      {torch::kInt8, "I8", "CharStorage", 1},
      {torch::kUInt8, "U8", "ByteStorage", 1},
      {torch::kBool, "BOOL", "BoolStorage", 1},
  }};
  return kTypes;
}

std::optional<std::uint64_t> count_elements(std::span<const std::int64_t> shape) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 56;  // times the size of an element is still
                                                           // a number of 64 bits
  bool empty = false;
  std::uint64_t product = 1;
  for (const std::int64_t size : shape) {
    if (size < 0) return std::nullopt;
    empty = empty || size == 0;
    // Strides are products too, so the other sizes may not overflow where one is zero.
    const std::uint64_t factor = size == 0 ? 1 : static_cast<std::uint64_t>(size);
    if (product > kMost / factor) return std::nullopt;
    product *= factor;
  }
  return empty ? 0 : product;
}

torch::Tensor elements_of(std::string_view bytes, const ElementType& type) {
  assert(bytes.size() % type.size == 0);
  // A byte other than 0 and 1 is no bool, and reading it as one is undefined.
  const bool truths = type.type == torch::kBool;
  torch::Tensor result = torch::empty({static_cast<std::int64_t>(bytes.size() / type.size)},
                                      truths ? torch::kUInt8 : type.type);
  if (!bytes.empty()) std::memcpy(result.data_ptr(), bytes.data(), bytes.size());
  return truths ? result.ne(0) : result;
}

}  // namespace genrebench
