#include "models/training/checkpoint_file.hpp"

#include <fmt/format.h>

#include <cassert>
#include <charconv>
#include <cstring>

#include "base/error.hpp"

namespace genrebench {
namespace {

constexpr std::string_view kFormat = "genrebench checkpoint 2";
constexpr std::string_view kHistory = "history";

class Metadata {
 public:
  Metadata(const std::map<std::string, std::string>& values, std::string_view file)
      : values_(values), file_(file) {}

  const std::string& text(const std::string& key) const {
    const auto found = values_.find(key);
    if (found == values_.end())
      throw DataError(fmt::format("{}: expected a checkpoint, found no '{}' in it", file_, key));
    return found->second;
  }

  std::int64_t number(const std::string& key) const {
    const std::string& digits = text(key);
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || stop != digits.data() + digits.size())
      throw DataError(
          fmt::format("{}: expected a number as '{}' of the checkpoint, found another "
                      "text",
                      file_, key));
    return value;
  }

 private:
  const std::map<std::string, std::string>& values_;
  std::string_view file_;
};

std::vector<Epoch> history_of(const WeightLayout& weights, std::string_view file) {
  const TensorLayout* numbers = weights.find(kHistory);
  if (numbers == nullptr || numbers->type->kind != ElementKind::float64 ||
      numbers->shape.size() != 2 || numbers->shape[1] != std::int64_t{kEpochNumbers} ||
      numbers->storage.empty())
    throw DataError(
        fmt::format("{}: expected a checkpoint with {} numbers of each epoch, found none", file,
                    kEpochNumbers));
  std::vector<Epoch> history(static_cast<std::size_t>(numbers->shape[0]));
  std::memcpy(static_cast<void*>(history.data()), numbers->storage.data(), numbers->storage.size());
  return history;
}

}  // namespace

SafetensorsBytes checkpoint_bytes(const CheckpointFile& checkpoint, std::string_view file) {
  WeightLayout weights = checkpoint.weights;
  TensorLayout& history = weights.tensors.emplace_back();
  history.name = kHistory;
  history.type = &element_types()[static_cast<std::size_t>(ElementKind::float64)];
  history.shape = {std::ssize(checkpoint.history), std::int64_t{kEpochNumbers}};
  history.strides = contiguous_strides(history.shape);
  history.storage = {reinterpret_cast<const char*>(checkpoint.history.data()),
                     checkpoint.history.size() * sizeof(Epoch)};
  weights.metadata = {{"format", std::string(kFormat)},
                      {"recipe", checkpoint.recipe},
                      {"best_epoch", std::to_string(checkpoint.best_epoch)},
                      {std::string(kSealKey), std::string(kUnsealed)}};
  SafetensorsBytes bytes = safetensors_bytes(weights, file);
  [[maybe_unused]] const bool sealed = seal(bytes);
  assert(sealed);
  return bytes;
}

CheckpointFile parse_checkpoint(std::string_view bytes, std::string_view file) {
  check_seal(bytes, file);
  CheckpointFile result;
  result.weights = safetensors_layout(bytes, file);
  const Metadata metadata(result.weights.metadata, file);
  if (metadata.text("format") != kFormat)
    throw DataError(fmt::format(
        "{}: expected a {}, found the file of another version of genrebench", file, kFormat));
  result.recipe = metadata.text("recipe");
  result.history = history_of(result.weights, file);
  result.best_epoch = metadata.number("best_epoch");
  if (result.best_epoch < 1 || result.best_epoch > std::ssize(result.history))
    throw DataError(fmt::format("{}: expected a best epoch from 1 to {}, found {}", file,
                                result.history.size(), result.best_epoch));
  std::erase_if(result.weights.tensors,
                [](const TensorLayout& tensor) { return tensor.name == kHistory; });
  return result;
}

}  // namespace genrebench
