#pragma once
// The paper's figures of one segmented track, from plain values: no file and no store is read.

#include <string>
#include <utility>
#include <vector>

#include "harness/plugin/document.hpp"
#include "harness/plugin/segmentation_example.hpp"
#include "reports/charts/charts.hpp"

namespace genrebench {

/// A segmented track and how to show it. Empty values are left out of the document, so that a
/// caller can give what it has; the sizes of the others must agree. Clusters are shown counted
/// from 1.
struct SegmentationPicture : SegmentationExample {
  std::string id = "segmentation";  ///< the document's name, and what the ids of its figures and
                                    ///< tables begin with
  std::string title = {};           ///< of the track, as users know it: a file name
  int largest_cluster = -1;         ///< counted from 0, the one that is kept; -1: not known
  std::string audio = {};      ///< absolute path of the track's sound file on this machine, which
                               ///< pages play; empty: it is not here
  double audio_start_s = 0.0;  ///< where the track begins in that file
  std::vector<std::pair<std::string, std::string>> settings = {};  ///< name and value, in the order
                                                                   ///< in which to show them
};

/// A document with (id being "segmentation") the figures segmentation_waveform, _distances,
/// _adjacency, _eigenvalues, _graph and _clusters (the paper's Figures 3, 4, 5, none, 6 and 7), the
/// tables segmentation_summary (one row a cluster), segmentation_sections and
/// segmentation_settings, and as data segmentation_windows (window, time, cluster, MDS); with a
/// novelty, segmentation_novelty as well. SEM distances are shown by their logarithm, the brightest
/// colour from their 99th percentile on.
/// @throws ConfigError  if vectors and matrices disagree on the number of windows, or the duration
/// is not positive
/// @throws DataError    if the figures cannot be drawn
Document segmentation_document(const SegmentationPicture& picture);

}  // namespace genrebench
