#pragma once
// Compares a run that was done again with the stored one: the circumstances of both, and every
// number of their results.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// One thing that a result may depend on, when the run was made and now.
struct Circumstance {
  std::string what;       ///< "commit", "dataset", "library torch"
  std::string then, now;  ///< empty: not known
  bool decides = false;   ///< if it differs, the run is another one

  bool same() const { return then == now; }
};

/// The configuration, the dataset, and the parts of the environment that can change bits. The name
/// of the machine is included for people.
/// @param then, now  as describe_environment() gives them
std::vector<Circumstance> compare_circumstances(const RunRecord& stored, const PlannedRun& planned,
                                                const std::map<std::string, std::string>& then,
                                                const std::map<std::string, std::string>& now);

/// Where two results differ.
struct ResultDifference {
  std::string what;       ///< "metric accuracy of test", "probabilities of blues.00001 in test"
  std::string then, now;  ///< "missing" where one result has none
  double size = 0.0;      ///< largest difference between numbers; infinite where one is missing
};

struct ResultComparison {
  std::size_t n_metrics = 0, n_predictions = 0, n_facts = 0, n_files = 0;  ///< of the stored run
  std::vector<ResultDifference> differences;  ///< numbers first, the largest of them first

  bool identical() const { return differences.empty(); }
};

/// The stored result of a run, in the form that run_once() returns.
RunResult stored_result(const StoreReader& store, const std::string& run_id);

/// Compares every metric except timings (is_timing_metric()), every prediction with its
/// probabilities, the facts, the bad tracks, and the SHA-256 of files other than logs.
/// Numbers are the same if they are equal to the bit, zeros of either sign aside: SQLite keeps one.
ResultComparison compare_results(const RunResult& then, const RunResult& now);

}  // namespace genrebench
