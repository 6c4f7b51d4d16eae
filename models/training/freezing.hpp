#pragma once
// Layers that are not trained.

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "models/networks/network.hpp"
#include "models/training/training_options.hpp"

namespace genrebench {

/// Tensors of a network by their addresses (unsafeGetTensorImpl()).
using FixedTensors = std::set<const void*>;

/// Freezes the layers up to options.freeze_up_to: neither their weights nor their statistics
/// change.
class Freezing {
 public:
  /// @throws ConfigError  the network has no such layer, or it is the last one
  Freezing(Network& network, const TrainingOptions& options);

  /// Call this before each epoch, after Module::train().
  /// @param epoch  counted from 1; from options.unfreeze_epoch on, all layers are trained
  void apply(std::int64_t epoch) const;

  /// The weights and statistics that no epoch changes.
  FixedTensors fixed() const;

  /// Number of layers, from the input, that are frozen in an epoch.
  std::size_t n_frozen(std::int64_t epoch) const;

 private:
  std::vector<Layer> layers_;
  std::optional<int> unfreeze_epoch_;
  std::size_t frozen_ = 0;  ///< number of layers, from the input
};

}  // namespace genrebench
