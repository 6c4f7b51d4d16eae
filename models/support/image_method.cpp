#include "models/support/image_method.hpp"

namespace genrebench {

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
