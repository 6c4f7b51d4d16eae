#pragma once
// Predictions with probabilities, for tests of what is made from them.

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "harness/records/run_records.hpp"

namespace genrebench {

struct ExampleForecasts {
  int n_tracks = 120;
  int per_artist = 4;  ///< successive tracks of an artist, all of one genre; 0: no artist is known
  std::uint64_t seed = 1;
  /// What the probability of the given genre is raised to in the odds: 1 is calibrated, above the
  /// method is too sure of itself.
  double sharpness = 1.0;
};

/// Answers of two genres in turn, artist by artist. An answer with confidence p is right with the
/// probability p / (p + 1 - p) before the odds are sharpened.
inline std::vector<PredictionRecord> example_forecasts(const ExampleForecasts& example,
                                                       const std::string& part = "test") {
  Random random(example.seed);
  std::vector<PredictionRecord> result;
  for (int t = 0; t < example.n_tracks; ++t) {
    const int artist = example.per_artist > 0 ? t / example.per_artist : t;
    const double honest = 0.5 + 0.49 * random.uniform();
    PredictionRecord record{.split = part,
                            .track = fmt::format("track {}", t),
                            .truth = artist % 2,
                            .predicted = artist % 2,
                            .probabilities = {}};
    if (random.uniform() >= honest) record.predicted = 1 - record.predicted;
    const double odds = std::pow(honest / (1.0 - honest), example.sharpness);
    const auto confidence = static_cast<float>(odds / (1.0 + odds));
    record.probabilities = {1.0f - confidence, 1.0f - confidence};
    record.probabilities[static_cast<std::size_t>(record.predicted)] = confidence;
    if (example.per_artist > 0) record.cluster = fmt::format("artist {}", artist);
    result.push_back(std::move(record));
  }
  return result;
}

}  // namespace genrebench
