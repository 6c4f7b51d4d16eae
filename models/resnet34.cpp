// ResNet34 on spectrograms, trained with the 1cycle policy.

#include "harness/plugin/registry.hpp"
#include "models/networks/resnet34_network.hpp"
#include "models/support/image_method.hpp"
#include "models/support/network_library.hpp"

namespace genrebench {

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

const OptionTable<Options>& resnet34_options() {
  static const OptionTable<Options> options = [] {
    OptionTable<Options> t;
    add_image_options(t).number(
        "dropout", &Options::dropout, 0.0, 0.95,
        "Probability of dropping a pooled feature before the head, and a unit "
        "after each of the head's hidden layers.");
    return add_image_presets(t, {{"paper", "of full size, with the 1cycle policy", {}}},
                             {{"epochs", std::int64_t{8}}, {"learning_rate", 0.02}});
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
  plugin.options = resnet34_options().schema();
  plugin.relies_on = {{"trainer", kTrainerVersion}};
  plugin.relies_on_under = frozen_layers_version;
  plugin.takes_sequences = true;
  plugin.make = [](const OptionValues& values, std::uint64_t seed) {
    const Options o = resnet34_options().parse(values);
    const auto network = [o, head = head_sizes("resnet34", o.head)](int n_classes, int channels) {
      return network_library().resnet34({.n_classes = n_classes,
                                         .channels = channels,
                                         .width = o.width,
                                         .dropout = o.dropout,
                                         .head = head});
    };
    return make_image_method({.name = "resnet34", .foreign_head = "fc.", .make_network = network},
                             o, recipe_of(resnet34_options().schema(), values), seed);
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
