// Weight files of every format that is read: safetensors, both forms of torch.save, and the zip
// archive and the pickle inside them.
#include <cstring>
#include <string>

#include "base/element_count.hpp"
#include "base/safetensors.hpp"
#include "base/weight_layout.hpp"
#include "base/zip_members.hpp"
#include "models/weights/pickle_weights.hpp"
#include "models/weights/weight_formats.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

constexpr std::string_view kFile = "weights";

bool within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// That no tensor reaches beyond the file.
void check(const WeightLayout& weights, std::string_view input) {
  for (const TensorLayout& tensor : weights.tensors) {
    require(within(tensor.storage, input), "a tensor lies within the file");
    require(tensor.strides.size() == tensor.shape.size(), "as many strides as sizes");
    std::uint64_t last = static_cast<std::uint64_t>(tensor.offset);
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
      require(tensor.shape[i] >= 0 && tensor.strides[i] >= 0, "sizes and strides are not negative");
      if (tensor.shape[i] > 0)
        last += static_cast<std::uint64_t>(tensor.shape[i] - 1) *
                static_cast<std::uint64_t>(tensor.strides[i]);
    }
    if (*count_elements(tensor.shape) > 0)
      require((last + 1) * tensor.type->size <= tensor.storage.size(),
              "a tensor lies within its storage");
  }
}

void check_safetensors(std::string_view input) {
  const WeightLayout weights = safetensors_layout(input, kFile);
  check(weights, input);
  const SafetensorsBytes written = safetensors_bytes(weights, kFile);
  std::string text;
  for (const std::string_view piece : written.pieces()) text += piece;
  const WeightLayout again = safetensors_layout(text, kFile);
  require(again.metadata == weights.metadata && again.tensors.size() == weights.tensors.size(),
          "weights that are written again are the same");
  for (const TensorLayout& tensor : again.tensors) {
    const TensorLayout* before = weights.find(tensor.name);
    require(before != nullptr && before->shape == tensor.shape && before->type == tensor.type &&
                before->storage == tensor.storage,
            "a tensor that is written again is the same");
  }
}

}  // namespace

void fuzz_weights(std::string_view input) {
  accepts([&] { check(weight_layout(input, kFile), input); });
  accepts([&] { check_safetensors(input); });
  accepts([&] { check(pickle_layout(input, kFile), input); });
  accepts([&] {
    for (const auto& [name, bytes] : zip_members(input, kFile))
      require(within(bytes, input), "a member lies within the archive");
  });
}

}  // namespace genrebench::fuzz
