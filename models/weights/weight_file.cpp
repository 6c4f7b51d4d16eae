#include "models/weights/weight_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <tuple>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/mapped_file.hpp"
#include "base/safetensors.hpp"
#include "models/weights/pickle_weights.hpp"

namespace genrebench {
namespace {

constexpr std::array<torch::ScalarType, 10> kScalarTypes = {
    torch::kInt64,   torch::kFloat64, torch::kFloat32, torch::kInt32, torch::kBFloat16,
    torch::kFloat16, torch::kInt16,   torch::kInt8,    torch::kUInt8, torch::kBool};

/// Elements as a vector of their own.
torch::Tensor elements_of(std::string_view bytes, const ElementType& type) {
  assert(bytes.size() % type.size == 0);
  // A byte other than 0 and 1 is no bool, and reading it as one is undefined.
  const bool truths = type.kind == ElementKind::boolean;
  torch::Tensor result = torch::empty({static_cast<std::int64_t>(bytes.size() / type.size)},
                                      truths ? torch::kUInt8 : scalar_type(type));
  if (!bytes.empty()) std::memcpy(result.data_ptr(), bytes.data(), bytes.size());
  return truths ? result.ne(0) : result;
}

torch::Tensor view_of(const torch::Tensor& storage, const TensorLayout& layout) {
  return storage.as_strided(layout.shape, layout.strides, layout.offset);
}

}  // namespace

torch::ScalarType scalar_type(const ElementType& type) {
  return kScalarTypes[static_cast<std::size_t>(type.kind)];
}

torch::Tensor tensor_of(const TensorLayout& layout) {
  return view_of(elements_of(layout.storage, *layout.type), layout);
}

WeightFile tensors_of(const WeightLayout& layout) {
  using Key = std::tuple<const char*, std::size_t, const ElementType*>;
  std::map<Key, torch::Tensor> storages;
  WeightFile result{{}, layout.metadata, layout.source};
  for (const TensorLayout& tensor : layout.tensors) {
    torch::Tensor& storage = storages[{tensor.storage.data(), tensor.storage.size(), tensor.type}];
    if (!storage.defined()) storage = elements_of(tensor.storage, *tensor.type);
    result.tensors.emplace_back(tensor.name, view_of(storage, tensor));
  }
  return result;
}

HeldLayout layout_of(const WeightFile& weights, std::string_view file) {
  HeldLayout result{{{}, weights.metadata, weights.source}, {}};
  for (const auto& [name, given] : weights.tensors) {
    const auto found = std::ranges::find(kScalarTypes, given.scalar_type());
    if (found == kScalarTypes.end() || given.layout() != torch::kStrided)
      throw DataError(
          fmt::format("{}: tensor {}: expected a dense tensor of a type of safetensors, found {}",
                      file, name, torch::toString(given.scalar_type())));
    const torch::Tensor& tensor = result.tensors.emplace_back(given.detach().cpu().contiguous());
    TensorLayout& layout = result.layout.tensors.emplace_back();
    layout.name = name;
    layout.type = &element_types()[static_cast<std::size_t>(found - kScalarTypes.begin())];
    layout.shape = tensor.sizes().vec();
    layout.strides = contiguous_strides(layout.shape);
    if (tensor.nbytes() > 0)
      layout.storage = {static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()};
  }
  return result;
}

WeightFile read_safetensors(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  return parse_safetensors(mapped.bytes(), file.string());
}

WeightFile parse_safetensors(std::string_view bytes, std::string_view file) {
  return tensors_of(safetensors_layout(bytes, file));
}

void write_safetensors(const std::filesystem::path& file, const WeightFile& weights) {
  const HeldLayout held = layout_of(weights, file.string());
  write_file_atomically(file, safetensors_bytes(held.layout, file.string()).pieces());
}

WeightFile read_pickle_weights(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  return parse_pickle_weights(mapped.bytes(), file.string());
}

WeightFile parse_pickle_weights(std::string_view bytes, std::string_view file) {
  return tensors_of(pickle_layout(bytes, file));
}

}  // namespace genrebench
