#pragma once
// Graphs that the spectral programs time: clusters of points, blocks, and none of either.

#include <Eigen/Core>
#include <cmath>
#include <cstdint>

#include "base/random.hpp"

namespace genrebench::kernels {

/// Affinities of 0.5 to 1 within five blocks, a tenth of that between them, zero diagonal.
inline Eigen::MatrixXd block_affinity(Eigen::Index n) {
  Random random(1);
  Eigen::MatrixXd affinity = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index j = 0; j < n; ++j) {
    for (Eigen::Index i = j + 1; i < n; ++i)
      affinity(i, j) = affinity(j, i) =
          (i * 5 / n == j * 5 / n ? 1.0 : 0.1) * random.uniform(0.5, 1.0);
  }
  return affinity;
}

/// Affinities of 0 to 1 without any structure: eigenvalues close to each other.
inline Eigen::MatrixXd random_affinity(Eigen::Index n) {
  Random random(2);
  Eigen::MatrixXd affinity = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index j = 0; j < n; ++j) {
    for (Eigen::Index i = j + 1; i < n; ++i) affinity(i, j) = affinity(j, i) = random.uniform();
  }
  return affinity;
}

/// Distances between points of five overlapping clouds in five dimensions, in order of clouds.
inline Eigen::MatrixXd cloud_distances(Eigen::Index n) {
  Random random(3);
  Eigen::MatrixXd points(5, n);
  for (double& x : points.reshaped()) x = random.normal();
  for (Eigen::Index i = 0; i < n; ++i) points(i * 5 / n, i) += 3.0;
  Eigen::MatrixXd distances(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    distances.col(i) = (points.colwise() - points.col(i)).colwise().norm().transpose();
  return 0.5 * (distances + Eigen::MatrixXd(distances.transpose()));
}

}  // namespace genrebench::kernels
