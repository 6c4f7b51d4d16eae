#include <algorithm>

#include "models/networks/skip_gru_recurrence.hpp"

namespace genrebench {
namespace {

using Index = std::ptrdiff_t;

// Biases of a panel of units, a register each.
enum BiasOf { kReset, kUpdate, kInputNew, kHiddenNew, kBiases };

template <typename T>
class Forward : SkipGruRecurrence<T> {
  using SkipGruRecurrence<T>::p_, SkipGruRecurrence<T>::width_;
  static constexpr Index kWidth = kLanes<T>;

 public:
  Forward(const SkipGruProblem<T>& problem, T* states, T* kept)
      : SkipGruRecurrence<T>(problem), states_(states), kept_(kept) {
    const Index hidden = p_.hidden, n_panels = width_ / kWidth;
    const auto of_gates = [&](const T* weights, Index depth) {
      return PackedMatrix<T>(depth, n_panels, 3 * kWidth, [=](Index k, Index panel, Index column) {
        const Index gate = column / kWidth, unit = panel * kWidth + column % kWidth;
        return unit < hidden ? weights[(gate * hidden + unit) * depth + k] : T(0);
      });
    };
    input_weights_ = of_gates(p_.weight_ih, p_.features);
    state_weights_ = of_gates(p_.weight_hh, hidden);
    biases_ = PackedMatrix<T>(1, n_panels, kBiases * kWidth, [&](Index, Index panel, Index column) {
      const Index which = column / kWidth, unit = panel * kWidth + column % kWidth;
      if (unit >= hidden) return T(0);
      if (which == kInputNew) return p_.bias_ih[2 * hidden + unit];
      if (which == kHiddenNew) return p_.bias_hh[2 * hidden + unit];
      return p_.bias_ih[which * hidden + unit] + p_.bias_hh[which * hidden + unit];
    });
    if (p_.skip > 0) mixed_.resize(p_.batch * width_);
    if (!p_.gated()) return;
    const auto of_skip = [&](const T* weights, Index depth) {
      return PackedMatrix<T>(depth, divide_up(width_, kPanelColumns<T>), kPanelColumns<T>,
                             [=](Index k, Index panel, Index column) {
                               const Index unit = panel * kPanelColumns<T> + column;
                               return unit < hidden ? weights[unit * depth + k] : T(0);
                             });
    };
    skip_input_weights_ = of_skip(p_.weight_ih + 3 * hidden * p_.features, p_.features);
    skip_state_weights_ = of_skip(p_.weight_skip, hidden);
    skip_biases_ = of_skip(p_.bias_ih + 3 * hidden, 1);
  }

  void run(Index first, Index last) {
    for (Index t = 1; t <= p_.steps; ++t) {
      if (this->skips(t)) combine(t, first, last);
      for (Index panel = 0; panel < state_weights_.n_panels(); ++panel)
        for_tiles(first, last,
                  [&](auto rows, Index row) { new_states<rows.value>(t, row, panel); });
    }
  }

 private:
  void combine(Index t, Index first, Index last) {
    if (p_.gated()) {
      for (Index panel = 0; panel < skip_state_weights_.n_panels(); ++panel)
        for_tiles(first, last,
                  [&](auto rows, Index row) { combine_gated<rows.value>(t, row, panel); });
      return;
    }
    const T* previous = states_ + this->state_at(t - 1, 0);
    const T* earlier = states_ + this->state_at(t - p_.skip, 0);
    for (Index at = first * width_; at < last * width_; at += kWidth)
      store<T>(mixed_.data() + at,
               this->combined(load(previous + at), load(earlier + at), Lanes<T>{}));
  }

  template <int Rows>
  void combine_gated(Index t, Index row, Index panel) {
    const T* earlier = states_ + this->state_at(t - p_.skip, row);
    const T* previous = states_ + this->state_at(t - 1, row);
    Tile<T, Rows, kTileLanes> tile;
    for (int i = 0; i < Rows; ++i)
      for (int v = 0; v < kTileLanes; ++v)
        tile.sum[i][v] = load(skip_biases_.panel(panel) + v * kWidth);
    tile.multiply_add(this->input_at(t, row), p_.input_row, 1, p_.features,
                      skip_input_weights_.panel(panel));
    tile.multiply_add(earlier, width_, 1, p_.hidden, skip_state_weights_.panel(panel));
    for (int v = 0; v < kTileLanes; ++v) {
      const Index unit = panel * kPanelColumns<T> + v * kWidth;
      if (unit >= width_) break;
      for (int i = 0; i < Rows; ++i) {
        const Lanes<T> gate = sigmoid_of<T>(tile.sum[i][v]);
        const Index at = i * width_ + unit;
        store<T>(mixed_.data() + row * width_ + at,
                 this->combined(load(previous + at), load(earlier + at), gate));
        if (kept_) store<T>(kept_ + this->kept_at(t, row + i) + kKeptGate * width_ + unit, gate);
      }
    }
  }

  template <int Rows>
  void new_states(Index t, Index row, Index panel) {
    const T* previous = states_ + this->state_at(t - 1, row);
    const T* seen = this->skips(t) ? mixed_.data() + row * width_ : previous;
    const T* carried = p_.combine == Combine::add ? previous : seen;
    const T* biases = biases_.panel(panel);
    Tile<T, Rows, 3> tile;
    for (int i = 0; i < Rows; ++i)
      for (int gate = 0; gate < 3; ++gate) tile.sum[i][gate] = load(biases + gate * kWidth);
    tile.multiply_add(this->input_at(t, row), p_.input_row, 1, p_.features,
                      input_weights_.panel(panel));
    Lanes<T> of_input[Rows];  // r scales the state's part of the candidate only
    for (int i = 0; i < Rows; ++i) {
      of_input[i] = tile.sum[i][2];
      tile.sum[i][2] = load(biases + kHiddenNew * kWidth);
    }
    tile.multiply_add(seen, width_, 1, p_.hidden, state_weights_.panel(panel));
    const Index unit = panel * kWidth;
    for (int i = 0; i < Rows; ++i) {
      const Lanes<T> r = sigmoid_of<T>(tile.sum[i][0]), z = sigmoid_of<T>(tile.sum[i][1]),
                     of_state = tile.sum[i][2];
      const Lanes<T> n = tanh_of<T>(of_input[i] + r * of_state);
      store<T>(states_ + this->state_at(t, row + i) + unit,
               n + z * (load(carried + i * width_ + unit) - n));
      if (!kept_) continue;
      T* kept = kept_ + this->kept_at(t, row + i) + unit;
      store<T>(kept + kKeptReset * width_, r);
      store<T>(kept + kKeptUpdate * width_, z);
      store<T>(kept + kKeptNew * width_, n);
      store<T>(kept + kKeptHiddenNew * width_, of_state);
    }
  }

  T* const states_;
  T* const kept_;
  PackedMatrix<T> input_weights_, state_weights_, biases_;
  PackedMatrix<T> skip_input_weights_, skip_state_weights_, skip_biases_;
  Scratch<T> mixed_;  ///< batch x width: s_t
};

}  // namespace

template <typename T>
std::ptrdiff_t skip_gru_padded(std::ptrdiff_t length) {
  return padded<T>(length);
}

template <typename T>
void skip_gru_forward(const SkipGruProblem<T>& problem, T* states, T* kept, int n_threads) {
  if (problem.steps == 0 || problem.batch == 0) return;
  const int n = useful_threads(problem, n_threads);
  Forward<T> forward(problem, states, kept);
  run_without_denormals(n, [&](int thread) {
    forward.run(problem.batch * thread / n, problem.batch * (thread + 1) / n);
  });
}

template std::ptrdiff_t skip_gru_padded<float>(std::ptrdiff_t);
template std::ptrdiff_t skip_gru_padded<double>(std::ptrdiff_t);
template void skip_gru_forward(const SkipGruProblem<float>&, float*, float*, int);
template void skip_gru_forward(const SkipGruProblem<double>&, double*, double*, int);

}  // namespace genrebench
