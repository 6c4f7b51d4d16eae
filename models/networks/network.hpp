#pragma once
// A network as the trainer sees it: a module that turns a batch into logits, and whose layers can
// be frozen or trained at different rates.

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/networks/input_options.hpp"

namespace genrebench {

/// A part of a network that is frozen or trained as a whole.
struct Layer {
  std::string name;   ///< as in weight files: "features.26", "layer3"
  std::string alias;  ///< another name: "block5_conv2"; empty: none
  std::shared_ptr<torch::nn::Module> module;
  int group = 0;  ///< layers of one group are trained at one rate; 0 is nearest to the input, the
                  ///< head has the highest
};

class Network : public torch::nn::Module {
 public:
  /// @param batch  images: n x channels x height x width; sequences: n x steps x features
  /// @return       logits, n x classes
  virtual torch::Tensor forward(const torch::Tensor& batch) = 0;

  /// Every layer with parameters or running statistics, from input to output; groups ascend without
  /// gaps.
  virtual std::vector<Layer> layers() = 0;

  /// Multiplications with an addition of one example, as MethodCost counts them: convolutions,
  /// linear layers, and the products of recurrent units. Nothing: this network does not count.
  virtual std::optional<std::int64_t> multiply_adds(const InputShape& /*shape*/) const {
    return std::nullopt;
  }
};

}  // namespace genrebench
