#include "reports/statistics/mcnemar.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace genrebench {
namespace mcnemar_test {

// tests/golden/compare/make.py asks statsmodels and SciPy.
TEST(McNemar, AgreesWithStatsmodels) {
  std::ifstream file(GENREBENCH_SOURCE_DIR "/tests/golden/compare/mcnemar.txt");
  Discordant tracks;
  double exact = 0.0, mid = 0.0;
  int n = 0;
  for (; file >> tracks.n_first >> tracks.n_second >> exact >> mid; ++n) {
    EXPECT_NEAR(mcnemar_exact(tracks), exact, 1e-12) << tracks.n_first << " " << tracks.n_second;
    EXPECT_NEAR(mcnemar_mid_p(tracks), mid, 1e-12) << tracks.n_first << " " << tracks.n_second;
  }
  EXPECT_EQ(n, 10);
}

TEST(McNemar, OnlyDiscordantTracksCountAndBothSidesAlike) {
  EXPECT_EQ(mcnemar_exact({0, 0}), 1.0);
  EXPECT_EQ(mcnemar_exact({7, 7}), 1.0);
  EXPECT_EQ(mcnemar_exact({3, 9}), mcnemar_exact({9, 3}));
  EXPECT_LT(mcnemar_mid_p({3, 9}), mcnemar_exact({3, 9}));
  EXPECT_DOUBLE_EQ(mcnemar_exact({0, 5}), 2.0 / 32.0);
}

}  // namespace mcnemar_test
}  // namespace genrebench
