#pragma once
// One segmented track, as much of it as the paper's Figures 3 to 7 show, small enough to be kept
// with a run.

#include <Eigen/Core>
#include <string>
#include <vector>

#include "harness/plugin/excerpt.hpp"

namespace genrebench {

struct SegmentationExample {
  std::string track = {};  ///< its id
  double duration_s = 0.0;
  std::vector<float> minimum = {}, maximum = {};  ///< of columns of equal length of the signal
  std::vector<double> window_starts_s = {};       ///< n
  Eigen::MatrixXd distances = {};  ///< S (Eq. 4), n x n; infinite distances as the largest finite
                                   ///< one
  Eigen::MatrixXd adjacency = {};  ///< A (Eq. 5), n x n
  std::vector<int> labels = {};    ///< cluster of each window, from 0
  std::vector<FoundSection> sections = {};
  std::vector<double> eigenvalues = {};
  Eigen::MatrixXd points = {};  ///< n x 2, multidimensional scaling
};

/// As JSON; numbers keep five digits. Of more than `max_windows` windows only the first are kept of
/// what has one a window.
std::string to_json(const SegmentationExample& example, int max_windows = 400);

/// @throws DataError  if the text is not such JSON
SegmentationExample segmentation_example_from_json(const std::string& text);

}  // namespace genrebench
