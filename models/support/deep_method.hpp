#pragma once
// A deep network as a method: what vgg16, resnet34, gru and skip_gru share.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/method.hpp"
#include "models/support/inputs.hpp"
#include "models/support/network.hpp"
#include "models/support/training_options.hpp"

namespace genrebench {

/// What makes one deep method differ from another.
struct DeepMethodSpec {
  std::string name;
  TrainingOptions training;
  InputOptions input;
  std::string recipe;  ///< all options that decide the result, as text
  /// @throws ConfigError  if the options do not fit the shape
  std::function<std::shared_ptr<Network>(const InputShape& shape, int n_classes)> make_network;
  /// Entries of weight files that are another head than ours: "fc.", "classifier.".
  std::vector<std::string> foreign_heads = {};
};

std::unique_ptr<Method> make_deep_method(DeepMethodSpec spec, std::uint64_t seed);

/// The options that decide a result, one a line.
std::string recipe_of(const OptionSchema& schema, const OptionValues& values);

}  // namespace genrebench
