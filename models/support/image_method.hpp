#pragma once
// What methods that see a spectrogram as an image share: their options, and the method made of
// them.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/networks/input_options.hpp"
#include "models/support/deep_method.hpp"
#include "models/training/training_options.hpp"

namespace genrebench {

struct ImageOptions : TrainingOptions {
  int channels = 3;
  std::optional<int> image_height;
  std::optional<int> image_width;
  std::optional<int> frames;
  InputOptions::Normalise normalise = InputOptions::Normalise::unit;
  double width = 1.0;
  std::vector<std::string> head;  ///< see head_sizes()
};

/// The numbers of a method's option `head`.
/// @throws ConfigError  naming the method: an entry is no number of units from 1 to 65536
std::vector<int> head_sizes(const std::string& method, const std::vector<std::string>& entries);

template <typename Options>
OptionTable<Options>& add_image_options(OptionTable<Options>& table) {
  add_training_options(table);
  return add_frozen_output_options(table)
      .integer(
          "channels", &Options::channels, 1, 3,
          "Number of channels of the image, all with the same values. Weights of ImageNet need 3.")
      .integer("image_height", &Options::image_height, 1, 4096,
               "Number of rows to which images are resized, with antialiasing. auto: one row per "
               "feature.",
               "the authors' notebook: 224")
      .integer("image_width", &Options::image_width, 1, 65536,
               "Number of columns to which images are resized, with antialiasing. auto: one column "
               "per frame.",
               "the authors' notebook: 224")
      .integer("frames", &Options::frames, 1, 1 << 20,
               "Number of frames of an excerpt that are used, from its start. A shorter excerpt is "
               "repeated. auto: the median length of the training examples.",
               "the authors' notebook: 645")
      .enumeration(
          "normalise", &Options::normalise, {"training", "unit", "imagenet", "none"},
          "How values are scaled, by the statistics of the training examples. training: to mean 0 "
          "and deviation 1. unit: to [0, 1]. imagenet: to [0, 1] and then by ImageNet's means and "
          "deviations, as torchvision's weights expect. none: not at all. Set the experiment's "
          "`standardise: false` to keep the bands' levels relative to each other.",
          "the authors' notebook: [0, 1]")
      .number("width", &Options::width, 0.03, 4.0,
              "Factor on the number of channels of every convolution: below 1 for quick tests, "
              "above 1 for larger models.")
      .list("head", &Options::head, {},
            "Numbers of units of the fully connected layers between the convolutional part and the "
            "logits, such as `[256, 128, 64]`. `[]`: no such layers.",
            "the paper, section 4.3: 256-128-64");
}

/// Adds the presets, to be called last: those given, the first of which is the defaults, and
/// `quick`.
/// @param quick  values of `quick` beyond those that all methods on images share
template <typename Options>
OptionTable<Options>& add_image_presets(OptionTable<Options>& table, std::vector<Preset> presets,
                                        OptionValues quick) {
  quick.insert({{"width", 0.125},
                {"channels", std::int64_t{1}},
                {"image_height", std::int64_t{32}},
                {"image_width", std::int64_t{32}},
                {"batch_size", std::int64_t{8}}});
  presets.push_back({"quick",
                     "an eighth of the channels and a few epochs, for tests and first looks",
                     std::move(quick)});
  return table.presets("preset", std::move(presets), kPresetHelp);
}

/// What makes one method on images differ from another.
struct ImageMethod {
  std::string name;
  std::string foreign_head;  ///< entries of weight files that are another head than ours: "fc."
  std::function<std::shared_ptr<Network>(int n_classes, int channels)> make_network;
};

/// @param recipe  as recipe_of() gives it
std::unique_ptr<Method> make_image_method(const ImageMethod& method, const ImageOptions& options,
                                          const std::string& recipe, std::uint64_t seed);

}  // namespace genrebench
