#pragma once
// The same methods on several datasets: which runs are one method, which datasets are complete, and
// the mean accuracy of each method on each dataset.

#include <cstddef>
#include <string>
#include <vector>

#include "reports/support/measured.hpp"
#include "reports/support/runs.hpp"
#include "reports/support/scores.hpp"

namespace genrebench {

/// The runs of one method on one dataset.
struct MatrixCell {
  Runs runs = {};     ///< all that are planned
  Runs counted = {};  ///< those that are done and whose division counts
  Protocol protocol = {};
  Measured accuracy = {};  ///< of the test part, over the counted runs: the mean over divisions
  bool has_accuracy() const { return !accuracy.values.empty(); }
};

/// Methods on datasets whose splits are alike.
struct DatasetMatrix {
  std::string title = {};  ///< what the splits have in common; empty for the only one
  std::vector<std::string> methods = {};  ///< "svm, c=10"
  std::vector<std::string> datasets = {};
  std::vector<std::vector<MatrixCell>> cells = {};  ///< by dataset, then method
  /// Those that are compared: every one of these methods has an accuracy on every one of these
  /// datasets. At least two of each.
  std::vector<std::size_t> compared_methods = {}, compared_datasets = {};
  std::vector<std::string> notes = {};  ///< what counts, and what was left out

  const MatrixCell& cell(std::size_t dataset, std::size_t method) const {
    return cells[dataset][method];
  }
  /// Mean accuracies of what is compared, by dataset, then method.
  std::vector<std::vector<double>> scores() const;
  /// All counted runs of the compared methods on the compared datasets.
  Runs counted_runs() const;
};

struct DatasetMatrices {
  std::vector<DatasetMatrix> matrices = {};
  std::vector<std::string> notes = {};  ///< runs that are in none of them, and why
};

/// Sorts runs into matrices.
///
/// - A method is all that a configuration says but for its dataset, its split, and where and in
///   what form embeddings lie. Should that put two configurations of one dataset together, the
///   content of the embeddings is a part of the method.
/// - Of each dataset only the runs of its most careful protocol count: groups apart, else some
///   groups, else no groups known. Leaky runs count only where all runs are leaky.
/// - Options of the split in which runs of one dataset differ make matrices of their own.
/// - Over the divisions that all compared methods have on a dataset; where there are none, over
///   each method's own, and a note says so.
/// - Runs with permuted labels are left out.
/// @param level  of the cells' intervals
DatasetMatrices dataset_matrices(const Scores& scores, const std::vector<RunRecord>& runs,
                                 double level);

}  // namespace genrebench
