#pragma once
// What the baselines share: they turn examples into checked rows of numbers, and scores into
// predictions. They do not standardise features: the harness does, on the training part alone.

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "harness/plugin/method.hpp"

namespace genrebench {

/// Rows that may be learned from: at least one, of at least one feature, every value finite.
struct TrainingRows {
  Eigen::MatrixXd rows;      ///< size x n_features
  std::vector<int> labels;   ///< class index of each row
  int n_classes = 0;         ///< classes of the experiment; some may have no row
  std::vector<int> present;  ///< the classes that have rows, ascending
  std::vector<int> places;   ///< place of each row's class in `present`
};

/// @throws DataError  naming the first row (example) and column (feature) that is NaN or infinite,
/// from zero
inline void require_finite(const Eigen::MatrixXd& rows, std::string_view method,
                           std::string_view stage) {
  if (rows.allFinite()) return;
  for (Eigen::Index r = 0; r < rows.rows(); ++r)
    for (Eigen::Index c = 0; c < rows.cols(); ++c)
      if (!std::isfinite(rows(r, c)))
        throw DataError(fmt::format(
            "method {}, {}: expected finite features, got {} in row {}, column {} (from 0)", method,
            stage, rows(r, c), r, c));
}

/// @throws ConfigError  if there is no example or no feature, or the examples are sequences or
/// differ in length
/// @throws DataError    as require_finite does
inline TrainingRows training_rows(const Examples& train, std::string_view method) {
  assert(train.labels.size() == train.size());
  if (train.size() == 0)
    throw ConfigError(
        fmt::format("method {}, fit: expected at least one training example, got none", method));
  TrainingRows result{.rows = to_rows(train),
                      .labels = train.labels,
                      .n_classes = train.n_classes,
                      .present = {},
                      .places = {}};
  if (result.rows.cols() == 0)
    throw ConfigError(fmt::format(
        "method {}, fit: expected at least one feature, got examples without any", method));
  require_finite(result.rows, method, "fit");

  result.present = train.labels;
  std::sort(result.present.begin(), result.present.end());
  result.present.erase(std::unique(result.present.begin(), result.present.end()),
                       result.present.end());
  assert(result.present.front() >= 0 && result.present.back() < train.n_classes);
  for (const int label : train.labels)
    result.places.push_back(
        static_cast<int>(std::lower_bound(result.present.begin(), result.present.end(), label) -
                         result.present.begin()));
  return result;
}

/// @param n_features  number of features that the method was fitted on
/// @throws ConfigError  if the examples have another number of features, or are sequences
/// @throws DataError    as require_finite does
inline Eigen::MatrixXd rows_to_predict(const Examples& examples, Eigen::Index n_features,
                                       std::string_view method) {
  if (examples.size() == 0) return Eigen::MatrixXd(0, n_features);
  Eigen::MatrixXd rows = to_rows(examples);
  if (rows.cols() != n_features)
    throw ConfigError(
        fmt::format("method {}, predict: expected {} features per example, as in fit, got {}",
                    method, n_features, rows.cols()));
  require_finite(rows, method, "predict");
  return rows;
}

/// Finite scores of any size to probabilities, row by row: exp(s) / sum(exp(s)), safe against
/// overflow.
inline void softmax_rows(Eigen::MatrixXd& scores) {
  if (scores.size() == 0) return;
  scores.colwise() -= scores.rowwise().maxCoeff().eval();
  scores = scores.array().exp();
  scores.array().colwise() /= scores.rowwise().sum().eval().array();
}

/// Predictions from scores of the classes that were present in training, whose probabilities are
/// the softmax of the scores. The other classes get probability zero.
/// @param scores   n x present.size(), finite
/// @param present  the class of each column of the scores
inline Predictions predictions_of_scores(Eigen::MatrixXd scores, const std::vector<int>& present,
                                         int n_classes) {
  softmax_rows(scores);
  Predictions result;
  result.probabilities = Eigen::MatrixXd::Zero(scores.rows(), n_classes);
  for (std::size_t k = 0; k < present.size(); ++k)
    result.probabilities.col(present[k]) = scores.col(Eigen::Index(k));
  result.labels = most_probable(result.probabilities);
  return result;
}

}  // namespace genrebench
