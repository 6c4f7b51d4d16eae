#include "models/training/optimiser.hpp"

#include <cmath>
#include <tuple>

namespace genrebench {
namespace {

using Kind = TrainingOptions::Optimiser;
using Groups = std::vector<torch::optim::OptimizerParamGroup>;

std::unique_ptr<torch::optim::Optimizer> make_optimiser(const Groups& groups,
                                                        const TrainingOptions& options) {
  switch (options.optimiser) {
    case Kind::adam:
      return std::make_unique<torch::optim::Adam>(
          groups,
          torch::optim::AdamOptions(options.learning_rate).weight_decay(options.weight_decay));
    case Kind::adamw:
      return std::make_unique<torch::optim::AdamW>(
          groups,
          torch::optim::AdamWOptions(options.learning_rate).weight_decay(options.weight_decay));
    case Kind::sgd:
      break;
  }
  return std::make_unique<torch::optim::SGD>(groups, torch::optim::SGDOptions(options.learning_rate)
                                                         .momentum(options.momentum)
                                                         .weight_decay(options.weight_decay));
}

template <typename AdamOptions>
void set_first_beta(torch::optim::OptimizerOptions& options, double beta) {
  auto& adam = static_cast<AdamOptions&>(options);
  adam.betas({beta, std::get<1>(adam.betas())});
}

}  // namespace

Optimiser::Optimiser(Network& network, const TrainingOptions& options) : kind_(options.optimiser) {
  const std::vector<Layer> layers = network.layers();
  const int n_groups = layers.back().group + 1;
  Groups groups;
  for (int group = 0; group < n_groups; ++group) {
    std::vector<torch::Tensor> parameters;
    for (const Layer& layer : layers)
      if (layer.group == group)
        for (const torch::Tensor& parameter : layer.module->parameters())
          parameters.push_back(parameter);
    groups.emplace_back(std::move(parameters));
    factors_.push_back(std::pow(options.discriminative, group - (n_groups - 1)));
  }
  optimiser_ = make_optimiser(groups, options);
}

void Optimiser::set(const Rates& rates) {
  for (std::size_t g = 0; g < factors_.size(); ++g) {
    torch::optim::OptimizerOptions& of_group = optimiser_->param_groups()[g].options();
    of_group.set_lr(rates.learning_rate * factors_[g]);
    switch (kind_) {
      case Kind::adam:
        set_first_beta<torch::optim::AdamOptions>(of_group, rates.momentum);
        break;
      case Kind::adamw:
        set_first_beta<torch::optim::AdamWOptions>(of_group, rates.momentum);
        break;
      case Kind::sgd:
        static_cast<torch::optim::SGDOptions&>(of_group).momentum(rates.momentum);
        break;
    }
  }
}

}  // namespace genrebench
