// VGG16 on spectrograms, with the paper's head of 256-128-64.

#include "harness/plugin/registry.hpp"
#include "models/networks/vgg16_network.hpp"
#include "models/support/deep_method.hpp"
#include "models/support/image_options.hpp"
#include "models/support/network_library.hpp"

namespace genrebench {

void register_vgg16(Registry& registry);

namespace {

struct Options : ImageOptions {
  int grid = 7;
  double dropout = 0.5;
};

const OptionTable<Options>& table() {
  static const OptionTable<Options> options = [] {
    OptionTable<Options> t;
    add_image_options(t)
        .integer("grid", &Options::grid, 1, 64,
                 "The last feature maps are averaged to grid x grid values each; for images of 224 "
                 "x 224 they have 7 x 7.",
                 "torchvision")
        .number("dropout", &Options::dropout, 0.0, 0.95,
                "Share of units that are dropped after each hidden layer of the head.",
                "the authors' notebook: 0.5")
        .presets("preset",
                 {{"paper", "the authors' settings, of full size", {}},
                  {"quick",
                   "an eighth of the channels and a few epochs, for tests and first looks",
                   {{"width", 0.125},
                    {"grid", std::int64_t{1}},
                    {"channels", std::int64_t{1}},
                    {"image_height", std::int64_t{32}},
                    {"image_width", std::int64_t{32}},
                    {"epochs", std::int64_t{15}},
                    {"batch_size", std::int64_t{8}},
                    {"dropout", 0.0},
                    {"learning_rate", 5e-4},
                    {"normalise", "training"}}}},
                 "Sets of values; what is given beside it replaces them.");
    return t;
  }();
  return options;
}

}  // namespace

void register_vgg16(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = "vgg16";
  plugin.summary =
      "VGG16's convolutions on spectrograms as images, and a head of 256-128-64, from scratch or "
      "from ImageNet's weights";
  plugin.source =
      "the paper, section 4.3; Simonyan and Zisserman, arXiv 1409.1556; weights as torchvision's";
  plugin.options = table().schema();
  plugin.relies_on = {{"trainer", kTrainerVersion}};
  plugin.takes_sequences = true;
  plugin.make = [](const OptionValues& values, std::uint64_t seed) {
    const Options o = table().parse(values);
    return make_deep_method({.name = "vgg16",
                             .training = o,
                             .input = image_input(o),
                             .recipe = recipe_of(table().schema(), values),
                             .make_network =
                                 [o](const InputShape& shape, int n_classes) {
                                   return make_network(
                                       "genrebench_vgg16",
                                       Vgg16Options{.n_classes = n_classes,
                                                    .channels = static_cast<int>(shape.channels),
                                                    .width = o.width,
                                                    .grid = o.grid,
                                                    .dropout = o.dropout});
                                 },
                             .foreign_heads = {"classifier."}},
                            seed);
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
