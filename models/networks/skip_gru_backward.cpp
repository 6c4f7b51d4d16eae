#include <algorithm>
#include <barrier>

#include "models/networks/skip_gru_recurrence.hpp"

namespace genrebench {
namespace {

using Index = std::ptrdiff_t;

// Gradients of the pre-activations of a step and row, in this order: the products with the state's
// weights take the first three blocks, those with the input's all but the first. kDeltaHiddenNew is
// that of U_n s + b_hn.
enum DeltaBlock { kDeltaHiddenNew, kDeltaReset, kDeltaUpdate, kDeltaNew, kDeltaGate };

/// Steps are taken in chunks. Within one, each thread carries its rows back through time; then all
/// share the columns of the weights' gradients, a product over all rows of the chunk.
template <typename T>
class Backward : SkipGruRecurrence<T> {
  using SkipGruRecurrence<T>::p_, SkipGruRecurrence<T>::width_;
  static constexpr Index kWidth = kLanes<T>, kColumns = kPanelColumns<T>;
  static constexpr Index kChunkRows = 192;  // a panel of their gradients stays in the first cache

 public:
  Backward(const SkipGruProblem<T>& problem, const T* states, const T* kept,
           const SkipGruGradients<T>& gradients, int n_threads)
      : SkipGruRecurrence<T>(problem),
        states_(states),
        kept_(kept),
        to_(gradients),
        n_threads_(n_threads),
        everyone_(n_threads),
        delta_width_((p_.n_gates() + 1) * width_),
        chunk_steps_(std::clamp<Index>(kChunkRows / p_.batch, 1, p_.steps)),
        delta_(chunk_steps_ * p_.batch * delta_width_),
        seen_(p_.skip > 0 ? chunk_steps_ * p_.batch * width_ : 0),
        carried_(p_.batch * width_),
        panels_(n_threads * chunk_steps_ * p_.batch * kColumns) {
    // Element (k, column) of a weight's panels: k runs over the padded units of its gates, of which
    // `first_gate` comes first.
    const auto pack = [hidden = p_.hidden, width = width_](const T* weights, Index n_gates,
                                                           Index first_gate, Index n_columns) {
      return PackedMatrix<T>(n_gates * width, divide_up(n_columns, kColumns), kColumns,
                             [=](Index k, Index panel, Index place) {
                               const Index gate = (first_gate + k / width) % n_gates,
                                           unit = k % width, column = panel * kColumns + place;
                               return unit < hidden && column < n_columns
                                          ? weights[(gate * hidden + unit) * n_columns + column]
                                          : T(0);
                             });
    };
    state_weights_ = pack(p_.weight_hh, 3, 2, p_.hidden);
    if (p_.gated()) skip_weights_ = pack(p_.weight_skip, 1, 0, p_.hidden);
    if (to_.input) input_weights_ = pack(p_.weight_ih, p_.n_gates(), 0, p_.features);
  }

  void run(int thread) {
    const Index first = p_.batch * thread / n_threads_, last = p_.batch * (thread + 1) / n_threads_;
    for (Index end = p_.steps; end > 0; end -= chunk_steps_) {
      const Index begin = std::max<Index>(end - chunk_steps_, 0);
      for (Index t = end; t > begin; --t) step(t, first, last);
      everyone_.arrive_and_wait();
      add_to_weights(begin + 1, end, thread);
      everyone_.arrive_and_wait();
    }
  }

 private:
  Index chunk_row(Index t, Index row) const { return (t - 1) % chunk_steps_ * p_.batch + row; }
  T* delta_at(Index t, Index row) { return delta_.data() + chunk_row(t, row) * delta_width_; }
  static void add_to(T* sum, const Lanes<T>& value) { store<T>(sum, load(sum) + value); }

  void step(Index t, Index first, Index last) {
    for (Index row = first; row < last; ++row)
      for (Index unit = 0; unit < width_; unit += kWidth) through_gates(t, row, unit);
    for (Index panel = 0; panel < state_weights_.n_panels(); ++panel)
      for_tiles(first, last, [&](auto rows, Index row) { to_states<rows.value>(t, row, panel); });
    if (p_.gated() && this->skips(t))
      for (Index panel = 0; panel < skip_weights_.n_panels(); ++panel)
        for_tiles(first, last,
                  [&](auto rows, Index row) { to_earlier<rows.value>(t, row, panel); });
    for (Index panel = 0; panel < input_weights_.n_panels(); ++panel)
      for_tiles(first, last, [&](auto rows, Index row) { to_input<rows.value>(t, row, panel); });
  }

  /// From the gradient of h_t to those of the pre-activations and, through z, of the carried state.
  void through_gates(Index t, Index row, Index unit) {
    const T* kept = kept_ + this->kept_at(t, row) + unit;
    const Lanes<T> r = load(kept + kKeptReset * width_), z = load(kept + kKeptUpdate * width_),
                   n = load(kept + kKeptNew * width_);
    const Lanes<T> of_state = load(kept + kKeptHiddenNew * width_),
                   of_h = load(to_.states + this->state_at(t, row) + unit);
    const Lanes<T> last = load(states_ + this->state_at(t - 1, row) + unit);
    Lanes<T> carried = last;
    T* delta = delta_at(t, row) + unit;
    if (p_.skip > 0) {
      Lanes<T> seen = last;
      if (this->skips(t)) {
        const Lanes<T> gate = p_.gated() ? load(kept + kKeptGate * width_) : Lanes<T>{};
        seen = this->combined(last, load(states_ + this->state_at(t - p_.skip, row) + unit), gate);
        if (p_.combine != Combine::add) carried = seen;
      } else if (p_.gated()) {
        store<T>(delta + kDeltaGate * width_, Lanes<T>{});
      }
      store<T>(seen_.data() + chunk_row(t, row) * width_ + unit, seen);
    }
    const Lanes<T> of_new = of_h * (T(1) - z) * (T(1) - n * n);
    store<T>(delta + kDeltaHiddenNew * width_, of_new * r);
    store<T>(delta + kDeltaReset * width_, of_new * of_state * r * (T(1) - r));
    store<T>(delta + kDeltaUpdate * width_, of_h * (carried - n) * z * (T(1) - z));
    store<T>(delta + kDeltaNew * width_, of_new);
    store<T>(carried_.data() + row * width_ + unit, of_h * z);
  }

  /// To h_{t-1} and h_{t-k}, and to the pre-activation of the gate between them.
  template <int Rows>
  void to_states(Index t, Index row, Index panel) {
    Tile<T, Rows, kTileLanes> tile;
    tile.multiply_add(delta_at(t, row), delta_width_, 1, 3 * width_, state_weights_.panel(panel));
    for (int v = 0; v < kTileLanes; ++v) {
      const Index unit = panel * kColumns + v * kWidth;
      if (unit >= width_) break;
      for (int i = 0; i < Rows; ++i) to_states(t, row + i, unit, tile.sum[i][v]);
    }
  }

  void to_states(Index t, Index row, Index unit, const Lanes<T>& of_seen) {
    const Lanes<T> sum = of_seen + load(carried_.data() + row * width_ + unit);
    const Index last = this->state_at(t - 1, row) + unit;
    if (!this->skips(t)) return add_to(to_.states + last, sum);
    const Index earlier = this->state_at(t - p_.skip, row) + unit;
    switch (p_.combine) {
      case Combine::add:
        add_to(to_.states + last, sum);
        add_to(to_.states + earlier, of_seen);
        break;
      case Combine::mean:
        add_to(to_.states + last, sum * T(0.5));
        add_to(to_.states + earlier, sum * T(0.5));
        break;
      case Combine::gate: {
        const Lanes<T> gate = load(kept_ + this->kept_at(t, row) + kKeptGate * width_ + unit);
        add_to(to_.states + last, sum * gate);
        add_to(to_.states + earlier, sum * (T(1) - gate));
        const Lanes<T> of_gate = sum * (load(states_ + last) - load(states_ + earlier));
        store<T>(delta_at(t, row) + kDeltaGate * width_ + unit, of_gate * gate * (T(1) - gate));
        break;
      }
    }
  }

  /// To h_{t-k}, through the gate.
  template <int Rows>
  void to_earlier(Index t, Index row, Index panel) {
    Tile<T, Rows, kTileLanes> tile;
    tile.multiply_add(delta_at(t, row) + kDeltaGate * width_, delta_width_, 1, width_,
                      skip_weights_.panel(panel));
    for (int v = 0; v < kTileLanes; ++v) {
      const Index unit = panel * kColumns + v * kWidth;
      if (unit >= width_) break;
      for (int i = 0; i < Rows; ++i)
        add_to(to_.states + this->state_at(t - p_.skip, row + i) + unit, tile.sum[i][v]);
    }
  }

  template <int Rows>
  void to_input(Index t, Index row, Index panel) {
    const Index width = padded<T>(p_.features);
    Tile<T, Rows, kTileLanes> tile;
    tile.multiply_add(delta_at(t, row) + kDeltaReset * width_, delta_width_, 1,
                      p_.n_gates() * width_, input_weights_.panel(panel));
    for (int v = 0; v < kTileLanes; ++v) {
      const Index feature = panel * kColumns + v * kWidth;
      if (feature >= width) break;
      for (int i = 0; i < Rows; ++i)
        store<T>(to_.input + ((t - 1) * p_.batch + row + i) * width + feature, tile.sum[i][v]);
    }
  }

  /// Adds what the steps first..last say of the weights, this thread's share of the columns of
  /// delta: a panel within a block is packed once and multiplied with each left side that the block
  /// belongs to.
  void add_to_weights(Index first, Index last, int thread) {
    const auto input = [this](Index t) { return this->input_at(t, 0); };
    const auto seen = [this](Index t) {
      return p_.skip > 0 ? seen_.data() + chunk_row(t, 0) * width_
                         : states_ + this->state_at(t - 1, 0);
    };
    const auto earlier = [this](Index t) { return states_ + this->state_at(t - p_.skip, 0); };
    const Index n_panels = divide_up(width_, kColumns), n_gates = p_.n_gates();
    for (Index item = thread; item < (n_gates + 1) * n_panels; item += n_threads_) {
      const Index block = item / n_panels, unit = item % n_panels * kColumns;
      const Panel panel{first, last, unit, std::min(kColumns, width_ - unit),
                        panels_.data() + thread * chunk_steps_ * p_.batch * kColumns};
      pack(panel, block);
      if (block < kDeltaNew)
        add_products(panel, first, Left{seen, width_, p_.hidden},
                     {to_.weight_hh + block * width_, 3 * width_});
      if (block > kDeltaHiddenNew)
        add_products(panel, first, Left{input, p_.input_row, p_.features},
                     {to_.weight_ih + (block - kDeltaReset) * width_, n_gates * width_});
      if (block == kDeltaGate)
        add_products(panel, std::max<Index>(first, p_.skip + 1), Left{earlier, width_, p_.hidden},
                     {to_.weight_skip, width_});
    }
  }

  /// Columns of a block of delta, for all rows of some steps.
  struct Panel {
    Index first, last;    ///< steps
    Index unit, n_units;  ///< columns; the rest of the panel is zero
    T* values;            ///< steps * batch x kColumns
  };

  void pack(const Panel& panel, Index block) {
    T* to = panel.values;
    for (Index t = panel.first; t <= panel.last; ++t)
      for (Index row = 0; row < p_.batch; ++row, to += kColumns) {
        const T* from = delta_at(t, row) + block * width_ + panel.unit;
        for (Index column = 0; column < kColumns; column += kWidth)
          store<T>(to + column, column < panel.n_units ? load(from + column) : Lanes<T>{});
      }
  }

  /// The left side of a product: at(t) is the first of the rows of step t, which are `stride` apart
  /// and `n` long.
  template <typename At>
  struct Left {
    At at;
    Index stride, n;
  };

  struct Sums {
    T* values;
    Index stride;  ///< of their rows
  };

  /// sums += (left, 1)' * panel, over the rows of the steps from `first` on.
  template <typename At>
  void add_products(const Panel& panel, Index first, const Left<At>& left, const Sums& sums) {
    const auto right = [&](Index t) {
      return panel.values + (t - panel.first) * p_.batch * kColumns;
    };
    const auto add = [&](const auto& tile, Index row) {
      for (int i = 0; i < tile.rows; ++i)
        for (int v = 0; v * kWidth < panel.n_units; ++v)
          add_to(sums.values + (row + i) * sums.stride + panel.unit + v * kWidth, tile.sum[i][v]);
    };
    for_tiles(0, left.n, [&](auto rows, Index column) {
      Tile<T, rows.value, kTileLanes> tile;
      for (Index t = first; t <= panel.last; ++t)
        tile.multiply_add(left.at(t) + column, 1, left.stride, p_.batch, right(t));
      add(tile, column);
    });
    if (first > panel.last) return;
    const T one = 1;
    Tile<T, 1, kTileLanes> tile;
    tile.multiply_add(&one, 0, 0, (panel.last - first + 1) * p_.batch, right(first));
    add(tile, left.n);
  }

  const T* const states_;
  const T* const kept_;
  const SkipGruGradients<T> to_;
  const int n_threads_;
  std::barrier<> everyone_;
  const Index delta_width_, chunk_steps_;
  PackedMatrix<T> state_weights_, skip_weights_, input_weights_;
  Scratch<T> delta_;  ///< of each row of the chunk, the blocks above
  Scratch<T> seen_;   ///< of each row of the chunk, s_t; without a skip the states themselves serve
  Scratch<T> carried_;  ///< batch x width, of the step: the gradient that z passes on
  Scratch<T> panels_;   ///< of each thread, columns of delta
};

}  // namespace

template <typename T>
void skip_gru_backward(const SkipGruProblem<T>& problem, const T* states, const T* kept,
                       const SkipGruGradients<T>& gradients, int n_threads) {
  if (problem.steps == 0 || problem.batch == 0) return;
  const int n = useful_threads(problem, n_threads);
  Backward<T> backward(problem, states, kept, gradients, n);
  run_without_denormals(n, [&](int thread) { backward.run(thread); });
}

template void skip_gru_backward(const SkipGruProblem<float>&, const float*, const float*,
                                const SkipGruGradients<float>&, int);
template void skip_gru_backward(const SkipGruProblem<double>&, const double*, const double*,
                                const SkipGruGradients<double>&, int);

}  // namespace genrebench
