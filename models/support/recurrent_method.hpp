#pragma once
// What gru and skip_gru share: their options, and the method made of them.

#include <memory>
#include <optional>
#include <string>

#include "harness/plugin/registry.hpp"
#include "models/networks/recurrent_network.hpp"
#include "models/training/training_options.hpp"

namespace genrebench {

struct RecurrentMethodOptions : TrainingOptions {
  int hidden = 128;
  int layers = 1;
  int fully_connected = 64;
  double dropout = 0.0;
  std::optional<int> frames;
  int length = 0;                  ///< skip_gru
  Combine combine = Combine::add;  ///< skip_gru
};

/// Adds all but length and combine.
OptionTable<RecurrentMethodOptions>& add_recurrent_options(
    OptionTable<RecurrentMethodOptions>& table);

/// The presets, to be added last.
void add_recurrent_presets(OptionTable<RecurrentMethodOptions>& table);

std::unique_ptr<Method> make_recurrent_method(const std::string& name,
                                              const OptionTable<RecurrentMethodOptions>& table,
                                              const OptionValues& values, std::uint64_t seed);

}  // namespace genrebench
