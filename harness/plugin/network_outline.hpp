#pragma once
// The layers of a network, as a drawing of it needs them.

#include <cstdint>
#include <string>
#include <vector>

namespace genrebench {

/// One layer, in the order from input to output.
struct NetworkLayer {
  std::string name;                  ///< as in weight files: "features.26"
  std::string alias = {};            ///< another name: "block5_conv2"; empty: none
  std::string kind;                  ///< what it is: "Conv2d 3 x 3, ReLU"
  std::vector<std::int64_t> output;  ///< shape of one example's output
  std::int64_t parameters = 0;       ///< weights and biases
};

struct NetworkOutline {
  std::vector<std::int64_t> input;  ///< shape of one example
  std::vector<NetworkLayer> layers;
};

/// A method whose network can be drawn before it is fitted.
class DrawnMethod {
 public:
  virtual ~DrawnMethod() = default;

  /// The network that fit() would train, read off the network itself: an empty example goes through
  /// it.
  /// @param n_features  rows of an excerpt's features
  /// @param n_frames    columns of an excerpt's features
  /// @throws ConfigError  if the options do not fit the shape
  virtual NetworkOutline outline(int n_features, int n_frames, int n_classes) const = 0;
};

}  // namespace genrebench
