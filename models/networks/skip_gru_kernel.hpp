#pragma once
// The arithmetic of skip_gru_layer.hpp on plain arrays, without LibTorch.

#include <cstddef>

namespace genrebench {

/// How a skip-GRU combines the last state with the one k steps back.
enum class Combine {
  add,   ///< their sum
  mean,  ///< their mean
  gate,  ///< a mixture whose weights are learned
};

/// A length rounded up to whole vector registers: what "padded" means below.
template <typename T>
std::ptrdiff_t skip_gru_padded(std::ptrdiff_t length);

/// A layer and what it reads.
template <typename T>
struct SkipGruProblem {
  std::ptrdiff_t steps = 0, batch = 0, features = 0, hidden = 0;
  std::ptrdiff_t skip = 0;
  Combine combine = Combine::add;
  const T* input = nullptr;  ///< feature i of step t of row b is input[t * input_step + b *
                             ///< input_row + i]
  std::ptrdiff_t input_step = 0, input_row = 0;
  const T* weight_ih = nullptr;    ///< n_gates() * hidden x features: r, z, n and, where there is
                                   ///< one, g
  const T* weight_hh = nullptr;    ///< 3 * hidden x hidden: r, z, n
  const T* weight_skip = nullptr;  ///< hidden x hidden, with a gate g only
  const T* bias_ih = nullptr;      ///< n_gates() * hidden; may be null in the backward pass
  const T* bias_hh = nullptr;      ///< 3 * hidden; may be null in the backward pass

  bool gated() const { return skip > 0 && combine == Combine::gate; }
  std::ptrdiff_t n_gates() const { return gated() ? 4 : 3; }
  /// Blocks of `padded` values kept of each step and row: r, z, n, U_n s + b_hn and, where there is
  /// one, g.
  std::ptrdiff_t n_kept() const { return n_gates() + 1; }
};

/// @param states     (steps + 1) x batch x padded; block 0 must be zero, block t becomes h_t
/// (padding: zero)
/// @param kept       steps x batch x n_kept() * padded, for the backward pass; null: not wanted
/// @param n_threads  threads to share the rows; the bits do not depend on it
template <typename T>
void skip_gru_forward(const SkipGruProblem<T>& problem, T* states, T* kept, int n_threads);

/// What the backward pass gives. The weights' arrays must be zero; they are transposed, and their
/// last row is that of the bias.
template <typename T>
struct SkipGruGradients {
  T* states = nullptr;  ///< in: (steps + 1) x batch x padded, the gradients of the states (padding
                        ///< and block 0: zero). Overwritten
  T* input = nullptr;   ///< steps x batch x padded features; null: not wanted
  T* weight_ih = nullptr;    ///< features + 1 x n_gates() * padded: r, z, n, g
  T* weight_hh = nullptr;    ///< hidden + 1 x 3 * padded: n, r, z
  T* weight_skip = nullptr;  ///< hidden + 1 x padded (last row without a meaning); with a gate g
                             ///< only
};

/// @param states, kept  as the forward pass left them
/// @param n_threads     threads to share the work; the bits do not depend on it
/// Numbers below the smallest normal one count as zero: the gradient of a last state alone decays
/// into them within a few hundred steps, where they cost a hundred times the arithmetic.
template <typename T>
void skip_gru_backward(const SkipGruProblem<T>& problem, const T* states, const T* kept,
                       const SkipGruGradients<T>& gradients, int n_threads);

}  // namespace genrebench
