#include "signal/segmentation/spectral_clustering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "signal/segmentation/k_means.hpp"

namespace genrebench {
namespace {

using Eigen::Index;

constexpr double kWeak = 1e-7;     // the direction of shorter rows is rounding
constexpr double kSameGap = 1e-9;  // gaps closer than this are equal

void validate(const SpectralOptions& options, Index n) {
  if (options.clusters && *options.clusters < 1)
    throw ConfigError(fmt::format("clusters: expected at least 1, got {}", *options.clusters));
  if (options.clusters && *options.clusters > n) {
    throw ConfigError(fmt::format("clusters: expected at most {}, the number of vertices, got {}",
                                  n, *options.clusters));
  }
  if (!options.clusters && options.max_clusters < 2)
    throw ConfigError(
        fmt::format("max_clusters: expected at least 2, got {}", options.max_clusters));
  if (options.restarts < 1)
    throw ConfigError(fmt::format("restarts: expected at least 1, got {}", options.restarts));
}

/// The number of clusters before the largest gap; gaps from the second on.
int largest_gap(const Eigen::VectorXd& eigenvalues, Index n) {
  if (n < 3) return static_cast<int>(std::min<Index>(n, 1));
  Index best = 2;
  for (Index k = 3; k < eigenvalues.size(); ++k) {
    if (eigenvalues[k - 1] - eigenvalues[k] > eigenvalues[best - 1] - eigenvalues[best] + kSameGap)
      best = k;
  }
  return static_cast<int>(best);
}

/// Gives rows that are lost in rounding the direction that the rows of their neighbours imply,
/// beginning with those nearest to the other rows.
void restore_weak_rows(const Eigen::MatrixXd& laplacian, const Eigen::VectorXd& eigenvalues,
                       Eigen::MatrixXd& vectors) {
  std::vector<Index> weak;
  for (Index i = 0; i < vectors.rows(); ++i) {
    if (vectors.row(i).norm() < kWeak) weak.push_back(i);
  }
  for (const Index i : weak) vectors.row(i).setZero();
  const Eigen::VectorXd safe = eigenvalues.unaryExpr(
      [](double value) { return std::abs(value) < 1e-3 ? std::copysign(1e-3, value) : value; });
  for (bool found = true; found && !weak.empty();) {
    found = false;
    std::vector<std::pair<Index, Eigen::RowVectorXd>> rows;
    for (const Index i : weak) {
      Eigen::RowVectorXd row =
          (laplacian.col(i).transpose() * vectors).cwiseQuotient(safe.transpose());
      const double largest = row.size() > 0 ? row.cwiseAbs().maxCoeff() : 0.0;
      if (largest > 0.0) rows.emplace_back(i, row / largest * (0.1 * kWeak));
    }
    for (const auto& [i, row] : rows) {
      vectors.row(i) = row;
      std::erase(weak, i);
      found = true;
    }
  }
}

/// Steps 2 to 5 of Algorithm 3: fills `labels` and `embedding`.
void embed_and_cluster(const Eigen::MatrixXd& laplacian, const LeadingEigenpairs& leading, int k,
                       const SpectralOptions& options, SpectralClustering& result) {
  result.embedding = leading.vectors.leftCols(k);
  restore_weak_rows(laplacian, leading.values.head(k), result.embedding);
  result.labels = direction_labels(
      result.embedding, {.clusters = k, .restarts = options.restarts, .seed = options.seed});
}

std::vector<int> isolated_vertices(const Eigen::MatrixXd& laplacian) {
  std::vector<int> isolated;
  for (Index j = 0; j < laplacian.cols(); ++j) {
    Index i = 0;
    while (i < laplacian.rows() && (i == j || laplacian(i, j) == 0.0)) ++i;
    if (i == laplacian.rows()) isolated.push_back(static_cast<int>(j));
  }
  return isolated;
}

}  // namespace

std::vector<int> canonical_labels(const std::vector<int>& labels) {
  std::map<int, int> numbers;
  std::vector<int> result;
  result.reserve(labels.size());
  for (const int label : labels)
    result.push_back(numbers.try_emplace(label, static_cast<int>(numbers.size())).first->second);
  return result;
}

std::vector<int> k_means_labels(const Eigen::MatrixXd& points, const KMeansOptions& options) {
  return canonical_labels(k_means(points, options).labels);
}

std::vector<int> direction_labels(Eigen::MatrixXd& points, const KMeansOptions& options) {
  for (Index i = 0; i < points.rows(); ++i)
    if (const double norm = points.row(i).norm(); norm > 0.0) points.row(i) /= norm;
  return k_means_labels(points, options);
}

SpectralClustering spectral_cluster(const Eigen::MatrixXd& laplacian,
                                    const SpectralOptions& options) {
  const Index n = laplacian.rows();
  validate(options, n);
  const Index asked = options.clusters ? Index{*options.clusters} : options.max_clusters + Index{1};
  const LeadingEigenpairs leading =
      leading_eigenpairs(laplacian, static_cast<int>(std::min(asked, n)));

  SpectralClustering result;
  result.clusters_chosen = !options.clusters.has_value();
  result.eigenvalues = leading.values;
  if (options.clusters && leading.next) {
    result.eigenvalues.conservativeResize(asked + 1);
    result.eigenvalues[asked] = *leading.next;
  }
  result.solver = leading.solver;
  result.isolated = isolated_vertices(laplacian);
  if (n > 0 && result.clusters_chosen && options.quality && n >= 3) {
    double best = 0.0;
    for (int k = 2; k <= std::min<Index>(options.max_clusters, n - 1); ++k) {
      SpectralClustering candidate;
      embed_and_cluster(laplacian, leading, k, options, candidate);
      const double quality = options.quality(candidate.labels);
      if (k > 2 && quality <= best) continue;
      best = quality;
      result.clusters = k;
      result.labels = std::move(candidate.labels);
      result.embedding = std::move(candidate.embedding);
    }
  } else {
    const int k = options.clusters ? *options.clusters : largest_gap(result.eigenvalues, n);
    result.clusters = k;
    if (n > 0) embed_and_cluster(laplacian, leading, k, options, result);
  }
  return result;
}

}  // namespace genrebench
