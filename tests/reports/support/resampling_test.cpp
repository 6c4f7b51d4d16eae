#include "reports/support/resampling.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace genrebench {
namespace resampling_test {

// The reference values are from NumPy 2; both sides compute in double precision.
constexpr double kTolerance = 1e-12;

// W = product over a medley's sources of np.random.multinomial(6, [1/6] * 6), 400000 times;
// np.quantile((W @ scores) / W.sum(1), [0.025, 0.975]): 0.38, 0.85625
TEST(PigeonholeBootstrap, AgreesWithNumPy) {
  const std::vector<double> scores = {0.9, 0.7, 0.4, 0.8, 0.6, 0.5, 0.95, 0.3, 0.75, 0.65};
  std::vector<std::vector<std::string>> sources;
  for (const std::string pair : {"ab", "bc", "cd", "ae", "ef", "df", "ab", "cf", "ea", "bd"})
    sources.push_back({pair.substr(0, 1), pair.substr(1, 1)});
  const Estimate estimate = pigeonhole_bootstrap(scores, sources, "sources", kProportion, 0);
  EXPECT_NEAR(estimate.mean, 0.655, kTolerance);
  EXPECT_NEAR(estimate.interval.value().low, 0.38, 0.025);
  EXPECT_NEAR(estimate.interval.value().high, 0.85625, 0.025);
  EXPECT_EQ(estimate.method_id(), "bootstrap_sources");
  EXPECT_EQ(estimate.n_units, 6u);
  // A source that a medley names twice is one source.
  sources[0].push_back("a");
  EXPECT_EQ(pigeonhole_bootstrap(scores, sources, "sources", kProportion, 0).interval.value().low,
            estimate.interval.value().low);
}

TEST(PigeonholeBootstrap, ManyMedleysOfFewSourcesSayLessThanTheirNumber) {
  std::vector<double> scores;
  std::vector<std::vector<std::string>> shared, own;
  for (int i = 0; i < 120; ++i) {
    scores.push_back(i % 6 < 3 ? 0.9 : 0.5);  // as the six sources are
    shared.push_back({fmt::format("source {}", i % 6)});
    own.push_back({fmt::format("track {}", i)});
  }
  const double of_shared =
      pigeonhole_bootstrap(scores, shared, "sources", kProportion, 0).interval.value().half_width();
  const double of_own =
      pigeonhole_bootstrap(scores, own, "tracks", kProportion, 0).interval.value().half_width();
  EXPECT_GT(of_shared, 3.0 * of_own);
}

TEST(ClusterBootstrap, NeedsTwoClustersThatDiffer) {
  EXPECT_FALSE(pigeonhole_bootstrap(std::vector{0.5}, std::vector<std::vector<std::string>>{{"a"}},
                                    "tracks", kProportion, 0)
                   .interval);
  EXPECT_FALSE(pigeonhole_bootstrap(std::vector{0.5, 0.5},
                                    std::vector<std::vector<std::string>>{{"a"}, {"b"}}, "tracks",
                                    kProportion, 0)
                   .interval);
  EXPECT_FALSE(pigeonhole_bootstrap({}, {}, "tracks", kProportion, 0).interval);
}

}  // namespace resampling_test
}  // namespace genrebench
