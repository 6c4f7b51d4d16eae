#pragma once
// Confident learning: which labels contradict the probabilities that models gave out of sample.

#include <cstddef>
#include <span>
#include <vector>

namespace genrebench {

/// What labels and probabilities say of each other. Tracks here are examples, genres are classes.
struct ConfidentLearning {
  /// By class the mean probability that examples with this label get for it: what the models
  /// usually give when they agree. 2 for a class that no label names, which no probability reaches.
  std::vector<double> thresholds;
  /// By example the class that its probabilities name with confidence: the one whose threshold they
  /// reach, of several the most probable one; -1 where they reach none.
  std::vector<int> confident_class;
  /// classes x classes, row by row: the number of examples with label i (row) that are confidently
  /// of class j (column). At least 1 on the diagonal: every class has a right label.
  std::vector<std::size_t> joint;
  std::vector<double> self_confidence;  ///< by example the probability of its label
  /// By example (p(label) - largest other p + 1) / 2, in [0, 1]; below 0.5 where the models prefer
  /// another class.
  std::vector<double> normalized_margin;
  /// Estimated number of wrong labels: the joint scaled to the number of labels of each class, off
  /// the diagonal. Not a whole number.
  double n_errors = 0.0;
};

/// @param labels         in [0, n_classes)
/// @param probabilities  n x n_classes, row by row, of models that did not see the example
/// @param n_classes      at least 1
/// Source: Northcutt, Jiang and Chuang, Confident Learning, JAIR 70, 2021 (eq. 1 to 3); checked
/// against cleanlab, whose tolerance of 1e-6 below a threshold is kept, in
/// tests/golden/label_errors
ConfidentLearning confident_learning(std::span<const int> labels,
                                     std::span<const double> probabilities, std::size_t n_classes);

}  // namespace genrebench
