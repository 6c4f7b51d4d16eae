#pragma once
// What the sections of the report `across` are made from.

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>

#include "reports/support/dataset_matrix.hpp"

namespace genrebench {

/// Which test of pairs decides what is called different.
enum class PairTest { nemenyi, wilcoxon };

struct AcrossOptions {
  double level = 0.95;  ///< confidence of the intervals; 1 - level is the significance of the tests
  PairTest test = PairTest::nemenyi;
  double rope = 1.0;      ///< region of practical equivalence, in percentage points
  std::string reference;  ///< title of the method that others are compared with; empty: chosen

  /// Without the rounding of the difference: 0.05.
  double alpha() const { return std::round((1.0 - level) * 1e9) / 1e9; }
};

/// "1 point", "2.5 points"
inline std::string points_text(double points) {
  return fmt::format("{:g} {}", points, points == 1.0 ? "point" : "points");
}

struct AcrossSubject {
  const Scores& scores;
  const DatasetMatrix& matrix;
  const AcrossOptions& options;
  std::string id;  ///< the beginning of the ids of tables and figures
  /// The place in `matrix.compared_methods` of the reference that the options name, if it is here.
  std::optional<std::size_t> reference = {};

  /// The title of a compared method, by its place in `matrix.compared_methods`.
  const std::string& method(std::size_t place) const {
    return matrix.methods[matrix.compared_methods[place]];
  }
  /// "", or "; kind=kfold": what titles of tables end with.
  std::string suffix() const { return matrix.title.empty() ? "" : "; " + matrix.title; }
};

/// The counted runs of a compared method on the compared datasets.
inline Runs runs_of(const AcrossSubject& subject, std::size_t place) {
  Runs runs;
  for (const std::size_t dataset : subject.matrix.compared_datasets) {
    const Runs& counted =
        subject.matrix.cell(dataset, subject.matrix.compared_methods[place]).counted;
    runs.insert(runs.end(), counted.begin(), counted.end());
  }
  return runs;
}

}  // namespace genrebench
