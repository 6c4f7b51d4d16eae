#include "reports/statistics/confident_learning.hpp"

#include <algorithm>
#include <cassert>

namespace genrebench {
namespace {

constexpr double kTolerance = 1e-6;                   ///< a threshold is reached from here on
constexpr double kLeastThreshold = 2.0 * kTolerance;  ///< a probability of 0 reaches none
constexpr double kUnreachable = 2.0;                  ///< more than any probability

std::vector<double> class_thresholds(std::span<const int> labels,
                                     std::span<const double> probabilities, std::size_t n_classes) {
  std::vector<double> sums(n_classes), counts(n_classes);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto label = static_cast<std::size_t>(labels[i]);
    sums[label] += probabilities[i * n_classes + label];
    counts[label] += 1.0;
  }
  for (std::size_t k = 0; k < n_classes; ++k)
    sums[k] = counts[k] > 0.0 ? std::max(sums[k] / counts[k], kLeastThreshold) : kUnreachable;
  return sums;
}

/// The class whose threshold is reached; of several the most probable class of all.
int confident_class_of(std::span<const double> row, std::span<const double> thresholds) {
  int found = -1, n_found = 0;
  for (std::size_t k = 0; k < row.size(); ++k) {
    if (row[k] < thresholds[k] - kTolerance) continue;
    if (n_found++ == 0) found = static_cast<int>(k);
  }
  if (n_found < 2) return found;
  return static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin());
}

/// The largest probability of a class that is not the label; 0 where there is no other.
double largest_other(std::span<const double> row, std::size_t label) {
  double largest = 0.0;
  for (std::size_t k = 0; k < row.size(); ++k)
    if (k != label) largest = std::max(largest, row[k]);
  return largest;
}

/// The number of labels off the diagonal after each row of the joint is scaled to the number of
/// labels of its class (eq. 3).
double scaled_off_diagonal(const std::vector<std::size_t>& joint, std::span<const int> labels,
                           std::size_t n_classes) {
  std::vector<double> n_labels(n_classes);
  for (const int label : labels) n_labels[static_cast<std::size_t>(label)] += 1.0;
  double result = 0.0;
  for (std::size_t i = 0; i < n_classes; ++i) {
    double row = 0.0;
    for (std::size_t j = 0; j < n_classes; ++j)
      row += static_cast<double>(joint[i * n_classes + j]);
    const auto diagonal = static_cast<double>(joint[i * n_classes + i]);
    result += n_labels[i] * (row - diagonal) / row;
  }
  return result;
}

}  // namespace

ConfidentLearning confident_learning(std::span<const int> labels,
                                     std::span<const double> probabilities, std::size_t n_classes) {
  assert(n_classes > 0 && probabilities.size() == labels.size() * n_classes);
  ConfidentLearning result;
  result.thresholds = class_thresholds(labels, probabilities, n_classes);
  result.joint.assign(n_classes * n_classes, 0);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto row = probabilities.subspan(i * n_classes, n_classes);
    const auto label = static_cast<std::size_t>(labels[i]);
    const int confident = confident_class_of(row, result.thresholds);
    result.confident_class.push_back(confident);
    if (confident >= 0) ++result.joint[label * n_classes + static_cast<std::size_t>(confident)];
    result.self_confidence.push_back(row[label]);
    result.normalized_margin.push_back((row[label] - largest_other(row, label) + 1.0) / 2.0);
  }
  for (std::size_t k = 0; k < n_classes; ++k)
    result.joint[k * n_classes + k] = std::max<std::size_t>(result.joint[k * n_classes + k], 1);
  result.n_errors = scaled_off_diagonal(result.joint, labels, n_classes);
  return result;
}

}  // namespace genrebench
