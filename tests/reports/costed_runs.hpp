#pragma once
// Runs that say what they took, for tests of reports.

#include <map>
#include <string>

#include "harness/records/run_cost.hpp"
#include "reports/example_runs.hpp"

namespace genrebench {

inline std::map<std::string, std::string> environment_of(const RunCost& cost,
                                                         const std::string& cpu = "Fast 3000",
                                                         const std::string& threads = "2",
                                                         const std::string& host = "node1") {
  std::map<std::string, std::string> environment = {
      {"cpu", cpu}, {"threads", threads}, {"host", host}};
  record_cost(cost, environment);
  return environment;
}

/// A run whose features take 0.25 s per song where they were computed.
struct CostedRun {
  std::string method = "svm";
  double accuracy = 0.8;
  double predict_s = 0.001;  ///< per song
  double parameters = 1000.0;
  bool computes_features = true;
};

inline ExampleRun costed_run(const CostedRun& run) {
  RunCost cost{.predict = {.seconds = 300.0 * run.predict_s, .n = 300},
               .fit_s = 2.0,
               .parameters = run.parameters,
               .multiply_adds = 300.0 * 5000.0,
               .n_predicted = 300};
  if (run.computes_features)
    cost.features = {.seconds = 250.0, .n = 1000};
  else
    cost.features = {.n_cached = 1000};
  ExampleRun result{.method = run.method, .accuracy = run.accuracy};
  result.environment = environment_of(cost);
  result.environment["resources.peak_memory_bytes"] = "512000000";
  return result;
}

}  // namespace genrebench
