#pragma once
// k-means clustering.

#include <Eigen/Core>
#include <cstdint>
#include <vector>

namespace genrebench {

struct KMeansOptions {
  /// Clusters, 1 to the number of points.
  int clusters = 5;
  /// Independent starts, at least 1; the one with the least inertia is kept, the first of equals.
  /// More find better minima.
  int restarts = 10;
  /// Largest number of Lloyd iterations per start, at least 1.
  int max_iterations = 300;
  /// Seed of the starting centres.
  std::uint64_t seed = 0;
};

struct KMeans {
  std::vector<int> labels;  ///< of each point, 0 to clusters - 1: the nearest centre, the first of
                            ///< equals
  Eigen::MatrixXd centres;  ///< clusters x dimensions: means of their points
  double inertia = 0.0;     ///< sum of squared distances to the points' centres
};

/// Lloyd's algorithm from k-means++ starts.
///
/// Each start iterates until no label changes. A cluster that loses its last point gets the point
/// that is farthest from its centre (the first of equals), among clusters of more than one point.
/// If every point is on its centre (there are fewer distinct points than clusters), the cluster
/// stays empty and its centre does not move.
///
/// @param points  n x dimensions, one point per row, finite
/// @throws ConfigError  if clusters, restarts or max_iterations is out of range; clusters > n names
///                      both numbers
/// @throws DataError    if a coordinate is infinite or NaN, or there are none
/// Source: Lloyd 1982; Arthur and Vassilvitskii, k-means++, SODA 2007
KMeans k_means(const Eigen::MatrixXd& points, const KMeansOptions& options = {});

}  // namespace genrebench
