#include "signal/segmentation/k_means.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"

namespace genrebench {
namespace {

using Eigen::Index;

constexpr Index kBlock = 64;  // points whose distances are computed side by side

void validate(const Eigen::MatrixXd& points, const KMeansOptions& options) {
  if (options.clusters < 1)
    throw ConfigError(fmt::format("clusters: expected at least 1, got {}", options.clusters));
  if (options.clusters > points.rows()) {
    throw ConfigError(fmt::format("clusters: expected at most {}, the number of points, got {}",
                                  points.rows(), options.clusters));
  }
  if (options.restarts < 1)
    throw ConfigError(fmt::format("restarts: expected at least 1, got {}", options.restarts));
  if (options.max_iterations < 1)
    throw ConfigError(
        fmt::format("max_iterations: expected at least 1, got {}", options.max_iterations));
  if (points.cols() < 1) throw DataError("k-means: expected points with coordinates, found none");
  if (!points.allFinite()) throw DataError("k-means: a coordinate of a point is infinite or NaN");
}

/// One start: its state, and the steps of Lloyd's algorithm.
class Lloyd {
 public:
  Lloyd(const Eigen::MatrixXd& points, int clusters)
      : points_(points),
        centres_(clusters, points.cols()),
        labels_(static_cast<std::size_t>(points.rows())),
        distances_(points.rows()),
        sizes_(clusters) {}

  void run(int max_iterations, Random& random) {
    choose_centres(random);
    std::fill(labels_.begin(), labels_.end(), -1);
    for (int iteration = 0; iteration < max_iterations && assign(); ++iteration) {
      fill_empty_clusters();
      update_centres();
    }
    assign();
  }

  double inertia() const { return distances_.sum(); }
  KMeans result() const { return {labels_, centres_, inertia()}; }

 private:
  /// k-means++: each next centre is a point, with probability proportional to its squared distance
  /// from those chosen.
  void choose_centres(Random& random) {
    const Index n = points_.rows();
    centres_.row(0) = points_.row(static_cast<Index>(random.below(static_cast<std::uint64_t>(n))));
    distances_.setConstant(std::numeric_limits<double>::infinity());
    for (Index c = 1; c < centres_.rows(); ++c) {
      for (Index first = 0; first < n; first += kBlock) {
        const Index size = std::min(kBlock, n - first);
        distances_.segment(first, size) =
            distances_.segment(first, size).min(to_centre(c - 1, first, size).head(size));
      }
      double left = random.uniform() * distances_.sum();
      Index chosen = 0;
      // The last point with a distance above zero, should rounding leave something.
      for (Index i = 0; i < n; ++i) {
        if (distances_[i] == 0.0) continue;
        chosen = i;
        left -= distances_[i];
        if (left < 0.0) break;
      }
      centres_.row(c) = points_.row(chosen);
    }
  }

  Eigen::Array<double, kBlock, 1> to_centre(Index c, Index first, Index size) const {
    Eigen::Array<double, kBlock, 1> sum = Eigen::Array<double, kBlock, 1>::Zero();
    for (Index d = 0; d < points_.cols(); ++d) {
      const double* x = &points_(first, d);
      const double centre = centres_(c, d);
      if (size == kBlock) {
        for (Index i = 0; i < kBlock; ++i) sum[i] += (x[i] - centre) * (x[i] - centre);
      } else {
        for (Index i = 0; i < size; ++i) sum[i] += (x[i] - centre) * (x[i] - centre);
      }
    }
    return sum;
  }

  /// True if a label changed.
  bool assign() {
    bool changed = false;
    std::array<double, kBlock> best_label;
    for (Index first = 0; first < points_.rows(); first += kBlock) {
      const Index size = std::min(kBlock, points_.rows() - first);
      Eigen::Array<double, kBlock, 1> best = to_centre(0, first, size);
      best_label.fill(0.0);
      for (Index c = 1; c < centres_.rows(); ++c) {
        const Eigen::Array<double, kBlock, 1> distance = to_centre(c, first, size);
        for (std::size_t i = 0; i < kBlock; ++i) {
          const bool nearer = distance[static_cast<Index>(i)] < best[static_cast<Index>(i)];
          best_label[i] = nearer ? static_cast<double>(c) : best_label[i];
          best[static_cast<Index>(i)] =
              nearer ? distance[static_cast<Index>(i)] : best[static_cast<Index>(i)];
        }
      }
      distances_.segment(first, size) = best.head(size);
      for (Index i = 0; i < size; ++i) {
        int& label = labels_[static_cast<std::size_t>(first + i)];
        const int nearest = static_cast<int>(best_label[static_cast<std::size_t>(i)]);
        changed = changed || label != nearest;
        label = nearest;
      }
    }
    return changed;
  }

  void fill_empty_clusters() {
    sizes_.setZero();
    for (const int label : labels_) ++sizes_[label];
    for (Index c = 0; c < sizes_.size(); ++c) {
      if (sizes_[c] > 0) continue;
      Index farthest = -1;
      for (Index i = 0; i < points_.rows(); ++i) {
        if (distances_[i] > (farthest < 0 ? 0.0 : distances_[farthest]) &&
            sizes_[labels_[static_cast<std::size_t>(i)]] > 1)
          farthest = i;
      }
      if (farthest < 0) return;
      int& label = labels_[static_cast<std::size_t>(farthest)];
      --sizes_[label];
      label = static_cast<int>(c);
      sizes_[c] = 1;
      distances_[farthest] = 0.0;
    }
  }

  void update_centres() {
    Eigen::ArrayXd sums(centres_.rows());
    for (Index d = 0; d < points_.cols(); ++d) {
      sums.setZero();
      for (Index i = 0; i < points_.rows(); ++i)
        sums[labels_[static_cast<std::size_t>(i)]] += points_(i, d);
      for (Index c = 0; c < centres_.rows(); ++c) {
        if (sizes_[c] > 0) centres_(c, d) = sums[c] / static_cast<double>(sizes_[c]);
      }
    }
  }

  const Eigen::MatrixXd& points_;
  Eigen::MatrixXd centres_;
  std::vector<int> labels_;
  Eigen::ArrayXd distances_;  // squared, to the point's centre
  Eigen::ArrayXi sizes_;      // points per cluster
};

}  // namespace

KMeans k_means(const Eigen::MatrixXd& points, const KMeansOptions& options) {
  validate(points, options);
  Lloyd lloyd(points, options.clusters);
  KMeans best;
  for (int start = 0; start < options.restarts; ++start) {
    Random random(derive_seed(options.seed, "k-means", static_cast<std::uint64_t>(start)));
    lloyd.run(options.max_iterations, random);
    if (start == 0 || lloyd.inertia() < best.inertia) best = lloyd.result();
  }
  return best;
}

}  // namespace genrebench
