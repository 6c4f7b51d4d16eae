#pragma once
// How an excerpt's features are prepared for a network.

#include <cstdint>
#include <optional>

namespace genrebench {

struct InputOptions {
  enum class Kind { image, sequence };
  enum class Normalise { training, unit, imagenet, none };

  Kind kind = Kind::image;
  std::optional<int> frames = {};  ///< frames of an excerpt that are used; empty: the median of the
                                   ///< training examples
  int channels = 1;                ///< image: copies of the one channel
  std::optional<int> image_height = {};  ///< image: number of rows; empty: one per feature
  std::optional<int> image_width = {};   ///< image: number of columns; empty: one per frame
  Normalise normalise = Normalise::none;
};

/// The shape of one example.
struct InputShape {
  std::int64_t channels = 1;  ///< image
  std::int64_t height = 0;    ///< image
  std::int64_t width = 0;     ///< image
  std::int64_t steps = 0;     ///< sequence
  std::int64_t features = 0;  ///< sequence: of each step
};

}  // namespace genrebench
