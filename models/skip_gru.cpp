// The paper's skip-RNN: a GRU whose state is joined with the one of k steps before.

#include "models/support/recurrent_method.hpp"

namespace genrebench {

namespace {

using Options = RecurrentMethodOptions;

const OptionTable<Options>& skip_gru_options() {
  static const OptionTable<Options> options = [] {
    OptionTable<Options> t;
    add_recurrent_options(t)
        .integer("length", &Options::length, 0, 1 << 20,
                 "k, the length of the skip, in steps: step t also sees the state of step t - k. "
                 "It must be shorter than the sequences. 0: the plain GRU.",
                 "the paper, section 6: a hyper-parameter to be determined")
        .enumeration(
            "combine", &Options::combine, {"add", "mean", "gate"},
            "How the past states are combined into the state s that the gates and the candidate n "
            "see. add: s = h[t-1] + h[t-k]. mean: s = (h[t-1] + h[t-k]) / 2. gate: s = g h[t-1] + "
            "(1 - g) h[t-k] with g = sigmoid(W x + U h[t-k] + b). Then h[t] = (1 - z) n + z c, "
            "where c = s for mean and gate, and c = h[t-1] for add, whose state would otherwise "
            "grow without bound. Up to step k there is nothing to combine.",
            "the paper does not say; defined here");
    add_recurrent_presets(t);
    return t;
  }();
  return options;
}

}  // namespace

void register_skip_gru(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = "skip_gru";
  plugin.summary =
      "The paper's skip-RNN: a GRU that also sees its state of k steps before, and two fully "
      "connected layers";
  plugin.source = "the paper, sections 4.3 and 6";
  plugin.options = skip_gru_options().schema();
  plugin.relies_on = {{"trainer", kTrainerVersion}};
  plugin.takes_sequences = true;
  plugin.make = [](const OptionValues& values, std::uint64_t seed) {
    return make_recurrent_method("skip_gru", skip_gru_options(), values, seed);
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
