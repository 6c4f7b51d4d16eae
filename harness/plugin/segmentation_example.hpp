#pragma once
// One segmented track: what the paper's Figures 3 to 7 show of it, small enough to be kept with a
// run.

#include <Eigen/Core>
#include <string>
#include <vector>

#include "harness/plugin/excerpt.hpp"

namespace genrebench {

/// A track of n windows.
struct SegmentationExample {
  std::string track = {};  ///< its id
  double duration_s = 0.0;
  /// The waveform: smallest and largest sample of successive columns of equal length.
  std::vector<float> minimum = {}, maximum = {};
  std::vector<double> window_starts_s = {};  ///< n
  /// S (Eq. 4), n x n. JSON has the largest finite distance in place of infinite ones.
  Eigen::MatrixXd distances = {};
  Eigen::MatrixXd adjacency = {};  ///< A (Eq. 5), n x n
  std::vector<int> labels = {};    ///< cluster of each window, from 0; n
  std::vector<FoundSection> sections = {};
  std::vector<double> eigenvalues = {};
  Eigen::MatrixXd points = {};  ///< n x 2: the windows by multidimensional scaling
};

/// The example as JSON. Numbers keep five digits, and of more than `max_windows` windows only the
/// first are kept.
std::string to_json(const SegmentationExample& example, int max_windows = 400);

/// @throws DataError  if the text is not such JSON
SegmentationExample segmentation_example_from_json(const std::string& text);

}  // namespace genrebench
