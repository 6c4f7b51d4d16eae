#pragma once
// Runs of several methods on several datasets, for tests of the report `across` and its parts.

#include <fmt/format.h>

#include <string>
#include <vector>

#include "reports/example_runs.hpp"

namespace genrebench::testing {

/// Accuracies of a method on datasets "d0", "d1", …, over three divisions that are 0.01 apart; runs
/// of all methods share them.
inline void add_accuracies(MemoryStore& store, const std::string& method,
                           const std::vector<double>& accuracies, const ExampleRun& like = {}) {
  for (std::size_t d = 0; d < accuracies.size(); ++d) {
    ExampleRun run = like;
    run.experiment = "several";
    run.method = method;
    run.parameters["dataset.name"] = fmt::format("d{}", d);
    // Differences between knn and the others vary between divisions.
    const double tilt = 0.001 * (method == "knn" ? 5.0 + static_cast<double>(d) : 3.0);
    add_seeds(store, run,
              {accuracies[d] - 0.01, accuracies[d] - tilt, accuracies[d] + 0.01 + tilt});
  }
}

/// Three methods on six datasets: svm is the best everywhere, knn and naive_bayes take turns.
inline MemoryStore six_datasets() {
  MemoryStore store;
  add_accuracies(store, "svm", {0.80, 0.75, 0.90, 0.66, 0.71, 0.83});
  add_accuracies(store, "knn", {0.70, 0.66, 0.84, 0.60, 0.60, 0.77});
  add_accuracies(store, "naive_bayes", {0.68, 0.67, 0.80, 0.61, 0.58, 0.78});
  return store;
}

/// The first datasets of the same runs.
inline MemoryStore three_datasets() {
  MemoryStore store;
  add_accuracies(store, "svm", {0.80, 0.75, 0.90});
  add_accuracies(store, "knn", {0.70, 0.66, 0.84});
  return store;
}

/// All paragraphs of a document, a line each.
inline std::string paragraphs(const Document& document) {
  std::string text;
  for (const auto& part : document.body)
    if (const auto* paragraph = std::get_if<Paragraph>(&part)) text += paragraph->text + "\n";
  return text;
}

}  // namespace genrebench::testing
