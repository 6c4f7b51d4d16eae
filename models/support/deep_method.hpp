#pragma once
// A deep network as a method: what vgg16, resnet34, gru and skip_gru share. This header needs no
// LibTorch: the plug-ins describe themselves without it, and network_library.hpp loads it when the
// first of them is made.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/plugin/method.hpp"
#include "models/networks/input_options.hpp"
#include "models/training/training_options.hpp"

namespace genrebench {

class Network;

/// What makes one deep method differ from another.
struct DeepMethodSpec {
  std::string name;
  TrainingOptions training;
  InputOptions input;
  std::string recipe;  ///< all options that decide the result, as text
  /// @throws ConfigError  if the options do not fit the shape
  std::function<std::shared_ptr<Network>(const InputShape& shape, int n_classes)> make_network;
  /// Fewer weights than these are no network of these options, so that a saved model with fewer is
  /// refused before memory is taken. Empty: the options do not decide how large the network is.
  std::function<std::int64_t(const InputShape& shape)> least_weights = {};
  /// Entries of weight files that are another head than ours: "fc.", "classifier.".
  std::vector<std::string> foreign_heads = {};
};

/// @throws ConfigError  if a GPU is asked for and there is none
/// @throws DataError    if the library of networks cannot be loaded
std::unique_ptr<Method> make_deep_method(DeepMethodSpec spec, std::uint64_t seed);

/// The same in the library of networks, where make_deep_method calls it.
std::unique_ptr<Method> make_deep_method_in_library(DeepMethodSpec spec, std::uint64_t seed);

/// Help text of every deep method's option `preset`.
inline constexpr const char* kPresetHelp =
    "A named set of values. Options given beside it replace its values.";

/// The options that decide a result, one per line.
std::string recipe_of(const OptionSchema& schema, const OptionValues& values);

}  // namespace genrebench
