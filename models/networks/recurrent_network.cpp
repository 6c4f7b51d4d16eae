#include "models/networks/recurrent_network.hpp"

#include <cassert>
#include <cmath>
#include <string>
#include <utility>

#include "models/networks/multiply_adds.hpp"
#include "models/networks/network.hpp"
#include "models/networks/skip_gru_layer.hpp"

namespace genrebench {
namespace {

/// The parameters of one layer as a module, so that they can be frozen as one.
class GruLayer : public torch::nn::Module {
 public:
  GruLayer(int n_inputs, const RecurrentOptions& options)
      : skip_(options.skip), combine_(options.combine) {
    const bool gated = options.skip > 0 && options.combine == Combine::gate;
    const std::int64_t hidden = options.hidden, n_rows = (gated ? 4 : 3) * hidden;
    const double bound = 1.0 / std::sqrt(options.hidden);
    const auto parameter = [&](const std::string& name, torch::IntArrayRef sizes) {
      return register_parameter(name, torch::empty(sizes).uniform_(-bound, bound));
    };
    weights_.weight_ih = parameter("weight_ih", {n_rows, n_inputs});
    weights_.weight_hh = parameter("weight_hh", {3 * hidden, hidden});
    weights_.bias_ih = parameter("bias_ih", {n_rows});
    weights_.bias_hh = parameter("bias_hh", {3 * hidden});
    if (gated) weights_.weight_skip = parameter("weight_skip", {hidden, hidden});
  }

  torch::Tensor forward(const torch::Tensor& input) const {
    return skip_gru(input, weights_, skip_, combine_);
  }

  /// Of one step: each weight of a matrix once.
  std::int64_t multiply_adds() const {
    std::int64_t sum = 0;
    for (const torch::Tensor& parameter : parameters())
      if (parameter.dim() == 2) sum += parameter.numel();
    return sum;
  }

 private:
  SkipGruWeights weights_;
  int skip_;
  Combine combine_;
};

class RecurrentNetwork final : public Network {
 public:
  explicit RecurrentNetwork(const RecurrentOptions& options) : dropout_(options.dropout) {
    assert(options.n_features > 0 && options.n_classes > 0 && options.hidden > 0 &&
           options.layers > 0 && options.fully_connected > 0);
    assert(options.dropout >= 0.0 && options.dropout < 1.0 && options.skip >= 0);
    // The one module of torch.nn.GRU holds the parameters of all layers.
    const auto rnn = register_module("rnn", std::make_shared<torch::nn::Module>());
    for (int i = 0; i < options.layers; ++i) {
      layers_.push_back(
          std::make_shared<GruLayer>(i == 0 ? options.n_features : options.hidden, options));
      for (const auto& parameter : layers_.back()->named_parameters())
        rnn->register_parameter(parameter.key() + "_l" + std::to_string(i), parameter.value());
    }
    head_ = register_module(
        "head",
        torch::nn::Sequential(torch::nn::Linear(options.hidden, options.fully_connected),
                              torch::nn::ReLU(), torch::nn::Dropout(options.dropout),
                              torch::nn::Linear(options.fully_connected, options.n_classes)));
  }

  torch::Tensor forward(const torch::Tensor& batch) override {
    torch::Tensor states = batch;
    for (const auto& layer : layers_) {
      if (layer != layers_.front()) states = torch::dropout(states, dropout_, is_training());
      states = layer->forward(states);
    }
    return head_->forward(states.select(1, -1));
  }

  std::vector<Layer> layers() override {
    std::vector<Layer> result;
    for (const auto& layer : layers_) {
      const int index = static_cast<int>(result.size());
      result.push_back({"rnn.l" + std::to_string(index), "", layer, index});
    }
    result.push_back({"head", "", head_.ptr(), static_cast<int>(result.size())});
    return result;
  }

  std::optional<std::int64_t> multiply_adds(const InputShape& shape) const override {
    std::int64_t of_step = 0;
    for (const auto& layer : layers_) of_step += layer->multiply_adds();
    return shape.steps * of_step + multiply_adds_of_linear(*head_);
  }

 private:
  double dropout_;
  std::vector<std::shared_ptr<GruLayer>> layers_;  // their parameters are those of "rnn"
  torch::nn::Sequential head_{nullptr};
};

}  // namespace

std::shared_ptr<Network> make_recurrent_network(const RecurrentOptions& options) {
  return std::make_shared<RecurrentNetwork>(options);
}

}  // namespace genrebench
