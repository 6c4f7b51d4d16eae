#pragma once
// Normalised spectral clustering: Algorithm 3 of the paper.

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "signal/segmentation/leading_eigenpairs.hpp"

namespace genrebench {

struct SpectralOptions {
  /// Clusters, 1 to the number of vertices. Absent: chosen by `quality`, or by the largest gap
  /// between eigenvalues where that is empty, see spectral_cluster.
  std::optional<int> clusters;
  /// Most clusters that may be chosen, at least 2; of no account where `clusters` is given.
  int max_clusters = 10;
  /// Starts of k-means, at least 1.
  int restarts = 10;
  /// Of k-means.
  std::uint64_t seed = 0;
  /// How good labels are: of 2 to min(max_clusters, n - 1) clusters those of the largest value are
  /// taken, the fewest of equals.
  std::function<double(const std::vector<int>&)> quality = {};
};

struct SpectralClustering {
  /// Of each vertex; numbered from 0 in the order of first appearance.
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
  EigenSolver solver = EigenSolver::dense;  ///< what found the eigenvectors
};

/// Ng, Jordan and Weiss' algorithm on a normalised Laplacian: the k leading eigenvectors, their
/// rows scaled to unit length, k-means.
///
/// - Without `clusters`, k is the number in 2 to min(max_clusters, n - 1) whose gap lambda_k -
/// lambda_k+1 is the largest, the
///   smaller of equals (within 1e-9). One is never chosen: the first gap is the largest of nearly
///   every connected graph, whatever its structure, and a song of one cluster needs no
///   segmentation; ask for clusters = 1 for that. Fewer than three vertices are one cluster.
/// - Vertices that are attached so weakly that their rows are lost in rounding (under 1e-7) get the
/// direction of their
///   neighbours' rows, by the eigenvectors' own equation u_i = sum_j L_ij u_j / lambda.
/// - The same options and matrix give the same bits. Eigenvalues and eigenvectors are as good as
/// leading_eigenpairs says.
///
/// @param laplacian  n x n, D^-1/2 A D^-1/2 (Eq. 6): symmetric, finite, of norm at most 1
/// @throws ConfigError  if an option is out of range; clusters > n names both numbers
/// @throws DataError    if the matrix is not square, or an element is infinite or NaN
/// Source: Ng, Jordan and Weiss, On Spectral Clustering, NIPS 2001
SpectralClustering spectral_cluster(const Eigen::MatrixXd& laplacian,
                                    const SpectralOptions& options = {});

/// Numbers labels from 0 in the order of first appearance.
std::vector<int> canonical_labels(const std::vector<int>& labels);

}  // namespace genrebench
