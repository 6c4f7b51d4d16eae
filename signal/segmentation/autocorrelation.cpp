#include "signal/segmentation/autocorrelation.hpp"

#include <algorithm>
#include <cstddef>

#include "base/simd.hpp"

namespace genrebench {
namespace {

using Vector = simd::Lanes<double>;
constexpr std::size_t kLanes = simd::kLanes<double>;

/// kLags sums at once: each x that is loaded serves them all.
template <std::size_t kLags>
void lags_at(const double* x, const double* y, std::size_t n, double* r) {
  Vector sums[kLags] = {};
  std::size_t i = 0;
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
  constexpr std::size_t kBlock = 8;
  std::size_t lag = 0;
  for (; lag < r.size() && lag < y.size(); lag += kBlock) {
    // Products that all lags of the block have; each shorter lag has a few more.
    const std::size_t longest = lag + kBlock - 1;
    const std::size_t common = std::min(x.size(), y.size() > longest ? y.size() - longest : 0);
    double sums[kBlock];
    lags_at<kBlock>(x.data(), y.data() + lag, common, sums);
    for (std::size_t k = 0; k < kBlock && lag + k < r.size(); ++k) {
      for (std::size_t n = common; n < x.size() && n + lag + k < y.size(); ++n)
        sums[k] += x[n] * y[n + lag + k];
      r[lag + k] = sums[k];
    }
  }
  if (lag < r.size()) std::fill(r.begin() + static_cast<std::ptrdiff_t>(lag), r.end(), 0.0);
}

}  // namespace genrebench
