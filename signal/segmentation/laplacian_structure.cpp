#include "signal/segmentation/laplacian_structure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "signal/segmentation/affinity.hpp"
#include "signal/segmentation/label_quality.hpp"
#include "signal/segmentation/leading_eigenpairs.hpp"
#include "signal/segmentation/spectral_clustering.hpp"

namespace genrebench {
namespace {

using Eigen::Index;

void expect_odd(const char* name, int value) {
  if (value < 1 || value % 2 == 0)
    throw ConfigError(fmt::format("{}: expected an odd number of windows, got {}", name, value));
}

/// The middle one, or the mean of the middle two; 0 for nothing.
double median(std::vector<double> values) {
  if (values.empty()) return 0.0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

/// d / scale, 0 for 0 / 0.
double scaled(double distance, double scale) {
  if (distance == 0.0) return 0.0;
  return scale > 0.0 ? distance / scale : std::numeric_limits<double>::infinity();
}

/// Where index i of a mirrored sequence of n values lies: d c b a | a b c d | d c b a.
Index mirrored(Index i, Index n) {
  while (i < 0 || i >= n) i = i < 0 ? -1 - i : 2 * n - 1 - i;
  return i;
}

/// The median over time of each column, mirrored at both ends.
Eigen::MatrixXd smoothed(const Eigen::MatrixXd& vectors, int length) {
  const Index n = vectors.rows(), reach = length / 2;
  Eigen::MatrixXd result(n, vectors.cols());
  std::vector<double> near(static_cast<std::size_t>(length));
  for (Index column = 0; column < vectors.cols(); ++column) {
    for (Index row = 0; row < n; ++row) {
      for (Index offset = -reach; offset <= reach; ++offset)
        near[static_cast<std::size_t>(offset + reach)] = vectors(mirrored(row + offset, n), column);
      std::nth_element(near.begin(), near.begin() + reach, near.end());
      result(row, column) = near[static_cast<std::size_t>(reach)];
    }
  }
  return result;
}

std::vector<int> cluster_rows(const Eigen::MatrixXd& vectors, int clusters,
                              const StructureOptions& options) {
  Eigen::MatrixXd rows = vectors.leftCols(clusters);
  return direction_labels(
      rows, {.clusters = clusters, .restarts = options.restarts, .seed = options.seed});
}

}  // namespace

Eigen::MatrixXd recurrence_links(const Eigen::MatrixXd& features, const StructureOptions& options) {
  const Index n = features.cols();
  if (options.apart < 1)
    throw ConfigError(fmt::format("apart: expected at least 1, got {}", options.apart));
  const double free = std::max(1.0, static_cast<double>(n - 2 * options.apart + 1));
  const int nearest = options.nearest.value_or(2 * static_cast<int>(std::ceil(std::sqrt(free))));
  if (nearest < 1) throw ConfigError(fmt::format("nearest: expected at least 1, got {}", nearest));
  const Eigen::MatrixXd distances = euclidean_distances(features);
  std::vector<std::vector<char>> linked(static_cast<std::size_t>(n),
                                        std::vector<char>(static_cast<std::size_t>(n), 0));
  std::vector<double> farthest;
  for (Index i = 0; i < n; ++i) {
    std::vector<std::pair<double, Index>> others;
    for (Index j = 0; j < n; ++j)
      if (std::abs(i - j) >= options.apart) others.emplace_back(distances(i, j), j);
    std::sort(others.begin(), others.end());
    others.resize(std::min(others.size(), static_cast<std::size_t>(nearest)));
    for (const auto& [distance, j] : others)
      linked[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = 1;
  }
  const auto mutual = [&](Index i, Index j) {
    return linked[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] != 0 &&
           linked[static_cast<std::size_t>(j)][static_cast<std::size_t>(i)] != 0;
  };
  for (Index i = 0; i < n; ++i) {
    double largest = -1.0;
    for (Index j = 0; j < n; ++j)
      if (mutual(i, j)) largest = std::max(largest, distances(i, j));
    if (largest >= 0.0) farthest.push_back(largest);
  }
  const double scale = median(farthest);
  Eigen::MatrixXd links = Eigen::MatrixXd::Zero(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j)
      if (mutual(i, j)) links(i, j) = std::exp(-scaled(distances(i, j), scale));
  return links;
}

Eigen::MatrixXd diagonal_median(const Eigen::MatrixXd& matrix, int length) {
  expect_odd("repetition", length);
  const Index n = matrix.rows(), reach = length / 2;
  Eigen::MatrixXd result(n, n);
  std::vector<double> near(static_cast<std::size_t>(length));
  for (Index j = 0; j < n; ++j) {
    for (Index i = j; i < n; ++i) {
      for (Index offset = -reach; offset <= reach; ++offset)
        near[static_cast<std::size_t>(offset + reach)] =
            j + offset < 0 || i + offset >= n ? 0.0 : matrix(i + offset, j + offset);
      std::nth_element(near.begin(), near.begin() + reach, near.end());
      result(i, j) = result(j, i) = near[static_cast<std::size_t>(reach)];
    }
  }
  return result;
}

Eigen::VectorXd path_links(const Eigen::MatrixXd& features) {
  std::vector<double> squares;
  for (Index i = 0; i + 1 < features.cols(); ++i)
    squares.push_back((features.col(i + 1) - features.col(i)).squaredNorm());
  const double scale = median(squares);
  Eigen::VectorXd links(std::ssize(squares));
  for (Index i = 0; i < links.size(); ++i)
    links[i] = std::exp(-scaled(squares[static_cast<std::size_t>(i)], scale));
  return links;
}

Eigen::MatrixXd joined_graph(const Eigen::MatrixXd& recurrence, const Eigen::VectorXd& path) {
  const Index n = recurrence.rows();
  Eigen::VectorXd path_degrees = Eigen::VectorXd::Zero(n);
  path_degrees.head(path.size()) += path;
  path_degrees.tail(path.size()) += path;
  const Eigen::VectorXd both = path_degrees + recurrence.rowwise().sum();
  const double total = both.squaredNorm();
  const double share = total > 0.0 ? path_degrees.dot(both) / total : 0.0;
  Eigen::MatrixXd graph = share * recurrence;
  graph.diagonal(1) += (1.0 - share) * path;
  graph.diagonal(-1) += (1.0 - share) * path;
  // Weights that normalised_laplacian_of_adjacency() could not tell from none.
  constexpr double kLeast = 1e-200;
  return graph.unaryExpr([](double weight) { return weight < kLeast ? 0.0 : weight; });
}

Structure decompose_structure(const Eigen::MatrixXd& harmony, const Eigen::MatrixXd& timbre,
                              const StructureOptions& options) {
  const Index n = harmony.cols();
  if (timbre.cols() != n)
    throw DataError(
        fmt::format("structure: expected as many windows of harmony as of timbre, got "
                    "{} and {}",
                    n, timbre.cols()));
  if (n < 2) throw DataError(fmt::format("structure: expected at least two windows, got {}", n));
  expect_odd("smoothing", options.smoothing);
  if (options.clusters && (*options.clusters < 1 || *options.clusters > n))
    throw ConfigError(
        fmt::format("clusters: expected 1 to {} windows, got {}", n, *options.clusters));
  Structure result;
  result.adjacency = joined_graph(
      diagonal_median(recurrence_links(harmony, options), options.repetition), path_links(timbre));
  const int most = options.clusters.value_or(
      std::max(1, std::min(options.max_clusters, static_cast<int>(n) - 1)));
  const LeadingEigenpairs pairs =
      leading_eigenpairs(normalised_laplacian_of_adjacency(result.adjacency), most);
  result.eigenvalues = pairs.values;
  const Eigen::MatrixXd vectors = smoothed(pairs.vectors, options.smoothing);
  if (options.clusters) {
    result.labels = cluster_rows(vectors, most, options);
    return result;
  }
  const auto n_windows = static_cast<double>(n);
  result.labels = best_labels(
      most, static_cast<std::size_t>(n),
      [&](int clusters) { return cluster_rows(vectors, clusters, options); },
      [&](const std::vector<int>& labels) {
        const auto sections = static_cast<double>(label_runs(labels, 1.0).size());
        const bool long_enough = n_windows / sections >= options.mean_section;
        return long_enough ? label_entropy(labels) : -1.0;
      });
  return result;
}

}  // namespace genrebench
