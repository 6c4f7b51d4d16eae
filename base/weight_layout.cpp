#include "base/weight_layout.hpp"

#include <algorithm>
#include <array>

namespace genrebench {

std::span<const ElementType> element_types() {
  static constexpr std::array<ElementType, 10> kTypes{{
      {ElementKind::int64, "I64", "LongStorage", 8},
      {ElementKind::float64, "F64", "DoubleStorage", 8},
      {ElementKind::float32, "F32", "FloatStorage", 4},
      {ElementKind::int32, "I32", "IntStorage", 4},
      {ElementKind::bfloat16, "BF16", "BFloat16Storage", 2},
      {ElementKind::float16, "F16", "HalfStorage", 2},
      {ElementKind::int16, "I16", "ShortStorage", 2},
      {ElementKind::int8, "I8", "CharStorage", 1},
      {ElementKind::uint8, "U8", "ByteStorage", 1},
      {ElementKind::boolean, "BOOL", "BoolStorage", 1},
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

std::vector<std::int64_t> contiguous_strides(std::span<const std::int64_t> shape) {
  std::vector<std::int64_t> strides(shape.size());
  std::int64_t product = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = product;
    product *= std::max<std::int64_t>(shape[i], 1);
  }
  return strides;
}

const TensorLayout* WeightLayout::find(std::string_view name) const {
  const auto found = std::ranges::find(tensors, name, &TensorLayout::name);
  return found == tensors.end() ? nullptr : &*found;
}

}  // namespace genrebench
