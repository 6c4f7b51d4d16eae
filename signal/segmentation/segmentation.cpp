#include "signal/segmentation/segmentation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

using Eigen::Index;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

[[noreturn]] void refuse_too_few_windows(const std::string& what, double duration_s,
                                         double window_s) {
  throw DataError(fmt::format("{}: {:.2f} s long; expected at least two windows of {:g} s", what,
                              duration_s, window_s));
}

/// Length and hop of the windows, and their largest number.
struct Windows {
  std::size_t length, hop, most;
  bool lengthened;
};

Windows lay_windows(std::size_t n_samples, double rate_hz, const SegmentationOptions& options,
                    const std::string& what) {
  if (options.windows.has_value() == options.window_s.has_value())
    throw ConfigError(fmt::format("windows, window_s: expected one of the two, found {}",
                                  options.windows ? "both" : "neither"));
  if (!(options.overlap >= 0.0 && options.overlap < 1.0))
    throw ConfigError(
        fmt::format("overlap: expected a share of a window from 0 to less than 1, "
                    "found {}",
                    options.overlap));
  const double kept = 1.0 - options.overlap;  // of a window, until the next begins
  const double seconds = static_cast<double>(n_samples) / rate_hz;
  // Rounding makes 1 - 0.9 a little less than 0.1.
  const auto whole = [](double samples) { return std::floor(samples + 1e-9); };
  // The length of n windows that cover the signal.
  const auto length_of = [&](double n) {
    return whole(static_cast<double>(n_samples) / (1.0 + (n - 1.0) * kept));
  };
  double length = 0.0;
  bool lengthened = false;
  if (options.windows) {
    length = length_of(*options.windows);
    if (*options.windows < 2)
      throw ConfigError(fmt::format("windows: expected at least 2, found {}", *options.windows));
    if (!(length >= 2.0))
      throw DataError(fmt::format("{}: {:.2f} s long, too short for {} windows", what, seconds,
                                  *options.windows));
  } else {
    length = std::round(*options.window_s * rate_hz);
    if (!(length >= 2.0))
      throw ConfigError(
          fmt::format("window_s: expected at least two samples at {:g} Hz, found {} s", rate_hz,
                      *options.window_s));
    const double at_least = length_of(options.max_windows);
    lengthened = length < at_least;
    if (lengthened) length = at_least;
  }
  if (length > static_cast<double>(n_samples))
    refuse_too_few_windows(what, seconds, length / rate_hz);
  return {.length = static_cast<std::size_t>(length),
          .hop = static_cast<std::size_t>(std::max(1.0, whole(length * kept))),
          .most = static_cast<std::size_t>(options.windows.value_or(options.max_windows)),
          .lengthened = lengthened};
}

/// The symmetric distances of Algorithm 2.
Eigen::MatrixXd graph_distances(const SemMatrix& sem, const SegmentationOptions& options) {
  Eigen::MatrixXd distances = sem.distances;
  if (options.variance != VarianceTerm::power || options.variance_weight != 1.0) {
    for (Index k = 0; k < distances.size(); ++k) {
      if (!std::isfinite(distances(k)) || distances(k) == 0.0) continue;
      const double ratio = sem.ratios(k), power = (ratio - 1.0) * (ratio - 1.0);
      const double term = options.variance == VarianceTerm::power
                              ? power
                              : (std::sqrt(ratio) - 1.0) * (std::sqrt(ratio) - 1.0);
      distances(k) = std::max(0.0, distances(k) - power) + options.variance_weight * term;
    }
  }
  if (options.symmetrise == Symmetrisation::mean) return symmetrise(distances);
  distances = distances.array().isNaN().select(kInfinity, distances);
  return distances.cwiseMin(distances.transpose());
}

/// Keeps the edges to the nearest windows of either end.
void keep_nearest(Eigen::MatrixXd& exponents, Index n_nearest) {
  const Index n = exponents.rows();
  if (n_nearest >= n - 1) return;
  Eigen::VectorXd limit(n), column;
  for (Index j = 0; j < n; ++j) {
    column = exponents.col(j);  // the diagonal is infinite
    std::nth_element(column.begin(), column.begin() + (n_nearest - 1), column.end());
    limit[j] = column[n_nearest - 1];
  }
  for (Index j = 0; j < n; ++j)
    for (Index i = 0; i < n; ++i)
      if (exponents(i, j) > limit[i] && exponents(i, j) > limit[j]) exponents(i, j) = kInfinity;
}

/// Too few or too short windows. Where the length of a file decides, the file is at fault: other
/// files of its dataset may be long enough.
void check_windows(std::size_t n_windows, const Segmentation& s, const SegmentationOptions& options,
                   const std::string& what) {
  const double window_s = static_cast<double>(s.window_length) / s.rate_hz;
  if (n_windows < 2) refuse_too_few_windows(what, s.duration_s, window_s);
  const auto most_clusters = static_cast<int>(n_windows);
  if (options.clusters.value_or(1) > most_clusters) {
    if (options.windows)
      throw ConfigError(
          fmt::format("clusters: expected at most {}, the number of windows, found {}",
                      most_clusters, *options.clusters));
    throw DataError(fmt::format("{}: {:.2f} s long, {} windows of {:g} s; too few for {} clusters",
                                what, s.duration_s, most_clusters, window_s, *options.clusters));
  }
  if (options.windows && static_cast<std::size_t>(std::max(0, options.ar_order)) >= s.window_length)
    throw DataError(
        fmt::format("{}: {:.2f} s long; its windows of {} samples are too short for ar_order {}",
                    what, s.duration_s, s.window_length, options.ar_order));
}

/// The graph of Algorithm 2 from its distances: fills `adjacency`.
/// @return  its normalised Laplacian
Eigen::MatrixXd graph_laplacian(Segmentation& s, const SegmentationOptions& options) {
  const Index n = s.symmetric.rows();
  const int neighbour = options.neighbour.value_or(
      std::max(3, static_cast<int>(std::lround(1.3 * std::sqrt(static_cast<double>(n))))));
  Eigen::MatrixXd exponents;
  {
    Eigen::MatrixXd distances = s.symmetric;
    for (Index offset = 1; offset <= std::min<Index>(options.exclude, n - 1); ++offset) {
      distances.diagonal(offset).setConstant(kInfinity);
      distances.diagonal(-offset).setConstant(kInfinity);
    }
    exponents = affinity_exponents(distances, {.scale = options.scale, .neighbour = neighbour});
  }
  if (options.nearest > 0.0)
    keep_nearest(exponents, std::max<Index>(1, std::lround(options.nearest * neighbour)));
  s.adjacency = adjacency(exponents);
  return normalised_laplacian(exponents);
}

/// Algorithm 3 on the graph and the path of successive windows.
SpectralClustering cluster_windows(Eigen::MatrixXd laplacian, const SegmentationOptions& options) {
  SpectralOptions spectral{.clusters = options.clusters,
                           .max_clusters = options.max_clusters,
                           .restarts = options.restarts,
                           .seed = derive_seed(options.seed, "k-means")};
  Eigen::MatrixXd recurrence;  // modularity is measured on the graph without the path
  if (!options.clusters && options.choose == ClusterRule::modularity) {
    recurrence = laplacian;
    spectral.quality = [&](const std::vector<int>& labels) {
      return modularity(recurrence, labels);
    };
  }
  if (options.path > 0.0) {
    laplacian.diagonal(1).array() += options.path;
    laplacian.diagonal(-1).array() += options.path;
    laplacian = normalised_laplacian_of_adjacency(laplacian);
  }
  return spectral_cluster(laplacian, spectral);
}

/// Algorithm 4: runs of windows of one label.
std::vector<ClusterSpan> to_sections(const std::vector<int>& labels, const Segmentation& s) {
  std::vector<ClusterSpan> sections;
  const auto second = [&](double samples) { return samples / s.rate_hz; };
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double begin = i == 0 ? 0.0
                                : second(static_cast<double>(i * s.hop) +
                                         0.5 * static_cast<double>(s.window_length - s.hop));
    const double end = i + 1 == labels.size()
                           ? second(static_cast<double>(i * s.hop + s.window_length))
                           : second(static_cast<double>((i + 1) * s.hop) +
                                    0.5 * static_cast<double>(s.window_length - s.hop));
    if (!sections.empty() && sections.back().label == labels[i])
      sections.back().end_s = end;
    else
      sections.push_back({begin, end, labels[i]});
  }
  return sections;
}

int most_frequent(const std::vector<int>& labels, int n_labels) {
  std::vector<int> counts(static_cast<std::size_t>(n_labels), 0);
  for (const int label : labels) ++counts[static_cast<std::size_t>(label)];
  return static_cast<int>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

}  // namespace

double analysis_rate_hz(const SegmentationOptions& options, double file_rate_hz) {
  return options.rate_hz.value_or(file_rate_hz) / options.decimate;
}

Segmentation segment(std::span<const float> samples, double rate_hz,
                     const SegmentationOptions& options, const std::string& what) {
  const Windows laid = lay_windows(samples.size(), rate_hz, options, what);
  // Lengths and hops are rounded down: at most one sample per window remains after the last window.
  const WindowSeries windows(
      samples.first(std::min(samples.size(), laid.length + (laid.most - 1) * laid.hop)),
      laid.length, laid.hop, options.taper);
  Segmentation result;
  result.duration_s = static_cast<double>(samples.size()) / rate_hz;
  result.rate_hz = rate_hz;
  result.window_length = laid.length;
  result.hop = laid.hop;
  result.windows_lengthened = laid.lengthened;
  check_windows(windows.size(), result, options, what);

  result.sem = sem_matrix(windows, options);
  result.symmetric = graph_distances(result.sem, options);
  result.sem.ratios.resize(0, 0);
  result.clustering = cluster_windows(graph_laplacian(result, options), options);
  result.sections = to_sections(result.clustering.labels, result);
  result.largest_cluster = most_frequent(result.clustering.labels, result.clustering.clusters);
  return result;
}

Segmentation segment_file(const std::filesystem::path& file, const SegmentationOptions& options) {
  const double rate_hz = analysis_rate_hz(options, probe_audio(file).sample_rate_hz);
  return segment(read_audio(file, rate_hz), rate_hz, options, file.string());
}

std::vector<ClusterSpan> spans_of(const std::vector<ClusterSpan>& sections, int cluster) {
  std::vector<ClusterSpan> spans;
  std::copy_if(sections.begin(), sections.end(), std::back_inserter(spans),
               [&](const ClusterSpan& s) { return s.label == cluster; });
  return spans;
}

double modularity(const Eigen::MatrixXd& affinity, const std::vector<int>& labels) {
  const int n_clusters = labels.empty() ? 0 : *std::max_element(labels.begin(), labels.end()) + 1;
  Eigen::VectorXd within = Eigen::VectorXd::Zero(n_clusters),
                  degrees = Eigen::VectorXd::Zero(n_clusters);
  for (Index j = 0; j < affinity.cols(); ++j) {
    const int label = labels[static_cast<std::size_t>(j)];
    for (Index i = 0; i < affinity.rows(); ++i) {
      degrees[label] += affinity(i, j);
      if (labels[static_cast<std::size_t>(i)] == label) within[label] += affinity(i, j);
    }
  }
  const double total = degrees.sum();
  return total > 0.0 ? within.sum() / total - (degrees / total).squaredNorm() : 0.0;
}

}  // namespace genrebench
