#pragma once
// Clean and deformed runs of two methods, for tests of the report `robustness`.

#include <algorithm>
#include <string>

#include "harness/records/facts.hpp"
#include "reports/support/compare_example.hpp"

namespace genrebench::testing {

/// How often a method misses artists: every `miss`-th one (said_of_artists()).
struct DeformedExample {
  std::string method = "svm";
  std::string deformation = {};  ///< empty: the clean run
  std::string level = {};
  double strength = 0.0;
  int miss = 10;
  std::string clean = {};  ///< id of the clean run
  std::string division = "0";
  std::map<std::string, std::string> parameters = {};  ///< more options of the deformation
};

inline std::string add_deformed(MemoryStore& store, const DeformedExample& example) {
  const auto said = said_of_artists(example.miss, std::stoi(example.division));
  const auto right = std::count_if(said.begin(), said.end(), [](const PredictionRecord& record) {
    return record.truth == record.predicted;
  });
  const double accuracy = static_cast<double>(right) / static_cast<double>(said.size());
  ExampleRun run{.experiment = "robust",
                 .method = example.method,
                 .seed = std::stoul(example.division),
                 .accuracy = accuracy,
                 .parameters = example.parameters,
                 .facts = {{"split.clusters", "artist"}, {"split.n_test", "120"}},
                 .metrics = {{"test", "recall/blues", -1, accuracy},
                             {"test", "recall/jazz", -1, 0.5 + accuracy / 2.0}},
                 .predictions = said,
                 .division = example.division};
  if (!example.deformation.empty()) {
    run.parameters["deform.name"] = example.deformation;
    run.parameters["deform.amount"] = fmt::format("{}", example.strength);
    facts::kCleanRun.record(run.facts, example.clean);
    facts::kDeformLevel.record(run.facts, example.level);
    facts::kDeformStrength.record(run.facts, fmt::format("{}", example.strength));
  }
  return add_run(store, run);
}

/// On two divisions: svm is right for 0.9 of the tracks, 0.75 under mild and 0.5 under strong
/// noise; knn for 0.8, 0.8 and 0.75. mp3 changes nothing.
inline MemoryStore robust_methods() {
  MemoryStore store;
  struct One {
    std::string method;
    int clean, mild, strong;
  };
  for (const One& one : {One{"svm", 10, 4, 2}, One{"knn", 5, 5, 4}})
    for (const std::string division : {"0", "1"}) {
      const std::string clean =
          add_deformed(store, {.method = one.method, .miss = one.clean, .division = division});
      const auto add = [&](const std::string& name, const std::string& level, double strength,
                           int miss) {
        add_deformed(store, {.method = one.method,
                             .deformation = name,
                             .level = level,
                             .strength = strength,
                             .miss = miss,
                             .clean = clean,
                             .division = division});
      };
      add("noise", "10 dB SNR", 0.3, one.strong);  // the strongest first
      add("noise", "30 dB SNR", 0.03, one.mild);
      add("mp3", "64 kbit/s", 15.6, one.clean);
    }
  return store;
}

}  // namespace genrebench::testing
