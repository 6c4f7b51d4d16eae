#pragma once
// Runs of methods with training parts of several sizes, for tests of the report `training_size`.

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "harness/records/facts.hpp"
#include "reports/example_runs.hpp"

namespace genrebench::testing {

/// A run per seed of one size, whose accuracy is 1 - (a + b n^-c) and a little that the seed adds.
inline void add_size(MemoryStore& store, const std::string& asked, double n,
                     const std::string& method = "svm", int n_seeds = 4) {
  ExampleRun run{.experiment = "training_size", .method = method};
  run.parameters["split.train_size.per_genre"] = asked;
  run.parameters["split.train_size.artists_per_genre"] = "all";
  run.facts["split.train_by_genre"] =
      list_text({fmt::format("{:.0f}", n), fmt::format("{:.0f}", n)});
  run.facts["split.train_clusters_by_genre"] =
      list_text({fmt::format("{:.0f}", n / 2), fmt::format("{:.0f}", n / 2)});
  run.facts["split.test_by_genre"] = list_text({"150", "150"});
  run.facts["split.n_train"] = fmt::format("{:.0f}", 2 * n);
  run.facts["split.n_train_available"] = "700";
  for (int seed = 0; seed < n_seeds; ++seed) {
    run.seed = static_cast<std::uint64_t>(seed);
    run.accuracy = 1.0 - (0.2 + 0.9 * std::pow(n, -0.6)) + 0.002 * (seed - (n_seeds - 1) / 2.0);
    run.division = fmt::format("{} of seed {}", asked, seed);
    add_run(store, run);
  }
}

inline MemoryStore five_sizes() {
  MemoryStore store;
  for (const int n : {5, 10, 20, 40}) add_size(store, std::to_string(n), n);
  add_size(store, "all", 70);
  return store;
}

}  // namespace genrebench::testing
