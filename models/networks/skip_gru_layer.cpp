#include "models/networks/skip_gru_layer.hpp"

#include <ATen/Parallel.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/networks/skip_gru_kernel.hpp"

namespace genrebench {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

/// Half precision neither holds 646 steps of rounding nor is it faster here.
using NoAutocast = c10::impl::ExcludeDispatchKeyGuard;

/// What the forward pass leaves behind, step by step; its blocks are padded (skip_gru_kernel.hpp).
struct ForwardPass {
  torch::Tensor states;  ///< steps + 1 x batch x padded
  torch::Tensor kept;    ///< undefined where no backward pass follows
};

template <typename T>
SkipGruProblem<T> problem_of(const torch::Tensor& input, const SkipGruWeights& weights,
                             std::int64_t skip, Combine combine) {
  SkipGruProblem<T> problem;
  problem.batch = input.size(0);
  problem.steps = input.size(1);
  problem.features = input.size(2);
  problem.hidden = weights.weight_hh.size(1);
  problem.skip = skip;
  problem.combine = combine;
  problem.input = input.data_ptr<T>();
  problem.input_row = input.stride(0);
  problem.input_step = input.stride(1);
  problem.weight_ih = weights.weight_ih.data_ptr<T>();
  problem.weight_hh = weights.weight_hh.data_ptr<T>();
  problem.bias_ih = weights.bias_ih.data_ptr<T>();
  problem.bias_hh = weights.bias_hh.data_ptr<T>();
  if (problem.gated()) problem.weight_skip = weights.weight_skip.data_ptr<T>();
  return problem;
}

template <typename T>
ForwardPass forward_pass(const SkipGruProblem<T>& problem, const torch::TensorOptions& options,
                         bool keep) {
  const std::ptrdiff_t width = skip_gru_padded<T>(problem.hidden);
  ForwardPass pass{torch::empty({problem.steps + 1, problem.batch, width}, options), {}};
  pass.states[0].zero_();
  if (keep)
    pass.kept = torch::empty({problem.steps, problem.batch, problem.n_kept() * width}, options);
  skip_gru_forward(problem, pass.states.data_ptr<T>(), keep ? pass.kept.data_ptr<T>() : nullptr,
                   at::get_num_threads());
  return pass;
}

ForwardPass forward_pass(const torch::Tensor& input, const SkipGruWeights& weights,
                         std::int64_t skip, Combine combine, bool keep) {
  return AT_DISPATCH_FLOATING_TYPES(input.scalar_type(), "skip_gru", [&] {
    return forward_pass(problem_of<scalar_t>(input, weights, skip, combine), input.options(), keep);
  });
}

torch::Tensor without_padding(const ForwardPass& pass, std::int64_t hidden) {
  return pass.states.slice(0, 1).narrow(2, 0, hidden).transpose(0, 1);
}

/// The gradients of a weight and of its bias out of the kernel's array.
std::pair<torch::Tensor, torch::Tensor> unpacked(const torch::Tensor& packed, std::int64_t n_blocks,
                                                 std::int64_t hidden) {
  const std::int64_t n_left = packed.size(0) - 1;
  const torch::Tensor blocks = packed.view({n_left + 1, n_blocks, -1}).narrow(2, 0, hidden);
  return {blocks.narrow(0, 0, n_left).permute({1, 2, 0}).reshape({n_blocks * hidden, n_left}),
          blocks[n_left].reshape(-1)};
}

/// From {n, r, z} to {r, z, n}.
torch::Tensor new_last(const torch::Tensor& blocks, std::int64_t hidden) {
  return blocks.roll(-hidden, 0);
}

template <typename T>
tensor_list backward_pass(const SkipGruProblem<T>& problem, const torch::Tensor& states,
                          const torch::Tensor& kept, const torch::Tensor& of_output,
                          bool for_input) {
  const std::int64_t hidden = problem.hidden, features = problem.features,
                     width = skip_gru_padded<T>(hidden);
  const auto zeros = [&](torch::IntArrayRef sizes) {
    return torch::zeros(sizes, states.options());
  };
  const torch::Tensor of_states = torch::zeros_like(states);
  of_states.slice(0, 1).narrow(2, 0, hidden).copy_(of_output.transpose(0, 1));
  const torch::Tensor of_ih = zeros({features + 1, problem.n_gates() * width}),
                      of_hh = zeros({hidden + 1, 3 * width});
  torch::Tensor of_skip, of_input;
  SkipGruGradients<T> gradients;
  gradients.states = of_states.data_ptr<T>();
  gradients.weight_ih = of_ih.data_ptr<T>();
  gradients.weight_hh = of_hh.data_ptr<T>();
  if (problem.gated()) {
    of_skip = zeros({hidden + 1, width});
    gradients.weight_skip = of_skip.data_ptr<T>();
  }
  if (for_input) {
    of_input = torch::empty({problem.steps, problem.batch, skip_gru_padded<T>(features)},
                            states.options());
    gradients.input = of_input.data_ptr<T>();
  }
  skip_gru_backward(problem, states.data_ptr<T>(), kept.data_ptr<T>(), gradients,
                    at::get_num_threads());

  const auto [weight_ih, bias_ih] = unpacked(of_ih, problem.n_gates(), hidden);
  const auto [weight_hh, bias_hh] = unpacked(of_hh, 3, hidden);
  if (for_input) of_input = of_input.narrow(2, 0, features).transpose(0, 1);
  if (problem.gated()) of_skip = unpacked(of_skip, 1, hidden).first;
  return {of_input, weight_ih, new_last(weight_hh, hidden), bias_ih, new_last(bias_hh, hidden),
          of_skip};
}

class SkipGruFunction : public torch::autograd::Function<SkipGruFunction> {
 public:
  /// @param tensors  the input and the five weights, in the order of SkipGruWeights
  static torch::Tensor forward(AutogradContext* context, torch::TensorList tensors,
                               std::int64_t skip, std::int64_t combine) {
    const SkipGruWeights weights = weights_in(tensors);
    const ForwardPass pass =
        forward_pass(tensors[0], weights, skip, static_cast<Combine>(combine), /*keep=*/true);
    tensor_list saved = tensors.vec();
    saved.insert(saved.end(), {pass.states, pass.kept});
    context->save_for_backward(std::move(saved));
    context->saved_data["skip"] = skip;
    context->saved_data["combine"] = combine;
    return without_padding(pass, weights.weight_hh.size(1));
  }

  static tensor_list backward(AutogradContext* context, const tensor_list& of_output) {
    TORCH_CHECK(!torch::GradMode::is_enabled(),
                "skip_gru: its gradients have no gradients; take skip_gru_by_steps for those");
    const NoAutocast guard(c10::autocast_dispatch_keyset);
    const tensor_list saved = context->get_saved_variables();
    const torch::Tensor &input = saved[0], &states = saved[6], &kept = saved[7];
    const SkipGruWeights weights = weights_in(saved);
    tensor_list result = AT_DISPATCH_FLOATING_TYPES(input.scalar_type(), "skip_gru", [&] {
      const auto problem =
          problem_of<scalar_t>(input, weights, context->saved_data["skip"].toInt(),
                               static_cast<Combine>(context->saved_data["combine"].toInt()));
      return backward_pass(problem, states, kept, of_output[0], context->needs_input_grad(0));
    });
    result.resize(8);  // undefined for the two arguments that are no tensors
    return result;
  }

 private:
  static SkipGruWeights weights_in(torch::TensorList tensors) {
    return {tensors[1], tensors[2], tensors[3], tensors[4], tensors[5]};
  }
};

void check(const torch::Tensor& input, const SkipGruWeights& weights, int skip, Combine combine) {
  const bool gated = skip > 0 && combine == Combine::gate;
  const std::int64_t hidden = weights.weight_hh.size(1), n_rows = (gated ? 4 : 3) * hidden;
  TORCH_CHECK(skip >= 0, "skip_gru: expected a skip length of at least 0, got ", skip);
  TORCH_CHECK(input.dim() == 3 && input.size(2) == weights.weight_ih.size(1),
              "skip_gru: expected batch x steps x ", weights.weight_ih.size(1), ", got ",
              input.sizes());
  TORCH_CHECK(weights.weight_ih.size(0) == n_rows && weights.bias_ih.numel() == n_rows &&
                  weights.weight_hh.size(0) == 3 * hidden && weights.bias_hh.numel() == 3 * hidden,
              "skip_gru: weights of the input ", weights.weight_ih.sizes(), " and of the state ",
              weights.weight_hh.sizes(), " do not fit each other or the combination");
  TORCH_CHECK(weights.weight_skip.defined() == gated,
              "skip_gru: weight_skip goes with a gate between states, and only with one");
}

}  // namespace

torch::Tensor skip_gru(const torch::Tensor& input, const SkipGruWeights& weights, int skip,
                       Combine combine) {
  check(input, weights, skip, combine);
  if (!input.device().is_cpu()) return skip_gru_by_steps(input, weights, skip, combine);
  const NoAutocast guard(c10::autocast_dispatch_keyset);
  const auto dense = [](const torch::Tensor& weight) {
    return weight.defined() ? weight.contiguous() : torch::empty({0});
  };
  const SkipGruWeights w{dense(weights.weight_ih), dense(weights.weight_hh), dense(weights.bias_ih),
                         dense(weights.bias_hh), dense(weights.weight_skip)};
  torch::Tensor x = input.to(w.weight_ih.scalar_type());
  if (x.stride(2) != 1) x = x.contiguous();
  const tensor_list tensors = {x, w.weight_ih, w.weight_hh, w.bias_ih, w.bias_hh, w.weight_skip};
  const bool differentiable = std::any_of(tensors.begin(), tensors.end(),
                                          [](const torch::Tensor& t) { return t.requires_grad(); });
  if (!torch::GradMode::is_enabled() || !differentiable)
    return without_padding(forward_pass(x, w, skip, combine, /*keep=*/false), w.weight_hh.size(1));
  return SkipGruFunction::apply(torch::TensorList(tensors), std::int64_t{skip},
                                static_cast<std::int64_t>(combine));
}

torch::Tensor skip_gru_by_steps(const torch::Tensor& input, const SkipGruWeights& weights, int skip,
                                Combine combine) {
  check(input, weights, skip, combine);
  const NoAutocast guard(c10::autocast_dispatch_keyset);
  const std::int64_t hidden = weights.weight_hh.size(1);
  const torch::Tensor of_input =
      torch::linear(input.to(weights.weight_ih.scalar_type()), weights.weight_ih, weights.bias_ih);
  std::vector<torch::Tensor> states{of_input.new_zeros({input.size(0), hidden})};
  for (std::int64_t t = 1; t <= input.size(1); ++t) {
    // The parts of r, z, n and, if there is a gate, g.
    const std::vector<torch::Tensor> x = of_input.select(1, t - 1).split(hidden, 1);
    const torch::Tensor& last = states.back();
    torch::Tensor seen = last, carried = last;
    if (skip > 0 && t > skip) {
      const torch::Tensor& earlier = states[static_cast<std::size_t>(t - skip)];
      switch (combine) {
        case Combine::add:
          seen = last + earlier;
          break;
        case Combine::mean:
          seen = carried = (last + earlier) / 2;
          break;
        case Combine::gate: {
          const torch::Tensor g =
              torch::sigmoid(x[3] + torch::linear(earlier, weights.weight_skip));
          seen = carried = g * last + (1 - g) * earlier;
          break;
        }
      }
    }
    const std::vector<torch::Tensor> of_state =
        torch::linear(seen, weights.weight_hh, weights.bias_hh).split(hidden, 1);
    const torch::Tensor r = torch::sigmoid(x[0] + of_state[0]),
                        z = torch::sigmoid(x[1] + of_state[1]);
    const torch::Tensor n = torch::tanh(x[2] + r * of_state[2]);
    states.push_back((1 - z) * n + z * carried);
  }
  states.erase(states.begin());
  return torch::stack(states, 1);
}

}  // namespace genrebench
