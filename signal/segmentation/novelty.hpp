#pragma once
// Boundaries by novelty: Foote's checkerboard along the diagonal of a self-similarity matrix.

#include <Eigen/Core>
#include <vector>

namespace genrebench {

/// Cosines between windows.
/// @param features  dimensions x n, one window per column, finite
/// @return          n x n, symmetric, in [-1, 1], ones on the diagonal; a window of zeros is like
///                  itself alone
Eigen::MatrixXd cosine_similarity(const Eigen::MatrixXd& features);

/// The novelty of each place between two windows: how like the windows before it are among
/// themselves, and those after it, less how like the two sides are.
///
/// The kernel is a checkerboard of 2 half_width windows with a Gaussian taper, whose deviation is a
/// third of its width (as in msaf). Each of its quadrants is a weighted mean, so that a kernel that
/// the song's ends cut has no bias; in the middle of a song the result is twice the sum over kernel
/// and similarity, over the sum of the kernel's absolute values.
///
/// @param similarity  n x n, symmetric
/// @param half_width  windows on either side, at least 1
/// @return            n values; the i-th is of the place before window i, the first is 0
/// @throws ConfigError  if half_width < 1
/// @throws DataError    if the matrix is not square
/// Source: Foote, Automatic audio segmentation using a measure of audio novelty, ICME 2000
std::vector<double> checkerboard_novelty(const Eigen::MatrixXd& similarity, int half_width);

struct PeakOptions {
  /// A peak is the largest value among this many on either side, and as far from both ends; at
  /// least 1.
  int apart = 8;
  /// The median of this many values on either side is what a peak exceeds, at least 1.
  int around = 32;
  /// By how much, in standard deviations of the novelty, at least 0.
  double threshold = 0.5;
};

/// Indices of the peaks, ascending; of equal values near each other, the first.
/// @throws ConfigError  if an option is out of range
std::vector<int> novelty_peaks(const std::vector<double>& novelty, const PeakOptions& options = {});

}  // namespace genrebench
