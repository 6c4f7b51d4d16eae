#pragma once
// What two runs, or the runs of two configurations, have and have not in common.

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/run_sides.hpp"
#include "harness/plugin/document.hpp"

namespace genrebench::cli {

/// A value that differs. A side of several runs has the values of all, each once, in the order of
/// their seeds; no value: none of its runs has one.
struct Difference {
  std::string key;
  std::vector<std::string> first, second;
};

/// A final metric of both sides.
struct MetricPair {
  std::string split, name;
  std::vector<double> first, second;  ///< of the runs that have it, in the order of their seeds
  /// second - first of runs with the same seed.
  std::vector<double> differences;
};

/// Answers for test tracks that both sides predicted, in runs with the same seed.
struct AnswerCounts {
  std::size_t n_pairs = 0;  ///< of runs with the same seed and common test tracks
  std::size_t both_right = 0, first_right = 0, second_right = 0, both_wrong = 0;
  std::size_t same_answer = 0;  ///< the same genre, right or wrong

  std::size_t n_tracks() const { return both_right + first_right + second_right + both_wrong; }
};

struct RunDifferences {
  RunSide first, second;
  std::vector<Difference> configuration, data, environment, found;
  std::vector<MetricPair> metrics;
  AnswerCounts answers;
  std::size_t n_same_parameters = 0;
  bool same_data = false;      ///< the same tracks with the same content
  bool same_division = false;  ///< with the same seeds they were divided alike
};

RunDifferences compare_sides(const RunStore& store, RunSide first, RunSide second);

/// For readers. Whether a difference between methods is more than chance is for `genrebench report
/// --report compare`.
Document differences_document(const RunDifferences& differences);

nlohmann::ordered_json differences_json(const RunDifferences& differences);

}  // namespace genrebench::cli
