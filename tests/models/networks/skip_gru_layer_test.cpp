#include "models/networks/skip_gru_layer.hpp"

#include <c10/core/impl/LocalDispatchKeySet.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace genrebench::testing {
namespace skip_gru_layer_test {

struct Case {
  std::int64_t batch = 2, steps = 7, features = 3, hidden = 5;
  int skip = 0;
  Combine combine = Combine::add;
  torch::ScalarType type = torch::kDouble;

  bool gated() const { return skip > 0 && combine == Combine::gate; }
};

constexpr Combine kCombines[] = {Combine::add, Combine::mean, Combine::gate};
constexpr const char* kCombineNames[] = {"add", "mean", "gate"};

std::string name_of(const Case& c) {
  return std::to_string(c.batch) + " x " + std::to_string(c.steps) + " x " +
         std::to_string(c.features) + ", hidden " + std::to_string(c.hidden) + ", " +
         kCombineNames[static_cast<int>(c.combine)] + " " + std::to_string(c.skip);
}

std::vector<torch::Tensor> tensors(const SkipGruWeights& w) {
  std::vector<torch::Tensor> result{w.weight_ih, w.weight_hh, w.bias_ih, w.bias_hh};
  if (w.weight_skip.defined()) result.push_back(w.weight_skip);
  return result;
}

SkipGruWeights without_gate(const SkipGruWeights& w) {
  const std::int64_t n_rows = w.weight_hh.size(0);
  return {
      w.weight_ih.narrow(0, 0, n_rows), w.weight_hh, w.bias_ih.narrow(0, 0, n_rows), w.bias_hh, {}};
}

struct Problem {
  Case c;
  torch::Tensor input, loss_weights;
  SkipGruWeights weights;

  std::vector<torch::Tensor> leaves() const {
    std::vector<torch::Tensor> result = tensors(weights);
    result.push_back(input);
    return result;
  }
};

Problem generated(const Case& c) {
  torch::manual_seed(c.batch * 1000 + c.steps * 100 + c.features * 10 + c.hidden);
  const auto uniform = [&](torch::IntArrayRef sizes, double bound) {
    return torch::empty(sizes, torch::kDouble).uniform_(-bound, bound).to(c.type);
  };
  const auto weight = [&](torch::IntArrayRef sizes) {
    return uniform(sizes, 0.8 / std::sqrt(double(c.hidden))).requires_grad_();
  };
  const std::int64_t n_rows = (c.gated() ? 4 : 3) * c.hidden;
  Problem p{c,
            uniform({c.batch, c.steps, c.features}, 1.5).requires_grad_(),
            uniform({c.batch, c.steps, c.hidden}, 1.0),
            {}};
  p.weights = {weight({n_rows, c.features}),
               weight({3 * c.hidden, c.hidden}),
               weight({n_rows}),
               weight({3 * c.hidden}),
               {}};
  if (c.gated()) p.weights.weight_skip = weight({c.hidden, c.hidden});
  return p;
}

using States =
    std::function<torch::Tensor(const torch::Tensor&, const SkipGruWeights&, int, Combine)>;

/// The states and the gradients of every weight and of the input; zeros where the states do not
/// depend on them.
std::vector<torch::Tensor> states_and_gradients(const Problem& p,
                                                const States& states_of = skip_gru) {
  const torch::Tensor states = states_of(p.input, p.weights, p.c.skip, p.c.combine);
  const std::vector<torch::Tensor> leaves = p.leaves();
  std::vector<torch::Tensor> result =
      torch::autograd::grad({(states * p.loss_weights).sum()}, leaves, {}, /*retain_graph=*/{},
                            /*create_graph=*/false, /*allow_unused=*/true);
  for (std::size_t i = 0; i < result.size(); ++i)
    if (!result[i].defined()) result[i] = torch::zeros_like(leaves[i]);
  result.insert(result.begin(), states.detach());
  return result;
}

double largest_difference(const torch::Tensor& a, const torch::Tensor& b) {
  EXPECT_EQ(a.sizes(), b.sizes());
  return a.numel() == 0 ? 0.0
                        : (a.to(torch::kDouble) - b.to(torch::kDouble)).abs().max().item<double>();
}

/// Relative to the largest value of each tensor, or to 1.
void expect_close(const std::vector<torch::Tensor>& found,
                  const std::vector<torch::Tensor>& expected, double tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].scalar_type(), expected[i].scalar_type());
    const double scale =
        std::max(1.0, expected[i].numel() == 0 ? 0.0 : expected[i].abs().max().item<double>());
    EXPECT_LE(largest_difference(found[i], expected[i]), tolerance * scale) << "tensor " << i;
  }
}

void expect_same_bits(const std::vector<torch::Tensor>& found,
                      const std::vector<torch::Tensor>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_TRUE(torch::equal(found[i], expected[i])) << "tensor " << i;
}

/// Every way to combine at every skip length, for each of the sizes.
std::vector<Case> in_every_mode(const std::vector<Case>& sizes, const std::vector<int>& skips) {
  std::vector<Case> result;
  for (Case c : sizes)
    for (const int skip : skips)
      for (const Combine combine : kCombines) {
        c.skip = skip;
        c.combine = combine;
        result.push_back(c);
      }
  return result;
}

// Hidden sizes around the widths of vector registers (2 to 16 values), rows around the heights of
// tiles (8, 4, 2, 1).
const std::vector<Case> kSizes{{1, 1, 1, 1},   {1, 9, 4, 7},    {7, 6, 13, 16},
                               {15, 8, 1, 17}, {33, 7, 40, 33}, {3, 150, 2, 8}};

TEST(SkipGru, AgreesWithACaseWorkedByHand) {
  // One unit, r = z = 1/2; U_n = 2, so that n_t = tanh(x_t + s_t) and h_t = n_t / 2 + c_t / 2. The
  // inputs make every n_t = 3/5.
  const double wanted = std::atanh(0.6);
  const auto last_state = [&](Combine combine, double third_seen) {
    const bool gated = combine == Combine::gate;
    const auto options = torch::TensorOptions().dtype(torch::kDouble);
    SkipGruWeights w{torch::zeros({gated ? 4 : 3, 1}, options),
                     torch::zeros({3, 1}, options),
                     torch::zeros({gated ? 4 : 3}, options),
                     torch::zeros({3}, options),
                     {}};
    w.weight_ih[2] = 1.0;
    w.weight_hh[2] = 2.0;
    if (gated) {
      w.weight_skip = torch::zeros({1, 1}, options);
      w.bias_ih[3] = std::log(3.0);  // g = 3/4
    }
    const torch::Tensor input =
        torch::tensor({wanted, wanted - 0.3, wanted - third_seen}, options).view({1, 3, 1});
    const torch::Tensor states = skip_gru(input, w, 2, combine);
    EXPECT_NEAR(states[0][0].item<double>(), 0.3, 1e-15);   // (0.6 + 0) / 2
    EXPECT_NEAR(states[0][1].item<double>(), 0.45, 1e-15);  // (0.6 + 0.3) / 2, since t = 2 is not
                                                            // beyond k = 2
    return states[0][2].item<double>();
  };
  EXPECT_NEAR(last_state(Combine::add, 0.45 + 0.3), (0.6 + 0.45) / 2, 1e-15);
  EXPECT_NEAR(last_state(Combine::mean, 0.375), (0.6 + 0.375) / 2, 1e-15);
  EXPECT_NEAR(last_state(Combine::gate, 0.75 * 0.45 + 0.25 * 0.3), (0.6 + 0.4125) / 2, 1e-15);
}

TEST(SkipGru, HasTheGradientsThatCentralDifferencesGive) {
  // Error of a central difference: h^2 / 6 times a third derivative of order one, and rounding of
  // 1e-16 / h times the loss.
  constexpr double kStep = 1e-5, kTolerance = 1e-8;
  for (const Case& c :
       in_every_mode({{1, 1, 1, 1}, {1, 8, 2, 3}, {2, 7, 3, 5}, {3, 7, 1, 9}}, {0, 1, 2, 5})) {
    SCOPED_TRACE(name_of(c));
    const Problem p = generated(c);
    const std::vector<torch::Tensor> found = states_and_gradients(p);
    const torch::NoGradGuard no_grad;
    const auto loss = [&] {
      return (skip_gru(p.input, p.weights, c.skip, c.combine) * p.loss_weights)
          .sum()
          .item<double>();
    };
    for (std::size_t i = 0; i < p.leaves().size(); ++i) {
      const torch::Tensor values = p.leaves()[i].view(-1), gradient = found[i + 1].reshape(-1);
      for (std::int64_t at = 0; at < values.size(0); ++at) {
        const double value = values[at].item<double>();
        values[at] = value + kStep;
        const double above = loss();
        values[at] = value - kStep;
        const double below = loss();
        values[at] = value;
        ASSERT_NEAR(gradient[at].item<double>(), (above - below) / (2 * kStep), kTolerance)
            << "tensor " << i << ", value " << at;
      }
    }
  }
}

TEST(SkipGru, AgreesWithItsDefinitionInValuesAndGradients) {
  for (Case c : in_every_mode(kSizes, {0, 1, 2, 5})) {
    SCOPED_TRACE(name_of(c));
    const Problem exact = generated(c);
    expect_close(states_and_gradients(exact), states_and_gradients(exact, skip_gru_by_steps),
                 1e-12);
    c.type = torch::kFloat;
    const Problem rounded = generated(c);
    expect_close(states_and_gradients(rounded), states_and_gradients(rounded, skip_gru_by_steps),
                 3e-6);
  }
}

TEST(SkipGru, WithoutASkipIsTheGruOfLibtorch) {
  for (Case c : kSizes) {
    SCOPED_TRACE(name_of(c));
    for (const auto& [type, tolerance] :
         {std::pair{torch::kDouble, 1e-12}, std::pair{torch::kFloat, 3e-6}}) {
      c.type = type;
      const Problem p = generated(c);
      const auto libtorch = [&](const torch::Tensor& input, const SkipGruWeights& w, int, Combine) {
        const torch::Tensor initial = torch::zeros({1, c.batch, c.hidden}, c.type);
        return std::get<0>(torch::gru(input, initial, tensors(w), true, 1, 0.0, true, false, true));
      };
      expect_close(states_and_gradients(p), states_and_gradients(p, libtorch), tolerance);
    }
  }
}

TEST(SkipGru, IsThePlainUnitIfWhatItCombinesIsOneState) {
  for (const Combine combine : {Combine::mean, Combine::gate}) {
    const Problem p = generated({3, 20, 4, 11, 1, combine});
    const SkipGruWeights plain = without_gate(p.weights);
    EXPECT_TRUE(torch::equal(skip_gru(p.input, p.weights, 1, combine),
                             skip_gru(p.input, plain, 0, combine)));

    const auto of_plain = [&](const torch::Tensor& input, const SkipGruWeights&, int, Combine) {
      return skip_gru(input, plain, 0, combine);
    };
    expect_close(states_and_gradients(p), states_and_gradients(p, of_plain), 1e-13);
  }
}

TEST(SkipGru, IsThePlainUnitIfNoStepIsBeyondTheSkipLength) {
  for (const int skip : {6, 7, 1000})
    for (const Combine combine : kCombines) {
      const Problem p = generated({3, 6, 4, 11, skip, combine});
      const SkipGruWeights plain = without_gate(p.weights);
      const auto of_plain = [&](const torch::Tensor& input, const SkipGruWeights&, int, Combine) {
        return skip_gru(input, plain, 0, combine);
      };
      const std::vector<torch::Tensor> found = states_and_gradients(p);
      expect_same_bits(found, states_and_gradients(p, of_plain));
      EXPECT_FALSE(
          torch::equal(found[0], states_and_gradients(generated({3, 6, 4, 11, 5, combine}))[0]));
    }
}

TEST(SkipGru, GivesTheSameBitsAgainAndWithAnyNumberOfThreads) {
  const int before = torch::get_num_threads();
  for (const torch::ScalarType type : {torch::kFloat, torch::kDouble})
    for (const Combine combine : kCombines) {
      const Problem p = generated({21, 40, 13, 50, 4, combine, type});
      torch::set_num_threads(1);
      const std::vector<torch::Tensor> expected = states_and_gradients(p);
      for (const int threads : {1, 2, 3, 21}) {
        SCOPED_TRACE(std::to_string(threads) + " threads");
        torch::set_num_threads(threads);
        expect_same_bits(states_and_gradients(p), expected);
      }
    }
  torch::set_num_threads(before);
}

TEST(SkipGru, GivesTheSameBitsWhereverItsArgumentsLie) {
  const auto moved = [](const torch::Tensor& tensor) {
    if (!tensor.defined()) return tensor;
    torch::Tensor result = torch::empty({tensor.numel() + 1}, tensor.options())
                               .narrow(0, 1, tensor.numel())
                               .view(tensor.sizes());
    return result.copy_(tensor.detach()).requires_grad_();
  };
  for (const Combine combine : kCombines) {
    const Problem p = generated({5, 12, 6, 19, 3, combine, torch::kFloat});
    Problem shifted = p;
    shifted.input = moved(p.input);
    shifted.weights = {moved(p.weights.weight_ih), moved(p.weights.weight_hh),
                       moved(p.weights.bias_ih), moved(p.weights.bias_hh),
                       moved(p.weights.weight_skip)};
    shifted.loss_weights = moved(p.loss_weights).detach();
    const std::vector<torch::Tensor> expected = states_and_gradients(p);
    expect_same_bits(states_and_gradients(shifted), expected);
    Problem by_steps = p;  // an input that lies step by step, as the states of a layer below do
    by_steps.input = p.input.detach().transpose(0, 1).contiguous().transpose(0, 1).requires_grad_();
    expect_same_bits(states_and_gradients(by_steps), expected);
    Problem by_features = p;
    by_features.input =
        p.input.detach().transpose(1, 2).contiguous().transpose(1, 2).requires_grad_();
    expect_same_bits(states_and_gradients(by_features), expected);
  }
}

TEST(SkipGru, GivesTheSameStatesWithoutGradients) {
  for (const Combine combine : kCombines) {
    const Problem p = generated({5, 12, 6, 19, 3, combine, torch::kFloat});
    const torch::Tensor expected = skip_gru(p.input, p.weights, 3, combine);
    EXPECT_TRUE(expected.requires_grad());
    const torch::NoGradGuard no_grad;
    const torch::Tensor found = skip_gru(p.input, p.weights, 3, combine);
    EXPECT_FALSE(found.requires_grad());
    EXPECT_TRUE(torch::equal(found, expected));
  }
}

TEST(SkipGru, CanBeStacked) {
  for (const Combine combine : kCombines) {
    const Problem lower = generated({4, 15, 3, 10, 2, combine}),
                  upper = generated({4, 15, 10, 6, 3, combine});
    std::vector<torch::Tensor> leaves = lower.leaves();
    for (const torch::Tensor& weight : tensors(upper.weights)) leaves.push_back(weight);
    const auto gradients = [&](const States& layer) {
      const torch::Tensor states =
          layer(layer(lower.input, lower.weights, 2, combine), upper.weights, 3, combine);
      return torch::autograd::grad({(states * upper.loss_weights).sum()}, leaves);
    };
    expect_close(gradients(skip_gru), gradients(skip_gru_by_steps), 1e-12);
  }
}

TEST(SkipGru, GivesTheGradientsThatAreWantedAndNoOthers) {
  const Problem p = generated({4, 15, 3, 10, 2, Combine::gate});
  const std::vector<torch::Tensor> all = states_and_gradients(p);
  const torch::Tensor frozen_input = p.input.detach();
  const auto loss = [&](const torch::Tensor& input, const SkipGruWeights& weights) {
    return (skip_gru(input, weights, 2, Combine::gate) * p.loss_weights).sum();
  };
  const auto of_weights =
      torch::autograd::grad({loss(frozen_input, p.weights)}, tensors(p.weights));
  expect_same_bits(of_weights, {all.begin() + 1, all.end() - 1});
  const auto frozen = [](const torch::Tensor& weight) { return weight.detach(); };
  const SkipGruWeights w{frozen(p.weights.weight_ih), frozen(p.weights.weight_hh),
                         frozen(p.weights.bias_ih), frozen(p.weights.bias_hh),
                         frozen(p.weights.weight_skip)};
  expect_same_bits(torch::autograd::grad({loss(p.input, w)}, {p.input}), {all.back()});
}

TEST(SkipGru, SaturatesWithoutInfinities) {
  for (const torch::ScalarType type : {torch::kFloat, torch::kDouble})
    for (const Combine combine : kCombines) {
      Problem p = generated({4, 40, 3, 10, 2, combine, type});
      p.input = (p.input.detach() * 1e30).requires_grad_();
      for (const torch::Tensor& tensor : states_and_gradients(p))
        EXPECT_TRUE(torch::isfinite(tensor).all().item<bool>());
      EXPECT_LE(skip_gru(p.input, p.weights, 2, combine).abs().max().item<double>(), 1.0);
    }
}

TEST(SkipGru, KeepsItsStatesBoundedHoweverLargeTheWeights) {
  for (const int skip : {1, 3})
    for (const Combine combine : kCombines) {
      const Problem p = generated({4, 500, 3, 10, skip, combine, torch::kFloat});
      SkipGruWeights w = p.weights;
      w.weight_hh = w.weight_hh * 100;
      const torch::Tensor states = skip_gru(p.input, w, skip, combine);
      EXPECT_LE(states.abs().max().item<double>(), 1.0);
      EXPECT_GT(states.abs().max().item<double>(), 0.9);
    }
}

TEST(SkipGru, HidesNoNanAndKeepsItInItsRow) {
  for (const Combine combine : kCombines) {
    const Problem p = generated({3, 9, 2, 5, 2, combine, torch::kFloat});
    const torch::NoGradGuard no_grad;
    torch::Tensor input = p.input.detach().clone();
    const torch::Tensor expected = skip_gru(input, p.weights, 2, combine);
    input[1][4][0] = std::numeric_limits<float>::quiet_NaN();
    const torch::Tensor found = skip_gru(input, p.weights, 2, combine);
    EXPECT_TRUE(torch::isnan(found[1].narrow(0, 4, 5)).all().item<bool>());
    EXPECT_TRUE(torch::equal(found[1].narrow(0, 0, 4), expected[1].narrow(0, 0, 4)));
    EXPECT_TRUE(torch::equal(found[0], expected[0]) && torch::equal(found[2], expected[2]));
  }
}

TEST(SkipGru, ComputesInTheTypeOfItsWeights) {
  const Problem p = generated({3, 9, 2, 5, 2, Combine::gate, torch::kFloat});
  const torch::Tensor half = p.input.detach().to(torch::kHalf);
  const torch::Tensor states = skip_gru(half, p.weights, 2, Combine::gate);
  EXPECT_EQ(states.scalar_type(), torch::kFloat);
  EXPECT_TRUE(torch::equal(states, skip_gru(half.to(torch::kFloat), p.weights, 2, Combine::gate)));
  EXPECT_EQ(torch::autograd::grad({states.sum()}, {p.weights.weight_ih})[0].scalar_type(),
            torch::kFloat);
}

/// Autocast to BFloat16 while it lives.
class Autocast {
 public:
  Autocast() { c10::impl::tls_set_dispatch_key_excluded(c10::DispatchKey::AutocastCPU, false); }
  ~Autocast() { c10::impl::tls_set_dispatch_key_excluded(c10::DispatchKey::AutocastCPU, true); }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;
};

TEST(SkipGru, IsNotRoundedByAutocast) {
  const Problem p = generated({3, 9, 2, 5, 2, Combine::gate, torch::kFloat});
  for (const States& states_of : {States(skip_gru), States(skip_gru_by_steps)}) {
    const torch::Tensor expected = states_of(p.input, p.weights, 2, Combine::gate);
    const Autocast autocast;
    ASSERT_EQ(torch::matmul(p.weights.weight_hh, p.weights.weight_skip).scalar_type(),
              torch::kBFloat16);  // it is on
    EXPECT_TRUE(torch::equal(states_of(p.input, p.weights, 2, Combine::gate), expected));
  }
  const std::vector<torch::Tensor> expected = states_and_gradients(p);
  const Autocast autocast;
  expect_same_bits(states_and_gradients(p), expected);
}

TEST(SkipGru, RefusesToGiveWrongSecondDerivatives) {
  const Problem p = generated({});
  const torch::Tensor loss = skip_gru(p.input, p.weights, 0, Combine::add).square().sum();
  EXPECT_THROW(torch::autograd::grad({loss}, {p.input}, {}, {}, /*create_graph=*/true), c10::Error);
}

TEST(SkipGru, RefusesWhatDoesNotFitTogether) {
  const Problem plain = generated({}), gated = generated({2, 7, 3, 5, 2, Combine::gate});
  EXPECT_THROW(skip_gru(plain.input, plain.weights, -1, Combine::add), c10::Error);
  EXPECT_THROW(skip_gru(plain.input, plain.weights, 2, Combine::gate), c10::Error);
  EXPECT_THROW(skip_gru(gated.input, gated.weights, 2, Combine::mean), c10::Error);
  EXPECT_THROW(skip_gru(gated.input, gated.weights, 0, Combine::gate), c10::Error);
  EXPECT_THROW(skip_gru(plain.input[0], plain.weights, 0, Combine::add), c10::Error);
  EXPECT_THROW(skip_gru(plain.input.narrow(2, 0, 2), plain.weights, 0, Combine::add), c10::Error);
}

TEST(SkipGru, LeavesTheCallersArithmeticAsItWas) {
  const Problem p = generated({2, 7, 3, 5, 0, Combine::add, torch::kFloat});
  states_and_gradients(p);
  volatile float smallest = std::numeric_limits<float>::min();
  EXPECT_GT(smallest / 4.0f, 0.0f);
}

}  // namespace skip_gru_layer_test
}  // namespace genrebench::testing
