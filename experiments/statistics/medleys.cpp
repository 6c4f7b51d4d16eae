// Scores of medleys, whose sources they share.

#include <fmt/format.h>

#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "coverage_rows.hpp"

namespace genrebench::coverage {
namespace {

constexpr int kMedleys = 120;

struct Spread {
  double of_source, of_medley;
};

struct Medleys {
  std::vector<double> scores;
  std::vector<std::vector<std::string>> sources;
};

Medleys draw_medleys(int n_sources, const Spread& spread, Random& random) {
  std::vector<double> effects;
  for (int s = 0; s < n_sources; ++s) effects.push_back(spread.of_source * random.normal());
  Medleys result;
  for (int m = 0; m < kMedleys; ++m) {
    std::vector<std::size_t> all(static_cast<std::size_t>(n_sources));
    std::iota(all.begin(), all.end(), std::size_t{0});
    random.shuffle(std::span(all));
    all.resize(2 + random.below(3));
    double sum = 0.0;
    std::vector<std::string>& names = result.sources.emplace_back();
    for (const std::size_t s : all) {
      sum += effects[s];
      names.push_back(fmt::format("{}", s));
    }
    result.scores.push_back(0.5 + sum / static_cast<double>(all.size()) +
                            spread.of_medley * random.normal());
  }
  return result;
}

Estimate interval_of(const std::vector<double>& scores,
                     const std::vector<std::vector<std::string>>& sources,
                     const std::string& units) {
  return pigeonhole_bootstrap(scores, sources, units, kUnbounded, /*seed=*/0, kLevel);
}

}  // namespace

void medleys(int n_sets) {
  fmt::print("\nScores of {} medleys of 2 to 4 sources each, pigeonhole bootstrap over sources\n",
             kMedleys);
  for (const Spread& spread : {Spread{0.2, 0.05}, Spread{0.1, 0.1}, Spread{0.0, 0.1}})
    for (const int n_sources : {20, 50, 100}) {
      Coverage coverage, independent;
      for (int i = 0; i < n_sets; ++i) {
        Random random(seed_of(n_sources, fmt::format("medleys {}", spread.of_source), i));
        const auto [scores, sources] = draw_medleys(n_sources, spread, random);
        coverage.add(interval_of(scores, sources, "sources"), 0.5);
        std::vector<std::vector<std::string>> own;
        for (std::size_t m = 0; m < scores.size(); ++m) own.push_back({fmt::format("{}", m)});
        independent.add(interval_of(scores, own, "tracks"), 0.5);
      }
      coverage.print(fmt::format("  {} sources, deviation {:.2f} of a source, {:.2f} of a medley",
                                 n_sources, spread.of_source, spread.of_medley));
      independent.print("    as if medleys were independent");
    }
  remark(
      "Wide, never narrow (Owen 2007): what is a medley's own is counted once per source and for "
      "every combination of them.");
}

}  // namespace genrebench::coverage
