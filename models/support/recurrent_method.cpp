#include "models/support/recurrent_method.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "models/support/deep_method.hpp"
#include "models/support/network_library.hpp"

namespace genrebench {

OptionTable<RecurrentMethodOptions>& add_recurrent_options(
    OptionTable<RecurrentMethodOptions>& table) {
  using Options = RecurrentMethodOptions;
  return add_training_options(table)
      .integer("hidden", &Options::hidden, 1, 8192, "Units of the state of each recurrent layer.")
      .integer("layers", &Options::layers, 1, 16, "Recurrent layers, one upon the other.")
      .integer("fully_connected", &Options::fully_connected, 1, 65536,
               "Units of the first of the two fully connected layers on top.",
               "the paper, section 4.4: two layers")
      .number("dropout", &Options::dropout, 0.0, 0.95,
              "Share of units that are dropped between recurrent layers and before the last layer.",
              "the paper, section 6")
      .integer("frames", &Options::frames, 1, 1 << 20,
               "Frames of an excerpt that are read: the first ones; a shorter excerpt is repeated. "
               "auto: the median of the training examples.");
}

void add_recurrent_presets(OptionTable<RecurrentMethodOptions>& table) {
  table.presets("preset",
                {{"paper", "of full size", {}},
                 {"quick",
                  "a small state and a few epochs, for tests and first looks",
                  {{"hidden", std::int64_t{16}},
                   {"fully_connected", std::int64_t{16}},
                   {"epochs", std::int64_t{15}},
                   {"batch_size", std::int64_t{8}},
                   {"learning_rate", 0.01}}}},
                "Sets of values; what is given beside it replaces them.");
}

std::unique_ptr<Method> make_recurrent_method(const std::string& name,
                                              const OptionTable<RecurrentMethodOptions>& table,
                                              const OptionValues& values, std::uint64_t seed) {
  const RecurrentMethodOptions o = table.parse(values);
  return make_deep_method(
      {.name = name,
       .training = o,
       .input = {.kind = InputOptions::Kind::sequence, .frames = o.frames},
       .recipe = recipe_of(table.schema(), values),
       .make_network =
           [o, name](const InputShape& shape, int n_classes) {
             if (o.length > 0 && o.length >= shape.steps)
               throw ConfigError(
                   fmt::format("method {}: length is {}, but the sequences have only {} steps",
                               name, o.length, shape.steps));
             return make_network("genrebench_recurrent",
                                 RecurrentOptions{.n_features = static_cast<int>(shape.features),
                                                  .n_classes = n_classes,
                                                  .hidden = o.hidden,
                                                  .layers = o.layers,
                                                  .fully_connected = o.fully_connected,
                                                  .dropout = o.dropout,
                                                  .skip = o.length,
                                                  .combine = o.combine});
           }},
      seed);
}

}  // namespace genrebench
