#pragma once
// Normalised spectral clustering: Algorithm 3 of the paper.

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "signal/segmentation/k_means.hpp"
#include "signal/segmentation/leading_eigenpairs.hpp"

namespace genrebench {

struct SpectralOptions {
  /// Clusters, 1 to the number of vertices. Absent: chosen by `quality`, or by the largest gap
  /// between eigenvalues where that is empty, see spectral_cluster.
  std::optional<int> clusters;
  /// Largest number of clusters that may be chosen, at least 2; ignored where `clusters` is given.
  int max_clusters = 10;
  /// Number of starts of k-means, at least 1.
  int restarts = 10;
  /// Seed of k-means.
  std::uint64_t seed = 0;
  /// The quality of labels. Of 2 to min(max_clusters, n - 1) clusters, those with the largest
  /// quality are taken; of equals, the fewest.
  std::function<double(const std::vector<int>&)> quality = {};
};

struct SpectralClustering {
  /// Label of each vertex, numbered from 0 in the order of first appearance.
  std::vector<int> labels;
  /// k, as asked for or chosen. Fewer labels than this occur only where fewer than k rows of the
  /// embedding differ.
  int clusters = 0;
  bool clusters_chosen = false;  ///< by the gap, or by `quality`
  /// Leading eigenvalues of the Laplacian, descending: k + 1, or max_clusters + 1 where k was
  /// chosen; at most n. Of a given k, the last is LeadingEigenpairs::next, known to 1e-3; all
  /// others to 1e-8 and better.
  Eigen::VectorXd eigenvalues;
  /// n x k: rows of the leading eigenvectors, scaled to unit length (Eq. 8). A row is zero where
  /// the vertex's component has no part in them: with more components than k.
  Eigen::MatrixXd embedding;
  /// Vertices without an edge to any other.
  std::vector<int> isolated;
  EigenSolver solver = EigenSolver::dense;  ///< that found the eigenvectors
};

/// Ng, Jordan and Weiss' algorithm on a normalised Laplacian: the k leading eigenvectors, their
/// rows scaled to unit length, k-means.
///
/// - Without `clusters`, k is the number in 2 to min(max_clusters, n - 1) whose gap lambda_k -
///   lambda_k+1 is the largest; of equals (within 1e-9), the smaller. One cluster is never chosen:
///   nearly every connected graph has its largest gap after the first eigenvalue, whatever its
///   structure. Set clusters = 1 for that. Fewer than three vertices are one cluster.
/// - Vertices that are attached so weakly that their rows are lost in rounding (under 1e-7) get the
///   direction of their neighbours' rows, by the equation of the eigenvectors, u_i = sum_j L_ij u_j
///   / lambda.
/// - The same options and matrix give the same bits. leading_eigenpairs() says how exact the
///   eigenvalues and eigenvectors are.
///
/// @param laplacian  n x n, D^-1/2 A D^-1/2 (Eq. 6): symmetric, finite, of norm at most 1
/// @throws ConfigError  if an option is out of range; clusters > n names both numbers
/// @throws DataError    if the matrix is not square, or an element is infinite or NaN
/// Source: Ng, Jordan and Weiss, On Spectral Clustering, NIPS 2001
SpectralClustering spectral_cluster(const Eigen::MatrixXd& laplacian,
                                    const SpectralOptions& options = {});

/// Numbers labels from 0 in the order of first appearance.
std::vector<int> canonical_labels(const std::vector<int>& labels);

/// Labels by k_means(), in canonical order.
std::vector<int> k_means_labels(const Eigen::MatrixXd& points, const KMeansOptions& options);

/// Labels of points by their directions: each row is scaled to length 1 (a row of zeros stays),
/// then k_means_labels(). Source: Ng, Jordan and Weiss, steps 4 and 5
std::vector<int> direction_labels(Eigen::MatrixXd& points, const KMeansOptions& options);

}  // namespace genrebench
