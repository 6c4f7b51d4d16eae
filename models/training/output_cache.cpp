#include "models/training/output_cache.hpp"

#include <fmt/format.h>

#include <memory>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/mapped_file.hpp"
#include "base/safetensors.hpp"
#include "models/weights/weight_file.hpp"

namespace genrebench {
namespace {

constexpr std::string_view kOutput = "output", kOutputKey = "key";

/// @throws DataError  the file is damaged, or that of another key
torch::Tensor mapped_output(const std::filesystem::path& file, const std::string& key) {
  const auto mapped = std::make_shared<const MappedFile>(file);
  check_seal(mapped->bytes(), file.string());
  const WeightLayout layout = safetensors_layout(mapped->bytes(), file.string());
  const TensorLayout* output = layout.find(kOutput);
  const auto found = layout.metadata.find(std::string(kOutputKey));
  if (output == nullptr || output->storage.empty() || found == layout.metadata.end() ||
      found->second != key)
    throw DataError(
        fmt::format("{}: expected the output of frozen layers, found another file", file.string()));
  // LibTorch takes no const memory; nothing writes to this tensor.
  return torch::from_blob(
      const_cast<char*>(output->storage.data()), output->shape, [mapped](void*) {},
      torch::dtype(scalar_type(*output->type)));
}

}  // namespace

OutputCache::OutputCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

std::filesystem::path OutputCache::file(const std::string& key) const {
  return folder_ / key.substr(0, 2) / (key.substr(2) + ".output");
}

OutputCache::Found OutputCache::load(const std::string& key) const {
  std::error_code error;
  const std::filesystem::path place = file(key);
  if (!enabled() || !std::filesystem::exists(place, error)) return {};
  try {
    return {mapped_output(place, key), {}};
  } catch (const DataError& damage) {
    // Somebody may just have emptied the cache.
    if (!std::filesystem::exists(place, error)) return {};
    return {{}, damage.what()};
  }
}

void OutputCache::store(const std::string& key, const torch::Tensor& output) const {
  if (!enabled()) return;
  WeightFile weights;
  weights.tensors.emplace_back(std::string(kOutput), output);
  weights.metadata.emplace(std::string(kOutputKey), key);
  weights.metadata.emplace(std::string(kSealKey), std::string(kUnsealed));
  const std::string name = file(key).string();
  const HeldLayout held = layout_of(weights, name);
  SafetensorsBytes bytes = safetensors_bytes(held.layout, name);
  seal(bytes);
  write_file_atomically(file(key), bytes.pieces());
}

}  // namespace genrebench
