// K nearest neighbours by exhaustive search.

#include <algorithm>
#include <cmath>
#include <compare>
#include <span>

#include "baselines/rows.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

namespace {

constexpr std::string_view kKnn = "knn";

enum class Distance { euclidean, manhattan, cosine };
enum class Weights { uniform, distance };

struct KnnOptions {
  /// Number of training examples that vote, 1 or more. Raise it if labels are noisy, lower it for
  /// small classes.
  int neighbours = 5;
  /// What "near" means.
  Distance distance = Distance::euclidean;
  /// How much a neighbour's vote counts.
  Weights weights = Weights::uniform;
};

const OptionTable<KnnOptions>& knn_options() {
  static const OptionTable<KnnOptions> table =
      OptionTable<KnnOptions>()
          .integer("neighbours", &KnnOptions::neighbours, 1, 1'000'000,
                   "Number of nearest training examples that vote; at most the size of the "
                   "training set. Raise it if labels are noisy, lower it if classes are small.",
                   "scikit-learn, KNeighborsClassifier(n_neighbors=5)")
          .enumeration(
              "distance", &KnnOptions::distance, {"euclidean", "manhattan", "cosine"},
              "How the distance of two examples is measured, in units of the features. manhattan "
              "is less sensitive to one odd feature than euclidean. cosine ignores the length of "
              "vectors; a vector of zeros is at distance 1 from all others.",
              "scikit-learn, KNeighborsClassifier(metric='minkowski', p=2)")
          .enumeration("weights", &KnnOptions::weights, {"uniform", "distance"},
                       "Weight of a neighbour's vote. uniform: 1. distance: the inverse of its "
                       "distance; if neighbours are at distance zero, only they vote. Choose "
                       "distance if there are many neighbours and classes are dense.",
                       "scikit-learn, KNeighborsClassifier(weights='uniform')");
  return table;
}

/// Rows scaled to unit length; rows of zeros stay.
void normalise_rows(Eigen::MatrixXd& rows) {
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    const double norm = rows.row(i).norm();
    if (norm > 0.0) rows.row(i) /= norm;
  }
}

// Ties. Of training examples at equal distance the one with the lower index comes first; of classes
// with equal votes the lowest index wins. Distances are sums of differences, not expanded into
// inner products, so equal rows are at equal distances to the last bit.
class Knn final : public Method {
 public:
  explicit Knn(const KnnOptions& options)
      : neighbours_(static_cast<std::size_t>(options.neighbours)),
        distance_(options.distance),
        by_distance_(options.weights == Weights::distance) {}

  void fit(const Examples& train, const Examples& /*valid*/, FitContext& /*context*/) override {
    TrainingRows data = training_rows(train, kKnn);
    if (neighbours_ > data.labels.size())
      throw ConfigError(fmt::format(
          "method {}: expected neighbours to be at most the {} training examples, got {}", kKnn,
          data.labels.size(), neighbours_));
    if (distance_ == Distance::cosine) normalise_rows(data.rows);
    n_classes_ = data.n_classes;
    labels_ = std::move(data.labels);
    const Eigen::Index n = data.rows.rows();
    rows_ = Eigen::MatrixXd::Zero((n + kBlock - 1) / kBlock * kBlock, data.rows.cols());
    rows_.topRows(n) = data.rows;
  }

  Predictions predict(const Examples& examples) const override {
    assert(n_classes_ > 0 && "predict before fit");
    Eigen::MatrixXd queries = rows_to_predict(examples, rows_.cols(), kKnn);
    if (distance_ == Distance::cosine) normalise_rows(queries);

    Predictions result;
    result.probabilities = Eigen::MatrixXd::Zero(queries.rows(), n_classes_);
    for (Eigen::Index begin = 0; begin < queries.rows(); begin += kQueriesAtOnce) {
      const Eigen::Index size = std::min(kQueriesAtOnce, queries.rows() - begin);
      const Eigen::MatrixXd distances = distances_to(queries.middleRows(begin, size));
      for (Eigen::Index i = 0; i < size; ++i)
        result.probabilities.row(begin + i) =
            vote(nearest({distances.col(i).data(), labels_.size()}));
    }
    result.labels = most_probable(result.probabilities);
    return result;
  }

  std::optional<MethodCost> cost() const override {
    const std::int64_t n = std::ssize(labels_), n_numbers = n * rows_.cols();
    return MethodCost{.parameters = n_numbers + n, .multiply_adds = n_numbers};
  }

 private:
  struct Neighbour {
    double distance = 0.0;
    std::size_t row = 0;
    auto operator<=>(const Neighbour&) const = default;
  };

  static constexpr Eigen::Index kBlock = 32;          // training rows whose sums stay in registers
  static constexpr Eigen::Index kQueriesAtOnce = 64;  // bounds the distances kept at once: 64 x n

  /// @return  n_training (padded to whole blocks) x n_queries
  Eigen::MatrixXd distances_to(const Eigen::Ref<const Eigen::MatrixXd>& queries) const {
    Eigen::MatrixXd result(rows_.rows(), queries.rows());
    for (Eigen::Index begin = 0; begin < rows_.rows(); begin += kBlock)
      for (Eigen::Index q = 0; q < queries.rows(); ++q) {
        Eigen::Array<double, kBlock, 1> sum = Eigen::Array<double, kBlock, 1>::Zero();
        for (Eigen::Index f = 0; f < rows_.cols(); ++f) {
          const auto difference = rows_.col(f).segment<kBlock>(begin).array() - queries(q, f);
          if (distance_ == Distance::manhattan)
            sum += difference.abs();
          else
            sum += difference.square();
        }
        result.col(q).segment<kBlock>(begin) = sum;
      }
    if (distance_ == Distance::euclidean) result = result.cwiseSqrt();
    if (distance_ == Distance::cosine) {
      // |u - v|^2 / 2 = 1 - cos for unit vectors, without the cancellation; a vector of zeros has
      // no angle.
      result *= 0.5;
      for (Eigen::Index i = 0; i < rows_.rows(); ++i)
        if (rows_.row(i).isZero(0.0)) result.row(i).setOnes();
      for (Eigen::Index q = 0; q < queries.rows(); ++q)
        if (queries.row(q).isZero(0.0)) result.col(q).setOnes();
    }
    return result;
  }

  /// The nearest training rows, the nearest first. On the way they are a heap whose top is the
  /// farthest.
  std::vector<Neighbour> nearest(std::span<const double> distances) const {
    std::vector<Neighbour> result;
    result.reserve(neighbours_ + 1);
    for (std::size_t row = 0; row < distances.size(); ++row) {
      // Rows come in ascending order, so one as far as the farthest never replaces it.
      if (result.size() == neighbours_ && distances[row] >= result.front().distance) continue;
      result.push_back({.distance = distances[row], .row = row});
      std::push_heap(result.begin(), result.end());
      if (result.size() <= neighbours_) continue;
      std::pop_heap(result.begin(), result.end());
      result.pop_back();
    }
    std::sort_heap(result.begin(), result.end());
    return result;
  }

  /// @param neighbours  the nearest first
  /// @return            each class's share of the votes
  Eigen::RowVectorXd vote(const std::vector<Neighbour>& neighbours) const {
    const double least = neighbours.front().distance;
    Eigen::RowVectorXd shares = Eigen::RowVectorXd::Zero(n_classes_);
    for (const Neighbour& neighbour : neighbours) {
      // Weights relative to the nearest neighbour's: the same shares, and no overflow for tiny
      // distances.
      double weight = 1.0;
      if (by_distance_ && neighbour.distance > least) weight = least / neighbour.distance;
      shares(labels_[neighbour.row]) += weight;
    }
    return shares / shares.sum();
  }

  std::size_t neighbours_;
  Distance distance_;
  bool by_distance_;
  int n_classes_ = 0;
  std::vector<int> labels_;
  Eigen::MatrixXd rows_;  // the training set and rows of zeros up to whole blocks
};

}  // namespace

void register_knn(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = kKnn;
  plugin.summary = "K nearest neighbours: the training examples around a track vote";
  plugin.source =
      "Cover & Hart, Nearest neighbor pattern classification, IEEE Trans. Inf. Theory 13(1), 1967; "
      "checked against scikit-learn in tests/baselines";
  plugin.options = knn_options().schema();
  plugin.make = [](const OptionValues& values, std::uint64_t /*seed*/) {
    return std::make_unique<Knn>(knn_options().parse(values));
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
