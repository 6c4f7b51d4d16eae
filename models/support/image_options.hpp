#pragma once
// What methods that look at a spectrogram as an image take beside the options of training.

#include <optional>

#include "models/training/input_options.hpp"
#include "models/training/training_options.hpp"

namespace genrebench {

struct ImageOptions : TrainingOptions {
  int channels = 3;
  std::optional<int> image_height;
  std::optional<int> image_width;
  std::optional<int> frames;
  InputOptions::Normalise normalise = InputOptions::Normalise::unit;
  double width = 1.0;
};

template <typename Options>
OptionTable<Options>& add_image_options(OptionTable<Options>& table) {
  return add_training_options(table)
      .integer("channels", &Options::channels, 1, 3,
               "Channels of the image, all alike; weights of ImageNet need 3.")
      .integer("image_height", &Options::image_height, 1, 4096,
               "Images are resized to so many rows, with antialiasing; auto: one row a feature.",
               "the authors' notebook: 224")
      .integer(
          "image_width", &Options::image_width, 1, 65536,
          "Images are resized to so many columns, with antialiasing; auto: one column a frame.",
          "the authors' notebook: 224")
      .integer("frames", &Options::frames, 1, 1 << 20,
               "Frames of an excerpt that are used: the first ones; a shorter excerpt is repeated. "
               "auto: the median of the training examples.",
               "the authors' notebook: 645")
      .enumeration("normalise", &Options::normalise, {"training", "unit", "imagenet", "none"},
                   "How values are scaled, with the statistics of the training examples: to mean 0 "
                   "and deviation 1; to [0, 1]; to [0, 1] and then by ImageNet's means and "
                   "deviations, as torchvision's weights expect; not at all. Set the experiment's "
                   "`standardise: false` where bands shall keep their relations.",
                   "the authors' notebook: [0, 1]")
      .number("width", &Options::width, 0.03, 4.0,
              "Multiplies the number of channels of every convolution; for quick work, or larger "
              "models.");
}

inline InputOptions image_input(const ImageOptions& options) {
  return {.kind = InputOptions::Kind::image,
          .frames = options.frames,
          .channels = options.channels,
          .image_height = options.image_height,
          .image_width = options.image_width,
          .normalise = options.normalise};
}

}  // namespace genrebench
