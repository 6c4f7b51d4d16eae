#include "models/weights/weight_formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/safetensors.hpp"
#include "models/weights/pickle_weights.hpp"

namespace genrebench {
namespace {

using WeightParser = WeightLayout (*)(std::string_view bytes, std::string_view file);

struct Format {
  std::size_t offset;  ///< where the signature stands
  std::string_view signature;
  WeightParser parse;  ///< nullptr: not read here
  std::string_view advice;
};

// The first 8 bytes of a safetensors file are a length, which can look like any other signature: it
// comes first.
constexpr std::array<Format, 5> kFormats{{
    {8, "{", &safetensors_layout, ""},
    {0, "PK\x03\x04", &pickle_layout, ""},
    {0, "\x80\x02", &pickle_layout, ""},
    {0, "\x89HDF", nullptr, "found HDF5 (Keras); convert it to safetensors"},
    {257, "ustar", nullptr,
     "found a tar archive (PyTorch before 0.2); load and save it with a later PyTorch, or take "
     "torchvision's newer file"},
}};

const Format& format_of(std::string_view bytes, std::string_view file) {
  const auto found = std::ranges::find_if(kFormats, [&](const Format& format) {
    return bytes.size() > format.offset &&
           bytes.substr(format.offset).starts_with(format.signature);
  });
  if (found == kFormats.end() || found->parse == nullptr)
    throw DataError(fmt::format(
        "{}: expected weights as safetensors or as a state dict of torch.save, {}", file,
        found == kFormats.end() ? fmt::format("found {} bytes that are neither", bytes.size())
                                : std::string(found->advice)));
  return *found;
}

}  // namespace

WeightLayout weight_layout(std::string_view bytes, std::string_view file) {
  return format_of(bytes, file).parse(bytes, file);
}

}  // namespace genrebench
