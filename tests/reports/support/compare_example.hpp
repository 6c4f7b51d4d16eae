#pragma once
// Methods on one division or several, for tests of the report `compare`.

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "reports/example_runs.hpp"

namespace genrebench::testing {

/// What a method says of 2 genres of 60 songs each, three songs per artist: every artist's songs
/// are right but those of every `miss`-th artist. Artists are counted from `shift`.
inline std::vector<PredictionRecord> said_of_artists(int miss, int shift = 0) {
  std::vector<PredictionRecord> result;
  for (const int genre : {0, 1})
    for (int i = 0; i < 60; ++i) {
      const int artist = i / 3;
      const bool right = (artist + shift) % miss != 0;
      result.push_back({.split = "test",
                        .track = fmt::format("{}.{}", genre, i),
                        .truth = genre,
                        .predicted = right ? genre : 1 - genre,
                        .probabilities = {},
                        .cluster = fmt::format("artist {}.{}", genre, artist)});
    }
  return result;
}

/// A run on the division "list".
inline std::string add_method(MemoryStore& store, const std::string& method,
                              const std::vector<PredictionRecord>& said,
                              std::optional<double> valid = {},
                              const std::string& division = "list") {
  const auto right = std::count_if(said.begin(), said.end(), [](const PredictionRecord& record) {
    return record.truth == record.predicted;
  });
  return add_run(store, {.method = method,
                         .seed = division == "list" ? 0 : std::stoul(division),
                         .accuracy = static_cast<double>(right) / static_cast<double>(said.size()),
                         .facts = {{"split.clusters", "artist"}, {"split.n_test", "120"}},
                         .valid_accuracy = valid,
                         .predictions = said,
                         .division = division});
}

/// svm misses every 10th artist, mlp every 10th one beside it, knn every second one.
inline void add_three_methods(MemoryStore& store) {
  add_method(store, "knn", said_of_artists(2), 0.5);
  add_method(store, "svm", said_of_artists(10), 0.9);
  add_method(store, "mlp", said_of_artists(10, 1), 0.8);
}

}  // namespace genrebench::testing
