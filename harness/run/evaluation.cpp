#include "harness/run/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>

#include "base/error.hpp"

namespace genrebench {

TrackPredictions vote(const Predictions& excerpts, const std::vector<int>& tracks, Vote rule) {
  std::map<int, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < tracks.size(); ++i) members[tracks[i]].push_back(i);
  const Eigen::Index n_classes = excerpts.probabilities.cols();
  TrackPredictions result{
      .tracks = {}, .labels = {}, .probabilities = {}, .excerpt_labels = excerpts.labels};
  result.probabilities =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(members.size()), n_classes);
  Eigen::Index row = 0;
  for (const auto& [track, indices] : members) {
    auto mean = result.probabilities.row(row++);
    Eigen::VectorXi votes = Eigen::VectorXi::Zero(n_classes);
    for (const std::size_t i : indices) {
      mean += excerpts.probabilities.row(static_cast<Eigen::Index>(i));
      ++votes[excerpts.labels[i]];
    }
    mean /= static_cast<double>(indices.size());
    int best = 0;
    if (indices.size() == 1) {
      best = excerpts.labels[indices.front()];
    } else {
      const bool majority = rule == Vote::majority;
      for (int c = 1; c < n_classes; ++c) {
        const bool more = majority && votes[c] > votes[best];
        const bool equal = !majority || votes[c] == votes[best];
        if (more || (equal && mean[c] > mean[best])) best = c;
      }
    }
    result.tracks.push_back(track);
    result.labels.push_back(best);
  }
  return result;
}

Eigen::MatrixXi confusion_matrix(const std::vector<int>& truth, const std::vector<int>& predicted,
                                 int n_classes) {
  assert(truth.size() == predicted.size());
  Eigen::MatrixXi confusion = Eigen::MatrixXi::Zero(n_classes, n_classes);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (std::min(truth[i], predicted[i]) < 0 || std::max(truth[i], predicted[i]) >= n_classes)
      throw DataError(
          fmt::format("expected classes from 0 to {}, found the truth {} and the "
                      "prediction {}",
                      n_classes - 1, truth[i], predicted[i]));
    ++confusion(truth[i], predicted[i]);
  }
  return confusion;
}

double accuracy(const Eigen::MatrixXi& confusion) {
  const int total = confusion.sum();
  return total == 0 ? 0.0 : static_cast<double>(confusion.trace()) / total;
}

double recall(const Eigen::MatrixXi& confusion, int c) {
  const int total = confusion.row(c).sum();
  return total == 0 ? std::numeric_limits<double>::quiet_NaN()
                    : static_cast<double>(confusion(c, c)) / total;
}

double macro_f1(const Eigen::MatrixXi& confusion) {
  double sum = 0.0;
  int n_classes = 0;
  for (int c = 0; c < confusion.rows(); ++c) {
    if (confusion.row(c).sum() == 0) continue;
    sum += 2.0 * confusion(c, c) / (confusion.row(c).sum() + confusion.col(c).sum());  // 2 TP + FP
                                                                                       // + FN
    ++n_classes;
  }
  return n_classes == 0 ? 0.0 : sum / n_classes;
}

std::vector<MetricRecord> classification_metrics(const std::string& split,
                                                 const std::vector<int>& truth,
                                                 const std::vector<int>& predicted,
                                                 const std::vector<std::string>& genres) {
  const Eigen::MatrixXi confusion =
      confusion_matrix(truth, predicted, static_cast<int>(genres.size()));
  std::vector<MetricRecord> metrics = {{split, "accuracy", -1, accuracy(confusion)},
                                       {split, "macro_f1", -1, macro_f1(confusion)},
                                       {split, "n_tracks", -1, static_cast<double>(truth.size())}};
  for (int c = 0; c < confusion.rows(); ++c)
    if (const double value = recall(confusion, c); !std::isnan(value))
      metrics.push_back({split, "recall/" + genres[static_cast<std::size_t>(c)], -1, value});
  return metrics;
}

Standardiser::Standardiser(const std::vector<const FeatureMatrix*>& train) {
  const Eigen::Index n = train.empty() ? 0 : train.front()->rows();
  mean_ = Eigen::ArrayXd::Zero(n);
  scale_ = Eigen::ArrayXd::Zero(n);
  double count = 0.0;
  for (const FeatureMatrix* feature : train) {
    if (feature->rows() != n)
      throw ConfigError(
          fmt::format("features differ in their number of rows: {} and {}", n, feature->rows()));
    mean_ += feature->cast<double>().rowwise().sum().array();
    count += static_cast<double>(feature->cols());
  }
  mean_ /= count;
  for (const FeatureMatrix* feature : train)
    scale_ += (feature->cast<double>().array().colwise() - mean_).square().rowwise().sum();
  scale_ = (scale_ / count).sqrt();
  // A deviation that is only rounding is no deviation.
  for (Eigen::Index i = 0; i < n; ++i)
    if (scale_[i] <= 1e-12 * std::max(1.0, std::abs(mean_[i]))) scale_[i] = 1.0;
}

FeatureMatrix Standardiser::operator()(const FeatureMatrix& feature) const {
  if (feature.rows() != mean_.size())
    throw ConfigError(fmt::format("features differ in their number of rows: {} and {}",
                                  mean_.size(), feature.rows()));
  return ((feature.cast<double>().array().colwise() - mean_).colwise() / scale_)
      .matrix()
      .cast<float>();
}

}  // namespace genrebench
