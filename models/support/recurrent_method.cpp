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
      .integer("hidden", &Options::hidden, 1, 8192,
               "Number of units in the state of each recurrent layer.")
      .integer("layers", &Options::layers, 1, 16, "Number of recurrent layers.")
      .integer("fully_connected", &Options::fully_connected, 1, 65536,
               "Number of units in the first of the two fully connected layers.",
               "the paper, section 4.4: two layers")
      .number("dropout", &Options::dropout, 0.0, 0.95,
              "Probability of dropping a unit between recurrent layers and before the last layer.",
              "the paper, section 6")
      .integer("frames", &Options::frames, 1, 1 << 20,
               "Number of frames of an excerpt that are read, from its start. A shorter excerpt is "
               "repeated. auto: the median length of the training examples.");
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
                kPresetHelp);
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
             return network_library().recurrent({.n_features = static_cast<int>(shape.features),
                                                 .n_classes = n_classes,
                                                 .hidden = o.hidden,
                                                 .layers = o.layers,
                                                 .fully_connected = o.fully_connected,
                                                 .dropout = o.dropout,
                                                 .skip = o.length,
                                                 .combine = o.combine});
           },
       .least_weights =
           [o](const InputShape& shape) {
             const std::int64_t hidden = o.hidden;
             return 3 * hidden * (shape.features + o.layers * hidden) + hidden * o.fully_connected;
           }},
      seed);
}

}  // namespace genrebench
