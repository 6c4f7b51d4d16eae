#pragma once
// One segmented track: what the paper's Figures 3 to 7 show of it, small enough to be kept with a
// run. A segmentation leaves empty what it does not have.

#include <Eigen/Core>
#include <string>
#include <vector>

#include "harness/plugin/excerpt.hpp"

namespace genrebench {

/// What a segmentation found in one track. n is the number of windows.
struct SegmentationExample {
  std::string track = {};           ///< its id
  double duration_s = 0.0;          ///< of the whole track
  std::vector<float> minimum = {};  ///< lowest sample of each of equally long columns of the signal
  std::vector<float> maximum = {};  ///< highest sample of each
  std::vector<double> window_starts_s = {};  ///< n, ascending
  Eigen::MatrixXd distances = {};  ///< S (Eq. 4), or others, n x n, symmetric. JSON holds the
                                   ///< largest finite distance in place of infinite ones
  Eigen::MatrixXd adjacency = {};  ///< A (Eq. 5), n x n
  std::vector<int> labels = {};    ///< cluster of each window, counted from 0
  std::vector<ClusterSpan> sections = {};
  std::vector<double> eigenvalues = {};  ///< of the Laplacian, largest first
  Eigen::MatrixXd points = {};           ///< n x 2, multidimensional scaling
  /// What `distances` are, for figures; empty: the spectral error measure.
  std::string distance_name = {};
  std::vector<double> novelty = {};  ///< n, of segmentations that look for boundaries: of the place
                                     ///< before each window
};

/// The example as JSON. Numbers keep five digits, and of more than `max_windows` windows only the
/// first are kept.
std::string to_json(const SegmentationExample& example, int max_windows = 400);

/// @throws DataError  if the text is not such JSON
SegmentationExample segmentation_example_from_json(const std::string& text);

}  // namespace genrebench
