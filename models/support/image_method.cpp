#include "models/support/image_method.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"

namespace genrebench {

std::vector<int> head_sizes(const std::string& method, const std::vector<std::string>& entries) {
  constexpr int kMost = 65536;
  std::vector<int> sizes;
  for (const std::string& entry : entries) {
    int size = 0;
    const auto [stop, error] = std::from_chars(entry.data(), entry.data() + entry.size(), size);
    if (error != std::errc() || stop != entry.data() + entry.size() || size < 1 || size > kMost)
      throw ConfigError(
          fmt::format("method {}: head: expected numbers of units from 1 to {}, such as "
                      "[256, 128, 64]; found '{}'",
                      method, kMost, single_line(entry)));
    sizes.push_back(size);
  }
  return sizes;
}

std::unique_ptr<Method> make_image_method(const ImageMethod& method, const ImageOptions& options,
                                          const std::string& recipe, std::uint64_t seed) {
  return make_deep_method(
      {.name = method.name,
       .training = options,
       .input = {.kind = InputOptions::Kind::image,
                 .frames = options.frames,
                 .channels = options.channels,
                 .image_height = options.image_height,
                 .image_width = options.image_width,
                 .normalise = options.normalise},
       .recipe = recipe,
       .make_network =
           [make = method.make_network](const InputShape& shape, int n_classes) {
             return make(n_classes, static_cast<int>(shape.channels));
           },
       .foreign_heads = {method.foreign_head}},
      seed);
}

}  // namespace genrebench
