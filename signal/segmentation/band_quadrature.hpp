#pragma once
// Internal. Sums over the bins of a spectrum against trigonometric polynomials, kept accurate where
// a few bins are far stronger than the others.

#include <Eigen/Core>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/simd.hpp"

namespace genrebench {

/// A trigonometric polynomial F of a given degree is, between neighbouring nodes, its own
/// interpolation: in each of a few bands, sum_k v[k] F(omega_k) = sum_q F(theta_q) W[q] to the last
/// bits, with W[q] = sum_k v[k] l_q(omega_k) for the Lagrange polynomials l_q of the band's
/// Chebyshev nodes. The sum over q rounds relative to F in the same band. A sum of lags, F = sum_l
/// f[l] cos(l omega), would round relative to sum |f|: where v is strong at the zeros of F, as with
/// tonal music and its whitening filter, that loses up to all digits.
///
/// The bins are omega_k = 2 pi k / fft_size, k = 0 .. fft_size / 2. Immutable.
class BandQuadrature {
 public:
  BandQuadrature(std::size_t fft_size, std::size_t degree);

  std::size_t n_bands() const { return n_bands_; }
  /// Bins of a band, [first, second).
  std::pair<std::size_t, std::size_t> bins(std::size_t band) const;
  /// Nodes of a band, [first, second).
  std::pair<std::size_t, std::size_t> nodes(std::size_t band) const;
  std::size_t n_nodes() const { return angles_.size(); }
  /// theta, in radians.
  const std::vector<double>& angles() const { return angles_; }

  /// W of several v at once.
  /// @param values  bins of the band x columns
  /// @param out     nodes of the band x columns
  void compress(std::size_t band, const Eigen::Ref<const Eigen::MatrixXd>& values,
                Eigen::Ref<Eigen::MatrixXd> out) const;

 private:
  double angle(double bin) const;
  simd::Array<double> make_table(std::size_t first, std::size_t rows) const;

  std::size_t fft_size_, n_bins_;
  std::size_t n_bands_, width_;  ///< bands of `width_` bins; the last may have fewer
  std::vector<double> angles_;
  /// Even and odd parts of the Lagrange polynomials at the first half of the bins of a band, for
  /// each node of the first half: a register of bins of each, then the next bins. Empty where the
  /// nodes are the bins, or where too large to keep.
  simd::Array<double> table_{0};
};

}  // namespace genrebench
