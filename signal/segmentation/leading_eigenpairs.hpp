#pragma once
// The largest eigenvalues of a symmetric matrix, with their eigenvectors. The one place where
// Spectra is used.

#include <Eigen/Core>
#include <optional>

namespace genrebench {

enum class EigenSolver {
  dense,                ///< all pairs by Eigen: small matrices, or most of the spectrum asked for
  lanczos,              ///< the leading pairs by Spectra's implicitly restarted Lanczos method
  dense_after_lanczos,  ///< Spectra did not converge: Eigen instead
};

struct LeadingEigenpairs {
  Eigen::VectorXd values;      ///< descending
  Eigen::MatrixXd vectors;     ///< n x count, orthonormal; column j belongs to values[j]
  std::optional<double> next;  ///< the value after them, less exact; absent where there is none
  EigenSolver solver = EigenSolver::dense;
};

/// The `count` algebraically largest eigenpairs, repeated eigenvalues as often as they occur.
///
/// Each residual |A u - lambda u| is at most 1e-8 |A|, |A| the largest row sum of absolute values,
/// so that each value is within 1e-8 |A| of an eigenvalue of A; its error goes with the square of
/// the residual and is far smaller. The next value is found to 1e-3 |A|, and never too large by
/// more than 1e-7 |A|: ask for one more pair if that is too little.
///
/// Lanczos' method from one vector finds one eigenvector of each eigenvalue. So the search is
/// repeated from another vector, in the orthogonal complement of the pairs found, until it finds no
/// value larger than the last of them; the value that it finds then is the next value. This search
/// stops at a residual of 1e-4 |A|: a copy that exceeds the last value by less than that may be
/// missed. It stops at 1e-3 |A| if the sum of squares of all eigenvalues shows that none larger
/// than the last can be left.
///
/// The iterations run on half of the matrix, its elements rounded to float, so that it stays in the
/// processor's cache. A Rayleigh-Ritz step on the matrix itself follows; if its residual is too
/// large, the same is done in double precision.
///
/// Deterministic: the start vectors are fixed, and nothing runs in parallel.
///
/// @param matrix  n x n, symmetric, finite
/// @param count   0 to n
/// @throws DataError  if the matrix is not square, or an element is infinite or NaN
LeadingEigenpairs leading_eigenpairs(const Eigen::MatrixXd& matrix, int count);

/// The same for any size by Eigen's solver of all pairs: the reference in tests and benchmarks.
LeadingEigenpairs leading_eigenpairs_dense(const Eigen::MatrixXd& matrix, int count);

}  // namespace genrebench
