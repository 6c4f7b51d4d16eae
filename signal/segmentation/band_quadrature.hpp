#pragma once
// Internal. Sums over the bins of a spectrum against trigonometric polynomials, kept accurate where
// a few bins are far stronger than the others.

#include <Eigen/Core>
#include <cstddef>
#include <utility>
#include <vector>

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

  std::size_t n_bands() const { return first_bin_.size() - 1; }
  /// Bins of a band, [first, second).
  std::pair<std::size_t, std::size_t> bins(std::size_t band) const {
    return {first_bin_[band], first_bin_[band + 1]};
  }
  /// Nodes of a band, [first, second).
  std::pair<std::size_t, std::size_t> nodes(std::size_t band) const {
    return {first_node_[band], first_node_[band + 1]};
  }
  std::size_t n_nodes() const { return angles_.size(); }
  /// theta, in radians.
  const std::vector<double>& angles() const { return angles_; }

  /// W of several v at once.
  /// @param values  bins of the band x columns
  /// @param out     nodes of the band x columns
  void compress(std::size_t band, const Eigen::Ref<const Eigen::MatrixXd>& values,
                Eigen::Ref<Eigen::MatrixXd> out) const;

 private:
  Eigen::MatrixXd make_table(std::size_t band) const;

  std::size_t fft_size_;
  std::vector<std::size_t> first_bin_, first_node_;
  std::vector<double> angles_;
  std::vector<Eigen::MatrixXd> tables_;  ///< bins x nodes of each band; empty where the nodes
                                         ///< are the bins, or where too large to keep
  bool nodes_are_bins_ = false;
};

}  // namespace genrebench
