// ResNet34 on spectrograms, trained with the 1cycle policy.

#include "harness/plugin/registry.hpp"
#include "models/networks/resnet34_network.hpp"
#include "models/support/deep_method.hpp"
#include "models/support/image_options.hpp"
#include "models/support/network_library.hpp"

namespace genrebench {

void register_resnet34(Registry& registry);

namespace {

struct Options : ImageOptions {
  Options() {
    kind = ScheduleOptions::Kind::one_cycle;
    optimiser = Optimiser::sgd;
    learning_rate = 0.01;
    weight_decay = 1e-4;
  }
  double dropout = 0.0;
};

const OptionTable<Options>& table() {
  static const OptionTable<Options> options = [] {
    OptionTable<Options> t;
    add_image_options(t)
        .number("dropout", &Options::dropout, 0.0, 0.95,
                "Share of the pooled features that are dropped before the head.")
        .presets("preset",
                 {{"paper", "of full size, with the 1cycle policy", {}},
                  {"quick",
                   "an eighth of the channels and a few epochs, for tests and first looks",
                   {{"width", 0.125},
                    {"channels", std::int64_t{1}},
                    {"image_height", std::int64_t{32}},
                    {"image_width", std::int64_t{32}},
                    {"epochs", std::int64_t{8}},
                    {"batch_size", std::int64_t{8}},
                    {"learning_rate", 0.02}}}},
                 "Sets of values; what is given beside it replaces them.");
    return t;
  }();
  return options;
}

}  // namespace

void register_resnet34(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = "resnet34";
  plugin.summary =
      "ResNet34 on spectrograms as images, with the 1cycle policy, from scratch or from ImageNet's "
      "weights";
  plugin.source =
      "the paper, section 4.3; He et al., arXiv 1512.03385; Smith and Topin, arXiv 1708.07120; "
      "weights as torchvision's";
  plugin.options = table().schema();
  plugin.relies_on = {{"trainer", kTrainerVersion}};
  plugin.takes_sequences = true;
  plugin.make = [](const OptionValues& values, std::uint64_t seed) {
    const Options o = table().parse(values);
    return make_deep_method({.name = "resnet34",
                             .training = o,
                             .input = image_input(o),
                             .recipe = recipe_of(table().schema(), values),
                             .make_network =
                                 [o](const InputShape& shape, int n_classes) {
                                   return make_network(
                                       "genrebench_resnet34",
                                       Resnet34Options{.n_classes = n_classes,
                                                       .channels = static_cast<int>(shape.channels),
                                                       .width = o.width,
                                                       .dropout = o.dropout});
                                 },
                             .foreign_heads = {"fc."}},
                            seed);
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
