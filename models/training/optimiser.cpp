#include "models/training/optimiser.hpp"

#include <fmt/format.h>

#include <cmath>
#include <sstream>
#include <tuple>
#include <type_traits>

#include "base/error.hpp"

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

using States = std::remove_reference_t<decltype(std::declval<torch::optim::Optimizer&>().state())>;

/// How LibTorch names a parameter's state: by its address, as text before version 2.
template <typename Key>
Key key_of(const torch::Tensor& parameter) {
  void* const address = parameter.unsafeGetTensorImpl();
  if constexpr (std::is_same_v<Key, std::string>) {
    std::ostringstream text;
    text << address;
    return text.str();
  } else {
    return address;
  }
}

/// One parameter's state as tensors, whatever the kind of optimiser.
template <typename Adam>
std::map<std::string, torch::Tensor> tensors_of_adam(const Adam& state) {
  return {{"step", torch::full({}, state.step(), torch::kInt64)},
          {"exp_avg", state.exp_avg()},
          {"exp_avg_sq", state.exp_avg_sq()}};
}

std::map<std::string, torch::Tensor> tensors_of(const torch::optim::OptimizerParamState& state,
                                                Kind kind) {
  switch (kind) {
    case Kind::adam:
      return tensors_of_adam(static_cast<const torch::optim::AdamParamState&>(state));
    case Kind::adamw:
      return tensors_of_adam(static_cast<const torch::optim::AdamWParamState&>(state));
    case Kind::sgd:
      break;
  }
  const torch::Tensor buffer =
      static_cast<const torch::optim::SGDParamState&>(state).momentum_buffer();
  if (!buffer.defined()) return {};
  return {{"momentum_buffer", buffer}};
}

/// Takes the tensors of one parameter out of a state.
class StateReader {
 public:
  StateReader(const Optimiser::State& state, std::string prefix, const torch::Tensor& parameter)
      : state_(state), prefix_(std::move(prefix)), parameter_(parameter) {}

  bool has(const std::string& name) const { return state_.contains(prefix_ + name); }

  /// A copy that lies in memory as the parameter does.
  torch::Tensor like_parameter(const std::string& name) {
    const torch::Tensor& given = take(name);
    if (given.sizes() != parameter_.sizes() || given.scalar_type() != parameter_.scalar_type())
      fail(name, "another shape or type than its parameter");
    return torch::empty_like(parameter_, torch::MemoryFormat::Preserve).copy_(given);
  }

  std::int64_t count(const std::string& name) {
    const torch::Tensor& given = take(name);
    if (given.dim() != 0 || given.scalar_type() != torch::kInt64 || given.item<std::int64_t>() < 0)
      fail(name, "no number of steps");
    return given.item<std::int64_t>();
  }

  std::size_t n_taken() const { return n_taken_; }

 private:
  const torch::Tensor& take(const std::string& name) {
    const auto found = state_.find(prefix_ + name);
    if (found == state_.end()) fail(name, "nothing");
    ++n_taken_;
    return found->second;
  }

  [[noreturn]] void fail(const std::string& name, std::string_view found) const {
    throw DataError(
        fmt::format("of another optimiser: expected '{}{}', found {}", prefix_, name, found));
  }

  const Optimiser::State& state_;
  std::string prefix_;
  const torch::Tensor& parameter_;
  std::size_t n_taken_ = 0;
};

template <typename Adam>
std::unique_ptr<torch::optim::OptimizerParamState> read_adam(StateReader& reader) {
  auto state = std::make_unique<Adam>();
  state->step(reader.count("step"));
  state->exp_avg(reader.like_parameter("exp_avg"));
  state->exp_avg_sq(reader.like_parameter("exp_avg_sq"));
  return state;
}

/// @return  null: the parameter has no state, because it was never trained
std::unique_ptr<torch::optim::OptimizerParamState> read_state(StateReader& reader, Kind kind) {
  if (kind == Kind::sgd) {
    if (!reader.has("momentum_buffer")) return nullptr;
    auto state = std::make_unique<torch::optim::SGDParamState>();
    state->momentum_buffer(reader.like_parameter("momentum_buffer"));
    return state;
  }
  if (!reader.has("step")) return nullptr;
  return kind == Kind::adam ? read_adam<torch::optim::AdamParamState>(reader)
                            : read_adam<torch::optim::AdamWParamState>(reader);
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

std::vector<torch::Tensor> Optimiser::parameters() const {
  std::vector<torch::Tensor> all;
  for (const auto& group : optimiser_->param_groups())
    all.insert(all.end(), group.params().begin(), group.params().end());
  return all;
}

Optimiser::State Optimiser::state() const {
  State result;
  const std::vector<torch::Tensor> all = parameters();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto found = optimiser_->state().find(key_of<States::key_type>(all[i]));
    if (found == optimiser_->state().end()) continue;
    for (const auto& [name, tensor] : tensors_of(*found->second, kind_))
      result.emplace(fmt::format("{}.{}", i, name), tensor);
  }
  return result;
}

void Optimiser::set_state(const State& state) {
  const torch::NoGradGuard no_grad;
  States states;
  std::size_t n_taken = 0;
  const std::vector<torch::Tensor> all = parameters();
  for (std::size_t i = 0; i < all.size(); ++i) {
    StateReader reader(state, fmt::format("{}.", i), all[i]);
    if (auto one = read_state(reader, kind_))
      states[key_of<States::key_type>(all[i])] = std::move(one);
    n_taken += reader.n_taken();
  }
  if (n_taken != state.size())
    throw DataError(
        fmt::format("of another optimiser: expected {} tensors, found {}", n_taken, state.size()));
  optimiser_->state() = std::move(states);
}

}  // namespace genrebench
