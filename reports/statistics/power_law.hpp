#pragma once
// The power law of learning curves: what is left of the error as the training part grows.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "reports/statistics/basic.hpp"

namespace genrebench {

/// error(n) = a + b n^-c
struct PowerLaw {
  double a = 0.0;  ///< the error that no amount of data removes; in [0, 1]
  double b = 0.0;  ///< not negative
  double c = 0.0;  ///< the rate; in [0, kMaxRate]

  double at(double n) const;
  /// The size at which the error is this; nothing where the law never comes so low.
  std::optional<double> size_for(double error) const;
};

inline constexpr double kMaxRate = 3.0;

/// Residuals beyond this count less than their square: one point of accuracy.
inline constexpr double kResidualMargin = 0.01;

/// A law has three parameters, so fewer sizes would say nothing of how well it fits.
inline constexpr std::size_t kFewestSizes = 4;

/// Fits the law by bounded least squares with the soft L1 loss 2 m^2 (sqrt(1 + (r/m)^2) - 1), m
/// being kResidualMargin: near zero it is the square r^2, far out 2 m |r|, so that one odd point
/// does not bend the curve.
/// @param sizes   positive, at least kFewestSizes, not all equal
/// @param errors  as many, in [0, 1]
/// Source: Cortes et al., Learning curves: asymptotic values and rate of convergence, NIPS 1993;
///         checked against scipy.optimize.curve_fit(..., loss="soft_l1", f_scale=0.01)
PowerLaw fit_power_law(std::span<const double> sizes, std::span<const double> errors);

/// The errors of one division of the data, at each of the sizes.
struct ErrorCurve {
  std::vector<double> errors = {};
  /// Scored tracks per training track of the division, n_test / n_train.
  double test_ratio = 0.0;
};

/// What the law is fitted to where the divisions are drawn anew: the mean errors, moved by what a
/// resample of the divisions with replacement moves them. As training parts of divisions overlap,
/// and few divisions are resampled, that is taken (1 + k n_test/n_train) k / (k - 1) times as far,
/// in squares.
/// @param curves  at least two
/// @return        as many fits as resamples
/// Source: Nadeau and Bengio, Machine Learning 52, 2003 (the factor of corrected_t)
std::vector<PowerLaw> resampled_power_laws(std::span<const double> sizes,
                                           std::span<const ErrorCurve> curves, int n_resamples,
                                           std::uint64_t seed);

/// The range between the percentiles of values, at a confidence. Infinite values are the largest.
/// @param values  at least one
Interval percentile_interval(std::vector<double> values, double level);

}  // namespace genrebench
