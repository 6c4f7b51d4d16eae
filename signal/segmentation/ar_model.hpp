#pragma once
// Autoregressive models of a window (Eq. 1 of the paper), by three estimators.

#include <Eigen/Core>
#include <span>

namespace genrebench {

enum class ArMethod {
  yule_walker,       ///< biased autocorrelation, Levinson-Durbin: always stable; smears sharp peaks
  burg,              ///< lattice, minimises forward and backward error at each order: stable, sharp
  forward_backward,  ///< modified covariance, least squares over both directions: MATLAB's `ar`;
                     ///< sharpest, may be unstable
};

/// sum_k coefficients[k] x[n - k] = u[n], u white with variance noise_variance. The coefficients
/// are those of the inverse filter A(z) = 1 / W(z): [1, -a_1, ..., -a_p] in the signs of Eq. 1.
struct ArModel {
  Eigen::VectorXd coefficients;  ///< order + 1 values, the first is 1
  double noise_variance = 0.0;   ///< >= 0
};

/// Fits a model of one window.
/// - A silent window (all zeros) gives [1, 0, ..., 0] with variance 0.
/// - A window that a lower order predicts without error (a constant, Burg or Yule-Walker) keeps
///   that order; the other coefficients are 0 and the variance is 0. If forward-backward least
///   squares has many solutions (a constant, or an order above two thirds of the length), it takes
///   the one of least norm.
/// @param window  at least order + 1 finite samples
/// @param order   p >= 1
/// @throws ConfigError  if order < 1 or order >= window.size()
/// Source: Kay, Modern Spectral Estimation (1988), chapters 6 and 7; checked against NumPy and
/// SciPy in tests/signal
ArModel fit_ar(std::span<const double> window, int order, ArMethod method);

}  // namespace genrebench
