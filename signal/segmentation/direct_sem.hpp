#pragma once
// The spectral error measure (SEM) of one pair of windows, as printed: Algorithm 1 and Eq. 2 of the
// paper.
//
// SEM(i, j) = (sigma_i^2 / r[0] - 1)^2 + 2 sum_{k = 1 .. L} (r[k] / r[0])^2
//
// where sigma_i^2 is the noise variance of the AR model of the reference window i, and r the biased
// autocorrelation of what the inverse filter of i leaves of window j, the residual.

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "signal/segmentation/ar_model.hpp"

namespace genrebench {

/// Which samples of the filter's output are the residual, for a window of M samples and a filter of
/// p + 1 taps.
enum class Residual {
  zero_state,  ///< the first M, from a filter at rest, as MATLAB's filter(a, 1, w): as the authors
  valid,       ///< the M - p that depend on samples of the window alone: no start-up
  full,        ///< all M + p: start-up and tail
};

enum class SemImplementation {
  fast,    ///< by identities, O(p^2) or O(p L) per pair; the same quantity
  direct,  ///< as printed: a filter and a Fourier transform per pair; the reference
};

struct SemOptions {
  /// p of Eq. 1, 1 to the window's length - 1.
  int ar_order = 20;
  ArMethod ar_method = ArMethod::yule_walker;
  Residual residual = Residual::zero_state;
  /// L of Eq. 2, from 1. Absent: every lag that the residual has.
  std::optional<int> lags = std::nullopt;
  SemImplementation implementation = SemImplementation::fast;
  /// `fast` computes a pair by the direct form if its bound of the relative rounding error exceeds
  /// this.
  double tolerance = 1e-6;
  /// Number of pairs that `fast` compares with the direct form, drawn from `seed`. Each costs the
  /// time of a direct pair; the result is only recorded.
  int n_checks = 4;
  std::uint64_t seed = 0;
  /// Number of threads; the result does not depend on it.
  int threads = 1;
};

/// How exact the fast form was.
struct SemCheck {
  std::size_t n_pairs = 0;    ///< N^2
  std::size_t n_direct = 0;   ///< pairs computed by the direct form because of the bound
  std::size_t n_checked = 0;  ///< pairs of the fast form that were compared with the direct form
  double worst_relative_difference = 0.0;  ///< among them
  double worst_bound = 0.0;                ///< of the relative error of the pairs that were kept
};

struct SemMatrix {
  /// S of Eq. 3, N x N: row = reference window, column = sliding window; before symmetrisation.
  Eigen::MatrixXd distances;
  /// sigma_i^2 / r[0] of each pair, which the first term of Eq. 2 contains; 0 where the residual
  /// has no power.
  Eigen::MatrixXd ratios;
  SemCheck check;  ///< n_direct = n_pairs for the direct implementation
};

/// @throws ConfigError  if the order is not below the window's length, or lags is below 1
void validate(std::size_t window_length, const SemOptions& options);

/// Eq. 2 from its moments.
/// @param power           r[0]
/// @param squares         sum over k >= 1 of r[k]^2
/// @param rounding_power  a residual of no more power than this is rounding, and counts as none
double sem_from_moments(double noise_variance, double power, double squares, double rounding_power);

/// The power that rounding alone leaves in a residual.
/// @param mean_square  of the sliding window
double rounding_power(const ArModel& reference, double mean_square);

/// One SEM by Algorithm 1 as printed. Holds the buffers of one window length, so threads must not
/// share one.
class DirectSem {
 public:
  /// @throws ConfigError  as validate()
  DirectSem(std::size_t window_length, const SemOptions& options);
  ~DirectSem();
  DirectSem(DirectSem&&) noexcept;

  double operator()(const ArModel& reference, std::span<const double> sliding) {
    return measure(reference, sliding).distance;
  }

  struct Measure {
    double distance;  ///< SEM
    double ratio;     ///< noise variance / r[0], see SemMatrix::ratios
  };
  Measure measure(const ArModel& reference, std::span<const double> sliding);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genrebench
