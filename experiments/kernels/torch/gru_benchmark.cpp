// A training step of one (skip-)GRU layer, forward and backward of all weights, in the sizes of
// MFCC sequences: ours beside LibTorch's GRU. Compare medians or minima of interleaved repetitions:
//   genrebench_gru_benchmark --benchmark_repetitions=5 --benchmark_enable_random_interleaving=true
//   --benchmark_report_aggregates_only=true

#include <torch/torch.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "../kernel_check.hpp"
#include "models/networks/skip_gru_layer.hpp"

namespace genrebench::kernels {
namespace {

constexpr int kSkip = 8;

enum Contender { kLibTorch, kPlain, kAdd, kMean, kGate };
constexpr const char* kNames[] = {"libtorch", "plain", "add", "mean", "gate"};

using Recurrence = torch::Tensor (*)(const torch::Tensor&, const SkipGruWeights&, int, Combine);

/// A layer of 256 units, or fewer for the check, and its gradients.
class Layer {
 public:
  Layer(Contender contender, std::int64_t features, std::int64_t hidden,
        Recurrence recurrence = skip_gru)
      : contender_(contender),
        recurrence_(recurrence),
        libtorch_(torch::nn::GRUOptions(features, hidden).batch_first(true)) {
    torch::manual_seed(1);
    const auto weight = [&](torch::IntArrayRef sizes) {
      const double bound = 1.0 / std::sqrt(static_cast<double>(hidden));
      return torch::empty(sizes).uniform_(-bound, bound).requires_grad_();
    };
    const std::int64_t rows = (contender == kGate ? 4 : 3) * hidden;
    weights_ = {weight({rows, features}),
                weight({3 * hidden, hidden}),
                weight({rows}),
                weight({3 * hidden}),
                {}};
    if (contender == kGate) weights_.weight_skip = weight({hidden, hidden});
    const torch::NoGradGuard no_grad;
    std::vector<torch::Tensor> own = parameters();
    auto theirs = libtorch_->parameters();
    if (contender == kLibTorch)
      for (std::size_t i = 0; i < theirs.size(); ++i) theirs[i].copy_(own[i]);
  }

  torch::Tensor states(const torch::Tensor& input) {
    if (contender_ == kLibTorch) return std::get<0>(libtorch_->forward(input));
    const Combine combine = contender_ == kGate   ? Combine::gate
                            : contender_ == kMean ? Combine::mean
                                                  : Combine::add;
    return recurrence_(input, weights_, contender_ == kPlain ? 0 : kSkip, combine);
  }

  /// One after the other: the states and the gradients of their weighted sum, or of the last ones'.
  std::vector<torch::Tensor> training_step(const torch::Tensor& input,
                                           const torch::Tensor& loss_weights) {
    const std::int64_t n = loss_weights.size(1);
    const torch::Tensor all = states(input);
    std::vector<torch::Tensor> result =
        torch::autograd::grad({(all.narrow(1, all.size(1) - n, n) * loss_weights).sum()},
                              contender_ == kLibTorch ? libtorch_->parameters() : parameters());
    result.push_back(all.detach());
    return result;
  }

 private:
  std::vector<torch::Tensor> parameters() const {
    std::vector<torch::Tensor> result{weights_.weight_ih, weights_.weight_hh, weights_.bias_ih,
                                      weights_.bias_hh};
    if (weights_.weight_skip.defined()) result.push_back(weights_.weight_skip);
    return result;
  }

  Contender contender_;
  Recurrence recurrence_;
  torch::nn::GRU libtorch_;
  SkipGruWeights weights_;
};

/// @param from_last  whether the loss sees the last state only, as the network's does. Its gradient
/// decays until it is not representable as
///                   a normal number, which LibTorch pays for.
void training_step(benchmark::State& state, Contender contender, bool from_last) {
  constexpr std::int64_t kBatch = 32, kSteps = 646, kHidden = 256;
  torch::set_num_threads(static_cast<int>(state.range(1)));
  Layer layer(contender, state.range(0), kHidden);
  const torch::Tensor input = torch::randn({kBatch, kSteps, state.range(0)});
  const torch::Tensor loss_weights = torch::randn({kBatch, from_last ? 1 : kSteps, kHidden});
  for (auto _ : state) benchmark::DoNotOptimize(layer.training_step(input, loss_weights));
}

void register_all() {
  for (const bool from_last : {false, true})
    for (const Contender contender : {kLibTorch, kPlain, kAdd, kMean, kGate})
      benchmark::RegisterBenchmark(
          ("gru/" + std::string(from_last ? "last_state/" : "all_states/") + kNames[contender])
              .c_str(),
          training_step, contender, from_last)
          ->ArgNames({"inputs", "threads"})
          ->ArgsProduct({{13, 40}, {1, 2}})
          ->UseRealTime()
          ->MeasureProcessCPUTime()
          ->ComputeStatistics("min",
                              [](const std::vector<double>& times) {
                                return *std::min_element(times.begin(), times.end());
                              })
          ->Unit(benchmark::kMillisecond);
}

Eigen::MatrixXf as_matrix(const torch::Tensor& tensor) {
  const torch::Tensor dense = tensor.contiguous();
  return Eigen::Map<const Eigen::VectorXf>(dense.data_ptr<float>(), dense.numel());
}

/// States and gradients of both, each relative to the largest value of its kind.
bool steps_agree(const std::string& what, Layer ours, Layer plain) {
  torch::manual_seed(2);
  const torch::Tensor input = torch::randn({5, 40, 13}), loss_weights = torch::randn({5, 40, 48});
  const auto found = ours.training_step(input, loss_weights),
             expected = plain.training_step(input, loss_weights);
  bool good = found.size() == expected.size();
  for (std::size_t i = 0; good && i < found.size(); ++i) {
    const auto scale = expected[i].abs().max().item<float>();
    good = agree(what + ", tensor " + std::to_string(i), as_matrix(found[i] / scale),
                 as_matrix(expected[i] / scale), 1e-5);
  }
  return good;
}

bool all_agree() {
  bool good =
      steps_agree("plain against LibTorch", Layer(kPlain, 13, 48), Layer(kLibTorch, 13, 48));
  for (const Contender contender : {kPlain, kAdd, kMean, kGate})
    good = steps_agree(std::string(kNames[contender]) + " against its definition",
                       Layer(contender, 13, 48), Layer(contender, 13, 48, skip_gru_by_steps)) &&
           good;
  return good;
}

}  // namespace
}  // namespace genrebench::kernels

int main(int argc, char** argv) {
  genrebench::kernels::register_all();
  return genrebench::kernels::run_benchmarks(argc, argv, genrebench::kernels::all_agree());
}
