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
