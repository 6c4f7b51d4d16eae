#pragma once
// Sums of lagged products, of which AR models and the spectral error measure consist.

#include <span>

namespace genrebench {

/// r[k] = sum_n x[n] x[n + k] for k = 0 .. r.size() - 1, neither divided by a length nor
/// normalised; 0 from k = x.size() on. Computed lag by lag in the time domain: for a few hundred
/// lags at most.
void autocorrelation(std::span<const double> x, std::span<double> r);

/// r[k] = sum_n x[n] y[n + k] for k = 0 .. r.size() - 1, where y ends with its last element.
void cross_correlation(std::span<const double> x, std::span<const double> y, std::span<double> r);

}  // namespace genrebench
