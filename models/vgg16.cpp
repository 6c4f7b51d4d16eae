// VGG16 on spectrograms, with the paper's head of 256-128-64.

#include "harness/plugin/registry.hpp"
#include "models/networks/vgg16_network.hpp"
#include "models/support/image_method.hpp"
#include "models/support/network_library.hpp"

namespace genrebench {

namespace {

struct Options : ImageOptions {
  Options() { head = {"256", "128", "64"}; }
  int grid = 7;
  double dropout = 0.5;
  HeadInit head_init = HeadInit::glorot;
};

const OptionTable<Options>& vgg16_options() {
  static const OptionTable<Options> options = [] {
    OptionTable<Options> t;
    add_image_options(t)
        .integer("grid", &Options::grid, 1, 64,
                 "The last feature maps are averaged to grid x grid values each. For images of 224 "
                 "x 224 they have 7 x 7 values.",
                 "torchvision")
        .number("dropout", &Options::dropout, 0.0, 0.95,
                "Probability of dropping a unit after each hidden layer of the head.",
                "the authors' notebook: 0.5")
        .enumeration("head_init", &Options::head_init, {"glorot", "torch"},
                     "How the head's first weights are drawn. glorot: Glorot's uniform, biases 0, "
                     "as Keras. torch: uniform up to 1 / sqrt(inputs), as PyTorch. With ImageNet's "
                     "weights the features are large, so that glorot begins with a loss of 8 and "
                     "learns slowly; torch begins near log(genres).",
                     "Glorot & Bengio, AISTATS 2010; the authors used Keras");
    return add_image_presets(
        t,
        {{"default", "of full size, on images as large as the spectrogram", {}},
         {"paper",
          "the authors' notebook: the first 645 frames as images of 224 x 224, values in [0, 1], "
          "Adam with a rate of 1e-3, batches of 30, 100 epochs; their weights are ImageNet's "
          "(`weights`), frozen up to block5_conv2 (`freeze_up_to`)",
          {{"image_height", std::int64_t{224}},
           {"image_width", std::int64_t{224}},
           {"frames", std::int64_t{645}},
           {"normalise", "unit"},
           {"head", std::vector<std::string>{"256", "128", "64"}},
           {"dropout", 0.5},
           {"optimiser", "adam"},
           {"learning_rate", 1e-3},
           {"batch_size", std::int64_t{30}},
           {"epochs", std::int64_t{100}}}}},
        {{"grid", std::int64_t{1}},
         {"epochs", std::int64_t{15}},
         {"dropout", 0.0},
         {"learning_rate", 5e-4},
         {"normalise", "training"}});
  }();
  return options;
}

}  // namespace

void register_vgg16(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = "vgg16";
  plugin.summary =
      "VGG16's convolutions on spectrograms as images, and a head (256-128-64 in the paper), from "
      "scratch or "
      "from ImageNet's weights";
  plugin.source =
      "the paper, section 4.3; Simonyan and Zisserman, arXiv 1409.1556; weights as torchvision's";
  plugin.options = vgg16_options().schema();
  plugin.relies_on = {{"trainer", kTrainerVersion}};
  plugin.relies_on_under = frozen_layers_version;
  plugin.takes_sequences = true;
  plugin.make = [](const OptionValues& values, std::uint64_t seed) {
    const Options o = vgg16_options().parse(values);
    const auto network = [o, head = head_sizes("vgg16", o.head)](int n_classes, int channels) {
      return network_library().vgg16({.n_classes = n_classes,
                                      .channels = channels,
                                      .width = o.width,
                                      .grid = o.grid,
                                      .dropout = o.dropout,
                                      .head = head,
                                      .head_init = o.head_init});
    };
    return make_image_method(
        {.name = "vgg16", .foreign_head = "classifier.", .make_network = network}, o,
        recipe_of(vgg16_options().schema(), values), seed);
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
