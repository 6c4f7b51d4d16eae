#pragma once
// The paper's figures of one segmented track, from plain values: no file and no store is read.

#include <Eigen/Core>
#include <string>
#include <utility>
#include <vector>

#include "harness/plugin/document.hpp"
#include "reports/charts/charts.hpp"

namespace genrebench {

/// What a segmentation found of one track. n is the number of windows. What is empty is left out of
/// the document, so that a caller can give what it has; what is given must agree in size.
struct SegmentationPicture {
  std::string id = "segmentation";  ///< the document's name, and what the ids of its figures and
                                    ///< tables begin with
  std::string title = {};           ///< of the track, as users know it: a file name
  double duration_s = 0.0;          ///< of the whole track, positive
  std::vector<float> minimum = {};  ///< lowest sample of each of equally long columns of the
                                    ///< signal; 1000 to 2000 are plenty
  std::vector<float> maximum = {};  ///< highest, likewise
  std::vector<double> window_starts_s = {};  ///< n, ascending
  Eigen::MatrixXd distances = {};  ///< n x n, the symmetric SEM matrix S of the paper's (4)
  Eigen::MatrixXd adjacency = {};  ///< n x n, the matrix A of the paper's (5)
  std::vector<int> labels = {};    ///< cluster of each window, counted from 0; shown counted from 1
  std::vector<Waveform::Section> sections = {};  ///< in time
  std::vector<double> eigenvalues = {};  ///< of the Laplacian, largest first, as many as are to be
                                         ///< seen
  Eigen::MatrixXd mds_points = {};       ///< n x 2
  int largest_cluster = -1;              ///< counted from 0, the one that is kept; -1: not known
  std::vector<std::pair<std::string, std::string>> settings = {};  ///< name and value, in the order
                                                                   ///< in which to show them
};

/// A document with (id being "segmentation") the figures segmentation_waveform, _distances,
/// _adjacency, _eigenvalues, _graph and _clusters (the paper's Figures 3, 4, 5, none, 6 and 7), the
/// tables segmentation_summary (one row a cluster), segmentation_sections and
/// segmentation_settings, and as data segmentation_windows (window, time, cluster, MDS). Distances
/// are shown by their logarithm, the brightest colour from their 99th percentile on.
/// @throws ConfigError  if vectors and matrices disagree on the number of windows, or the duration
/// is not positive
/// @throws DataError    if the figures cannot be drawn
Document segmentation_document(const SegmentationPicture& picture);

}  // namespace genrebench
