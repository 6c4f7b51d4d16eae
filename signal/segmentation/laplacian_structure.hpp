#pragma once
// Structural decomposition: which windows recur, which follow each other, and the leading
// eigenvectors of the graph that joins both.

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <vector>

namespace genrebench {

/// Defaults are those of librosa 0.11's example of the method, which differs from the paper in that
/// links are weighted.
struct StructureOptions {
  /// Links of a window to its nearest ones, at least 1; absent: 2 ceil(sqrt(n - 2 apart + 1)).
  std::optional<int> nearest = {};
  /// No links between windows less than this far apart, at least 1.
  int apart = 3;
  /// Links along a diagonal of which the median is taken, odd, at least 1. Longer ones ask for
  /// longer repetitions.
  int repetition = 7;
  /// Windows over which the eigenvectors are smoothed by a median, odd, at least 1.
  int smoothing = 9;
  /// Clusters, 1 to n; absent: 2 to max_clusters, see decompose_structure().
  std::optional<int> clusters = {};
  int max_clusters = 10;
  /// Least mean length of a section for a number of clusters to be chosen, in windows.
  double mean_section = 16.0;
  /// Starts of k-means, at least 1, and its seed.
  int restarts = 10;
  std::uint64_t seed = 0;
};

struct Structure {
  std::vector<int> labels;      ///< of each window, from 0 in the order of first appearance
  Eigen::MatrixXd adjacency;    ///< n x n: links of recurrence and of the path, weighted
  Eigen::VectorXd eigenvalues;  ///< leading ones of D^-1/2 A D^-1/2, descending
};

/// Mutual links between near windows, weighted exp(-d / m): d is their Euclidean distance, m the
/// median over the windows of the distance to their farthest link.
/// @param features  dimensions x n, finite
/// @return          n x n, symmetric, non-negative, zeros within `apart` of the diagonal
/// @throws ConfigError  if nearest or apart is out of range
/// Source: librosa.segment.recurrence_matrix(sym=True, mode="affinity"), checked in tests/signal
Eigen::MatrixXd recurrence_links(const Eigen::MatrixXd& features, const StructureOptions& options);

/// The median of `length` elements along each diagonal, zeros beyond the matrix.
/// @param matrix  n x n, symmetric
/// @throws ConfigError  if length is even or less than 1
/// Source: librosa.segment.timelag_filter with scipy.ndimage.median_filter
Eigen::MatrixXd diagonal_median(const Eigen::MatrixXd& matrix, int length);

/// Windows that follow each other, linked by exp(-d^2 / s), s the median of all d^2.
/// @param features  dimensions x n, finite
/// @return          n - 1 weights, in [0, 1]
Eigen::VectorXd path_links(const Eigen::MatrixXd& features);

/// Recurrence and path in one graph, mu R + (1 - mu) P. mu weighs them so that a random walk is as
/// likely to take either (McFee and Ellis 2014, Eq. 6).
/// @param recurrence  n x n, symmetric, non-negative
/// @param path        n - 1
Eigen::MatrixXd joined_graph(const Eigen::MatrixXd& recurrence, const Eigen::VectorXd& path);

/// Clusters the windows of a song.
///
/// The k leading eigenvectors of the graph's normalised Laplacian, smoothed by a median over time,
/// their rows scaled to unit length, k-means. Without `clusters`, k is that whose labels have the
/// largest entropy over log k, of those whose sections last `mean_section` windows on average; 2
/// where there are none. (The paper: the largest entropy, of those whose sections last 10 s.)
///
/// @param harmony  dimensions x n, of which recurrence is judged
/// @param timbre   dimensions x n, of which continuity is judged
/// @throws ConfigError  if an option is out of range; clusters > n names both numbers
/// @throws DataError    if there are fewer than two windows, or not as many of harmony as of timbre
/// Source: McFee and Ellis, Analyzing song structure with spectral clustering, ISMIR 2014; librosa
/// 0.11's example "Laplacian segmentation"
Structure decompose_structure(const Eigen::MatrixXd& harmony, const Eigen::MatrixXd& timbre,
                              const StructureOptions& options = {});

}  // namespace genrebench
