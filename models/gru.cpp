// A recurrent network of gated units on sequences of frames, trained from scratch.

#include "models/support/recurrent_method.hpp"

namespace genrebench {

namespace {

const OptionTable<RecurrentMethodOptions>& gru_options() {
  static const OptionTable<RecurrentMethodOptions> options = [] {
    OptionTable<RecurrentMethodOptions> t;
    add_recurrent_options(t);
    add_recurrent_presets(t);
    return t;
  }();
  return options;
}

}  // namespace

void register_gru(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = "gru";
  plugin.summary =
      "A GRU over the frames of an excerpt and two fully connected layers on its last state";
  plugin.source = "the paper, section 4.4; Cho et al., arXiv 1406.1078, with PyTorch's gates";
  plugin.options = gru_options().schema();
  plugin.relies_on = {{"trainer", kTrainerVersion}};
  plugin.takes_sequences = true;
  plugin.make = [](const OptionValues& values, std::uint64_t seed) {
    return make_recurrent_method("gru", gru_options(), values, seed);
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
