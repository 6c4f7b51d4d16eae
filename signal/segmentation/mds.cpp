#include "signal/segmentation/mds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "signal/segmentation/leading_eigenpairs.hpp"

namespace genrebench {

using Eigen::Index;

Eigen::MatrixXd classical_scaling(const Eigen::MatrixXd& distances) {
  const Index n = distances.rows();
  if (distances.cols() != n)
    throw DataError(
        fmt::format("distances: expected a square matrix, got {} x {}", n, distances.cols()));

  double largest = -1.0;
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < n; ++i) {
      if (i != j && std::isfinite(distances(i, j))) largest = std::max(largest, distances(i, j));
    }
  }
  if (largest < 0.0) largest = 1.0;
  const double scale = largest > 0.0 ? largest : 1.0;  // squares of large distances stay finite
  Eigen::MatrixXd gram(n, n);
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < n; ++i) {
      const double distance = (std::isfinite(distances(i, j)) ? distances(i, j) : largest) / scale;
      gram(i, j) = i == j ? 0.0 : -0.5 * distance * distance;
    }
  }
  Eigen::MatrixXd points = Eigen::MatrixXd::Zero(n, 2);
  if (n == 0) return points;
  const Eigen::VectorXd means = gram.colwise().mean();
  const double mean = means.mean();
  for (Index j = 0; j < n; ++j) gram.col(j).array() += mean - means[j] - means.array();

  const LeadingEigenpairs leading =
      leading_eigenpairs(gram, static_cast<int>(std::min<Index>(2, n)));
  const double rounding = 1e-13 * static_cast<double>(n);  // gram's elements are at most 2
  for (Index axis = 0; axis < leading.values.size(); ++axis) {
    if (leading.values[axis] <= rounding) continue;
    Eigen::VectorXd coordinates =
        leading.vectors.col(axis) * (std::sqrt(leading.values[axis]) * scale);
    const double reach = coordinates.cwiseAbs().maxCoeff();
    const auto first = std::find_if(coordinates.begin(), coordinates.end(),
                                    [&](double x) { return std::abs(x) >= (1.0 - 1e-6) * reach; });
    points.col(axis) = *first < 0.0 ? Eigen::VectorXd(-coordinates) : coordinates;
  }
  return points;
}

}  // namespace genrebench
