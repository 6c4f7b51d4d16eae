#pragma once
// Multidimensional scaling: points in the plane whose distances are near the given ones, for
// drawing a graph.

#include <Eigen/Core>

namespace genrebench {

/// Classical (Torgerson) scaling to two dimensions: the two largest eigenpairs of the doubly
/// centred squared distances.
///
/// Centred at the origin, the wider axis first. An axis whose eigenvalue is not positive is zero.
/// Of each axis, the first coordinate within a millionth of the largest in absolute value is
/// positive, so that the picture does not flip.
///
/// @param distances  n x n, symmetric, non-negative; the diagonal is taken as zero, infinite and
///                   NaN as the largest finite distance (as 1 where there is none)
/// @return           n x 2
/// @throws DataError  if the matrix is not square
/// Source: Torgerson, Psychometrika 17 (1952); the paper's Figure 6
Eigen::MatrixXd classical_scaling(const Eigen::MatrixXd& distances);

}  // namespace genrebench
