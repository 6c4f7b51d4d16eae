#pragma once
// How well labels suit windows: what chooses the number of clusters where it is not given.

#include <Eigen/Core>
#include <functional>
#include <vector>

#include "base/time_span.hpp"

namespace genrebench {

/// Euclidean distances between columns.
/// @param features  dimensions x n, finite
/// @return          n x n, symmetric, non-negative, zeros on the diagonal
Eigen::MatrixXd euclidean_distances(const Eigen::MatrixXd& features);

/// Mean over the windows of (b - a) / max(a, b): a is the mean distance to the others of the same
/// label, b the least mean distance to those of another label. A window that is alone counts as 0,
/// and so does one whose a and b are 0.
/// @param distances  n x n, symmetric, non-negative
/// @param labels     n, from 0
/// @return           in [-1, 1]; 0 for fewer than two labels
/// @throws DataError  if the sizes differ
/// Source: Rousseeuw, J. Comput. Appl. Math. 20 (1987); scikit-learn's silhouette_score
double silhouette(const Eigen::MatrixXd& distances, const std::vector<int>& labels);

/// Entropy of the labels over the logarithm of their number: 1 where all are equally frequent. 0
/// for fewer than two.
/// Source: McFee and Ellis, Analyzing song structure with spectral clustering, ISMIR 2014
double label_entropy(const std::vector<int>& labels);

/// Labels for each number of clusters from 2 to `most`, of which the best are taken; of equals,
/// those of fewer. All windows get label 0 where `most` is less than 2.
/// @param label    labels for a number of clusters
/// @param quality  larger is better
std::vector<int> best_labels(int most, std::size_t n,
                             const std::function<std::vector<int>(int)>& label,
                             const std::function<double(const std::vector<int>&)>& quality);

/// Runs of windows of one label as sections, in order, without gaps.
/// @param window_s  length of a window, which begins where the one before it ends
std::vector<ClusterSpan> label_runs(const std::vector<int>& labels, double window_s);

}  // namespace genrebench
