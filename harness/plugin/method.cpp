#include "harness/plugin/method.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace genrebench {

Eigen::MatrixXd to_rows(const Examples& examples) {
  if (examples.size() == 0) return {};
  const Eigen::Index length = examples.features.front()->rows();
  Eigen::MatrixXd rows(static_cast<Eigen::Index>(examples.size()), length);
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const FeatureMatrix& feature = *examples.features[i];
    if (feature.cols() != 1)
      throw ConfigError(
          fmt::format("this method needs one feature vector per excerpt, found a sequence of "
                      "{} frames; use a feature with a summary",
                      feature.cols()));
    if (feature.rows() != length)
      throw ConfigError(
          fmt::format("feature vectors differ in length: {} and {}", length, feature.rows()));
    rows.row(static_cast<Eigen::Index>(i)) = feature.col(0).cast<double>().transpose();
  }
  return rows;
}

std::vector<int> most_probable(const Eigen::MatrixXd& probabilities) {
  std::vector<int> labels(static_cast<std::size_t>(probabilities.rows()));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    Eigen::Index best = 0;
    probabilities.row(static_cast<Eigen::Index>(i)).maxCoeff(&best);
    labels[i] = static_cast<int>(best);
  }
  return labels;
}

}  // namespace genrebench
