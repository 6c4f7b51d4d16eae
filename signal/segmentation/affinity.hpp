#pragma once
// From distances between windows to a graph: Algorithm 2 of the paper (Eq. 4 to 7), and its
// normalised Laplacian.
//
// Affinities are kept as exponents, T with A_ij = exp(-T_ij), until the Laplacian is formed: SEM
// distances of 5 already give affinities of 1e-11, and of 27 a zero in double precision, so that
// whole rows of A vanish although each window has a well-defined nearest neighbour.

#include <Eigen/Core>

namespace genrebench {

/// What a distance is divided by before it is squared.
enum class AffinityScale {
  literal,      ///< nothing: the paper's Eq. 5
  median,       ///< the median of all distances: the script that the paper's authors published
  self_tuning,  ///< each window's distance to one of its neighbours (Zelnik-Manor and Perona 2004)
};

struct AffinityOptions {
  /// Change to compare with the paper's text (`literal`) or its authors' script (`median`).
  AffinityScale scale = AffinityScale::self_tuning;
  /// `self_tuning` alone: which neighbour sets a window's scale, 1 the nearest; at least 1. Where a
  /// graph has fewer other windows, the farthest. Larger values join more distant windows.
  int neighbour = 7;
};

/// Mean of a matrix and its transpose (Eq. 4), NaN taken as +infinity first, as the authors do.
/// @param distances  n x n, row: reference window; non-negative, infinite or NaN
/// @return           n x n, symmetric to the bit, no NaN
/// @throws DataError  if the matrix is not square, or holds a negative distance
Eigen::MatrixXd symmetrise(const Eigen::MatrixXd& distances);

/// Exponents T of the affinities A_ij = exp(-T_ij).
///
/// - literal: S_ij^2.
/// - median: (S_ij / m)^2, m the median of all n^2 elements, the diagonal included (the mean of the
///   middle two). If m is 0, T_ij = 0 where S_ij = 0, else infinite. If m is infinite, T_ij = 0
///   where S_ij is finite, else infinite.
/// - self_tuning: S_ij^2 / (s_i s_j), s_i the distance from window i to its `neighbour`-th nearest
///   other window. If that is 0 (identical windows), s_i is the smallest positive distance of i; if
///   it is infinite, the largest finite one.
///
/// @param symmetric  n x n distances, symmetric, non-negative; infinite where there is no edge
/// @return           n x n, symmetric to the bit; +infinity on the diagonal (no self edge) and for
///                   infinite distances
/// @throws ConfigError  if neighbour < 1
/// @throws DataError    if the matrix is not square, not symmetric, or holds a negative distance or
///                      NaN
/// Source: Eq. 5; Zelnik-Manor and Perona, Self-Tuning Spectral Clustering, NIPS 2004
Eigen::MatrixXd affinity_exponents(const Eigen::MatrixXd& symmetric,
                                   const AffinityOptions& options = {});

/// Affinities exp(-T_ij), zero on the diagonal (Eq. 5); those under 1e-308 lose digits or become 0.
/// @param exponents  n x n
Eigen::MatrixXd adjacency(const Eigen::MatrixXd& exponents);

/// D^-1/2 A D^-1/2 (Eq. 6) from the exponents, in the log domain: exp(-T_ij - (l_i + l_j) / 2), l_i
/// = log sum_j exp(-T_ij).
///
/// - An isolated vertex (all exponents of its row infinite) gets L_ii = 1: a component of its own,
///   with eigenvalue 1 and itself as the eigenvector. SpectralClustering::isolated lists them.
/// - If all entries of a vertex would be under 1e-100, its row and column are scaled so that the
///   largest entry is 1e-100. That moves no eigenvalue in double precision, and preserves which
///   vertices it is attached to. Entries that are still under 1e-308 become 0.
///
/// @param exponents  n x n, symmetric, no NaN; the diagonal is ignored
/// @return           n x n, symmetric to the bit, non-negative, largest eigenvalue 1
/// @throws DataError  if the matrix is not square, or holds NaN
Eigen::MatrixXd normalised_laplacian(const Eigen::MatrixXd& exponents);

/// D^-1/2 A D^-1/2 (Eq. 6) of given affinities. The diagonal is used as it stands: Eq. 5 has zeros
/// there. An isolated vertex (a row of zeros) gets L_ii = 1, as above.
/// @param affinity  n x n, symmetric, finite, non-negative; above 1e-290 where not zero
/// @return          n x n, symmetric, non-negative, largest eigenvalue 1
/// @throws DataError  if the matrix is not square, or a row's sum is negative, infinite or NaN
Eigen::MatrixXd normalised_laplacian_of_adjacency(const Eigen::MatrixXd& affinity);

}  // namespace genrebench
