#include "reports/support/estimate.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace estimate_test {

TEST(Estimate, AnIntervalIsCutOffAtItsBoundsAndSaysSo) {
  Estimate estimate{.mean = 0.95};
  estimate.set_interval(0.8, 1.1, kProportion);
  EXPECT_TRUE(estimate.cut_off);
  EXPECT_EQ(estimate.interval->low, 0.8);
  EXPECT_EQ(estimate.interval->high, 1.0);
  estimate.set_interval(0.8, 1.1, kUnbounded);
  EXPECT_FALSE(estimate.cut_off);
  EXPECT_EQ(estimate.interval->high, 1.1);
}

TEST(Estimate, TheMethodIsNamedWhereThereIsAnInterval) {
  Estimate estimate{.mean = 0.9, .method = IntervalMethod::bootstrap, .units = "artists"};
  EXPECT_EQ(estimate.method_id(), "");
  estimate.set_interval(0.8, 1.0, kProportion);
  EXPECT_EQ(estimate.method_id(), "bootstrap_artists");
  estimate.method = IntervalMethod::wilson;
  EXPECT_EQ(estimate.method_id(), "wilson");
}

}  // namespace estimate_test
}  // namespace genrebench
