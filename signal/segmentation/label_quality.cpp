#include "signal/segmentation/label_quality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/error.hpp"

namespace genrebench {

using Eigen::Index;

Eigen::MatrixXd euclidean_distances(const Eigen::MatrixXd& features) {
  const Index n = features.cols();
  Eigen::MatrixXd distances = Eigen::MatrixXd::Zero(n, n);
  for (Index j = 0; j < n; ++j)
    for (Index i = j + 1; i < n; ++i)
      distances(i, j) = distances(j, i) = (features.col(i) - features.col(j)).norm();
  return distances;
}

double silhouette(const Eigen::MatrixXd& distances, const std::vector<int>& labels) {
  const auto n = std::ssize(labels);
  if (distances.rows() != n || distances.cols() != n)
    throw DataError(
        fmt::format("silhouette: expected {0} x {0} distances for {0} labels, got {1} "
                    "x {2}",
                    n, distances.rows(), distances.cols()));
  const int n_labels = labels.empty() ? 0 : *std::max_element(labels.begin(), labels.end()) + 1;
  Eigen::ArrayXd sizes = Eigen::ArrayXd::Zero(n_labels);
  for (const int label : labels) ++sizes[label];
  if ((sizes > 0.0).count() < 2) return 0.0;
  double sum = 0.0;
  for (Index i = 0; i < n; ++i) {
    const int own = labels[static_cast<std::size_t>(i)];
    if (sizes[own] == 1.0) continue;
    Eigen::ArrayXd sums = Eigen::ArrayXd::Zero(n_labels);
    for (Index j = 0; j < n; ++j) sums[labels[static_cast<std::size_t>(j)]] += distances(j, i);
    const double within = sums[own] / (sizes[own] - 1.0);
    double nearest = std::numeric_limits<double>::infinity();
    for (int label = 0; label < n_labels; ++label)
      if (label != own && sizes[label] > 0.0)
        nearest = std::min(nearest, sums[label] / sizes[label]);
    const double larger = std::max(within, nearest);
    if (larger > 0.0) sum += (nearest - within) / larger;
  }
  return sum / static_cast<double>(n);
}

double label_entropy(const std::vector<int>& labels) {
  std::map<int, double> counts;
  for (const int label : labels) ++counts[label];
  if (counts.size() < 2) return 0.0;
  double entropy = 0.0;
  for (const auto& [label, count] : counts) {
    const double share = count / static_cast<double>(labels.size());
    entropy -= share * std::log(share);
  }
  return entropy / std::log(static_cast<double>(counts.size()));
}

std::vector<int> best_labels(int most, std::size_t n,
                             const std::function<std::vector<int>(int)>& label,
                             const std::function<double(const std::vector<int>&)>& quality) {
  std::vector<int> best(n, 0);
  double best_quality = -std::numeric_limits<double>::infinity();
  for (int clusters = 2; clusters <= most; ++clusters) {
    std::vector<int> labels = label(clusters);
    const double value = quality(labels);
    if (value > best_quality) {
      best_quality = value;
      best = std::move(labels);
    }
  }
  return best;
}

std::vector<ClusterSpan> label_runs(const std::vector<int>& labels, double window_s) {
  std::vector<ClusterSpan> sections;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double end_s = static_cast<double>(i + 1) * window_s;
    if (!sections.empty() && sections.back().label == labels[i])
      sections.back().end_s = end_s;
    else
      sections.push_back({static_cast<double>(i) * window_s, end_s, labels[i]});
  }
  return sections;
}

}  // namespace genrebench
