#include "signal/segmentation/autocorrelation.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/simd.hpp"

namespace genrebench {
namespace {

using Vector = simd::Lanes<double>;
constexpr std::size_t kLanes = simd::kLanes<double>;

constexpr std::size_t kLags = 8;
/// Registers that hold kLags + kLanes values.
constexpr std::size_t kHeld = kLags / kLanes + 1;

template <std::size_t kShift, std::size_t... kIndex>
Vector joined(Vector low, Vector high, std::index_sequence<kIndex...>) {
  return __builtin_shufflevector(low, high, static_cast<int>(kIndex + kShift)...);
}

/// The kLanes values from y + kLag on, of which registers hold kLags + kLanes. Half of those that
/// lie across two registers are joined, half are loaded: the processor does both at the same time.
template <std::size_t kLag>
Vector delayed(const Vector (&held)[kHeld], const double* y) {
  constexpr std::size_t kFirst = kLag / kLanes, kShift = kLag % kLanes;
  if constexpr (kShift == 0)
    return held[kFirst];
  else if constexpr (kShift % 2 == 0)
    return joined<kShift>(held[kFirst], held[kFirst + 1], std::make_index_sequence<kLanes>());
  else
    return simd::load(y + kLag);
}

template <std::size_t... kLag>
void add_products(Vector here, const Vector (&held)[kHeld], const double* y, Vector (&sums)[kLags],
                  std::index_sequence<kLag...>) {
  ((sums[kLag] += here * delayed<kLag>(held, y)), ...);
}

/// kLags sums at once. Loads that cross a line of the cache, as all but one lag of kLanes need,
/// would take twice the time of the sums.
void lags_at(const double* x, const double* y, std::size_t n, double* r) {
  Vector sums[kLags] = {};
  std::size_t i = 0;
  if (n >= 2 * kLanes) {
    Vector held[kHeld];
    for (std::size_t h = 0; h + 1 < kHeld; ++h) held[h] = simd::load(y + h * kLanes);
    for (; i + 2 * kLanes <= n; i += kLanes) {
      held[kHeld - 1] = simd::load(y + i + kLags);
      add_products(simd::load(x + i), held, y + i, sums, std::make_index_sequence<kLags>());
      for (std::size_t h = 0; h + 1 < kHeld; ++h) held[h] = held[h + 1];
    }
  }
  // The last register that is held would reach beyond y.
  for (; i + kLanes <= n; i += kLanes) {
    const Vector here = simd::load(x + i);
    for (std::size_t k = 0; k < kLags; ++k) sums[k] += here * simd::load(y + i + k);
  }
  for (std::size_t k = 0; k < kLags; ++k) {
    double sum = simd::sum(sums[k]);
    for (std::size_t j = i; j < n; ++j) sum += x[j] * y[j + k];
    r[k] = sum;
  }
}

}  // namespace

void autocorrelation(std::span<const double> x, std::span<double> r) { cross_correlation(x, x, r); }

void cross_correlation(std::span<const double> x, std::span<const double> y, std::span<double> r) {
  std::size_t lag = 0;
  for (; lag < r.size() && lag < y.size(); lag += kLags) {
    // Products that all lags of the block have; each shorter lag has a few more.
    const std::size_t longest = lag + kLags - 1;
    const std::size_t common = std::min(x.size(), y.size() > longest ? y.size() - longest : 0);
    double sums[kLags];
    lags_at(x.data(), y.data() + lag, common, sums);
    for (std::size_t k = 0; k < kLags && lag + k < r.size(); ++k) {
      for (std::size_t n = common; n < x.size() && n + lag + k < y.size(); ++n)
        sums[k] += x[n] * y[n + lag + k];
      r[lag + k] = sums[k];
    }
  }
  if (lag < r.size()) std::fill(r.begin() + static_cast<std::ptrdiff_t>(lag), r.end(), 0.0);
}

}  // namespace genrebench
