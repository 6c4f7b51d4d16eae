#pragma once
// A layer of gated recurrent units whose state may skip k steps.

#include <torch/torch.h>

#include "models/networks/skip_gru_kernel.hpp"

namespace genrebench {

/// The parameters of a layer, named and laid out as torch::nn::GRU's: the rows are blocks of
/// `hidden`, in the order r, z, n and g, the gate of Combine::gate with a skip length of at
/// least 1. All of one type, float or double.
struct SkipGruWeights {
  torch::Tensor weight_ih;    ///< 3 * hidden x features; with g: 4 * hidden x features
  torch::Tensor weight_hh;    ///< 3 * hidden x hidden
  torch::Tensor bias_ih;      ///< 3 * hidden; with g: 4 * hidden
  torch::Tensor bias_hh;      ///< 3 * hidden
  torch::Tensor weight_skip;  ///< U_g, hidden x hidden; undefined without g
};

/// The states of every step. With x_t the input, h_0 = 0 and s_t what the unit sees of its past:
///
///     r_t = sigmoid(W_r x_t + b_ir + U_r s_t + b_hr)
///     z_t = sigmoid(W_z x_t + b_iz + U_z s_t + b_hz)
///     n_t = tanh(W_n x_t + b_in + r_t * (U_n s_t + b_hn))
///     h_t = (1 - z_t) * n_t + z_t * c_t
///
/// For t <= k, and for every t if k = 0, s_t = c_t = h_{t-1}: the plain unit. (h_0 is no state to
/// skip to.) For t > k:
///
///     add:   s_t = h_{t-1} + h_{t-k},                            c_t = h_{t-1}
///     mean:  s_t = (h_{t-1} + h_{t-k}) / 2,                      c_t = s_t
///     gate:  s_t = g_t * h_{t-1} + (1 - g_t) * h_{t-k},          c_t = s_t
///            g_t = sigmoid(W_g x_t + b_ig + U_g h_{t-k})
///
/// Every state stays within [-1, 1]. That is why a sum is not carried on as it is: it would grow
/// with each step.
///
/// On the CPU forward and backward are written by hand: no graph of the steps, the same bits for
/// every number of threads, numbers below the smallest normal one taken for zero. Elsewhere it is
/// skip_gru_by_steps. The gradients themselves have none.
/// @param input  batch x steps x features, any floating type; computed in the weights' type, under
/// autocast too
/// @param skip   k, in steps, at least 0
/// @return       batch x steps x hidden, not contiguous
/// Source: the unit is PyTorch's (torch.nn.GRU; Cho et al., 2014, with the reset after the
/// product). The paper (sections 4.4 and 6) says only that skip connections of length k are added
/// to the hidden state; the three ways to do so are ours.
torch::Tensor skip_gru(const torch::Tensor& input, const SkipGruWeights& weights, int skip,
                       Combine combine);

/// The same, operation by operation with LibTorch, as plainly as the equations: on any device,
/// differentiable any number of times, slow.
torch::Tensor skip_gru_by_steps(const torch::Tensor& input, const SkipGruWeights& weights, int skip,
                                Combine combine);

}  // namespace genrebench
