#pragma once
// A song cut into its recurring parts: Algorithms 1 to 4 of the paper, from samples to sections.

#include <Eigen/Core>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time_span.hpp"
#include "signal/segmentation/affinity.hpp"
#include "signal/segmentation/sem.hpp"
#include "signal/segmentation/spectral_clustering.hpp"
#include "signal/segmentation/window_series.hpp"

namespace genrebench {

/// How S and its transpose become one distance.
enum class Symmetrisation {
  mean,  ///< Eq. 4
  min,   ///< the smaller: two windows are near if either model whitens the other
};

/// The first term of Eq. 2 as the graph sees it.
enum class VarianceTerm {
  power,      ///< (sigma^2 / r[0] - 1)^2, Eq. 2
  amplitude,  ///< (sigma / sqrt(r[0]) - 1)^2: large ratios, of quiet windows under loud references,
              ///< weigh less
};

/// What decides the number of clusters where it is not given.
enum class ClusterRule {
  eigengap,    ///< the largest gap between eigenvalues (the paper, property 2)
  modularity,  ///< the labels of the largest modularity of the graph
};

/// The base class holds the options of Algorithm 1. Defaults are the preset `tuned`;
/// pipeline/excerpts/support/segmentation_options.hpp holds the presets.
struct SegmentationOptions : SemOptions {
  SegmentationOptions() { lags = 20; }

  // The signal and its windows.
  std::optional<double> rate_hz = 22050.0;  ///< the signal is resampled to it; absent: the file's
                                            ///< own rate
  int decimate = 1;  ///< and then taken at this fraction of the rate, band-limited
  std::optional<int> windows = std::nullopt;  ///< N_w of Algorithm 2; or
  std::optional<double> window_s = 0.5;       ///< the windows' length: one of the two
  double overlap = 0.0;    ///< of neighbouring windows, as a fraction of their length, below 1
  int max_windows = 3000;  ///< `window_s` is lengthened where a song would give more
  Taper taper = Taper::none;
  // Algorithm 2.
  VarianceTerm variance = VarianceTerm::amplitude;
  double variance_weight = 0.5;  ///< of that term in the graph's distances; S is always Eq. 2
  Symmetrisation symmetrise = Symmetrisation::min;
  AffinityScale scale = AffinityScale::self_tuning;
  std::optional<int> neighbour = std::nullopt;  ///< of `self_tuning`; absent: 1.3 sqrt(N_w), at
                                                ///< least 3
  double nearest = 2.0;  ///< edges to this many times `neighbour` nearest windows of either end are
                         ///< kept; 0: all edges
  int exclude = 2;    ///< no edges between windows this near in time, whose likeness is continuity,
                      ///< not recurrence
  double path = 2.0;  ///< weight of edges between successive windows, against the rest of the
                      ///< normalised graph; 0: none
  // Algorithm 3.
  std::optional<int> clusters = std::nullopt;  ///< k; absent: chosen by `choose`
  ClusterRule choose = ClusterRule::modularity;
  int max_clusters = 10;
  int restarts = 10;
};

struct Segmentation {
  double duration_s = 0.0;            ///< of the signal
  double rate_hz = 0.0;               ///< at which it was analysed
  std::size_t window_length = 0;      ///< M, in samples at that rate
  std::size_t hop = 0;                ///< in samples
  bool windows_lengthened = false;    ///< by `max_windows`
  SemMatrix sem;                      ///< S (Eq. 3), and how far it was checked
  Eigen::MatrixXd symmetric;          ///< the distances of the graph, N_w x N_w
  Eigen::MatrixXd adjacency;          ///< A (Eq. 5), without the edges of `path`
  SpectralClustering clustering;      ///< labels, k, eigenvalues, embedding
  std::vector<ClusterSpan> sections;  ///< runs of windows of one label, in order, without gaps
                                      ///< (Algorithm 4)
  int largest_cluster = 0;            ///< the one of most windows, the first of equals

  std::size_t n_windows() const { return clustering.labels.size(); }
  /// Start of a window, in seconds.
  double start_s(std::size_t window) const { return static_cast<double>(window * hop) / rate_hz; }
};

/// The rate at which a file of this rate is analysed.
double analysis_rate_hz(const SegmentationOptions& options, double file_rate_hz);

/// Segments a signal that is at the rate of analysis already. The boundary between two overlapping
/// windows is the middle of the samples that they share. Samples after the last whole window belong
/// to no section.
/// @param samples  mono
/// @param what     the name of the signal in error messages: the file
/// @throws DataError    if the signal is too short: for two windows, for as many windows of
/// window_s
///                      as `clusters`, or, where `windows` gives their number, for windows longer
///                      than ar_order
/// @throws ConfigError  if options contradict one another: ar_order >= window_s, clusters >
///                      windows, neither or both of windows and window_s
Segmentation segment(std::span<const float> samples, double rate_hz,
                     const SegmentationOptions& options, const std::string& what);

/// Reads a file at the rate of analysis and segments it.
/// @throws DataError, ConfigError  as AudioReader and the function above
Segmentation segment_file(const std::filesystem::path& file, const SegmentationOptions& options);

/// Spans of one cluster, in order.
std::vector<ClusterSpan> spans_of(const std::vector<ClusterSpan>& sections, int cluster);

/// Newman's modularity of a labelled graph: the share of edge weight within clusters less what
/// degrees alone would give.
/// @param affinity  symmetric, non-negative
/// @return          at most 1; 0 for a graph without edges
/// Source: Newman, PNAS 103(23), 2006
double modularity(const Eigen::MatrixXd& affinity, const std::vector<int>& labels);

}  // namespace genrebench
