#pragma once
// Internal: what the forward and the backward pass of skip_gru_kernel.hpp share.

#include <algorithm>
#include <cstddef>
#ifdef __SSE2__
#include <immintrin.h>
#endif

#include "base/parallel.hpp"
#include "models/networks/skip_gru_kernel.hpp"
#include "models/networks/small_product.hpp"

namespace genrebench {

/// While it lives, its thread takes numbers below the smallest normal one for zero.
class NoDenormals {
#ifdef __SSE2__
 public:
  NoDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040u); }
  ~NoDenormals() { _mm_setcsr(before_); }
  NoDenormals(const NoDenormals&) = delete;
  NoDenormals& operator=(const NoDenormals&) = delete;

 private:
  unsigned before_;
#endif
};

/// Calls work(thread) for each thread below n_threads, at the same time.
template <typename Work>
void run_without_denormals(int n_threads, const Work& work) {
  run_on_threads(n_threads, [&work](int thread) {
    [[maybe_unused]] const NoDenormals guard;
    work(thread);
  });
}

/// The wanted number of threads, but at most one per row, and one if starting the others would take
/// longer than the work.
template <typename T>
int useful_threads(const SkipGruProblem<T>& p, int wanted) {
  constexpr double kWorthIt = 1e6;  // multiplications: about the time that a thread takes to start
  const double work = static_cast<double>(p.steps * p.batch) *
                      static_cast<double>(p.hidden * (p.hidden + p.features));
  return work < kWorthIt ? 1 : static_cast<int>(std::clamp<std::ptrdiff_t>(wanted, 1, p.batch));
}

/// Blocks of `padded` values that the forward pass keeps of each step and row.
enum KeptBlock { kKeptReset, kKeptUpdate, kKeptNew, kKeptHiddenNew, kKeptGate };

/// What both passes know of the shape.
template <typename T>
class SkipGruRecurrence {
 public:
  explicit SkipGruRecurrence(const SkipGruProblem<T>& problem)
      : p_(problem), width_(padded<T>(problem.hidden)) {}

 protected:
  bool skips(std::ptrdiff_t t) const { return p_.skip > 0 && t > p_.skip; }
  std::ptrdiff_t state_at(std::ptrdiff_t t, std::ptrdiff_t row) const {
    return (t * p_.batch + row) * width_;
  }
  std::ptrdiff_t kept_at(std::ptrdiff_t t, std::ptrdiff_t row) const {
    return ((t - 1) * p_.batch + row) * p_.n_kept() * width_;
  }
  const T* input_at(std::ptrdiff_t t, std::ptrdiff_t row) const {
    return p_.input + (t - 1) * p_.input_step + row * p_.input_row;
  }

  /// s_t from h_{t-1}, h_{t-k} and the gate between them.
  Lanes<T> combined(const Lanes<T>& last, const Lanes<T>& earlier, const Lanes<T>& gate) const {
    switch (p_.combine) {
      case Combine::add:
        return last + earlier;
      case Combine::mean:
        return (last + earlier) * T(0.5);
      case Combine::gate:
        break;
    }
    return earlier + gate * (last - earlier);
  }

  const SkipGruProblem<T> p_;
  const std::ptrdiff_t width_;  ///< of a state with its padding
};

}  // namespace genrebench
