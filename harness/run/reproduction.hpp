#pragma once
// Whether a run, done again, is the run that the store has: what it was made of and with then and
// now, and every number of its result.

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
  bool decides = false;   ///< where it differs it is another run

  bool same() const { return then == now; }
};

/// Configuration, dataset, and what of the environment can change bits; the machine's name for
/// people.
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

/// What the store has of a run, as run_once() gives it.
RunResult stored_result(const StoreReader& store, const std::string& run_id);

/// Every metric but those that say how long something took (is_timing_metric()), every prediction
/// with its probabilities, facts, the tracks that could not be used, and files by their SHA-256.
/// Numbers are the same if they are equal to the bit, zeros of either sign aside: SQLite keeps one.
ResultComparison compare_results(const RunResult& then, const RunResult& now);

}  // namespace genrebench
